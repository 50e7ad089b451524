//! The body of a request on its way, and how far it has come.

use bytes::Bytes;
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use listener::Body;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::sync::watch;
use tokio::time::Instant;

/// The body of a request that says how far it has come.
pub(super) struct RequestBody {
    body: Option<Body>,
    progress: watch::Sender<Progress>,
}

/// How far the body of a request has come.
#[derive(Debug, Clone)]
pub(super) struct Upload(watch::Receiver<Progress>);

#[derive(Debug, Clone, Copy)]
enum Progress {
    /// The connection asked for the last piece then.
    Since(Instant),
    /// All of it is with the connection since then.
    Whole(Instant),
}

impl RequestBody {
    pub(super) fn new(body: Option<Body>) -> (Self, Upload) {
        let now = Instant::now();
        let nothing = body.as_ref().is_none_or(HttpBody::is_end_stream);
        let (progress, seen) = watch::channel(if nothing { Progress::Whole(now) } else { Progress::Since(now) });
        (Self { body: body.filter(|_| !nothing), progress }, Upload(seen))
    }
}

impl Upload {
    /// When the connection asked for the last piece.
    pub(super) fn last_piece(&self) -> Instant {
        match *self.0.borrow() {
            Progress::Since(at) | Progress::Whole(at) => at,
        }
    }

    /// Whether all of it is with the connection.
    pub(super) fn is_whole(&self) -> bool {
        matches!(*self.0.borrow(), Progress::Whole(_))
    }
}

impl HttpBody for RequestBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let Some(body) = &mut self.body else { return Poll::Ready(None) };
        let polled = Pin::new(&mut *body).poll_frame(cx);
        let ended = matches!(polled, Poll::Ready(None)) || (polled.is_ready() && body.is_end_stream());
        if polled.is_ready() {
            let now = Instant::now();
            self.progress.send_replace(if ended { Progress::Whole(now) } else { Progress::Since(now) });
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(HttpBody::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.body.as_ref().map_or(SizeHint::with_exact(0), HttpBody::size_hint)
    }
}
