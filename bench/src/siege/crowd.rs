//! Those who come at a steady rate. They have a thread and a poll of sockets of their own: what it takes to attack, or to look, is
//! not the server's work, though the cores are the same.

use crate::hostile_plugins::pace::Pace;
use anyhow::{Context as _, Result};
use std::time::{Duration, Instant};
use tokio::runtime::{Builder, Handle, Runtime};
use tokio_util::task::TaskTracker;

/// A runtime beside the server's, and who is on it.
pub(super) struct Crowd {
    // Until it is dropped.
    runtime: Option<Runtime>,
    handle: Handle,
    tasks: TaskTracker,
    // Once they come.
    pace: Option<Pace>,
}

impl Crowd {
    /// Nobody has come yet: what they need can be made ready on their thread.
    pub(super) fn gather(name: &str) -> Result<Self> {
        let runtime = Builder::new_multi_thread().worker_threads(1).thread_name(name).enable_all().build();
        let runtime = runtime.context("no thread for who comes")?;
        let handle = runtime.handle().clone();
        Ok(Self { runtime: Some(runtime), handle, tasks: TaskTracker::new(), pace: None })
    }

    pub(super) fn handle(&self) -> &Handle {
        &self.handle
    }

    /// They begin to come, so many in a second and for so long; what each does is asked with its number and the time at which it
    /// was to come.
    pub(super) fn come<F>(
        &mut self,
        per_second: u32,
        lasting: Duration,
        mut each: impl FnMut(u32, Instant) -> F + Send + 'static,
    ) -> Result<()>
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let (tasks, handle) = (self.tasks.clone(), self.handle.clone());
        let come = move |number, due| drop(tasks.spawn_on(each(number, due), &handle));
        self.pace = Some(Pace::start(per_second, lasting, come)?);
        Ok(())
    }

    /// Waits until the last one has come.
    pub(super) async fn all_came(&mut self) -> Result<()> {
        match self.pace.take() {
            Some(pace) => pace.end().await,
            None => Ok(()),
        }
    }

    /// Waits until the last one has gone.
    pub(super) async fn end(mut self) -> Result<()> {
        self.all_came().await?;
        self.tasks.close();
        self.tasks.wait().await;
        Ok(())
    }
}

impl Drop for Crowd {
    fn drop(&mut self) {
        // Within another runtime nobody may wait for this one.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}
