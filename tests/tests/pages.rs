//! A plugin's pages, asked for over real sockets: what a browser sends reaches the plugin, and what it returns the browser.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

use bytes::Bytes;
use clock::SystemClock;
use http::{Method, Request, StatusCode};
use http_body_util::Full;
use listener::client::{Client, ClientTls};
use listener::{Drained, Limits, Socket, Tls};
use plugin_host::calendar::Calendar;
use plugin_host::manifest::Manifest;
use plugin_host::{Agendas, Given, HostParts, HostSecret, NoDocuments, NoExchange, PluginHost, Version};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use storage::Store;
use tests::plain_web::PlainWeb;
use tests::plugin::guest;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use wasmtime::component::Component;

const MANIFEST: &str = r#"
[plugin]
name = "visitors"
version = "1.0.0"
contract = "0.1"
title = { es = "Visitantes" }

[web]
routes = ["/", "/visitors/{id}", "/pictures", "/pictures/{id}", "/count", "/piece", "/plain", "/writes"]

[limits]
storage = "2 MiB"

[capabilities]
kv = {}
blobs = {}
"#;

/// A browser before the pages of the visitors' book.
struct Browser {
    address: SocketAddr,
    client: Client,
    stop: CancellationToken,
    serving: JoinHandle<Drained>,
    host: Arc<PluginHost>,
    _folder: tempfile::TempDir,
}

impl Browser {
    async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let parts = HostParts {
            store: Store::open(folder.path().join("state")).unwrap(),
            exchange: Arc::new(NoExchange),
            clock: Arc::new(SystemClock),
            documents: Arc::new(NoDocuments),
            blobs: folder.path().join("blobs"),
            calendar: Arc::new(Calendar::bolivia()),
            secret: HostSecret::new(&[7; 32]),
            sandboxes: 8,
            slow_threads: 1,
            agendas: Agendas::Work,
        };
        let host = Arc::new(PluginHost::new(parts).unwrap());
        let manifest: Manifest = MANIFEST.parse().unwrap_or_else(|error| panic!("{error}"));
        let version = Version {
            limits: *manifest.limits(),
            manifest,
            digest: String::new(),
            files: std::collections::BTreeMap::new(),
            component: Component::new(host.engine(), guest("visitors")).unwrap(),
            subsystem: "BO/GOB/1001/visitors".parse().unwrap(),
            given: Given::default(),
        };
        host.load(version).await.unwrap();
        let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, stop) = (socket.local_addr().unwrap(), CancellationToken::new());
        let pages = Arc::new(PlainWeb::new(host.clone(), "visitors"));
        let serving = tokio::spawn(listener::serve(
            Socket::Tcp(socket),
            Tls::Plain,
            Limits::default(),
            pages,
            stop.clone(),
            Duration::from_secs(1),
        ));
        Self { address, client: Client::new(ClientTls::Plain), stop, serving, host, _folder: folder }
    }

    async fn send(&self, method: Method, path: &str, content_type: &str, body: Vec<u8>) -> http::Response<Bytes> {
        let request = Request::builder()
            .method(method)
            .uri(format!("http://{}{path}", self.address))
            .header("content-type", content_type)
            .body(Full::new(Bytes::from(body)))
            .unwrap();
        self.client.send(request, Duration::from_secs(20), 4 << 20).await.unwrap()
    }

    async fn get(&self, path: &str) -> http::Response<Bytes> {
        self.send(Method::GET, path, "", Vec::new()).await
    }

    async fn post(&self, path: &str, form: &str) -> http::Response<Bytes> {
        self.send(Method::POST, path, "application/x-www-form-urlencoded", form.into()).await
    }

    async fn close(self) {
        self.stop.cancel();
        self.serving.await.unwrap();
        self.host.close().await;
    }
}

fn text(response: &http::Response<Bytes>) -> &str {
    std::str::from_utf8(response.body()).unwrap()
}

fn location(response: &http::Response<Bytes>) -> String {
    response.headers()["location"].to_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_is_taken_in_and_its_effect_shown() {
    let browser = Browser::open().await;
    let signed = browser.post("/", "name=Ana+Mamani+%C3%91u%C3%B1ez").await;
    assert_eq!(signed.status(), StatusCode::SEE_OTHER);
    let page = browser.get(&location(&signed)).await;
    assert_eq!(
        (page.status(), page.headers()["content-type"].as_bytes()),
        (StatusCode::OK, b"text/html; charset=utf-8".as_slice())
    );
    assert!(text(&page).contains("<title>Ana Mamani Ñuñez</title>"), "{}", text(&page));
    assert!(text(&browser.get("/").await).contains("<li>Ana Mamani Ñuñez</li>"));
    assert_eq!(text(&browser.get("/count").await), r#"{"visitors":1}"#);
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_is_refused_leaves_nothing_and_names_the_field() {
    let browser = Browser::open().await;
    let refused = browser.post("/", "name=").await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(text(&refused).contains(r#""field":"name""#), "{}", text(&refused));
    assert_eq!(text(&browser.get("/count").await), r#"{"visitors":0}"#);
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_writes_is_stopped_and_writes_nothing() {
    let browser = Browser::open().await;
    assert_eq!(browser.get("/writes").await.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(browser.get("/").await.status(), StatusCode::OK);
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_is_kept_and_given_back_as_it_came() {
    let browser = Browser::open().await;
    let picture: Vec<u8> = (0..100_000_u32).flat_map(u32::to_le_bytes).collect();
    let kept = browser.send(Method::POST, "/pictures", "image/png", picture.clone()).await;
    assert_eq!(kept.status(), StatusCode::SEE_OTHER);
    let shown = browser.get(&location(&kept)).await;
    assert_eq!(
        (shown.headers()["content-type"].as_bytes(), shown.body().as_ref()),
        (b"image/png".as_slice(), picture.as_slice())
    );
    assert_eq!(browser.get("/pictures/00000000000000000000000000000000").await.status(), StatusCode::NOT_FOUND);
    // More than the plugin may keep.
    let large = browser.send(Method::POST, "/pictures", "image/png", vec![0; 3 << 20]).await;
    assert_eq!(large.status(), StatusCode::PAYLOAD_TOO_LARGE);
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_kind_of_content_has_its_form_and_what_is_not_there_is_said() {
    let browser = Browser::open().await;
    let piece = browser.get("/piece").await;
    assert_eq!(text(&piece), "<li>Ana</li>", "a piece has no layout");
    let plain = browser.get("/plain").await;
    assert_eq!((text(&plain), plain.headers()["content-type"].as_bytes()), ("hola", b"text/plain".as_slice()));
    for (path, status) in [
        ("/visitors/nobody", StatusCode::NOT_FOUND),
        ("/nowhere", StatusCode::NOT_FOUND),
        ("/visitors/%ff", StatusCode::NOT_FOUND),
    ] {
        assert_eq!(browser.get(path).await.status(), status, "{path}");
    }
    let head = browser.send(Method::HEAD, "/", "", Vec::new()).await;
    assert_eq!((head.status(), head.body().len()), (StatusCode::OK, 0));
    assert_eq!(browser.send(Method::TRACE, "/", "", Vec::new()).await.status(), StatusCode::METHOD_NOT_ALLOWED);
    browser.close().await;
}
