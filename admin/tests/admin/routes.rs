//! Routes of a server's own, and requests that fit none.

use crate::common::{Server, request};
use admin::{ApiError, ClientError, ErrorKind, Reply, Route, RouteRequest};
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use http::Method;
use std::io;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;
use tokio::sync::{Notify, oneshot};

fn routes() -> Vec<Route> {
    vec![
        Route::post("/v1/echo/{first}/{second}", |request: RouteRequest| async move {
            Reply::json(&serde_json::json!({
                "first": request.placeholder("first")?,
                "second": request.placeholder("second")?,
                "query": request.query,
                "author": request.caller.name,
                "body": request.json::<serde_json::Value>()?,
            }))
        }),
        Route::get("/v1/bytes", |_| async { Ok(Reply::Bytes { content_type: "text/csv", content: "a,b".into() }) }),
        Route::get("/v1/large", |_| async {
            let pieces = stream::iter((0..256_u32).map(|_| Ok(Bytes::from(vec![7; 64 << 10]))));
            Ok(Reply::Stream { content_type: "application/zip", content: pieces.boxed() })
        }),
        Route::get("/v1/cut", |_| async {
            let pieces = [Ok(Bytes::from("half")), Err(io::Error::other("the disk is gone"))];
            Ok(Reply::Stream { content_type: "application/zip", content: stream::iter(pieces).boxed() })
        }),
        Route::new(Method::DELETE, "/v1/records/{record}", |request: RouteRequest| async move {
            let message = format!("record {} is erased already", request.placeholder("record")?);
            Err(ApiError::new(ErrorKind::Conflict, message, "nothing"))
        }),
        Route::get("/v1/busy", |_| async { Err(ApiError::new(ErrorKind::Unavailable, "busy", "try again")) }),
        Route::post("/v1/bug", |request: RouteRequest| async move { Reply::json(&request.placeholder("missing")?) }),
        Route::post("/v1/panic", |_| async { panic!("a bug of a route") }),
    ]
}

#[tokio::test]
async fn a_route_gets_placeholders_query_author_and_body() {
    let server = Server::start(routes()).await;
    let client = server.client.clone().with_author("maria");
    let path = format!("/v1/echo/{}/b?q=a%26b", admin::percent_encoded("BO/GOV/1001/ss1"));
    let echo: serde_json::Value = client.post(&path, &[1, 2]).await.unwrap();
    let expected = serde_json::json!({
        "first": "BO/GOV/1001/ss1", "second": "b", "query": {"q": "a&b"}, "author": "maria", "body": [1, 2],
    });
    assert_eq!(echo, expected);
}

#[tokio::test]
async fn downloads_bytes_and_streams() {
    let server = Server::start(routes()).await;
    let mut small = Vec::new();
    assert_eq!(server.client.download("/v1/bytes", &mut small).await.unwrap(), 3);
    assert_eq!(small, b"a,b");
    assert_eq!(server.client.download("/v1/large", &mut tokio::io::sink()).await.unwrap(), 16 << 20);
}

#[tokio::test]
async fn half_a_download_is_not_taken_for_the_whole() {
    let server = Server::start(routes()).await;
    let error = server.client.download("/v1/cut", &mut tokio::io::sink()).await.unwrap_err();
    assert!(matches!(error, ClientError::Broken { .. }), "{error}");
    let error = server.client.download("/v1/nothing", &mut tokio::io::sink()).await.unwrap_err();
    assert!(matches!(error, ClientError::Answered { status: 404, .. }), "{error}");
}

#[tokio::test]
async fn says_when_a_download_cannot_be_written() {
    let server = Server::start(routes()).await;
    let (mut writer, reader) = tokio::io::duplex(16);
    drop(reader);
    let error = server.client.download("/v1/bytes", &mut writer).await.unwrap_err();
    assert!(matches!(error, ClientError::Write(_)), "{error}");
}

