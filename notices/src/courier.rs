//! The courier: takes what is due, hands it to who brings it, and keeps what became of it.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::digest;
use clock::{SharedClock, Timestamp};
use futures_util::future::join_all;
use futures_util::stream::{self, StreamExt};
use tokio_util::sync::CancellationToken;

use crate::carrier::{Carrier, CarryError, Parcel, parcel_id};
use crate::contacts::{Channel, Proof};
use crate::notice::{Outcome, Reason};
use crate::notices::{Notices, NoticesError};
use crate::outbox::Due;

/// Who brings notices, by way. What is missing is not offered.
#[derive(Clone, Default)]
pub struct Ways {
    /// By e-mail.
    pub email: Option<Arc<dyn Carrier>>,
    /// By SMS.
    pub sms: Option<Arc<dyn Carrier>>,
    /// By webhook.
    pub webhook: Option<Arc<dyn Carrier>>,
}

/// Sends what was said. A store has one courier at a time.
///
/// Each channel is served for itself, so that one that hangs keeps no other waiting. What was handed over but not yet kept as
/// sent when the server was killed is handed over again, with the same id.
#[derive(Debug)]
pub struct Courier {
    lanes: Vec<Lane>,
}

/// One channel.
struct Lane {
    channel: Channel,
    carrier: Option<Arc<dyn Carrier>>,
    notices: Notices,
    site: Arc<str>,
}

impl Courier {
    /// A courier for `notices`, by the ways that there are. `site` is the address that links begin with, without a `/` at its
    /// end.
    #[must_use]
    pub fn new(notices: Notices, ways: Ways, site: &str) -> Self {
        let site: Arc<str> = site.trim_end_matches('/').into();
        let carriers = [(Channel::Email, ways.email), (Channel::Sms, ways.sms), (Channel::Webhook, ways.webhook)];
        let lane = |(channel, carrier)| Lane { channel, carrier, notices: notices.clone(), site: Arc::clone(&site) };
        Self { lanes: carriers.into_iter().map(lane).collect() }
    }

    /// Sends what is due `now`, a bounded number on each channel, and says how much was tried.
    ///
    /// # Errors
    /// When the store fails. What was handed over by then may be handed over again.
    pub async fn step(&mut self, now: Timestamp) -> Result<usize, NoticesError> {
        let steps = join_all(self.lanes.iter_mut().map(|lane| lane.step(now))).await;
        steps.into_iter().sum()
    }

    /// Sends what is due, until `shutdown`. What is under way then is finished, each within its time.
    pub async fn run(self, clock: SharedClock, shutdown: CancellationToken) {
        join_all(self.lanes.into_iter().map(|lane| lane.run(&clock, &shutdown))).await;
    }
}

impl Lane {
    async fn run(mut self, clock: &SharedClock, shutdown: &CancellationToken) {
        while !shutdown.is_cancelled() {
            let notices = self.notices.clone();
            // Before the look, so that nothing which is said during it is overheard.
            let mut said = std::pin::pin!(notices.said.notified());
            said.as_mut().enable();
            match self.step(clock.now()).await {
                Ok(tried) if tried >= AT_ONCE => continue,
                Ok(_) => {}
                Err(error) => {
                    let reason: &dyn std::error::Error = &error;
                    tracing::error!(notices.channel = self.channel.name(), error = reason, "notices are not sent");
                }
            }
            tokio::select! {
                () = said => {}
                () = tokio::time::sleep(LOOK_EVERY) => {}
                () = shutdown.cancelled() => {}
            }
        }
    }

    async fn step(&mut self, now: Timestamp) -> Result<usize, NoticesError> {
        let due = self.notices.due(self.channel, now, AT_ONCE)?;
        let tried = due.len();
        let lane = &*self;
        let settled = stream::iter(due).map(|due| async move {
            let outcome = lane.deliver(&due, now).await;
            lane.notices.settle(lane.channel, &due, outcome).await
        });
        let settled: Vec<Result<(), NoticesError>> = settled.buffered(AT_THE_SAME_TIME).collect().await;
        settled.into_iter().collect::<Result<(), _>>().map(|()| tried)
    }

