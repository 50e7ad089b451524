//! Heads of requests that are too much: too many fields, too long, without an end, or small and made to grow.

use super::{Port, SOON, VISITORS, request, until_closed};
use listener::Limits;
use tests::frames::{self, END_HEADERS, END_STREAM, ENHANCE_YOUR_CALM, Frame, NONE, field, frame, kind};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::client::TlsStream;

/// Sends frames on a connection of its own, and gives what comes until the connection ends, or a stream was answered.
async fn answered(port: &Port, sent: &[u8], answer_on: u32) -> (Vec<Frame>, TlsStream<TcpStream>) {
    let mut stream = port.harmful("h2").await;
    // It may be ended while it is written.
    let _ = stream.write_all(&[&frames::preface(&[]), sent].concat()).await;
    let _ = stream.flush().await;
    let heard = heard(&mut stream, answer_on).await;
    (heard, stream)
}

async fn heard(stream: &mut TlsStream<TcpStream>, answer_on: u32) -> Vec<Frame> {
    let mut heard = Vec::new();
    let listen = async {
        while let Some(frame) = frames::next(stream).await {
            let is_answer = frame.stream == answer_on && matches!(frame.kind, kind::HEADERS | kind::RST_STREAM);
            heard.push(frame);
            if is_answer {
                break;
            }
        }
    };
    timeout(SOON, listen).await.expect("it is answered, or ended");
    heard
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_fields_too_long_ones_and_one_without_an_end_are_refused() {
    let port = Port::open(Limits::default()).await;
    let long = "x".repeat(33 << 10);
    for head in [
        format!("{}{}\r\n", request("GET", "/"), "a: b\r\n".repeat(101)),
        format!("{}a: {long}\r\n\r\n", request("GET", "/")),
        format!("{}{long}: a\r\n\r\n", request("GET", "/")),
        request("GET", &format!("/{long}")) + "\r\n",
        // This one does not end.
        format!("{}a: {long}{long}{long}", request("GET", "/")),
    ] {
        let mut stream = port.harmful("http/1.1").await;
        // What comes after the refusal is not taken.
        let _ = stream.write_all(head.as_bytes()).await;
        let _ = stream.flush().await;
        let said = until_closed(&mut stream).await;
        let status = said.lines().next().unwrap_or_default();
        assert!(status.contains("431") || status.contains("414"), "{}…: {said}", &head[..20]);
        port.serves_others().await;
    }
    port.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fields_behind_a_body_are_bounded_as_those_before_it() {
    let port = Port::open(Limits::default()).await;
    let chunked = "content-type: application/json\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n0\r\n";
    for trailers in ["a: b\r\n".repeat(5_000), format!("a: {}\r\n", "x".repeat(64 << 10))] {
        let mut stream = port.harmful("http/1.1").await;
        let sent = format!("{}{chunked}{trailers}\r\n", request("POST", "/"));
        let _ = stream.write_all(sent.as_bytes()).await;
        let _ = stream.flush().await;
        let said = until_closed(&mut stream).await;
        assert!(said.starts_with("HTTP/1.1 4"), "{said}");
        port.serves_others().await;
    }
    port.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn over_http2_a_head_that_is_too_long_is_refused_and_the_next_is_answered() {
    let port = Port::open(Limits::default()).await;
    let long = frames::head("GET", VISITORS, "/", &[("a", &"x".repeat(12 << 10)), ("b", &"x".repeat(3 << 10))]);
    // The same again behind it, until it is longer than 32 KiB.
    let more = field("c", &"x".repeat(15 << 10));
    let sent = [
        frame(kind::HEADERS, END_STREAM, 1, &long),
        frame(kind::CONTINUATION, NONE, 1, &more),
        frame(kind::CONTINUATION, END_HEADERS, 1, &more),
    ];
    let (heard, mut stream) = answered(&port, &sent.concat(), 1).await;
    assert!(heard.iter().any(|frame| frame.stream == 1 && frame.has_status("431")), "{heard:?}");
    let ordinary = frames::head("GET", VISITORS, "/count", &[]);
    stream.write_all(&frame(kind::HEADERS, END_STREAM | END_HEADERS, 3, &ordinary)).await.unwrap();
    let heard = self::heard(&mut stream, 3).await;
    assert!(heard.iter().any(|frame| frame.has_status("200")), "{heard:?}");
    port.serves_others().await;
    port.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_that_is_continued_without_end_ends_the_connection() {
    let port = Port::open(Limits::default()).await;
    let head = frames::head("GET", VISITORS, "/", &[]);
    // Empty ones cost the least, full ones fill the most.
    for each in [Vec::new(), field("a", &"x".repeat(16_000))] {
        let flood = frame(kind::CONTINUATION, NONE, 1, &each).repeat(8);
        let sent = [frame(kind::HEADERS, END_STREAM, 1, &head), flood].concat();
        let (heard, mut stream) = answered(&port, &sent, 0).await;
        let told = heard.iter().find_map(Frame::reason);
        assert!(told.is_some_and(|reason| reason != 0), "{heard:?}");
        assert_eq!(stream.read(&mut [0; 16]).await.unwrap_or(0), 0, "it is closed");
        port.serves_others().await;
    }
    port.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_small_head_that_stands_for_a_large_one_is_refused() {
    let port = Port::open(Limits::default()).await;
    let mut bomb = frames::head("GET", VISITORS, "/", &[]);
    bomb.extend(frames::kept_field("a", &"x".repeat(4_000)));
    // RFC 7541 §6.1: each byte is that field once more, so that 12 KB stand for 32 MB.
    bomb.extend([0x80 | 62; 8_000]);
    let (heard, _) = answered(&port, &frame(kind::HEADERS, END_STREAM | END_HEADERS, 1, &bomb), 1).await;
    let calmed = heard.iter().any(|frame| frame.reason() == Some(ENHANCE_YOUR_CALM));
    let refused = heard.iter().any(|frame| frame.stream == 1 && frame.has_status("431"));
    assert!(calmed || refused, "{heard:?}");
    port.serves_others().await;
    port.close().await;
}
