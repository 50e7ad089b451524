//! Mirrors over HTTP.

#![allow(clippy::unwrap_used)] // Helpers of tests, too, fail by panicking.

mod common;

use bytes::Bytes;
use common::{Registry, now};
use global_configuration::{AttemptError, FetchError, MirrorFetch, Refresh, RefreshError};
use http::StatusCode;
use http::header::{ETAG, IF_NONE_MATCH};
use listener::client::{Client, ClientTls};
use listener::{Handler, Limits, Request, Response, Socket, Tls, reply};
use protocol::hash::Sha256Hash;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use url::Url;

struct Mirror {
    folder: PathBuf,
    answered: Mutex<Vec<(String, StatusCode)>>,
}

impl Handler for Mirror {
    async fn handle(&self, request: Request) -> Response {
        let path = request.uri().path().to_owned();
        let response = match std::fs::read(self.folder.join(path.trim_start_matches('/'))) {
            Err(_) if path.starts_with("/broken") => reply::empty(StatusCode::INTERNAL_SERVER_ERROR),
            Err(_) => reply::empty(StatusCode::NOT_FOUND),
            Ok(bytes) => {
                let etag = format!("\"{}\"", Sha256Hash::of(&bytes));
                let same = request.headers().get(IF_NONE_MATCH).is_some_and(|known| *known == *etag);
                let mut response = match same {
                    true => reply::empty(StatusCode::NOT_MODIFIED),
                    false => reply::json(StatusCode::OK, Bytes::from(bytes)),
                };
                response.headers_mut().insert(ETAG, etag.parse().unwrap());
                response
            }
        };
        self.answered.lock().unwrap().push((path, response.status()));
        response
    }
}

async fn serve(registry: &Registry) -> (Arc<Mirror>, Url, CancellationToken) {
    let mirror = Arc::new(Mirror { folder: registry.path().to_owned(), answered: Mutex::default() });
    let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = Url::parse(&format!("http://{}/", socket.local_addr().unwrap())).unwrap();
    let shutdown = CancellationToken::new();
    let (handler, until) = (mirror.clone(), shutdown.clone());
    tokio::spawn(async move {
        listener::serve(Socket::Tcp(socket), Tls::Plain, Limits::default(), handler, until, Duration::ZERO).await
    });
    (mirror, url, shutdown)
}

fn fetch() -> Arc<MirrorFetch> {
    Arc::new(MirrorFetch::new(Client::new(ClientTls::Plain), Duration::from_secs(10)))
}

#[tokio::test]
async fn refreshes_over_http_and_asks_conditionally() {
    let registry = Registry::new(5).await;
    let (mirror, url, shutdown) = serve(&registry).await;
    let folder = tempfile::tempdir().unwrap();
    let source = registry.source_of(folder.path(), vec![url], fetch()).await;
    assert_eq!(source.refresh(now()).await.unwrap(), Refresh::Changed);
    mirror.answered.lock().unwrap().clear();
    assert_eq!(source.refresh(now()).await.unwrap(), Refresh::Unchanged);
    let expected = ("/metadata/timestamp.json".to_owned(), StatusCode::NOT_MODIFIED);
    assert_eq!(*mirror.answered.lock().unwrap(), [expected]);
    shutdown.cancel();
}

#[tokio::test]
async fn says_why_a_mirror_gave_nothing() {
    let registry = Registry::new(1).await;
    let (_mirror, url, shutdown) = serve(&registry).await;
    let folder = tempfile::tempdir().unwrap();
    let broken = url.join("broken/").unwrap();
    let empty = url.join("empty/").unwrap();
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let closed = Url::parse(&format!("http://{silent}/")).unwrap();
    let source = registry.source_of(folder.path(), vec![broken, empty, closed], fetch()).await;
    let Err(RefreshError::EveryMirror { failures }) = source.refresh(now()).await else { panic!("refreshed") };
    assert!(matches!(&failures[0].error, AttemptError::Fetch { source: FetchError::Status { status: 500, .. } }));
    assert!(matches!(&failures[1].error, AttemptError::Missing { .. }));
    assert!(matches!(&failures[2].error, AttemptError::Fetch { source: FetchError::Exchange { .. } }));
    assert!(failures[2].to_string().contains("refused the connection"));
    shutdown.cancel();
}
