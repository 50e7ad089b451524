//! Providers that misbehave: each failure is told apart.

use super::super::Phase;
use super::*;

/// What comes of a call to a provider that reads the request and writes `bytes`.
async fn after(bytes: &[u8]) -> Result<ProviderResponse, ProviderError> {
    let script = Script::play(vec![vec![Act::Read, Act::Write(bytes.to_vec())]]).await;
    get(&providers(), &script.service()).await
}

/// What comes of the body of an answer that is written as `text`, the connection closed after it.
async fn body_of(text_of_answer: &str) -> Result<String, ProviderError> {
    text(after(text_of_answer.as_bytes()).await.unwrap()).await
}

#[tokio::test]
async fn nobody_listens() {
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let error = get(&providers(), &service(&format!("http://{closed}"), "")).await.unwrap_err();
    assert!(matches!(error, ProviderError::ConnectionRefused { .. }), "{error:?}");
    assert_eq!(error.to_string(), format!("provider {closed} refused the connection"));
}

#[tokio::test]
async fn the_host_is_unknown() {
    // A name of the top-level domain that never has any (RFC 6761 §6.4), with a bound in case the resolver is slow.
    let unknown = service("http://nobody.invalid:9001", "");
    let error = get(&providers(), &unknown).await.unwrap_err();
    let slow_resolver = matches!(error, ProviderError::Timeout { phase: Phase::Connect, .. });
    assert!(matches!(error, ProviderError::UnknownHost { .. }) || slow_resolver, "{error:?}");
}

#[tokio::test]
async fn the_provider_never_answers() {
    let script = Script::play(vec![vec![Act::Read, Act::ReadToEnd]]).await;
    let head = head(Method::Get, "", &[]);
    let deadline = Instant::now() + Duration::from_millis(50);
    let error = providers().call(&script.service(), ProviderRequest::of(&head, None), deadline).await.unwrap_err();
    assert!(matches!(error, ProviderError::Timeout { phase: Phase::Answer, .. }), "{error:?}");
}

#[tokio::test]
async fn the_provider_takes_longer_than_the_service_may() {
    let mut script = Script::play(vec![vec![Act::Read, Act::ReadToEnd]]).await;
    let error = get(&providers(), &script.service()).await.unwrap_err();
    let within = Duration::from_secs(1);
    assert!(matches!(error, ProviderError::Timeout { phase: Phase::Answer, within: took, .. } if took == within));
    // The connection is closed, so that the provider knows.
    script.end().await;
}

#[tokio::test]
async fn the_provider_answers_with_garbage() {
    for garbage in [
        &b"SSH-2.0-OpenSSH_9.6\r\n"[..],
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"HTTP/1.1 abc OK\r\n\r\n",
        b"HTTP/9.9 200 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nNo colon\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        b"HTTP/1.1 700 Odd\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
    ] {
        let result = after(garbage).await;
        let text = String::from_utf8_lossy(garbage).into_owned();
        assert!(matches!(result, Err(ProviderError::Malformed { .. })), "{text:?}: {result:?}");
    }
}

#[tokio::test]
async fn the_head_of_the_answer_is_beyond_the_bounds() {
    let long = format!("HTTP/1.1 200 OK\r\nX: {}\r\n\r\n", "x".repeat(Limits::default().max_head_bytes));
    let many = format!("HTTP/1.1 200 OK\r\n{}\r\n", "X: y\r\n".repeat(Limits::default().max_fields + 1));
    let endless = "x".repeat(10 * Limits::default().max_head_bytes);
    for head in [long, many, endless] {
        let result = after(head.as_bytes()).await;
        assert!(matches!(result, Err(ProviderError::Malformed { .. })), "{result:?}");
    }
}

#[tokio::test]
async fn the_provider_closes_without_an_answer() {
    for bytes in [&b""[..], b"HTTP/1.1 20"] {
        let result = after(bytes).await;
        assert!(matches!(result, Err(ProviderError::Closed { .. })), "{result:?}");
    }
}

#[tokio::test]
async fn the_body_is_shorter_than_announced() {
    for answer in [
        "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnot a size\r\n",
    ] {
        let result = body_of(answer).await;
        assert!(matches!(result, Err(ProviderError::BodyBroken { .. })), "{answer}: {result:?}");
    }
}

#[tokio::test]
async fn the_body_stops_coming() {
    let begun = answer("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
    let mut script = Script::play(vec![vec![Act::Read, begun, Act::ReadToEnd]]).await;
    let response = get(&providers(), &script.service()).await.unwrap();
    let error = text(response).await.unwrap_err();
    assert!(matches!(error, ProviderError::Timeout { phase: Phase::Body, .. }), "{error:?}");
    script.end().await;
}

#[tokio::test]
async fn our_own_body_breaks_off() {
    let mut script = Script::play(vec![vec![Act::ReadToEnd]]).await;
    let (sender, body) = pieces();
    sender.try_send(Ok(Bytes::from_static(b"half"))).unwrap();
    sender.try_send(Err(io::Error::other("disk"))).unwrap();
    let error = call(&providers(), &script.service(), Method::Post, body).await.unwrap_err();
    assert!(matches!(error, ProviderError::RequestBody { .. }), "{error:?}");
    script.end().await;
    assert!(!script.received()[0].ends_with("0\r\n\r\n"), "the provider does not take half for the whole");
}

#[tokio::test]
async fn patience_counts_from_the_last_piece_of_the_request() {
    let script =
        Script::play(vec![vec![Act::ReadTo("0\r\n\r\n"), answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")]])
            .await;
    let (sender, body) = pieces();
    let (providers, service) = (providers(), script.service());
    let sending = async {
        // Longer in all than the service's second, but never that long without a piece.
        let mut ticks = tokio::time::interval(Duration::from_millis(400));
        for _ in 0..4 {
            ticks.tick().await;
            sender.try_send(Ok(Bytes::from_static(b"x"))).unwrap();
        }
        drop(sender);
    };
    let (response, ()) = tokio::join!(call(&providers, &service, Method::Post, body), sending);
    assert_eq!(response.unwrap().status, 200);
}
