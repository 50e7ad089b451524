//! Two lanes: guests of plugins that are quick run where their callers do; those of others run elsewhere.
//!
//! The slow lane has few threads, which leave processors to the rest, however many plugins loop. Its guests take turns
//! tick by tick: one that had none yet, and one that goes on. A quick guest that turns out slow goes on there, and its
//! plugin begins there the next times.

use std::future::{Future, poll_fn};
use std::panic::resume_unwind;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore};
use tokio::task::{AbortHandle, yield_now};
use tokio::time::timeout;

use super::engine::TICK;
use super::pace::{Gait, Pace};

/// The lanes of a server.
pub(crate) struct Lanes {
    // `None` only while it is dropped.
    slow: Option<Runtime>,
    places: Arc<Semaphore>,
    // For plugins that are not slow: those that are cannot take all there is.
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

/// Guests at once of plugins that are slow, and as many of others; each holds a sandbox, and they leave half of those for
/// the quick.
pub(super) const SLOW_PLACES: usize = 32;
/// So often a guest begins a turn where its caller runs, as long as it has not used a tick.
const FIRST_TURNS: usize = 16;

/// Where a guest begins.
#[derive(Debug)]
pub(crate) enum Start {
    Here,
    Slow(Places),
}

/// Places in the slow lane, of the plugin and of all.
pub(crate) type Places = (OwnedSemaphorePermit, OwnedSemaphorePermit);

impl Lanes {
    pub(crate) fn new(threads: usize, sandboxes: u32) -> std::io::Result<Self> {
        let slow = Builder::new_multi_thread()
            .worker_threads(threads)
            .thread_name("plugin-slow-lane")
            // What comes from elsewhere, which had no turn yet, has every other one: it does not wait for all that go on,
            // and they do not wait until nothing comes. Time limits are looked at between any two turns.
            .global_queue_interval(2)
            .event_interval(1)
            .enable_time()
            .build()?;
        let places = || Arc::new(Semaphore::new((sandboxes as usize / 4).clamp(1, SLOW_PLACES)));
        Ok(Self { slow: Some(slow), places: places(), reserve: places() })
    }

    /// Where the next guest of a plugin of this pace begins. Waits for a place for as long as a call may take.
    pub(crate) async fn start(&self, within: Duration, pace: &Pace) -> Result<Start, Overrun> {
        let gait = pace.gait();
        if gait == Gait::Quick {
            return Ok(Start::Here);
        }
        let places = async {
            let own = Arc::clone(&pace.places).acquire_owned().await?;
            // Those that loop do not keep the others out.
            let reserved = (gait == Gait::Fair).then(|| Arc::clone(&self.reserve).try_acquire_owned().ok()).flatten();
            let of_all = match reserved {
                Some(reserved) => reserved,
                None => Arc::clone(&self.places).acquire_owned().await?,
            };
            Ok(Start::Slow((own, of_all)))
        };
        match timeout(within, places).await {
            Ok(places) => places.map_err(|_: AcquireError| Overrun::ShutDown),
            Err(_) => Err(Overrun::Busy),
        }
    }

    /// Runs an attempt of a plugin of this pace to its end, at most for `within`. Dropped, it ends at once.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        start: Start,
        mut attempt: Running<T>,
        within: Duration,
        pace: &Pace,
    ) -> Result<T, Overrun> {
        let began = Instant::now();
        let mut used = Duration::ZERO;
        let places = match start {
            Start::Slow(places) => places,
            Start::Here => {
                if let Some(outcome) = first_turns(&mut attempt, &mut used).await {
                    pace.note(used);
                    return Ok(outcome);
                }
                self.places_at_once(pace)?
            }
        };
        let slow = self.slow.as_ref().ok_or(Overrun::ShutDown)?;
        let left = within.saturating_sub(began.elapsed());
        let task = slow.spawn(async move {
            let outcome = timeout(left, metered(attempt, used)).await;
            drop(places);
            outcome
        });
        let _abort = AbortOnDrop(task.abort_handle());
        match task.await {
            Ok(Ok((outcome, used))) => {
                pace.note(used);
                Ok(outcome)
            }
            Ok(Err(_)) => {
                pace.note(Duration::MAX);
                Err(Overrun::Time)
            }
            // As it would have been in the lane of its caller.
            Err(error) if error.is_panic() => resume_unwind(error.into_panic()),
            Err(_) => Err(Overrun::ShutDown),
        }
    }

    /// For a guest that has begun: it holds a sandbox, and does not wait.
    fn places_at_once(&self, pace: &Pace) -> Result<Places, Overrun> {
        let now = |places: &Arc<Semaphore>| Arc::clone(places).try_acquire_owned().ok();
        let own = now(&pace.places).ok_or(Overrun::Busy)?;
        let of_all = now(&self.reserve).or_else(|| now(&self.places)).ok_or(Overrun::Busy)?;
        Ok((own, of_all))
    }
}

