//! Knows how long a connection has had no request in progress.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use tokio::sync::watch;
use tokio::time::timeout;

/// Counts the requests in progress on one connection.
#[derive(Debug, Clone)]
pub(crate) struct Requests {
    in_progress: watch::Sender<usize>,
}

/// One request in progress, until it is dropped.
#[derive(Debug)]
pub(crate) struct InProgress {
    requests: Requests,
}

/// A response body that keeps its request in progress until it has been sent.
#[derive(Debug)]
pub(crate) struct Held<B> {
    body: B,
    _request: InProgress,
}

impl Requests {
    pub(crate) fn new() -> Self {
        Self { in_progress: watch::Sender::new(0) }
    }

    pub(crate) fn begin(&self) -> InProgress {
        self.in_progress.send_modify(|count| *count += 1);
        InProgress { requests: self.clone() }
    }

    /// Returns when the first request has not begun within `first`, or none has been in progress for `idle`.
    pub(crate) async fn idle(&self, first: Duration, idle: Duration) {
        let mut changes = self.in_progress.subscribe();
        let mut patience = first;
        loop {
            let in_progress = *changes.borrow_and_update();
            let change = changes.changed();
            if in_progress > 0 {
                let _ = change.await;
            } else if timeout(patience, change).await.is_err() {
                return;
            }
            patience = idle;
        }
    }
}

impl Drop for InProgress {
    fn drop(&mut self) {
        self.requests.in_progress.send_modify(|count| *count -= 1);
    }
}

impl<B> Held<B> {
    pub(crate) fn new(body: B, request: InProgress) -> Self {
        Self { body, _request: request }
    }
}

impl<B: Body<Data = Bytes> + Unpin> Body for Held<B> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
