//! As many ordinary visitors as there are attackers, for comparison: what the machine's cores cost others who only come.

use super::attack::PER_SECOND;
use super::machine::Machine;
use crate::gateway::door::Door;
use crate::hostile_plugins::pace::Pace;
use anyhow::Result;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::task::TaskTracker;

/// Guests who come until they have come for so long.
pub(super) struct Guests {
    // Holds the thread that they have.
    _machine: Machine,
    pace: Pace,
    tasks: TaskTracker,
}

const ADDRESSES: u32 = 8;

impl Guests {
    /// They begin to come: each with a new connection, for one page.
    pub(super) fn begin(door: &Arc<Door>, lasting: Duration) -> Result<Self> {
        let (machine, tasks) = (Machine::start("guests")?, TaskTracker::new());
        let (door, runtime, tracked) = (door.clone(), machine.handle().clone(), tasks.clone());
        let pace = Pace::start(PER_SECOND, lasting, move |number, _| {
            let door = door.clone();
            // What they notice is not asked: those who are measured are the visitors.
            tracked.spawn_on(
                async move {
                    let from = Ipv4Addr::from(u32::from(Ipv4Addr::new(127, 0, 3, 1)) + number % ADDRESSES);
                    if let Ok(mut browser) = door.browser_from(from).await {
                        let _ = browser.get("/").await;
                    }
                },
                &runtime,
            );
        })?;
        Ok(Self { _machine: machine, pace, tasks })
    }

    /// Waits until the last one has gone.
    pub(super) async fn end(self) -> Result<()> {
        self.pace.end().await?;
        self.tasks.close();
        self.tasks.wait().await;
        Ok(())
    }
}
