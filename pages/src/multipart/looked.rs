//! A body in which something is looked for, and that ends where too much of it holds nothing.

use bytes::Bytes;
use futures_util::Stream;
use std::error::Error as StdError;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Context, Poll};
use thiserror::Error;

/// Bytes that are kept while a boundary and the head of its part are looked for.
pub(super) const MAX_BETWEEN_BYTES: usize = 16 << 10;

/// A body whose pieces are handed over one by one, each only when nothing is found in those before. The parser keeps what it
/// finds no boundary in, all of it, and searches it anew with each piece: so it gets no more than a boundary and a head may have.
pub(super) struct Looked<S> {
    body: Pin<Box<S>>,
    taking: Arc<Taking>,
}

/// How a body is taken while one thing is looked for: the next part, or a piece of one. Only one is, at any time.
#[derive(Debug, Default)]
pub(super) struct Taking {
    /// What was taken for it.
    bytes: AtomicUsize,
    /// The last piece of that.
    last_bytes: AtomicUsize,
    /// Whether the parser has yet to look at what it has.
    looks: AtomicBool,
}

impl Taking {
    /// From now on another thing is looked for.
    pub(super) fn begin(&self) {
        self.bytes.store(0, Ordering::Relaxed);
        self.last_bytes.store(0, Ordering::Relaxed);
        self.looks.store(true, Ordering::Relaxed);
    }
}

/// What ends a body in which nothing is found.
#[derive(Debug, Error)]
#[error("nothing that has the shape of a form was found")]
pub(super) struct NothingFound;

impl<S> Looked<S> {
    pub(super) fn new(body: S, taking: Arc<Taking>) -> Self {
        Self { body: Box::pin(body), taking }
    }
}

impl<S, E> Stream for Looked<S>
where
    S: Stream<Item = Result<Bytes, E>>,
    E: Into<Box<dyn StdError + Send + Sync>>,
{
    type Item = Result<Bytes, Box<dyn StdError + Send + Sync>>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.taking.looks.swap(false, Ordering::Relaxed) {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        let piece = std::task::ready!(self.body.as_mut().poll_next(cx));
        Poll::Ready(match piece {
            Some(Ok(piece)) => {
                self.taking.looks.store(true, Ordering::Relaxed);
                let taken = self.taking.bytes.fetch_add(piece.len(), Ordering::Relaxed);
                // Before the first boundary the parser asks twice without a look at the piece between.
                let looked_at = taken - self.taking.last_bytes.swap(piece.len(), Ordering::Relaxed);
                if looked_at < MAX_BETWEEN_BYTES { Some(Ok(piece)) } else { Some(Err(NothingFound.into())) }
            }
            Some(Err(error)) => Some(Err(error.into())),
            None => None,
        })
    }
}
