//! The accept loop, and what it hands requests to.

use std::future::Future;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::combinators::UnsyncBoxBody;
use tokio_util::sync::CancellationToken;

use crate::connection::{self, Server};
use crate::places::Places;
use crate::tasks::Tasks;
use crate::{Limits, RequestBody, Socket, Tls};

/// A request; its extensions hold the [`Connection`](crate::Connection) it came over.
pub type Request = http::Request<RequestBody>;

/// The body of a response. An error in it cuts the connection, so that the peer does not take half for the whole.
pub type Body = UnsyncBoxBody<Bytes, io::Error>;

/// A response.
pub type Response = http::Response<Body>;

/// Answers requests.
pub trait Handler: Send + Sync + 'static {
    /// Answers one request. The future is dropped when the peer goes away or the listener's drain deadline has passed.
    fn handle(&self, request: Request) -> impl Future<Output = Response> + Send;
}

/// How a listener ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Drained {
    /// Every connection came to its end.
    Completely,
    /// The deadline passed and what was still going on was cut.
    Cut {
        /// Tasks that were cut: connections and, over HTTP/2, their requests.
        tasks: usize,
    },
}

/// Serves `socket` until `shutdown` is cancelled, then finishes what is in progress within `drain`.
///
/// Errors of a single connection, or of accepting one, are logged and never end the listener.
pub async fn serve<H: Handler>(
    socket: Socket,
    tls: Tls,
    limits: Limits,
    handler: Arc<H>,
    shutdown: CancellationToken,
    drain: Duration,
) -> Drained {
    let (places, tasks) = (Places::new(&limits), Tasks::default());
    let (crowd, shutdown_of_all) = (places.crowd(), shutdown.clone());
    let server = Arc::new(Server { tls, limits, handler, crowd, shutdown: shutdown_of_all, tasks: tasks.clone() });

    while let Some(Some(free)) = shutdown.run_until_cancelled(places.next()).await {
        match shutdown.run_until_cancelled(socket.accept()).await {
            None => break,
            Some(Ok((stream, peer))) => match places.give(free, &peer) {
                Some(place) => tasks.spawn(connection::run(server.clone(), stream, peer, place)),
                None => tracing::debug!(peer.address = %peer, "closed a connection of a peer that has too many"),
            },
            Some(Err(error)) => {
                tracing::warn!(error = %error, "failed to accept a connection");
                shutdown.run_until_cancelled(tokio::time::sleep(PAUSE_AFTER_ACCEPT_ERROR)).await;
            }
        }
    }

    drop(socket);
    match tasks.drain(drain).await {
        0 => Drained::Completely,
        left => {
            tracing::warn!(tasks = left, "cut what was still in progress at the drain deadline");
            Drained::Cut { tasks: left }
        }
    }
}

/// Without it a process that is out of file descriptors would spin.
const PAUSE_AFTER_ACCEPT_ERROR: Duration = Duration::from_millis(100);
