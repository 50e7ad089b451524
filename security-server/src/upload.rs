//! The body of a request on its way, and how far it has come: whoever waits for an answer counts from its last piece.

use bytes::Bytes;
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use listener::Body;
use std::io;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{Instant, timeout_at};

/// The body of a request that says how far it has come.
pub(crate) struct RequestBody {
    body: Option<Body>,
    progress: watch::Sender<Progress>,
}

/// How far the body of a request has come.
#[derive(Debug, Clone)]
pub(crate) struct Upload(watch::Receiver<Progress>);

#[derive(Debug, Clone, Copy)]
enum Progress {
    /// The connection asked for the last piece then.
    Since(Instant),
    /// All of it is with the connection since then.
    Whole(Instant),
}

impl RequestBody {
    pub(crate) fn new(body: Option<Body>) -> (Self, Upload) {
        let now = Instant::now();
        let nothing = body.as_ref().is_none_or(HttpBody::is_end_stream);
        let (progress, seen) = watch::channel(if nothing { Progress::Whole(now) } else { Progress::Since(now) });
        (Self { body: body.filter(|_| !nothing), progress }, Upload(seen))
    }
}

impl Upload {
    /// When the connection asked for the last piece.
    pub(crate) fn last_piece(&self) -> Instant {
        match *self.0.borrow() {
            Progress::Since(at) | Progress::Whole(at) => at,
        }
    }

    /// Whether all of it is with the connection.
    pub(crate) fn is_whole(&self) -> bool {
        matches!(*self.0.borrow(), Progress::Whole(_))
    }
}

impl Upload {
    /// Waits for `answer`: at most `patience` from the last piece of the body that was taken.
    ///
    /// # Errors
    /// When the patience has run out.
    pub(crate) async fn answered<A: Future>(&self, answer: A, patience: Duration) -> Result<A::Output, Silent> {
        self.answered_until(answer, |last_piece| last_piece + patience).await
    }

    /// Waits for `answer` until the moment that `until` says, from that of the last piece of the body that was taken.
    ///
    /// # Errors
    /// When that moment has come.
    pub(crate) async fn answered_until<A: Future>(
        &self,
        answer: A,
        until: impl Fn(Instant) -> Instant,
    ) -> Result<A::Output, Silent> {
        let mut answer = pin!(answer);
        loop {
            match timeout_at(until(self.last_piece()), answer.as_mut()).await {
                Ok(answered) => return Ok(answered),
                // Another piece was taken meanwhile.
                Err(_) if until(self.last_piece()) > Instant::now() => {}
                Err(_) => return Err(Silent),
            }
        }
    }
}

/// Nothing was answered in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Silent;

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

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::stream;
    use http_body_util::{BodyExt, StreamBody};

    const PATIENCE: Duration = Duration::from_millis(150);

    /// A body of so many pieces.
    fn body(pieces: usize) -> (RequestBody, Upload) {
        let pieces = (0..pieces).map(|_| Ok(Frame::data(Bytes::from_static(b"piece"))));
        RequestBody::new(Some(StreamBody::new(stream::iter(pieces)).boxed_unsync()))
    }

    #[tokio::test]
    async fn patience_begins_anew_with_each_piece_that_is_taken() {
        let (mut body, upload) = body(8);
        let taking = async {
            let mut ticks = tokio::time::interval(PATIENCE / 3);
            while body.frame().await.is_some() {
                ticks.tick().await;
            }
            "answer"
        };
        assert_eq!(upload.answered(taking, PATIENCE).await, Ok("answer"));
    }

    #[tokio::test]
    async fn patience_ends_when_nothing_more_is_taken() {
        let (mut body, upload) = body(2);
        let taking = async {
            body.frame().await;
            std::future::pending::<()>().await;
        };
        assert_eq!(upload.answered(taking, PATIENCE).await, Err(Silent));
    }
}
