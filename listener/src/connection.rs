//! The life of one connection: handshake, requests, end.

use std::convert::Infallible;
use std::error::Error as StdError;
use std::future::Future;
use std::io;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use http::Version;
use hyper::body::Incoming;
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use thiserror::Error;
use tokio::time::{Instant, sleep_until, timeout};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;

use crate::idle::{Held, InProgress, Requests};
use crate::places::{Crowd, Place};
use crate::socket::Stream;
use crate::tasks::Tasks;
use crate::{Body, Connection, Handler, Limits, PeerAddress, Request, RequestBody, Tls};

/// What the connections of one listener share.
pub(crate) struct Server<H> {
    pub(crate) tls: Tls,
    pub(crate) limits: Limits,
    pub(crate) handler: Arc<H>,
    pub(crate) crowd: Arc<Crowd>,
    pub(crate) shutdown: CancellationToken,
    pub(crate) tasks: Tasks,
}

/// Runs one connection from its handshake to its end; `_place` counts it until then.
pub(crate) async fn run<H: Handler>(server: Arc<Server<H>>, stream: Stream, peer: PeerAddress, _place: Place) {
    let ended = match establish(&server, stream, peer).await {
        Ok((stream, connection)) => exchange(&server, stream, connection).await.map_err(ConnectionError::Http),
        Err(error) => Err(error),
    };
    // Peers come and go as they like: this is of interest to who looks for it, and no fault of the server.
    if let Err(error) = ended {
        let source = error.source().map(ToString::to_string).unwrap_or_default();
        tracing::debug!(peer.address = %peer, error = %error, source, "connection ended early");
    }
}

