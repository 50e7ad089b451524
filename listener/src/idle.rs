//! Knows how long a connection has had no request in progress, and how long a response has waited for its peer.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use tokio::sync::watch;
use tokio::time::{Instant, sleep, sleep_until};

use crate::places::Crowd;

/// Counts the requests in progress on one connection, and watches over their responses.
#[derive(Debug, Clone)]
pub(crate) struct Requests {
    in_progress: watch::Sender<Count>,
    responses: Arc<Responses>,
}

/// How many requests are in progress, whether there was one ever, and since when there has been none.
#[derive(Debug, Clone, Copy)]
struct Count {
    now: usize,
    ever: bool,
    idle_since: Instant,
    /// Requests that were taken back before they were answered, less those that were answered.
    taken_back: usize,
}

/// The responses that are with the connection, by number: since when each has waited for the peer to take more of it.
#[derive(Debug, Default)]
struct Responses {
    next: AtomicU64,
    // Short critical sections around a small map.
    waiting: Mutex<HashMap<u64, Instant>>,
}

/// One request in progress, until it is dropped.
#[derive(Debug)]
pub(crate) struct InProgress {
    requests: Requests,
    answered: bool,
}

/// A response body that keeps its request in progress until it has been sent.
#[derive(Debug)]
pub(crate) struct Held<B> {
    body: B,
    number: u64,
    request: InProgress,
}

impl Requests {
    pub(crate) fn new() -> Self {
        let none = Count { now: 0, ever: false, idle_since: Instant::now(), taken_back: 0 };
        Self { in_progress: watch::Sender::new(none), responses: Arc::default() }
    }

    pub(crate) fn begin(&self) -> InProgress {
        self.in_progress.send_modify(|count| (count.now, count.ever) = (count.now + 1, true));
        InProgress { requests: self.clone(), answered: false }
    }

    /// Returns when the first request has not begun within `first`, or none has been in progress for `idle`; sooner while
    /// others wait for the place.
    pub(crate) async fn idle(&self, first: Duration, idle: Duration, crowd: &Crowd) {
        let (mut changes, mut crowd_changes) = (self.in_progress.subscribe(), crowd.changes());
        loop {
            let count = *changes.borrow_and_update();
            // A request that came and went before this was looked at was the first all the same.
            let patience = crowd.patience(if count.ever { idle } else { first }, &mut crowd_changes);
            // The senders live as long as the connection and its listener.
            if count.now > 0 {
                let _ = changes.changed().await;
                continue;
            }
            tokio::select! {
                () = sleep_until(count.idle_since + patience) => return,
                _ = changes.changed() => {}
                _ = crowd_changes.changed() => {}
            }
        }
    }

    /// Returns when the peer has taken back so many requests more than it let be answered.
    pub(crate) async fn taken_back(&self, most: usize) {
        let _ = self.in_progress.subscribe().wait_for(|count| count.taken_back > most).await;
    }

    /// Returns when a response has waited for `pause` without the peer taking more of it.
    pub(crate) async fn stalled(&self, pause: Duration) {
        let mut changes = self.in_progress.subscribe();
        loop {
            if changes.borrow_and_update().now == 0 {
                // The sender lives as long as this value.
                let _ = changes.changed().await;
                continue;
            }
            let oldest = self.responses.lock().values().min().map_or(Duration::ZERO, Instant::elapsed);
            if oldest >= pause {
                return;
            }
            sleep(pause - oldest).await;
        }
    }
}

impl Responses {
    fn lock(&self) -> MutexGuard<'_, HashMap<u64, Instant>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for InProgress {
    fn drop(&mut self) {
        let answered = self.answered;
        self.requests.in_progress.send_modify(|count| {
            count.now -= 1;
            count.idle_since = Instant::now();
            count.taken_back = if answered { count.taken_back.saturating_sub(1) } else { count.taken_back + 1 };
        });
    }
}

impl<B: Body> Held<B> {
    pub(crate) fn new(body: B, mut request: InProgress) -> Self {
        // One without a body is answered with its head. Of others it shows when the connection asks for the body: whose stream
        // was taken back is not asked for.
        request.answered = body.is_end_stream();
        let responses = &request.requests.responses;
        let number = responses.next.fetch_add(1, Ordering::Relaxed);
        responses.lock().insert(number, Instant::now());
        Self { body, number, request }
    }
}

impl<B> Held<B> {
    fn responses(&self) -> &Responses {
        &self.request.requests.responses
    }
}

impl<B> Drop for Held<B> {
    fn drop(&mut self) {
        self.responses().lock().remove(&self.number);
    }
}

impl<B: Body<Data = Bytes> + Unpin> Body for Held<B> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        self.request.answered = true;
        let polled = Pin::new(&mut self.body).poll_frame(cx);
        let mut waiting = self.responses().lock();
        match polled {
            // From here on it is the peer's turn …
            Poll::Ready(_) => waiting.insert(self.number, Instant::now()),
            // … and here that of whoever makes the body.
            Poll::Pending => waiting.remove(&self.number),
        };
        drop(waiting);
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
