//! Attackers who come at a steady rate, one kind after the other, and what they get.

use super::machine::Machine;
use super::strike::{self, Strike};
use crate::gateway::door::Door;
use crate::hostile_plugins::pace::Pace;
use anyhow::Result;
use serde::Serialize;
use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// What became of the attacks.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Attacked {
    pub(super) attacks: u64,
    /// Those that got what an ordinary visitor gets.
    pub(super) served: u64,
    /// What each kind got, and how often.
    pub(super) outcomes: BTreeMap<&'static str, BTreeMap<String, u64>>,
}

/// An attack that goes on.
pub(super) struct Attack {
    machine: Machine,
    pace: Pace,
    tasks: TaskTracker,
    over: CancellationToken,
    // Counts, held for an addition.
    attacked: Arc<Mutex<Attacked>>,
}

pub(super) const PER_SECOND: u32 = 40;
const ADDRESSES: u32 = 8;
/// Connections that do nothing, one more with each attack at the beginning: more than one address may have.
const IDLE: u32 = 400;

impl Attack {
    /// Begins, for so long.
    pub(super) fn begin(door: &Arc<Door>, lasting: Duration) -> Result<Self> {
        let (tasks, over) = (TaskTracker::new(), CancellationToken::new());
        let (attacked, machine) = (Arc::<Mutex<Attacked>>::default(), Machine::start("attackers")?);
        let spawn = {
            let (door, tasks, over, attacked) = (door.clone(), tasks.clone(), over.clone(), attacked.clone());
            let runtime = machine.handle().clone();
            move |strike: Strike, from: Ipv4Addr| {
                let (door, over, attacked) = (door.clone(), over.clone(), attacked.clone());
                tasks.spawn_on(
                    async move {
                        let struck = over.run_until_cancelled(strike::strike(&door, strike, from)).await;
                        let outcome = match struck {
                            None => "still held at the end".to_owned(),
                            Some(Ok(outcome)) => outcome,
                            // Whoever is cut while it writes sees no more than that.
                            Some(Err(_)) => "reset".to_owned(),
                        };
                        attacked.lock().unwrap_or_else(PoisonError::into_inner).note(strike, outcome);
                    },
                    &runtime,
                );
            }
        };
        let pace = Pace::start(PER_SECOND, lasting, move |number, _| {
            if number < IDLE {
                spawn(Strike::Idle, address(ADDRESSES));
            }
            let kinds = Strike::ALL.len() as u32;
            spawn(Strike::ALL[(number % kinds) as usize], address(number / kinds % ADDRESSES));
        })?;
        Ok(Self { machine, pace, tasks, over, attacked })
    }

    /// Waits for its end.
    pub(super) async fn end(self) -> Result<Attacked> {
        self.pace.end().await?;
        self.over.cancel();
        self.tasks.close();
        self.tasks.wait().await;
        drop(self.machine);
        Ok(std::mem::take(&mut *self.attacked.lock().unwrap_or_else(PoisonError::into_inner)))
    }
}

fn address(number: u32) -> Ipv4Addr {
    Ipv4Addr::from(u32::from(Ipv4Addr::new(127, 0, 2, 1)) + number)
}

impl Attacked {
    fn note(&mut self, strike: Strike, outcome: String) {
        self.attacks += 1;
        self.served += u64::from(outcome == strike::SERVED);
        *self.outcomes.entry(strike.name()).or_default().entry(outcome).or_default() += 1;
    }
}