#[derive(Debug, Error)]
enum ConnectionError {
    #[error("tls handshake took longer than {0:?}")]
    SlowHandshake(Duration),
    #[error("tls handshake failed")]
    Handshake(#[source] io::Error),
    #[error("http exchange failed")]
    Http(#[source] hyper::Error),
}

async fn establish<H: Handler>(
    server: &Server<H>,
    stream: Stream,
    peer_address: PeerAddress,
) -> Result<(Stream, Connection), ConnectionError> {
    let Tls::Rustls(current) = &server.tls else {
        return Ok((stream, Connection::plain(peer_address)));
    };
    let handshake = TlsAcceptor::from(current()).accept(stream);
    let limit = server.limits.handshake_timeout;
    // A peer that has sent nothing yet is not waited for once the listener shuts down.
    let established = tokio::select! {
        () = server.shutdown.cancelled() => Err(io::ErrorKind::ConnectionAborted.into()),
        () = passed(limit, &server.crowd) => return Err(ConnectionError::SlowHandshake(limit)),
        established = handshake => established,
    };
    let stream = established.map_err(ConnectionError::Handshake)?;

    let session = stream.get_ref().1;
    let connection = Connection {
        peer_address,
        peer_certificates: session.peer_certificates().unwrap_or_default().into(),
        alpn: session.alpn_protocol().map(Arc::from),
    };
    Ok((Box::new(stream), connection))
}

/// Returns when the time for something has passed; sooner in a crowd.
async fn passed(limit: Duration, crowd: &Crowd) {
    let (began, mut changes) = (Instant::now(), crowd.changes());
    loop {
        let patience = crowd.patience(limit, &mut changes);
        tokio::select! {
            () = sleep_until(began + patience) => return,
            _ = changes.changed() => {}
        }
    }
}

async fn exchange<H: Handler>(server: &Arc<Server<H>>, stream: Stream, connection: Connection) -> hyper::Result<()> {
    let requests = Requests::new();
    let speaks_http2 = connection.alpn.as_deref() == Some(b"h2");
    let service = {
        let (server, requests) = (server.clone(), requests.clone());
        // Boxed, for HTTP/2 moves the future into a task of its own, and a handler's future may have many kilobytes.
        service_fn(move |request| Box::pin(answer(server.clone(), requests.begin(), connection.clone(), request)))
    };
    let io = TokioIo::new(stream);
    if speaks_http2 {
        let http = http2_builder(&server.limits, &server.tasks).serve_connection(io, service);
        drive(server, &requests, http, http2::Connection::graceful_shutdown).await
    } else {
        let http = http1_builder(&server.limits).serve_connection(io, service);
        drive(server, &requests, http, http1::Connection::graceful_shutdown).await
    }
}

async fn answer<H: Handler>(
    server: Arc<Server<H>>,
    in_progress: InProgress,
    connection: Connection,
    request: http::Request<Incoming>,
) -> Result<http::Response<Held<Body>>, Infallible> {
    let (mut head, body) = request.into_parts();
    head.extensions.insert(connection);
    let (body, left) = match head.version {
        Version::HTTP_2 => (RequestBody::new(body), None),
        _ => RequestBody::with_leftover(&head.headers, body),
    };
    let response = server.handler.handle(Request::from_parts(head, body)).await;
    if let Some(left) = left {
        left.discard(&server.limits).await;
    }
    Ok(response.map(|body| Held::new(body, in_progress)))
}

/// Runs a connection to its end, which is brought about by the peer, by idleness, by a response that is not taken,
/// or by the listener's shutdown.
async fn drive<H, C>(
    server: &Server<H>,
    requests: &Requests,
    connection: C,
    finish: impl Fn(Pin<&mut C>),
) -> hyper::Result<()>
where
    C: Future<Output = hyper::Result<()>>,
{
    let limits = &server.limits;
    let mut connection = pin!(connection);
    tokio::select! {
        ended = connection.as_mut() => return ended,
        () = server.shutdown.cancelled() => {
            finish(connection.as_mut());
            // The listener cuts this task when its drain deadline has passed.
            return connection.await;
        }
        () = requests.idle(limits.header_timeout, limits.idle_timeout, &server.crowd) => finish(connection.as_mut()),
        // CVE-2023-44487: each would cost its beginning and no answer.
        () = requests.taken_back(limits.http2_max_taken_back) => {
            tracing::debug!("ended a connection whose peer takes back what it asks");
            finish(connection.as_mut());
        }
        () = requests.stalled(limits.response_pause) => {
            tracing::debug!(pause = ?limits.response_pause, "cut a connection whose peer does not take its response");
            return Ok(());
        }
    }
    // The peer is told that it ends, and has as long to take note as it had to send a request.
    timeout(limits.header_timeout.min(TO_TAKE_NOTE), connection).await.unwrap_or(Ok(()))
}

fn http1_builder(limits: &Limits) -> http1::Builder {
    let mut builder = http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(limits.header_timeout)
        .max_header_size(limits.max_header_bytes as usize)
        .max_buf_size(limits.http1_buffer_bytes.max(limits.max_header_bytes as usize).max(SMALLEST_BUFFER_BYTES));
    builder
}

fn http2_builder(limits: &Limits, tasks: &Tasks) -> http2::Builder<Tasks> {
    let mut builder = http2::Builder::new(tasks.clone());
    builder
        .timer(TokioTimer::new())
        .max_header_list_size(limits.max_header_bytes)
        .max_concurrent_streams(limits.http2_max_streams)
        .initial_stream_window_size(limits.http2_stream_window_bytes)
        .initial_connection_window_size(limits.http2_connection_window_bytes)
        .max_send_buf_size(limits.http2_send_buffer_bytes)
        .keep_alive_interval(limits.http2_ping_interval)
        .keep_alive_timeout(limits.http2_ping_interval);
    builder
}

/// How long the peer of an idle connection has to take note that it ends.
const TO_TAKE_NOTE: Duration = Duration::from_secs(2);

/// The HTTP library panics below this.
const SMALLEST_BUFFER_BYTES: usize = 8 * 1024;
