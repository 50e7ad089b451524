//! Two lanes: a guest that is done within a tick or two runs where its caller does; a slower one goes on elsewhere.
//!
//! The slow lane has few threads, of low priority, and its guests take turns tick by tick. However many plugins loop,
//! they have the machine only when nobody else wants it.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant};

use tokio::runtime::{Builder, Runtime};
use tokio::sync::Semaphore;
use tokio::task::AbortHandle;
use tokio::time::timeout;

/// The lanes of a server.
pub(crate) struct Lanes {
    // `None` only while it is dropped.
    slow: Option<Runtime>,
    places: Arc<Semaphore>,
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

/// Slow guests at once; each holds a sandbox.
const SLOW_PLACES: usize = 64;
/// Added to the priority number of the slow lane's threads: a tenth of the processor beside threads that have work.
const NICE: i32 = 10;

impl Lanes {
    pub(crate) fn new(threads: usize) -> std::io::Result<Self> {
        let slow = Builder::new_multi_thread()
            .worker_threads(threads)
            .thread_name("plugin-slow-lane")
            .on_thread_start(|| {
                // Of the calling thread. Where it is refused the lane is as urgent as the rest, which is no fault.
                let _ = rustix::process::setpriority_process(None, NICE);
            })
            .enable_time()
            .build()?;
        Ok(Self { slow: Some(slow), places: Arc::new(Semaphore::new(SLOW_PLACES)) })
    }

    /// Runs an attempt to its end, at most for `within`. Dropped, it ends at once.
    pub(crate) async fn run<T: Send + 'static>(&self, mut attempt: Running<T>, within: Duration) -> Result<T, Overrun> {
        let began = Instant::now();
        let first = poll_fn(|context| Poll::Ready(attempt.as_mut().poll(context))).await;
        if let Poll::Ready(outcome) = first {
            return Ok(outcome);
        }
        let place = self.places.clone().try_acquire_owned().map_err(|_| Overrun::Busy)?;
        let slow = self.slow.as_ref().ok_or(Overrun::ShutDown)?;
        let left = within.saturating_sub(began.elapsed());
        let task = slow.spawn(async move {
            let outcome = timeout(left, attempt).await;
            drop(place);
            outcome
        });
        let _abort = AbortOnDrop(task.abort_handle());
        match task.await {
            Ok(Ok(outcome)) => Ok(outcome),
            Ok(Err(_)) => Err(Overrun::Time),
            Err(_) => Err(Overrun::ShutDown),
        }
    }
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
