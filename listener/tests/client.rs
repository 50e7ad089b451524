//! What the client says when there is no response.

use std::error::Error;

use http::StatusCode;
use listener::client::{Client, ClientError};
use listener::{Limits, Socket, Tls};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, UnixListener};

mod common;

use common::{BRIEFLY, Running, SOON, client, get};

#[tokio::test]
async fn any_status_is_a_response() {
    let running = Running::plain(Limits::default()).await;
    let answer = client().send(get(&running.uri("http", "/nowhere")), SOON, 100).await.unwrap();
    assert_eq!(answer.status(), StatusCode::NOT_FOUND);
    assert!(answer.body().is_empty());
}

#[tokio::test]
async fn says_that_nobody_listens() {
    let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let uri = format!("http://127.0.0.1:{}/", socket.local_addr().unwrap().port());
    drop(socket);
    let refused = client().send(get(&uri), SOON, 100).await.unwrap_err();
    assert!(matches!(refused, ClientError::Refused { .. }), "{refused:?}");
    assert!(refused.source().is_some());
}

#[tokio::test]
async fn says_that_the_answer_took_too_long() {
    let running = Running::plain(Limits::default()).await;
    let late = client().send(get(&running.uri("http", "/never")), BRIEFLY, 100).await.unwrap_err();
    assert!(matches!(late, ClientError::TimedOut { .. }), "{late:?}");
}

#[tokio::test]
async fn says_that_the_rest_of_the_answer_took_too_long() {
    let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let uri = format!("http://{}/", socket.local_addr().unwrap());
    let request = tokio::spawn(async move { client().send(get(&uri), BRIEFLY, 100).await });
    let (mut stream, _) = socket.accept().await.unwrap();
    stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf").await.unwrap();
    let late = request.await.unwrap().unwrap_err();
    assert!(matches!(late, ClientError::TimedOut { .. }), "{late:?}");
}

#[tokio::test]
async fn says_that_the_answer_is_too_large() {
    let running = Running::plain(Limits::default()).await;
    let uri = running.uri("http", "/large");
    assert_eq!(client().send(get(&uri), SOON, 100_000).await.unwrap().body().len(), 100_000);
    let refused = client().send(get(&uri), SOON, 99_999).await.unwrap_err();
    assert!(matches!(refused, ClientError::TooLarge { limit: 99_999, .. }), "{refused:?}");
}

#[tokio::test]
async fn says_that_the_answer_broke_off() {
    let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let uri = format!("http://{}/", socket.local_addr().unwrap());
    let request = tokio::spawn(async move { client().send(get(&uri), SOON, 100).await });
    let (mut stream, _) = socket.accept().await.unwrap();
    stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf").await.unwrap();
    drop(stream);
    let broken = request.await.unwrap().unwrap_err();
    assert!(matches!(broken, ClientError::Broken { .. }), "{broken:?}");
}

#[tokio::test]
async fn refuses_addresses_it_cannot_call() {
    for uri in ["https://localhost/", "ftp://localhost/"] {
        let refused = client().send(get(uri), SOON, 100).await.unwrap_err();
        assert!(matches!(refused, ClientError::Address { .. }), "{uri}: {refused:?}");
    }
}

#[tokio::test]
async fn calls_a_unix_socket() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("socket");
    let socket = Socket::Unix(UnixListener::bind(&path).unwrap());
    let running = Running::on(socket, ([127, 0, 0, 1], 0).into(), Tls::Plain, Limits::default(), SOON);
    let client = Client::unix(&path);
    assert_eq!(client.send(get("http://admin/hello"), SOON, 100).await.unwrap().body(), "hello");

    running.shutdown.cancel();
    running.ended.await.unwrap();
    drop(std::fs::remove_file(&path));
    assert!(Client::unix(&path).send(get("http://admin/hello"), SOON, 100).await.is_err());
}