/// Runs an attempt here until it has used a tick of the processor: then it is slow, and there is no outcome. Ticks go by
/// as well while other threads have the processor, and that is not the guest's doing: it goes on here.
async fn first_turns<T>(attempt: &mut Running<T>, used: &mut Duration) -> Option<T> {
    for _ in 0..FIRST_TURNS {
        match poll_fn(|context| Poll::Ready(turn(attempt, used, context))).await {
            Poll::Ready(outcome) => return Some(outcome),
            Poll::Pending if *used >= TICK => return None,
            Poll::Pending => yield_now().await,
        }
    }
    None
}

/// One turn, and what it used of the processor.
fn turn<T>(attempt: &mut Running<T>, used: &mut Duration, context: &mut Context<'_>) -> Poll<T> {
    let before = processor_time();
    let turn = attempt.as_mut().poll(context);
    *used += processor_time().saturating_sub(before);
    turn
}

/// Of the calling thread.
fn processor_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    // A thread's time is never negative.
    Duration::try_from(time).unwrap_or_default()
}

/// An outcome, and what it used of the processor.
async fn metered<T>(mut attempt: Running<T>, mut used: Duration) -> (T, Duration) {
    let outcome = poll_fn(|context| turn(&mut attempt, &mut used, context)).await;
    (outcome, used)
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
    use super::super::pace::tests::quick;
    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    fn lanes() -> Lanes {
        Lanes::new(1, 4).expect("a thread")
    }

    fn is_in_the_slow_lane() -> bool {
        std::thread::current().name() == Some("plugin-slow-lane")
    }

    /// Takes a tick of the processor.
    fn compute() {
        let began = processor_time();
        while processor_time().saturating_sub(began) < TICK {
            std::hint::spin_loop();
        }
    }

    /// Takes a tick of the processor, and says where it goes on.
    fn computing() -> Running<bool> {
        Box::pin(async {
            compute();
            yield_now().await;
            is_in_the_slow_lane()
        })
    }

    async fn run<T: Send + 'static>(lanes: &Lanes, attempt: Running<T>, pace: &Pace) -> Result<T, Overrun> {
        let start = lanes.start(HOUR, pace).await?;
        lanes.run(start, attempt, HOUR, pace).await
    }

    #[tokio::test]
    async fn an_attempt_that_waits_for_a_processor_goes_on_where_it_is() {
        let pace = quick();
        let waiting: Running<bool> = Box::pin(async {
            for _ in 0..3 {
                yield_now().await;
            }
            is_in_the_slow_lane()
        });
        assert_eq!(run(&lanes(), waiting, &pace).await, Ok(false));
    }

    #[tokio::test]
    async fn an_attempt_that_computes_goes_on_in_the_slow_lane() {
        assert_eq!(run(&lanes(), computing(), &quick()).await, Ok(true));
    }

    #[tokio::test]
    async fn a_plugin_that_computes_at_each_call_is_not_quick_for_long() {
        let (lanes, pace) = (lanes(), quick());
        for _ in 0..8 {
            assert_eq!(run(&lanes, computing(), &pace).await, Ok(true));
        }
        let next: Running<bool> = Box::pin(async { is_in_the_slow_lane() });
        assert_eq!(run(&lanes, next, &pace).await, Ok(true));
    }

    #[tokio::test]
    async fn an_attempt_that_computes_in_one_go_counts_as_well() {
        let pace = quick();
        for _ in 0..8 {
            let in_one_go: Running<()> = Box::pin(async { compute() });
            assert_eq!(run(&lanes(), in_one_go, &pace).await, Ok(()));
        }
        assert_ne!(pace.gait(), Gait::Quick);
    }

    #[tokio::test]
    async fn a_new_plugin_begins_in_the_slow_lane() {
        let first: Running<bool> = Box::pin(async { is_in_the_slow_lane() });
        assert_eq!(run(&lanes(), first, &Pace::default()).await, Ok(true));
    }

    #[tokio::test(start_paused = true)]
    async fn slow_plugins_wait_for_a_place_and_leave_some_to_others() {
        let (lanes, slow) = (lanes(), Pace::default());
        slow.note(HOUR);
        let held = lanes.start(HOUR, &slow).await.expect("the only place");
        let refused = lanes.start(HOUR, &slow).await;
        assert!(matches!(refused, Err(Overrun::Busy)), "{refused:?}");
        assert_eq!(run(&lanes, computing(), &quick()).await, Ok(true));
        assert!(matches!(lanes.start(HOUR, &Pace::default()).await, Ok(Start::Slow(_))), "a new one has a place");
        drop(held);
        assert!(matches!(lanes.start(HOUR, &slow).await, Ok(Start::Slow(_))));
    }
}
