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
    /// The peer stopped sending, or sends less than the least rate.
    #[error("body came too slowly: nothing, or too little, within {patience:?}")]
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

/// The least that a peer must send on average, so that one byte now and then does not hold a place for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LeastRate {
    /// Bytes in a second of waiting: 1 KiB.
    pub bytes_per_second: u64,
    /// How far a peer may fall behind at any time: 30 s.
    pub grace: Duration,
}

/// A body that fails once it is larger than a limit or its next piece does not come in time.
///
/// Only waiting for the peer counts: a reader that takes its time does not make the peer look slow.
#[derive(Debug)]
pub struct TimedBody<B> {
    body: B,
    limit: u64,
    left: u64,
    patience: Duration,
    pace: Option<Pace>,
    waiting: Option<Waiting>,
}

/// How much waiting a peer has left: used up while it is waited for, earned again by what it sends.
#[derive(Debug)]
struct Pace {
    rate: LeastRate,
    left: Duration,
}

#[derive(Debug)]
struct Waiting {
    since: Instant,
    // What the peer had: its patience for this pause, or its grace for all of them.
    had: Duration,
    end: Pin<Box<Sleep>>,
}

impl Default for LeastRate {
    fn default() -> Self {
        Self { bytes_per_second: 1024, grace: Duration::from_secs(30) }
    }
}

impl<B> TimedBody<B> {
    /// Allows `body` at most `limit` bytes, and `patience` before each of its pieces.
    pub fn new(body: B, limit: u64, patience: Duration) -> Self {
        Self { body, limit, left: limit, patience, pace: None, waiting: None }
    }

    /// Demands a least rate besides; its grace counts as no shorter than the patience.
    #[must_use]
    pub fn at_least(mut self, rate: LeastRate) -> Self {
        let rate = LeastRate { grace: rate.grace.max(self.patience), ..rate };
        self.pace = Some(Pace { rate, left: rate.grace });
        self
    }
}

impl Pace {
    fn waited(&mut self, waited: Duration) {
        self.left = self.left.saturating_sub(waited);
    }

    fn received(&mut self, bytes: u64) {
        let nanoseconds = u128::from(bytes) * 1_000_000_000 / u128::from(self.rate.bytes_per_second.max(1));
        let earned = Duration::from_nanos(u64::try_from(nanoseconds).unwrap_or(u64::MAX));
        // What came early does not buy more than the grace: or a fast start would pay for days of trickling.
        self.left = self.left.saturating_add(earned).min(self.rate.grace);
    }
}

/// Reads a whole body of at most `limit` bytes into memory, waiting at most `patience` for each of its pieces and
/// demanding the default [`LeastRate`].
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
    let mut body = TimedBody::new(body, bound, patience).at_least(LeastRate::default());
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
                if let (Some(waiting), Some(pace)) = (this.waiting.take(), &mut this.pace) {
                    pace.waited(waiting.since.elapsed());
                }
                Poll::Ready(frame.map(|frame| match frame {
                    Ok(frame) => this.count(frame),
                    Err(source) => Err(BodyError::Broken { source: source.into() }),
                }))
            }
            Poll::Pending => {
                let (within, had) = match &this.pace {
                    Some(pace) if pace.left < this.patience => (pace.left, pace.rate.grace),
                    Some(_) | None => (this.patience, this.patience),
                };
                let waiting = this.waiting.get_or_insert_with(|| Waiting::begin(within, had));
                let patience = waiting.had;
                waiting.end.as_mut().poll(cx).map(|()| Some(Err(BodyError::TooSlow { patience })))
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
        if let Some(pace) = &mut self.pace {
            pace.received(size);
        }
        Ok(frame)
    }
}

impl Waiting {
    fn begin(within: Duration, had: Duration) -> Self {
        let since = Instant::now();
        Self { since, had, end: Box::pin(sleep_until(since + within)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: LeastRate = LeastRate { bytes_per_second: 1000, grace: Duration::from_millis(300) };

    /// A peer that sends one byte, and then one more after each pause.
    struct Trickle(Pin<Box<tokio::time::Interval>>);

    impl Body for Trickle {
        type Data = Bytes;
        type Error = std::io::Error;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            cx: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
            self.0.poll_tick(cx).map(|_| Some(Ok(Frame::data(Bytes::from_static(b"x")))))
        }
    }

    fn trickle() -> Trickle {
        Trickle(Box::pin(tokio::time::interval(Duration::from_millis(20))))
    }

    #[tokio::test]
    async fn a_trickle_that_never_stops_is_too_slow() {
        let mut body = TimedBody::new(trickle(), 1 << 20, Duration::from_millis(200)).at_least(RATE);
        let mut received = 0;
        let refused = loop {
            match body.frame().await {
                Some(Ok(_)) => received += 1,
                other => break other,
            }
        };
        let Some(Err(BodyError::TooSlow { patience })) = refused else { panic!("{refused:?}") };
        assert_eq!(patience, RATE.grace, "it is said what the peer had, not what was left of it");
        assert!((2..60).contains(&received), "{received} bytes came in the grace");
    }

    #[tokio::test]
    async fn without_a_least_rate_only_pauses_count() {
        let mut body = TimedBody::new(trickle(), 20, Duration::from_secs(10));
        while let Some(Ok(_)) = body.frame().await {}
        assert_eq!(body.left, 0);
    }

    #[test]
    fn what_came_early_buys_no_more_than_the_grace() {
        let mut pace = Pace { rate: RATE, left: RATE.grace };
        pace.received(1 << 40);
        assert_eq!(pace.left, RATE.grace);
        pace.waited(Duration::from_millis(200));
        pace.received(50);
        assert_eq!(pace.left, Duration::from_millis(150));
        pace.waited(Duration::from_secs(1));
        assert_eq!(pace.left, Duration::ZERO);
    }
}
