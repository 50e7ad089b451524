//! Reads bodies within bounds of size and patience.

use std::error::Error as StdError;
use std::future::Future;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::body::{Body, Frame, SizeHint};
use thiserror::Error;
use tokio::time::{Instant, Sleep, sleep_until};

/// Why a body could not be read to its end.
#[derive(Debug, Error)]
pub enum BodyError {
    /// It is larger than allowed.
    #[error("body is larger than {limit} bytes")]
    TooLarge {
        /// What is allowed, in bytes.
        limit: u64,
    },
    /// The peer stopped sending.
    #[error("body stopped coming for {patience:?}")]
    TooSlow {
        /// How long it was waited for.
        patience: Duration,
    },
    /// The connection or its framing broke.
    #[error("body broke off")]
    Broken {
        /// What the HTTP library says about it.
        source: Box<dyn StdError + Send + Sync>,
    },
}

/// A body that fails once it is larger than a limit or does not come on in time.
///
/// Only waiting for the peer counts: a reader that takes its time does not make the peer look slow. And only a kibibyte
/// counts as coming on: who sends a byte now and then is waited for no longer than who sends none.
#[derive(Debug)]
pub struct TimedBody<B> {
    body: B,
    limit: u64,
    left: u64,
    patience: Duration,
    // Since the last kibibyte was complete.
    came: u64,
    waited: Duration,
    waiting: Option<Waiting>,
}

#[derive(Debug)]
struct Waiting {
    since: Instant,
    over: Pin<Box<Sleep>>,
}

/// What has to come before patience begins anew.
const LEAST_BYTES: u64 = 1024;

impl<B> TimedBody<B> {
    /// Allows `body` at most `limit` bytes, and `patience` for each of its kibibytes and for its end.
    pub fn new(body: B, limit: u64, patience: Duration) -> Self {
        Self { body, limit, left: limit, patience, came: 0, waited: Duration::ZERO, waiting: None }
    }
}

/// Reads a whole body of at most `limit` bytes into memory, waiting at most `patience` for each of its kibibytes.
///
/// # Errors
/// Says whether the body was too large (before reading it, if it says so itself), too slow or broke off.
pub async fn read_bounded<B>(body: B, limit: usize, patience: Duration) -> Result<Bytes, BodyError>
where
    B: Body<Data = Bytes>,
    B::Error: Into<Box<dyn StdError + Send + Sync>>,
{
    let announced = body.size_hint().lower();
    let bound = limit as u64;
    if announced > bound {
        return Err(BodyError::TooLarge { limit: bound });
    }
    let body = pin!(body);
    let mut body = TimedBody::new(body, bound, patience);
    // Most bodies come in one piece, which is then handed on without a copy.
    let Some(first) = next_piece(&mut body).await? else { return Ok(Bytes::new()) };
    let Some(second) = next_piece(&mut body).await? else { return Ok(first) };
    let mut whole = BytesMut::from(&first[..]);
    whole.extend_from_slice(&second);
    while let Some(piece) = next_piece(&mut body).await? {
        whole.extend_from_slice(&piece);
    }
    Ok(whole.freeze())
}

async fn next_piece<B>(body: &mut B) -> Result<Option<Bytes>, B::Error>
where
    B: Body<Data = Bytes> + Unpin,
{
    while let Some(frame) = body.frame().await {
        if let Ok(data) = frame?.into_data() {
            return Ok(Some(data));
        }
    }
    Ok(None)
}

impl<B> Body for TimedBody<B>
where
    B: Body<Data = Bytes> + Unpin,
    B::Error: Into<Box<dyn StdError + Send + Sync>>,
{
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let this = &mut *self;
        match Pin::new(&mut this.body).poll_frame(cx) {
            Poll::Ready(frame) => {
                if let Some(waiting) = this.waiting.take() {
                    this.waited += waiting.since.elapsed();
                }
                Poll::Ready(frame.map(|frame| match frame {
                    Ok(frame) => this.count(frame),
                    Err(source) => Err(BodyError::Broken { source: source.into() }),
                }))
            }
            Poll::Pending => {
                let (patience, left) = (this.patience, this.patience.saturating_sub(this.waited));
                let waiting = this.waiting.get_or_insert_with(|| Waiting::begin(left));
                waiting.over.as_mut().poll(cx).map(|()| Some(Err(BodyError::TooSlow { patience })))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl<B> TimedBody<B> {
    fn count(&mut self, frame: Frame<Bytes>) -> Result<Frame<Bytes>, BodyError> {
        let size = frame.data_ref().map_or(0, |data| data.len() as u64);
        self.left = self.left.checked_sub(size).ok_or(BodyError::TooLarge { limit: self.limit })?;
        self.came += size;
        if self.came >= LEAST_BYTES {
            (self.came, self.waited) = (0, Duration::ZERO);
        }
        Ok(frame)
    }
}

impl Waiting {
    fn begin(left: Duration) -> Self {
        let since = Instant::now();
        Self { since, over: Box::pin(sleep_until(since + left)) }
    }
}
