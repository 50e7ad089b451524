//! Whoever comes has a thread and a poll of sockets of her own: what it takes to attack, or to look, is not the server's work, though
//! the cores are the same.

use anyhow::{Context as _, Result};
use tokio::runtime::{Builder, Handle, Runtime};

/// A runtime beside the server's.
pub(super) struct Machine {
    // Until it is dropped.
    runtime: Option<Runtime>,
    handle: Handle,
}

impl Machine {
    pub(super) fn start(name: &str) -> Result<Self> {
        let runtime = Builder::new_multi_thread().worker_threads(1).thread_name(name).enable_all().build();
        let runtime = runtime.context("no thread for who comes")?;
        Ok(Self { handle: runtime.handle().clone(), runtime: Some(runtime) })
    }

    pub(super) fn handle(&self) -> &Handle {
        &self.handle
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        // Within another runtime nobody may wait for this one.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}
