//! Streams of HTTP/2 that are opened for nothing: taken back at once or after a while, filled with nothing, or never read.

use super::{BRIEFLY, Port, SOON, VISITORS};
use listener::Limits;
use tests::frames::{self, END_HEADERS, END_STREAM, ENHANCE_YOUR_CALM, Frame, NO_ERROR, NONE, frame, kind};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::client::TlsStream;

const CANCEL: [u8; 4] = [0, 0, 0, 8];
/// RFC 9113 §6.5.2, `SETTINGS_INITIAL_WINDOW_SIZE`.
const INITIAL_WINDOW_SIZE: u16 = 4;

async fn begun(port: &Port, settings: &[(u16, u32)]) -> TlsStream<TcpStream> {
    let mut stream = port.harmful("h2").await;
    stream.write_all(&frames::preface(settings)).await.unwrap();
    stream
}

/// Everything that comes until the connection ends.
async fn until_ended(stream: &mut TlsStream<TcpStream>) -> Vec<Frame> {
    let mut heard = Vec::new();
    let listen = async {
        while let Some(frame) = frames::next(stream).await {
            heard.push(frame);
        }
    };
    timeout(SOON, listen).await.expect("the connection is ended");
    heard
}

#[tokio::test(flavor = "multi_thread")]
async fn streams_that_are_taken_back_at_once_end_the_connection() {
    let port = Port::open(Limits::default()).await;
    let mut stream = begun(&port, &[]).await;
    let head = frames::head("GET", VISITORS, "/", &[]);
    let burst = (0..2_000_u32).flat_map(|number| {
        let id = 2 * number + 1;
        [frame(kind::HEADERS, END_STREAM | END_HEADERS, id, &head), frame(kind::RST_STREAM, NONE, id, &CANCEL)].concat()
    });
    // It is ended while it is written.
    let _ = stream.write_all(&burst.collect::<Vec<_>>()).await;
    let heard = until_ended(&mut stream).await;
    assert!(heard.iter().any(|frame| frame.reason() == Some(ENHANCE_YOUR_CALM)), "{:?}", heard.last());
    port.serves_others().await;
    port.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn streams_that_are_taken_back_one_by_one_before_their_answer_end_the_connection() {
    let port = Port::open(Limits { http2_max_taken_back: 20, ..Limits::default() }).await;
    let mut stream = begun(&port, &[]).await;
    // The body never comes, so the gateway waits until the request is taken back.
    let form = [("content-type", "application/x-www-form-urlencoded"), ("content-length", "10")];
    let head = frames::head("POST", VISITORS, "/", &form);
    let mut told = None;
    for number in 0..200_u32 {
        let id = 2 * number + 1;
        let one = [frame(kind::HEADERS, END_HEADERS, id, &head), frame(kind::PING, NONE, 0, &[0; 8])].concat();
        let taken_back = [frame(kind::RST_STREAM, NONE, id, &CANCEL), frame(kind::PING, NONE, 0, &[1; 8])].concat();
        // Each ping is answered once what stands before it was seen.
        for part in [one, taken_back] {
            if told.is_some() || stream.write_all(&part).await.is_err() {
                break;
            }
            while let Some(frame) = timeout(SOON, frames::next(&mut stream)).await.expect("a ping is answered") {
                told = told.or(frame.reason().map(|reason| (number, reason)));
                if frame.kind == kind::PING || told.is_some() {
                    break;
                }
            }
        }
    }
    let (after, reason) = told.expect("it is told that the connection ends");
    assert_eq!(reason, NO_ERROR);
    assert!((20..40).contains(&after), "after {after}");
    until_ended(&mut stream).await;
    port.serves_others().await;
    port.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn frames_with_nothing_in_them_end_the_connection() {
    let port = Port::open(Limits::default()).await;
    let mut stream = begun(&port, &[]).await;
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let head = frames::head("POST", VISITORS, "/", &form);
    let flood = frame(kind::DATA, NONE, 1, &[]).repeat(10_000);
    let _ = stream.write_all(&[frame(kind::HEADERS, END_HEADERS, 1, &head), flood].concat()).await;
    let heard = until_ended(&mut stream).await;
    assert!(heard.iter().any(|frame| frame.reason().is_some_and(|reason| reason != NO_ERROR)), "{:?}", heard.last());
    port.serves_others().await;
    port.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_that_nobody_takes_are_not_kept_for_ever() {
    let port = Port::open(Limits { response_pause: BRIEFLY, ..Limits::default() }).await;
    let mut stream = begun(&port, &[(INITIAL_WINDOW_SIZE, 0)]).await;
    let head = frames::head("GET", VISITORS, "/", &[]);
    // As many as one browser asks for: of more the plugin itself would have too many.
    let asked = (0..16_u32).flat_map(|number| frame(kind::HEADERS, END_STREAM | END_HEADERS, 2 * number + 1, &head));
    stream.write_all(&asked.collect::<Vec<_>>()).await.unwrap();
    let (heard, ()) = tokio::join!(until_ended(&mut stream), port.serves_others());
    assert!(!heard.iter().any(|frame| frame.kind == kind::DATA && !frame.payload.is_empty()));
    port.close().await;
}
