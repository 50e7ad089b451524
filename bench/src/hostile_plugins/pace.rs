//! Calls at fixed times, whatever became of those before: an open loop.

use anyhow::{Context as _, Result};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// A thread that begins calls: a timer of the runtime would be as late as what it measures.
pub(crate) struct Pace(JoinHandle<()>);

impl Pace {
    /// Begins `each` so often in a second, with its number and the time at which it was to begin.
    pub(crate) fn start(
        per_second: u32,
        lasting: Duration,
        mut each: impl FnMut(u32, Instant) + Send + 'static,
    ) -> Result<Self> {
        let began = Instant::now();
        let all = per_second.saturating_mul(u32::try_from(lasting.as_secs()).unwrap_or(u32::MAX));
        let thread = thread::Builder::new().name("pace".to_owned()).spawn(move || {
            for number in 0..all {
                let due = began + Duration::from_secs(1) * number / per_second;
                while let Some(left) = due.checked_duration_since(Instant::now()).filter(|left| !left.is_zero()) {
                    thread::park_timeout(left);
                }
                each(number, due);
            }
        });
        Ok(Self(thread.context("no thread to begin calls")?))
    }

    /// Waits until the last call has begun.
    pub(crate) async fn end(self) -> Result<()> {
        let ended = tokio::task::spawn_blocking(move || self.0.join()).await?;
        ended.map_err(|_| anyhow::anyhow!("the thread that begins calls ended early"))
    }
}
