//! Each limit obeyed and violated, over real sockets.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

use std::time::Duration;

use http::StatusCode;
use listener::Limits;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

mod common;

use common::{BRIEFLY, Running, SOON, client, get, post};

/// Sends `bytes` and gives what the server sends until it closes the connection.
async fn until_closed(running: &Running, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(running.address).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    let mut answer = Vec::new();
    // A reset is a close, too.
    let _ = timeout(SOON, stream.read_to_end(&mut answer)).await.expect("the server closes the connection");
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn answers_and_keeps_the_connection() {
    let running = Running::plain(Limits::default()).await;
    let mut stream = TcpStream::connect(running.address).await.unwrap();
    for _ in 0..2 {
        stream.write_all(b"GET /hello HTTP/1.1\r\nhost: localhost\r\n\r\n").await.unwrap();
        let mut answer = Vec::new();
        while !answer.ends_with(b"\r\n\r\nhello") {
            assert_ne!(timeout(SOON, stream.read_buf(&mut answer)).await.unwrap().unwrap(), 0);
        }
        assert!(answer.starts_with(b"HTTP/1.1 200 OK\r\n"));
    }
}

#[tokio::test]
async fn cuts_a_connection_whose_head_comes_too_slowly() {
    let running = Running::plain(Limits { header_timeout: BRIEFLY, ..Limits::default() }).await;
    assert!(!until_closed(&running, b"").await.contains("200"));
    assert!(!until_closed(&running, b"GET /hello HTTP/1.1\r\nhost: loc").await.contains("200"));
}

#[tokio::test]
async fn cuts_a_connection_that_stays_idle() {
    let running = Running::plain(Limits { idle_timeout: BRIEFLY, ..Limits::default() }).await;
    let answer = until_closed(&running, b"GET /hello HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
    assert!(answer.ends_with("hello"), "{answer}");
}

#[tokio::test]
async fn never_takes_a_request_in_progress_for_idleness() {
    let running = Running::plain(Limits { idle_timeout: Duration::from_millis(1), ..Limits::default() }).await;
    let uri = running.uri("http", "/wait");
    let request = tokio::spawn(async move { client().send(get(&uri), SOON, 100).await });
    running.reached().await;
    // Another connection has come and gone idle meanwhile.
    until_closed(&running, b"GET /hello HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
    running.paths.release.add_permits(1);
    assert_eq!(request.await.unwrap().unwrap().body(), "released");
}

#[tokio::test]
async fn refuses_a_head_that_is_too_large() {
    let running = Running::plain(Limits { max_header_bytes: 1_000, ..Limits::default() }).await;
    let head = |size: usize| {
        format!("GET /hello HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\nx: {}\r\n\r\n", "x".repeat(size))
    };
    assert!(until_closed(&running, head(800).as_bytes()).await.starts_with("HTTP/1.1 200"));
    assert!(until_closed(&running, head(1_000).as_bytes()).await.starts_with("HTTP/1.1 431"));
}

#[tokio::test]
async fn refuses_what_is_not_http() {
    let running = Running::plain(Limits::default()).await;
    assert!(until_closed(&running, b"\x16\x03\x01\x00\x05hello\r\n\r\n").await.starts_with("HTTP/1.1 400"));
    // HTTP/2 is spoken only where TLS has agreed on it.
    let preface = until_closed(&running, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await;
    assert!(!preface.contains("200"), "{preface}");
}

#[tokio::test]
async fn lets_a_connection_wait_while_there_are_as_many_as_allowed() {
    let running = Running::plain(Limits { max_connections: 1, ..Limits::default() }).await;
    let uri = running.uri("http", "/wait");
    let first = tokio::spawn({
        let uri = uri.clone();
        async move { client().send(get(&uri), SOON, 100).await }
    });
    running.reached().await;
    let second = tokio::spawn(async move { client().send(get(&uri), SOON, 100).await });
    // The second is in the backlog: it is not served before the first has ended and its client is gone.
    let served = timeout(BRIEFLY, running.reached()).await;
    assert!(served.is_err());
    running.paths.release.add_permits(2);
    assert_eq!(first.await.unwrap().unwrap().body(), "released");
    assert_eq!(second.await.unwrap().unwrap().body(), "released");
}

#[tokio::test]
async fn closes_a_connection_more_than_a_peer_may_have_and_takes_one_again_when_it_has_left_one() {
    let running = Running::plain(Limits { max_connections_per_peer: 1, ..Limits::default() }).await;
    let uri = running.uri("http", "/wait");
    let first = tokio::spawn(async move { client().send(get(&uri), SOON, 100).await });
    running.reached().await;
    let hello = b"GET /hello HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    assert_eq!(until_closed(&running, b"").await, "", "it is closed, and not at its timeout");
    running.paths.release.add_permits(1);
    assert_eq!(first.await.unwrap().unwrap().body(), "released");
    // The first has gone once the listener takes note of it.
    let taken = async { while !answers(&running, hello).await {} };
    timeout(SOON, taken).await.expect("another is taken");
}

/// Whether it is answered on a connection of its own.
async fn answers(running: &Running, request: &[u8]) -> bool {
    let mut stream = TcpStream::connect(running.address).await.unwrap();
    let mut answer = Vec::new();
    // Whoever is not let in may be reset at any time.
    let _ = stream.write_all(request).await;
    let _ = timeout(SOON, stream.read_to_end(&mut answer)).await.expect("it is closed");
    answer.ends_with(b"hello")
}

#[tokio::test]
async fn who_only_sits_there_leaves_when_others_wait_for_the_place_and_who_is_served_stays() {
    let limits = Limits { max_connections: 3, crowded_idle_timeout: Duration::from_millis(1), ..Limits::default() };
    let running = Running::plain(limits).await;
    let uri = running.uri("http", "/wait");
    let served = tokio::spawn(async move { client().send(get(&uri), SOON, 100).await });
    running.reached().await;
    // One that says nothing, and one that never comes to the end of its head: each would have a quarter of a minute.
    let silent = TcpStream::connect(running.address).await.unwrap();
    let mut slow = TcpStream::connect(running.address).await.unwrap();
    slow.write_all(b"GET /hello HTTP/1.1\r\nhost: loc").await.unwrap();
    let hello = b"GET /hello HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    assert!(until_closed(&running, hello).await.ends_with("hello"));
    running.paths.release.add_permits(1);
    assert_eq!(served.await.unwrap().unwrap().body(), "released");
    drop((silent, slow));
}

#[tokio::test]
async fn reads_a_body_up_to_its_limit() {
    let running = Running::plain(Limits::default()).await;
    let uri = running.uri("http", "/read");
    let answer = client().send(post(&uri, vec![1; 1_000]), SOON, 100).await.unwrap();
    assert_eq!((answer.status(), &answer.body()[..]), (StatusCode::OK, &b"1000"[..]));
    let answer = client().send(post(&uri, vec![1; 1_001]), SOON, 100).await.unwrap();
    assert_eq!(answer.status(), StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn a_sender_that_writes_all_before_it_reads_sees_why_it_was_refused() {
    let running = Running::plain(Limits::default()).await;
    for (path, status) in [("/read", "413"), ("/nowhere", "404")] {
        let mut stream = TcpStream::connect(running.address).await.unwrap();
        let head = format!("POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-length: 8000000\r\n\r\n");
        stream.write_all(head.as_bytes()).await.unwrap();
        stream.write_all(&vec![b'x'; 8_000_000]).await.unwrap();
        let mut answer = [0; 12];
        stream.read_exact(&mut answer).await.unwrap();
        assert!(answer.ends_with(status.as_bytes()), "{path}");
    }
}

#[tokio::test]
async fn takes_no_more_of_a_refused_body_than_its_bounds_and_invites_nobody_to_send_one() {
    let bounds = Limits { discarded_body_bytes: 1_000_000, discard_timeout: BRIEFLY, ..Limits::default() };
    let running = Running::plain(bounds).await;
    let post = |length: &str, more: &str| format!("POST / HTTP/1.1\r\nhost: localhost\r\n{length}\r\n{more}\r\n");
    for request in [
        post("content-length: 1000001", ""),
        post("content-length: 1000000", ""),
        post("transfer-encoding: chunked", "\r\n1e8480\r\n"),
        post("content-length: 1000", "expect: 100-continue\r\n"),
    ] {
        let answer = until_closed(&running, request.as_bytes()).await;
        assert!(answer.starts_with("HTTP/1.1 404"), "{request}: {answer}");
    }
}

#[tokio::test]
async fn refuses_a_body_that_grows_past_its_limit_without_saying_so() {
    let running = Running::plain(Limits::default()).await;
    let chunk = format!("1f4\r\n{}\r\n", "x".repeat(500));
    let request = format!(
        "POST /read HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n{}0\r\n\r\n",
        chunk.repeat(3)
    );
    assert!(until_closed(&running, request.as_bytes()).await.starts_with("HTTP/1.1 413"));
}

#[tokio::test]
async fn gives_up_on_a_body_that_stops_coming() {
    let running = Running::plain(Limits::default()).await;
    let request = b"POST /read HTTP/1.1\r\nhost: localhost\r\ncontent-length: 10\r\nconnection: close\r\n\r\nhalf";
    assert!(until_closed(&running, request).await.starts_with("HTTP/1.1 408"));
}

#[tokio::test]
async fn tells_a_broken_body_from_a_slow_one() {
    let running = Running::plain(Limits::default()).await;
    let request = b"POST /read HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\nnot a size\r\n";
    assert!(until_closed(&running, request).await.starts_with("HTTP/1.1 400"));
}

#[tokio::test]
async fn cuts_a_connection_whose_peer_does_not_take_its_response() {
    let running = Running::plain(Limits { response_pause: BRIEFLY, ..Limits::default() }).await;
    let mut stream = TcpStream::connect(running.address).await.unwrap();
    stream.write_all(b"GET /endless HTTP/1.1\r\nhost: localhost\r\n\r\n").await.unwrap();
    // Nothing is read until the server has given up: the handler's body is dropped with the connection.
    timeout(SOON, running.reached()).await.expect("the response is given up");
}

#[tokio::test]
async fn never_takes_a_slow_source_for_a_slow_peer() {
    let running = Running::plain(Limits { response_pause: Duration::from_millis(1), ..Limits::default() }).await;
    let uri = running.uri("http", "/slow");
    let request = tokio::spawn(async move { client().send(get(&uri), SOON, 100).await });
    running.reached().await;
    // Other connections come and go meanwhile.
    until_closed(&running, b"GET /hello HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").await;
    running.paths.release.add_permits(1);
    assert_eq!(request.await.unwrap().unwrap().body(), "released");
}
