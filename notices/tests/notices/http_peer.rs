//! A small web server that keeps what it is sent, and answers as it was told to.

use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{HeaderMap, Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

/// What one request brought.
#[derive(Clone, Debug)]
pub struct Got {
    pub target: String,
    pub headers: HeaderMap,
    pub body: String,
}

pub struct HttpPeer {
    pub url: String,
    got: Arc<Mutex<Vec<Got>>>,
}

type Answer = dyn Fn(&Got) -> Response<String> + Send + Sync;

impl HttpPeer {
    pub async fn start(answer: impl Fn(&Got) -> Response<String> + Send + Sync + 'static) -> Self {
        let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", socket.local_addr().unwrap());
        let got = Arc::new(Mutex::new(Vec::new()));
        let (kept, answer): (_, Arc<Answer>) = (Arc::clone(&got), Arc::new(answer));
        tokio::spawn(async move {
            while let Ok((stream, _)) = socket.accept().await {
                let (kept, answer) = (Arc::clone(&kept), Arc::clone(&answer));
                let service = service_fn(move |request| served(request, Arc::clone(&kept), Arc::clone(&answer)));
                tokio::spawn(
                    hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service),
                );
            }
        });
        Self { url, got }
    }

    pub async fn saying(status: u16) -> Self {
        Self::start(move |_| answer(status, "")).await
    }

    pub fn got(&self) -> Vec<Got> {
        self.got.lock().unwrap().clone()
    }
}

pub fn answer(status: u16, body: &str) -> Response<String> {
    let mut response = Response::new(body.to_owned());
    *response.status_mut() = status.try_into().unwrap();
    response
}

async fn served(
    request: Request<Incoming>,
    kept: Arc<Mutex<Vec<Got>>>,
    answer: Arc<Answer>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.map(|body| body.to_bytes()).unwrap_or_default();
    let got =
        Got { target: head.uri.to_string(), headers: head.headers, body: String::from_utf8_lossy(&body).into_owned() };
    let response = answer(&got).map(|body| Full::new(Bytes::from(body)));
    kept.lock().unwrap().push(got);
    Ok(response)
}

/// Trusts nobody: what is called here is called without TLS.
pub fn no_trust() -> Arc<rustls::ClientConfig> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    Arc::new(config.with_root_certificates(rustls::RootCertStore::empty()).with_no_client_auth())
}
