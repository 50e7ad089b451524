//! Two lanes: a guest that is done within a tick or two runs where its caller does; a slower one goes on elsewhere.
//!
//! The slow lane has few threads, of low priority, and its guests take turns tick by tick. However many plugins loop,
//! they have the machine only when nobody else wants it. A plugin that was slow begins there the next times.

use std::future::{Future, poll_fn};
use std::panic::resume_unwind;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::{AbortHandle, yield_now};
use tokio::time::timeout;

use super::engine::TICK;
use super::pace::Pace;

/// The lanes of a server.
pub(crate) struct Lanes {
    // `None` only while it is dropped.
    slow: Option<Runtime>,
    places: Arc<Semaphore>,
    // For plugins that were quick so far: those that are known to be slow cannot take all there is.
    reserve: Arc<Semaphore>,
}

/// An attempt that is under way.
pub(crate) type Running<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// Why an attempt has no outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Overrun {
    /// It did not end in time.
    Time,
    /// Too many slow ones are under way.
    Busy,
    /// The server is shutting down.
    ShutDown,
}

/// Slow guests at once, of plugins known to be slow, and as many of others; each holds a sandbox, and they leave half of
/// those for the quick.
const SLOW_PLACES: usize = 32;
/// So often a guest begins a turn where its caller runs, as long as it has not used a tick.
const FIRST_TURNS: usize = 16;
/// Added to the priority number of the slow lane's threads: a tenth of the processor beside threads that have work.
const NICE: i32 = 10;

impl Lanes {
    pub(crate) fn new(threads: usize, sandboxes: u32) -> std::io::Result<Self> {
        let slow = Builder::new_multi_thread()
            .worker_threads(threads)
            .thread_name("plugin-slow-lane")
            .on_thread_start(|| {
                // Of the calling thread. Where it is refused the lane is as urgent as the rest, which is no fault.
                let _ = rustix::process::setpriority_process(None, NICE);
            })
            .enable_time()
            .build()?;
        let places = || Arc::new(Semaphore::new((sandboxes as usize / 4).clamp(1, SLOW_PLACES)));
        Ok(Self { slow: Some(slow), places: places(), reserve: places() })
    }

    /// Runs an attempt of a plugin of this pace to its end, at most for `within`. Dropped, it ends at once.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        mut attempt: Running<T>,
        within: Duration,
        pace: &Pace,
    ) -> Result<T, Overrun> {
        let began = Instant::now();
        let place = if pace.is_quick() {
            if let Some(outcome) = first_turns(&mut attempt).await {
                return Ok(outcome);
            }
            pace.was_slow();
            self.place_of(&[&self.reserve, &self.places])?
        } else {
            self.place_of(&[&self.places])?
        };
        let slow = self.slow.as_ref().ok_or(Overrun::ShutDown)?;
        let left = within.saturating_sub(began.elapsed());
        let task = slow.spawn(async move {
            let outcome = timeout(left, counted(attempt)).await;
            drop(place);
            outcome
        });
        let _abort = AbortOnDrop(task.abort_handle());
        match task.await {
            Ok(Ok((outcome, 1))) => {
                pace.was_quick();
                Ok(outcome)
            }
            Ok(Ok((outcome, _))) => {
                pace.was_slow();
                Ok(outcome)
            }
            Ok(Err(_)) => {
                pace.was_slow();
                Err(Overrun::Time)
            }
            // As it would have been in the lane of its caller.
            Err(error) if error.is_panic() => resume_unwind(error.into_panic()),
            Err(_) => Err(Overrun::ShutDown),
        }
    }

    fn place_of(&self, among: &[&Arc<Semaphore>]) -> Result<OwnedSemaphorePermit, Overrun> {
        among.iter().find_map(|places| Arc::clone(places).try_acquire_owned().ok()).ok_or(Overrun::Busy)
    }
}

/// Runs an attempt here until it has used a tick of the processor: then it is slow, and there is no outcome. Ticks go by
/// as well while other threads have the processor, and that is not the guest's doing: it goes on here.
async fn first_turns<T>(attempt: &mut Running<T>) -> Option<T> {
    let mut used = Duration::ZERO;
    for _ in 0..FIRST_TURNS {
        let turn = poll_fn(|context| {
            let before = processor_time();
            let turn = attempt.as_mut().poll(context);
            if turn.is_pending() {
                used += processor_time().saturating_sub(before);
            }
            Poll::Ready(turn)
        });
        match turn.await {
            Poll::Ready(outcome) => return Some(outcome),
            Poll::Pending if used >= TICK => return None,
            Poll::Pending => yield_now().await,
        }
    }
    None
}

/// Of the calling thread.
fn processor_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    // A thread's time is never negative.
    Duration::try_from(time).unwrap_or_default()
}

/// An outcome, and in how many turns it was reached.
async fn counted<T>(mut attempt: Running<T>) -> (T, usize) {
    let mut turns = 0_usize;
    let outcome = poll_fn(|context| {
        turns = turns.saturating_add(1);
        attempt.as_mut().poll(context)
    })
    .await;
    (outcome, turns)
}

impl Drop for Lanes {
    fn drop(&mut self) {
        if let Some(slow) = self.slow.take() {
            slow.shutdown_background();
        }
    }
}

struct AbortOnDrop(AbortHandle);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::pending;
    use std::pin::pin;

    const HOUR: Duration = Duration::from_secs(3600);

    fn lanes() -> Lanes {
        Lanes::new(1, 4).expect("a thread")
    }

    fn is_in_the_slow_lane() -> bool {
        std::thread::current().name() == Some("plugin-slow-lane")
    }

    /// Takes a tick of the processor, and says where it goes on.
    fn computing() -> Running<bool> {
        Box::pin(async {
            let began = processor_time();
            while processor_time().saturating_sub(began) < TICK {
                std::hint::spin_loop();
            }
            yield_now().await;
            is_in_the_slow_lane()
        })
    }

    #[tokio::test]
    async fn an_attempt_that_waits_for_a_processor_goes_on_where_it_is() {
        let pace = Pace::default();
        let waiting: Running<bool> = Box::pin(async {
            for _ in 0..3 {
                yield_now().await;
            }
            is_in_the_slow_lane()
        });
        assert_eq!(lanes().run(waiting, HOUR, &pace).await, Ok(false));
        assert!(pace.is_quick());
    }

    #[tokio::test]
    async fn an_attempt_that_computes_goes_on_in_the_slow_lane_and_the_next_begins_there() {
        let (lanes, pace) = (lanes(), Pace::default());
        assert_eq!(lanes.run(computing(), HOUR, &pace).await, Ok(true));
        assert!(!pace.is_quick());
        let next: Running<bool> = Box::pin(async { is_in_the_slow_lane() });
        assert_eq!(lanes.run(next, HOUR, &pace).await, Ok(true));
    }

    #[tokio::test]
    async fn plugins_known_to_be_slow_leave_places_to_others() {
        let (lanes, slow) = (lanes(), Pace::default());
        slow.was_slow();
        let mut first = pin!(lanes.run::<()>(Box::pin(pending()), HOUR, &slow));
        let begun = poll_fn(|context| Poll::Ready(first.as_mut().poll(context))).await;
        assert!(begun.is_pending());
        let refused = lanes.run::<()>(Box::pin(pending()), HOUR, &slow).await;
        assert_eq!(refused, Err(Overrun::Busy));
        assert_eq!(lanes.run(computing(), HOUR, &Pace::default()).await, Ok(true));
    }
}
