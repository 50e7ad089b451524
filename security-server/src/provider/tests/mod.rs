//! Real sockets, and providers that do what a script says.

mod answers;
mod connections;
mod failures;
mod over_tls;

use super::{InternalCertificate, Limits, ProviderError, ProviderRequest, ProviderResponse, Providers};
use crate::server_configuration::{InformationSystem, ServerConfiguration};
use bytes::Bytes;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::Frame;
use listener::Body;
use protocol::head::{Method, RequestHead, RequestHeadBuilder};
use protocol::request_uri::RequestUri;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::time::Instant;

/// What a provider does with one connection.
#[derive(Debug, Clone)]
enum Act {
    /// Reads until it has the head of a request.
    Read,
    /// Reads until it has a head and these last bytes.
    ReadTo(&'static str),
    /// Writes.
    Write(Vec<u8>),
    /// Reads until the other side closes.
    ReadToEnd,
}

/// A provider: each connection gets the next of its scripts, and is closed at the script's end.
struct Script {
    address: SocketAddr,
    /// What came, a text for each connection.
    received: Arc<Mutex<Vec<String>>>,
    ended: mpsc::Receiver<usize>,
}

fn answer(text: &str) -> Act {
    Act::Write(text.as_bytes().to_vec())
}

impl Script {
    async fn play(connections: Vec<Vec<Act>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let received = Arc::new(Mutex::new(Vec::new()));
        let (done, ended) = mpsc::channel(16);
        let seen = Arc::clone(&received);
        tokio::spawn(async move {
            for (number, script) in connections.into_iter().enumerate() {
                let (stream, _) = listener.accept().await.unwrap();
                seen.lock().unwrap().push(String::new());
                let (seen, done) = (Arc::clone(&seen), done.clone());
                tokio::spawn(async move {
                    perform(stream, script, |text| seen.lock().unwrap()[number].push_str(text)).await;
                    let _ = done.send(number).await;
                });
            }
        });
        Self { address, received, ended }
    }

    fn received(&self) -> Vec<String> {
        self.received.lock().unwrap().clone()
    }

    fn service(&self) -> InformationSystem {
        service(&format!("http://{}/api", self.address), "")
    }

    /// Waits for the end of a connection's script.
    async fn end(&mut self) -> usize {
        tokio::time::timeout(Duration::from_secs(5), self.ended.recv()).await.expect("the script ends").unwrap()
    }
}

async fn perform(mut stream: TcpStream, script: Vec<Act>, received: impl Fn(&str)) {
    for act in script {
        match act {
            Act::Write(bytes) => drop(stream.write_all(&bytes).await),
            Act::Read => read_to(&mut stream, "\r\n\r\n", &received).await,
            Act::ReadTo(end) => read_to(&mut stream, end, &received).await,
            Act::ReadToEnd => {
                let mut rest = Vec::new();
                let _ = stream.read_to_end(&mut rest).await;
                received(&String::from_utf8_lossy(&rest));
            }
        }
    }
}

async fn read_to(stream: &mut TcpStream, end: &str, received: &impl Fn(&str)) {
    let mut text = String::new();
    while !text.ends_with(end) {
        let mut byte = [0];
        match stream.read(&mut byte).await {
            Ok(1) => text.push(char::from(byte[0])),
            _ => break,
        }
    }
    received(&text);
}

/// A service `BO/GOV/1/s/x` with a time-out of one second.
fn service(url: &str, more: &str) -> InformationSystem {
    let text = format!(
        "[[client]]\nid = \"BO/GOV/1/s\"\n[[client.service]]\ncode = \"x\"\nurl = \"{url}\"\ntimeout_seconds = 1\n{more}\n"
    );
    let configuration: ServerConfiguration = text.parse().unwrap();
    let service = configuration.service(&"BO/GOV/1/s/x".parse().unwrap()).unwrap();
    service.information_system().unwrap().clone()
}

fn head(method: Method, target: &str, fields: &[(&str, &str)]) -> RequestHead {
    let uri = RequestUri::parse(&format!("/r1/BO/GOV/1/s/x{target}")).unwrap();
    let mut builder = RequestHeadBuilder::new(method, &uri);
    builder.field("x-road-client", "BO/GOV/2/app").unwrap();
    for (name, value) in fields {
        builder.field(name, value).unwrap();
    }
    builder.finish("8f0e4a3c-5d0c-4d5e-9a55-0f6c1b9d2e11", "id-1").unwrap()
}

fn whole(text: &str) -> Option<Body> {
    Some(Full::new(Bytes::copy_from_slice(text.as_bytes())).map_err(|never| match never {}).boxed_unsync())
}

/// A body of unknown length, made of pieces that come as they are sent.
fn pieces() -> (mpsc::Sender<io::Result<Bytes>>, Option<Body>) {
    let (sender, mut pieces) = mpsc::channel(4);
    let frames = futures_util::stream::poll_fn(move |cx| {
        pieces.poll_recv(cx).map(|piece| piece.map(|piece: io::Result<Bytes>| piece.map(Frame::data)))
    });
    (sender, Some(StreamBody::new(frames).boxed_unsync()))
}

fn providers() -> Providers {
    Providers::new(InternalCertificate::None, Limits::default())
}

fn soon() -> Instant {
    Instant::now() + Duration::from_secs(5)
}

async fn call(
    providers: &Providers,
    service: &InformationSystem,
    method: Method,
    body: Option<Body>,
) -> Result<ProviderResponse, ProviderError> {
    let head = head(method, "/people", &[]);
    providers.call(service, ProviderRequest::of(&head, body), soon()).await
}

async fn get(providers: &Providers, service: &InformationSystem) -> Result<ProviderResponse, ProviderError> {
    call(providers, service, Method::Get, None).await
}

async fn text(response: ProviderResponse) -> Result<String, ProviderError> {
    Ok(String::from_utf8(response.body.collect().await?.to_bytes().to_vec()).unwrap())
}
