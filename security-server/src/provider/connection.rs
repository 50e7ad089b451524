//! One connection to a provider: sends a request, tells whether it may be used again.

use super::connect::{Destination, Stream};
use super::{Limits, Phase, ProviderError};
use crate::upload::{RequestBody, Upload};
use hyper::body::Incoming;
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use std::fmt;
use std::io;
use std::net::{Shutdown, TcpStream as StdStream};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout};

/// One connection to a provider. Dropping it ends it.
pub(super) struct Connection {
    provider: String,
    sender: SendRequest<RequestBody>,
    probe: Arc<StdStream>,
    kept_since: Option<Instant>,
    /// Tells the connection's task what it is used for; dropped with the connection.
    usage: watch::Sender<Use>,
}

/// What a connection is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Use {
    Call,
    Kept,
}

/// Why there is no answer to a request.
pub(super) enum NotAnswered {
    /// Not a byte of the request was written.
    Unsent(http::Request<RequestBody>),
    /// It was, or may have been.
    Failed(ProviderError),
}

impl Connection {
    pub(super) async fn open(
        destination: &Destination,
        limits: &Limits,
        deadline: Instant,
    ) -> Result<Self, ProviderError> {
        let opened = destination.open(limits.connect_within, deadline).await?;
        let mut http = http1::Builder::new();
        http.max_headers(limits.max_fields).max_header_size(limits.max_head_bytes);
        let shaken = http.handshake(TokioIo::new(opened.stream)).await;
        let (sender, http) = shaken.map_err(|error| ProviderError::of_exchange(destination.authority(), error))?;
        let (usage, seen) = watch::channel(Use::Call);
        // The task ends with the connection, with this value, or when the connection was kept for long enough.
        let (probe, kept_for) = (Arc::new(opened.probe), limits.kept_for);
        let socket = Arc::clone(&probe);
        tokio::spawn(async move {
            drive(http, seen, kept_for).await;
            // The second handle would keep the socket open.
            let _ = socket.shutdown(Shutdown::Both);
        });
        let provider = destination.authority().to_owned();
        Ok(Self { provider, sender, probe, kept_since: None, usage })
    }

    /// Sends a request and waits for the head of its answer: `patience` from the last piece of the body, and no longer
    /// than to the deadline.
    pub(super) async fn send(
        &mut self,
        request: http::Request<RequestBody>,
        upload: &Upload,
        patience: Duration,
        deadline: Instant,
    ) -> Result<http::Response<Incoming>, NotAnswered> {
        let began = Instant::now();
        let until = |last_piece: Instant| deadline.min(last_piece.max(began) + patience);
        match upload.answered_until(self.sender.try_send_request(request), until).await {
            Ok(Ok(response)) => Ok(response),
            Ok(Err(mut failure)) => Err(match failure.take_message() {
                Some(unsent) => NotAnswered::Unsent(unsent),
                None => NotAnswered::Failed(ProviderError::of_exchange(&self.provider, failure.into_error())),
            }),
            Err(_) => {
                let within = patience.min(deadline.saturating_duration_since(began));
                let (provider, phase) = (self.provider.clone(), Phase::Answer);
                Err(NotAnswered::Failed(ProviderError::Timeout { provider, phase, within }))
            }
        }
    }

    /// Marks it as kept for a next call.
    pub(super) fn keep(&mut self) {
        self.kept_since = Some(Instant::now());
        self.usage.send_replace(Use::Kept);
    }

    /// Takes it out for a call, where it is ready, was not kept too long, and its socket shows no sign of the provider.
    pub(super) async fn take(mut self, kept_for: Duration) -> Option<Self> {
        self.usage.send_replace(Use::Call);
        self.kept_since.take().filter(|since| since.elapsed() < kept_for)?;
        // The end of the last answer reaches us a moment before the connection is ready again.
        let ready = timeout(READY_WITHIN, self.sender.ready()).await;
        (matches!(ready, Ok(Ok(()))) && self.is_silent()).then_some(self)
    }

    /// Whether it will not serve another call.
    pub(super) fn is_closed(&self) -> bool {
        self.sender.is_closed()
    }

    /// Between two calls an honest provider says nothing: bytes, or the end of the stream, mean that it is closing.
    fn is_silent(&self) -> bool {
        // The socket is non-blocking, as its other handle made it.
        matches!(self.probe.peek(&mut [0]), Err(error) if error.kind() == io::ErrorKind::WouldBlock)
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection").field("provider", &self.provider).finish_non_exhaustive()
    }
}

/// Runs a connection to its end.
async fn drive(
    http: http1::Connection<TokioIo<Box<dyn Stream>>, RequestBody>,
    mut usage: watch::Receiver<Use>,
    kept_for: Duration,
) {
    let mut http = pin!(http);
    loop {
        let kept = *usage.borrow_and_update() == Use::Kept;
        tokio::select! {
            ended = http.as_mut() => {
                if let Err(error) = ended {
                    tracing::debug!(error = %error, "connection to a provider ended early");
                }
                return;
            }
            changed = usage.changed() => if changed.is_err() {
                // Nobody will use it again: it may say goodbye, and is cut if that takes long.
                let _ = timeout(CLOSE_WITHIN, http).await;
                return;
            },
            () = sleep(kept_for), if kept => return,
        }
    }
}

/// How long a connection that was given back may take to be ready.
const READY_WITHIN: Duration = Duration::from_millis(5);
const CLOSE_WITHIN: Duration = Duration::from_secs(1);
