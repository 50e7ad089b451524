//! Callers over kept connections, and the provider that they call in the end.

use crate::report::quantile;
use anyhow::{Context as _, Result, bail};
use bytes::Bytes;
use futures_util::stream;
use http::header::{CONTENT_LENGTH, HeaderValue};
use http::{Method, Request, StatusCode};
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::Frame;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use listener::{Handler, Response, reply};
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

/// What callers do.
#[derive(Debug, Clone)]
pub(crate) struct Load {
    /// Where they call.
    pub(crate) address: SocketAddr,
    /// What they call.
    pub(crate) path: String,
    /// As whom.
    pub(crate) client: &'static str,
    /// How many at once.
    pub(crate) callers: usize,
    /// How large their requests and the answers are.
    pub(crate) body: Bytes,
    /// For how long.
    pub(crate) lasting: Duration,
}

/// What came of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Outcome {
    pub(crate) calls: usize,
    pub(crate) per_second: f64,
    pub(crate) p50_ms: f64,
    pub(crate) p99_ms: f64,
}

/// Lets the callers call.
pub(crate) async fn drive(load: &Load) -> Result<Outcome> {
    let started = Instant::now();
    let mut callers = JoinSet::new();
    for _ in 0..load.callers {
        callers.spawn(call_on(load.clone(), started + load.lasting));
    }
    let mut times = Vec::new();
    while let Some(done) = callers.join_next().await {
        times.extend(done??);
    }
    let elapsed = started.elapsed().as_secs_f64();
    times.sort_by(f64::total_cmp);
    Ok(Outcome {
        calls: times.len(),
        per_second: times.len() as f64 / elapsed,
        p50_ms: quantile(&times, 0.5),
        p99_ms: quantile(&times, 0.99),
    })
}

async fn call_on(load: Load, until: Instant) -> Result<Vec<f64>> {
    let stream = TcpStream::connect(load.address).await?;
    stream.set_nodelay(true)?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    let mut times = Vec::new();
    // Once at least, however short the time.
    loop {
        let one = Instant::now();
        let request = Request::builder()
            .method(Method::POST)
            .uri(&load.path)
            .header("host", "bench")
            .header("x-road-client", load.client)
            .body(Full::new(load.body.clone()))?;
        sender.ready().await?;
        let response = sender.send_request(request).await.context("a call failed")?;
        let status = response.status();
        let mut body = response.into_body();
        let mut length = 0;
        let mut words = Bytes::new();
        while let Some(frame) = body.frame().await {
            if let Ok(data) = frame?.into_data() {
                length += data.len();
                words = data;
            }
        }
        if status != StatusCode::OK || length != load.body.len() {
            bail!("a call was answered with {status} and {length} bytes: {}", String::from_utf8_lossy(&words));
        }
        times.push(one.elapsed().as_secs_f64() * 1000.0);
        if Instant::now() >= until {
            break;
        }
    }
    Ok(times)
}

/// A provider that answers with what it got.
pub(crate) struct Echo;

impl Handler for Echo {
    async fn handle(&self, request: listener::Request) -> Response {
        let length = request.headers().get(CONTENT_LENGTH).cloned();
        let body = request.into_body();
        let small = hyper::body::Body::size_hint(&body).exact().is_some_and(|length| length < 1 << 20);
        if small {
            return match body.collect().await {
                Ok(whole) => reply::bytes(StatusCode::OK, "application/octet-stream", whole.to_bytes()),
                Err(_) => reply::empty(StatusCode::BAD_REQUEST),
            };
        }
        let pieces = stream::unfold(body, |mut body| async move {
            let frame = body.frame().await?;
            let frame =
                frame.map_err(std::io::Error::other).map(|frame| Frame::data(frame.into_data().unwrap_or_default()));
            Some((frame, body))
        });
        let mut response = Response::new(StreamBody::new(pieces).boxed_unsync());
        if let Some(length) = length {
            response.headers_mut().insert(CONTENT_LENGTH, length);
        }
        response.headers_mut().insert("x-echo", HeaderValue::from_static("streamed"));
        response
    }
}
