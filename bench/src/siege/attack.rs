//! Attackers who come at a steady rate, one kind after the other, and what they get.

use super::crowd::Crowd;
use super::strike::{self, Strike};
use crate::gateway::door::Door;
use anyhow::Result;
use serde::Serialize;
use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

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
    crowd: Crowd,
    over: CancellationToken,
    // Counts, held for an addition.
    attacked: Arc<Mutex<Attacked>>,
}

pub(super) const PER_SECOND: u32 = 40;
const ADDRESSES: u32 = 8;
/// Connections that do nothing, one more with each attack at the beginning: more than one address may have.
const IDLE: u32 = 400;

impl Attack {
    /// Begins, for so long: with these kinds by turns.
    pub(super) fn begin(door: &Arc<Door>, kinds: &'static [Strike], lasting: Duration) -> Result<Self> {
        let (mut crowd, over) = (Crowd::gather("attackers")?, CancellationToken::new());
        let attacked = Arc::<Mutex<Attacked>>::default();
        crowd.come(PER_SECOND, lasting, {
            let (door, over, attacked) = (door.clone(), over.clone(), attacked.clone());
            move |number, _| {
                let (door, over, attacked) = (door.clone(), over.clone(), attacked.clone());
                let strike = async move |strike, from| {
                    let struck = over.run_until_cancelled(strike::strike(&door, strike, from)).await;
                    let outcome = match struck {
                        None => "still held at the end".to_owned(),
                        Some(Ok(outcome)) => outcome,
                        // Whoever is cut while it writes sees no more than that.
                        Some(Err(_)) => "reset".to_owned(),
                    };
                    attacked.lock().unwrap_or_else(PoisonError::into_inner).note(strike, outcome);
                };
                let turn = number / kinds.len() as u32;
                let kind = kinds[number as usize % kinds.len()];
                async move {
                    let idle = async {
                        if number < IDLE {
                            strike(Strike::Idle, address(ADDRESSES)).await;
                        }
                    };
                    tokio::join!(idle, strike(kind, address(turn % ADDRESSES)));
                }
            }
        })?;
        Ok(Self { crowd, over, attacked })
    }

    /// Waits for its end.
    pub(super) async fn end(mut self) -> Result<Attacked> {
        self.crowd.all_came().await?;
        self.over.cancel();
        self.crowd.end().await?;
        Ok(std::mem::take(&mut *self.attacked.lock().unwrap_or_else(PoisonError::into_inner)))
    }
}

fn address(number: u32) -> Ipv4Addr {
    Ipv4Addr::from(u32::from(Ipv4Addr::new(127, 0, 2, 1)) + number)
}

impl Attacked {
    /// What became of more of them.
    pub(super) fn add(&mut self, more: Self) {
        self.attacks += more.attacks;
        self.served += more.served;
        for (kind, outcomes) in more.outcomes {
            let so_far = self.outcomes.entry(kind).or_default();
            outcomes.into_iter().for_each(|(outcome, number)| *so_far.entry(outcome).or_default() += number);
        }
    }

    fn note(&mut self, strike: Strike, outcome: String) {
        self.attacks += 1;
        self.served += u64::from(outcome == strike::SERVED);
        *self.outcomes.entry(strike.name()).or_default().entry(outcome).or_default() += 1;
    }
}
