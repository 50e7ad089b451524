//! The tasks of one listener, so that all of them can be waited for and, in the end, cut.

use std::future::Future;
use std::time::Duration;

use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// The tasks of one listener: its connections and, over HTTP/2, their requests.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tasks {
    tracker: TaskTracker,
    cut: CancellationToken,
}

impl Tasks {
    /// Runs `task` until it ends or is cut.
    pub(crate) fn spawn<F>(&self, task: F)
    where
        F: Future + Send + 'static,
    {
        let cut = self.cut.clone();
        self.tracker.spawn(async move {
            cut.run_until_cancelled(task).await;
        });
    }

    /// Waits until all tasks have ended, cuts what is left after `deadline`, and says how many were cut.
    pub(crate) async fn drain(&self, deadline: Duration) -> usize {
        self.tracker.close();
        if timeout(deadline, self.tracker.wait()).await.is_ok() {
            return 0;
        }
        let left = self.tracker.len();
        self.cut.cancel();
        // A task ends at its next wait; one that never waits again is not worth hanging for.
        let _ = timeout(CUT_TAKES_AT_MOST, self.tracker.wait()).await;
        left
    }
}

// HTTP/2 serves each request in a task of its own: these belong to the listener too.
impl<F> hyper::rt::Executor<F> for Tasks
where
    F: Future + Send + 'static,
{
    fn execute(&self, task: F) {
        self.spawn(task);
    }
}

const CUT_TAKES_AT_MOST: Duration = Duration::from_secs(1);
