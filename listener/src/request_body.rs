//! The body of a request. What its handler leaves of it is taken all the same, so that the sender sees the answer.

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use bytes::Bytes;
use http::HeaderMap;
use http::header::EXPECT;
use http_body_util::BodyExt as _;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use tokio::time::timeout;

use crate::Limits;

/// The body of a request.
///
/// A handler may drop it at any time. Over HTTP/1.1 a peer that writes all it has before it reads would then meet a
/// connection that is cut, and never see why it was refused (RFC 9112 §9.6); so the listener takes the rest, within
/// [`Limits::discarded_body_bytes`] and [`Limits::discard_timeout`], before it sends the answer.
#[derive(Debug)]
pub struct RequestBody {
    // Some until it is dropped.
    incoming: Option<Incoming>,
    left: Option<Leftover>,
}

/// What a handler left of a body.
#[derive(Debug, Clone, Default)]
pub(crate) struct Leftover(Arc<Mutex<Option<Incoming>>>);

impl RequestBody {
    /// A body of which nothing is taken beyond what its handler takes: HTTP/2 ends a single stream in good order.
    pub(crate) fn new(incoming: Incoming) -> Self {
        Self { incoming: Some(incoming), left: None }
    }

    /// A body, and where its rest is found when it was dropped.
    pub(crate) fn with_leftover(headers: &HeaderMap, incoming: Incoming) -> (Self, Option<Leftover>) {
        // Who asks before it sends is not invited to send what nobody wants (RFC 9110 §10.1.1).
        let left = (!incoming.is_end_stream() && !headers.contains_key(EXPECT)).then(Leftover::default);
        (Self { incoming: Some(incoming), left: left.clone() }, left)
    }
}

impl Leftover {
    /// Takes what is left of the body, if its handler is done with it.
    pub(crate) async fn discard(self, limits: &Limits) {
        let Some(mut body) = self.lock().take() else { return };
        let mut left = limits.discarded_body_bytes;
        if body.size_hint().lower() > left {
            return;
        }
        let discard = async {
            // However the rest ends, the answer is made already.
            while let Some(Ok(frame)) = body.frame().await {
                let size = frame.data_ref().map_or(0, |data| data.len() as u64);
                match left.checked_sub(size) {
                    Some(rest) => left = rest,
                    None => return,
                }
            }
        };
        let _ = timeout(limits.discard_timeout, discard).await;
    }

    fn lock(&self) -> MutexGuard<'_, Option<Incoming>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for RequestBody {
    fn drop(&mut self) {
        if let (Some(incoming), Some(left)) = (self.incoming.take(), &self.left) {
            *left.lock() = Some(incoming);
        }
    }
}

impl Body for RequestBody {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<hyper::Result<Frame<Bytes>>>> {
        match &mut self.incoming {
            Some(incoming) => Pin::new(incoming).poll_frame(cx),
            None => Poll::Ready(None),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.incoming.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.incoming.as_ref().map_or(SizeHint::with_exact(0), Body::size_hint)
    }
}