    async fn deliver(&self, due: &Due, now: Timestamp) -> Outcome {
        let given_up = |reason| Outcome::GivenUp { at: now, reason };
        let Some(carrier) = &self.carrier else { return given_up(Reason::NotOffered) };
        if !self.may_be_sent(due) {
            return given_up(Reason::NoAddress);
        }
        let notice = &due.notice;
        let rendered = self.notices.templates.render(notice.language, &notice.template, &notice.arguments);
        let Ok(rendered) = rendered else { return given_up(Reason::Unsayable) };
        let parcel = Parcel {
            id: parcel_id(notice),
            notice,
            rendered: &rendered,
            contacts: &due.contacts,
            link: notice.link.as_ref().map(|link| link.on(&self.site)),
            site: &self.site,
            now,
        };
        let carried = tokio::time::timeout(DEADLINE, carrier.carry(&parcel)).await;
        let carried = carried.unwrap_or(Err(CarryError::Unreachable { reason: "it took too long" }));
        match carried {
            Ok(()) => Outcome::Sent { at: now },
            Err(error) => self.failed(due, &parcel.id, now, &error),
        }
    }

    /// Whether the address is still one that may be sent to: she may have taken it back since.
    fn may_be_sent(&self, due: &Due) -> bool {
        let contacts = &due.contacts;
        if !due.is_proof {
            return contacts.channels().contains(&self.channel);
        }
        match self.channel {
            Channel::Email => contacts.email.is_some(),
            Channel::Sms => contacts.telephone.is_some(),
            Channel::Webhook => contacts.webhook.as_ref().is_some_and(|webhook| webhook.proof == Proof::Given),
        }
    }

    fn failed(&self, due: &Due, id: &str, now: Timestamp, error: &CarryError) -> Outcome {
        let attempts = due.attempts + 1;
        let reason = match error {
            CarryError::NoAddress => Some(Reason::NoAddress),
            CarryError::Refused { .. } | CarryError::Forbidden { .. } => Some(Reason::Refused),
            CarryError::NotNow { .. } | CarryError::Unreachable { .. } if attempts >= MAX_ATTEMPTS => {
                Some(Reason::Unreachable)
            }
            CarryError::NotNow { .. } | CarryError::Unreachable { .. } => None,
        };
        let (channel, error) = (self.channel.name(), error as &dyn std::error::Error);
        match reason {
            Some(reason) => {
                tracing::warn!(notice.parcel = id, notices.channel = channel, attempts, error, "a notice is given up");
                Outcome::GivenUp { at: now, reason }
            }
            None => {
                tracing::info!(notice.parcel = id, notices.channel = channel, attempts, error, "a notice was not sent");
                Outcome::Waiting { due: later(now, attempts, id), attempts }
            }
        }
    }
}

impl fmt::Debug for Lane {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lane").field("channel", &self.channel).finish_non_exhaustive()
    }
}

impl fmt::Debug for Ways {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let there = [self.email.is_some(), self.sms.is_some(), self.webhook.is_some()];
        f.debug_struct("Ways").field("there", &there).finish()
    }
}

/// When the next attempt is: each time after twice as long, and up to a quarter more, so that what failed together does not
/// come back together. The quarter follows from the id: a restart changes nothing.
fn later(now: Timestamp, attempts: u32, id: &str) -> Timestamp {
    let wait = FIRST_WAIT.saturating_mul(1 << (attempts - 1).min(16)).min(LONGEST_WAIT);
    let digest = digest::digest(&digest::SHA256, format!("{id}/{attempts}").as_bytes());
    let share = u32::from(digest.as_ref().first().copied().unwrap_or_default());
    let wait = wait + wait * share / (4 * 255);
    now.checked_add(wait).unwrap_or(Timestamp::MAX)
}

/// So many are taken up in one look at a channel.
const AT_ONCE: usize = 64;
/// So many are under way at the same time on a channel.
const AT_THE_SAME_TIME: usize = 8;
/// So often a notice is tried: over about a day.
const MAX_ATTEMPTS: u32 = 14;
const FIRST_WAIT: Duration = Duration::from_secs(30);
const LONGEST_WAIT: Duration = Duration::from_secs(4 * 60 * 60);
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// Above the time that each carrier gives itself.
const DEADLINE: Duration = Duration::from_secs(60);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn waits_grow_to_a_bound(id in "[0-9a-f]{32}", attempts in 1..200_u32) {
            let wait = |attempts| later(Timestamp::UNIX_EPOCH, attempts, &id).as_second() as u64;
            prop_assert!(wait(attempts) <= LONGEST_WAIT.as_secs() * 5 / 4);
            prop_assert!(wait(1) >= 30 && wait(1) <= 38);
            prop_assert!(wait(attempts + 1) > wait(attempts) || attempts >= 10);
        }
    }
}
