//! What a listener does when it is told to stop.

use std::time::Duration;

use listener::client::{Client, ClientError, ClientTls};
use listener::{Drained, Limits, Tls};
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio::time::timeout;

mod common;

use common::{BRIEFLY, Certificate, Running, SOON, client, get};

#[tokio::test]
async fn finishes_requests_in_progress() {
    let running = Running::plain(Limits::default()).await;
    let uri = running.uri("http", "/wait");
    let request = tokio::spawn(async move { client().send(get(&uri), SOON, 100).await });
    running.reached().await;

    running.shutdown.cancel();
    running.paths.release.add_permits(1);
    assert_eq!(request.await.unwrap().unwrap().body(), "released");
    assert_eq!(timeout(SOON, running.ended).await.unwrap().unwrap(), Drained::Completely);
}

#[tokio::test]
async fn closes_idle_connections_at_once() {
    let running = Running::plain(Limits::default()).await;
    let mut idle = TcpStream::connect(running.address).await.unwrap();
    // A second connection is answered, so the first has been accepted.
    client().send(get(&running.uri("http", "/hello")), SOON, 100).await.unwrap();
    running.shutdown.cancel();
    assert_eq!(timeout(SOON, idle.read_u8()).await.unwrap().unwrap_err().kind(), std::io::ErrorKind::UnexpectedEof);
    assert_eq!(timeout(SOON, running.ended).await.unwrap().unwrap(), Drained::Completely);
}

#[tokio::test]
async fn accepts_nothing_any_more() {
    let running = Running::plain(Limits::default()).await;
    running.shutdown.cancel();
    timeout(SOON, running.ended).await.unwrap().unwrap();
    let refused = TcpStream::connect(running.address).await.unwrap_err();
    assert_eq!(refused.kind(), std::io::ErrorKind::ConnectionRefused);
}

#[tokio::test]
async fn cuts_what_is_left_at_the_deadline() {
    let running = Running::start(Tls::Plain, Limits::default(), BRIEFLY).await;
    let uri = running.uri("http", "/never");
    let request = tokio::spawn(async move { client().send(get(&uri), SOON, 100).await });
    running.reached().await;
    running.shutdown.cancel();
    assert_eq!(timeout(SOON, running.ended).await.unwrap().unwrap(), Drained::Cut { tasks: 1 });
    assert!(matches!(request.await.unwrap(), Err(ClientError::Broken { .. })));
}

#[tokio::test]
async fn cuts_http2_requests_with_their_connection() {
    let certificate = Certificate::new(&["h2"]);
    let running = Running::start(Tls::fixed(certificate.server.into()), Limits::default(), BRIEFLY).await;
    let uri = running.uri("https", "/never");
    let client = Client::new(ClientTls::Rustls(certificate.client.into()));
    let request = tokio::spawn(async move { client.send(get(&uri), SOON, 100).await });
    running.reached().await;
    running.shutdown.cancel();
    let ended = timeout(SOON, running.ended).await.unwrap().unwrap();
    assert!(matches!(ended, Drained::Cut { tasks } if tasks >= 2), "{ended:?}");
    assert!(matches!(request.await.unwrap(), Err(ClientError::Broken { .. })));
}

#[tokio::test]
async fn does_not_wait_for_handshakes() {
    let certificate = Certificate::new(&[]);
    let limits = Limits { handshake_timeout: Duration::from_secs(3_600), ..Limits::default() };
    let running = Running::start(Tls::fixed(certificate.server.into()), limits, SOON).await;
    let silent = TcpStream::connect(running.address).await.unwrap();
    running.shutdown.cancel();
    assert_eq!(timeout(SOON, running.ended).await.unwrap().unwrap(), Drained::Completely);
    drop(silent);
}