#[tokio::test]
async fn each_refusal_has_its_status_and_says_what_to_do() {
    let server = Server::start(routes()).await;
    let cases = [
        ("GET", "/v1/nothing", "", 404, "not-found"),
        ("GET", "/v2/status", "", 404, "not-found"),
        ("DELETE", "/v1/status", "", 405, "method-not-allowed"),
        ("POST", "/v1/echo/a/b", "not json", 400, "invalid"),
        ("POST", "/v1/echo/%ff/b", "{}", 400, "invalid"),
        ("DELETE", "/v1/records/17", "", 409, "conflict"),
        ("GET", "/v1/busy", "", 503, "unavailable"),
        ("POST", "/v1/bug", "", 500, "internal"),
        ("POST", "/v1/panic", "", 500, "internal"),
    ];
    for (method, path, body, status, kind) in cases {
        let (found, json) = server.raw(request(method, path), body).await;
        assert_eq!((found, json["type"].as_str()), (status, Some(kind)), "{method} {path}");
        assert!(!json["message"].as_str().unwrap().is_empty() && !json["next"].as_str().unwrap().is_empty(), "{json}");
    }
    let (_, json) = server.raw(request("DELETE", "/v1/status"), "").await;
    assert_eq!(json["next"], "use GET");
}

#[tokio::test]
async fn refuses_a_body_that_is_too_large() {
    let server = Server::start(vec![]).await;
    let head = "POST /v1/plan HTTP/1.1\r\nhost: localhost\r\ncontent-length: 16777217\r\n\r\n";
    let answer = exchange(&server, head).await;
    assert!(answer.starts_with("HTTP/1.1 413 ") && answer.contains("16777216 bytes"), "{answer}");
}

#[tokio::test(start_paused = true)]
async fn refuses_a_body_that_stops_coming() {
    let server = Server::start(vec![]).await;
    let answer = exchange(&server, "POST /v1/plan HTTP/1.1\r\nhost: localhost\r\ncontent-length: 9\r\n\r\nhalf").await;
    assert!(answer.starts_with("HTTP/1.1 408 ") && answer.contains("too-slow"), "{answer}");
}

/// Sends bytes as they are, and returns what comes until the connection ends.
async fn exchange(server: &Server, bytes: &str) -> String {
    let mut stream = UnixStream::connect(server.socket()).await.unwrap();
    stream.write_all(bytes.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    let mut piece = [0; 4096];
    // The answer is small and whole once its JSON is closed.
    while !answer.ends_with(b"}") {
        match stream.read(&mut piece).await.unwrap() {
            0 => break,
            read => answer.extend_from_slice(&piece[..read]),
        }
    }
    String::from_utf8(answer).unwrap()
}

#[tokio::test]
async fn a_change_is_carried_through_when_its_caller_has_gone() {
    let (begun, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (sender, done) = oneshot::channel();
    let sender = Arc::new(std::sync::Mutex::new(Some(sender)));
    let route = {
        let (begun, go_on) = (begun.clone(), go_on.clone());
        Route::post("/v1/change", move |_| {
            let (begun, go_on, sender) = (begun.clone(), go_on.clone(), sender.clone());
            async move {
                begun.notify_one();
                go_on.notified().await;
                sender.lock().unwrap().take().unwrap().send(()).unwrap();
                Reply::json(&())
            }
        })
    };
    let server = Server::start(vec![route]).await;
    let client = server.client.clone();
    let caller = tokio::spawn(async move { client.post::<()>("/v1/change", &()).await });
    begun.notified().await;
    caller.abort();
    assert!(caller.await.unwrap_err().is_cancelled());
    let stopping = tokio::spawn(server.stop());
    go_on.notify_one();
    done.await.expect("the change came to its end");
    stopping.await.unwrap();
}

#[tokio::test]
async fn says_when_an_answer_is_not_understood() {
    let server = Server::start(routes()).await;
    let error = server.client.get::<u64>("/v1/bytes").await.unwrap_err();
    assert!(matches!(error, ClientError::NotUnderstood { .. }), "{error}");
    let error = server.client.get::<u64>("not a path").await.unwrap_err();
    assert!(matches!(error, ClientError::Broken { .. }), "{error}");
}
