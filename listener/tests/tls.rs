//! TLS, and which HTTP is spoken over it.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

use std::sync::{Arc, Mutex};

use listener::client::{Client, ClientError, ClientTls};
use listener::{Limits, Tls};
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio::time::timeout;

mod common;

use common::{BRIEFLY, Certificate, Running, SOON, client, get};

async fn check(protocols: &[&str], expected: &str) {
    let certificate = Certificate::new(protocols);
    let running = Running::start(Tls::fixed(certificate.server.into()), Limits::default(), SOON).await;
    let client = Client::new(ClientTls::Rustls(certificate.client.into()));
    for _ in 0..2 {
        let answer = client.send(get(&running.uri("https", "/who")), SOON, 100).await.unwrap();
        assert_eq!(answer.body(), expected);
    }
}

#[tokio::test]
async fn speaks_http2_where_both_sides_agree_on_it() {
    check(&["h2", "http/1.1"], "1 h2").await;
}

#[tokio::test]
async fn speaks_http1_otherwise() {
    check(&["http/1.1"], "1 http/1.1").await;
    check(&[], "1 ").await;
}

#[tokio::test]
async fn refuses_a_client_without_a_certificate() {
    let certificate = Certificate::new(&[]);
    let running = Running::start(Tls::fixed(certificate.server.into()), Limits::default(), SOON).await;
    let stranger = Client::new(ClientTls::Rustls(certificate.stranger.into()));
    // With TLS 1.3 the client learns of it only when it reads the answer.
    let refused = stranger.send(get(&running.uri("https", "/who")), SOON, 100).await.unwrap_err();
    assert!(matches!(refused, ClientError::Broken { .. } | ClientError::Tls { .. }), "{refused:?}");
}

#[tokio::test]
async fn tells_the_client_that_it_trusts_another_server() {
    let running = Running::start(Tls::fixed(Certificate::new(&[]).server.into()), Limits::default(), SOON).await;
    let client = Client::new(ClientTls::Rustls(Certificate::new(&[]).client.into()));
    let refused = client.send(get(&running.uri("https", "/who")), SOON, 100).await.unwrap_err();
    assert!(matches!(refused, ClientError::Tls { .. }), "{refused:?}");
}

#[tokio::test]
async fn asks_for_the_configuration_at_each_connection() {
    let (first, second) = (Certificate::new(&[]), Certificate::new(&[]));
    let current = Arc::new(Mutex::new(Arc::new(first.server)));
    let tls = Tls::reloading({
        let current = current.clone();
        move || current.lock().unwrap().clone()
    });
    let running = Running::start(tls, Limits::default(), SOON).await;
    let uri = running.uri("https", "/hello");
    Client::new(ClientTls::Rustls(first.client.into())).send(get(&uri), SOON, 100).await.unwrap();
    *current.lock().unwrap() = Arc::new(second.server);
    Client::new(ClientTls::Rustls(second.client.into())).send(get(&uri), SOON, 100).await.unwrap();
}

#[tokio::test]
async fn cuts_a_handshake_that_takes_too_long() {
    let limits = Limits { handshake_timeout: BRIEFLY, ..Limits::default() };
    let running = Running::start(Tls::fixed(Certificate::new(&[]).server.into()), limits, SOON).await;
    let mut silent = TcpStream::connect(running.address).await.unwrap();
    assert!(timeout(SOON, silent.read_u8()).await.expect("the server closes the connection").is_err());
}

#[tokio::test]
async fn cuts_an_http2_connection_that_sends_no_request() {
    let certificate = Certificate::new(&["h2"]);
    let limits = Limits { header_timeout: BRIEFLY, ..Limits::default() };
    let running = Running::start(Tls::fixed(certificate.server.into()), limits, SOON).await;
    let stream = TcpStream::connect(running.address).await.unwrap();
    let connector = tokio_rustls::TlsConnector::from(Arc::new(certificate.client));
    let mut stream = connector.connect("localhost".try_into().unwrap(), stream).await.unwrap();
    let mut received = Vec::new();
    let _ = timeout(SOON, stream.read_to_end(&mut received)).await.expect("the server closes the connection");
}

#[tokio::test]
async fn never_answers_plain_http_on_a_tls_port() {
    let running = Running::start(Tls::fixed(Certificate::new(&[]).server.into()), Limits::default(), SOON).await;
    let refused = client().send(get(&running.uri("http", "/hello")), SOON, 100).await.unwrap_err();
    assert!(matches!(refused, ClientError::Broken { .. }), "{refused:?}");
}
