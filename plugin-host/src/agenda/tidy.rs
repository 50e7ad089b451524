//! Once a day, an agenda forgets what nobody needs any more: notes of messages that nobody will send again, what was given
//! up long ago, and failed calls that were kept for as long as they may be.

use clock::Timestamp;
use jiff::SignedDuration;
use storage::{Batch, CommitError, Direction, KeyRange, ReadError};

use super::Agenda;
use crate::failed_calls;
use crate::handled::Handled;
use crate::rows::{Kind, agenda_key, key};

const EVERY: SignedDuration = SignedDuration::from_hours(24);
/// So long an administrator finds what was given up.
const GIVEN_UP_KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);
const AT_ONCE: usize = 1_000;

/// Why something is still there; it is looked through again the next day.
#[derive(Debug, thiserror::Error)]
enum ForgetError {
    #[error("it cannot be read")]
    Read(#[from] ReadError),
    #[error("it cannot be deleted")]
    Commit(#[from] CommitError),
}

impl Agenda {
    pub(super) async fn tidy(&self, tidied: &mut Option<Timestamp>) {
        let now = self.plugins.runner.clock.now();
        if tidied.is_some_and(|last| now.duration_since(last) < EVERY) {
            return;
        }
        *tidied = Some(now);
        for outdated in [Handled::outdated(now), given_up_before(now), failed_calls::outdated(now)] {
            if let Err(error) = self.forget(outdated).await {
                tracing::warn!(plugin = self.plugin, %error, "a plugin's agenda is not tidied");
            }
        }
    }

    /// Deletes a range, some of it at a time.
    async fn forget(&self, range: KeyRange) -> Result<(), ForgetError> {
        let store = &self.plugins.runner.store;
        loop {
            let page = store.snapshot()?.scan(self.keyspace, range.clone(), Direction::Ascending)?.page(AT_ONCE)?;
            let mut batch = Batch::new();
            for (key, _) in &page {
                batch.delete(self.keyspace, key.clone());
            }
            store.commit(batch).await?;
            if page.len() < AT_ONCE {
                return Ok(());
            }
        }
    }
}

fn given_up_before(now: Timestamp) -> KeyRange {
    KeyRange::between(key(Kind::GivenUp, &[])..first_kept(now))
}

/// What was given up stands under the key that it had on the agenda, the time first.
fn first_kept(now: Timestamp) -> Vec<u8> {
    let oldest = now.checked_sub(GIVEN_UP_KEPT).unwrap_or(Timestamp::MIN);
    key(Kind::GivenUp, &agenda_key(oldest, ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_given_up_is_kept_for_a_month() {
        let time = |days: i64| Timestamp::from_second(1_800_000_000 + days * 86_400).expect("a time");
        let row = key(Kind::GivenUp, &agenda_key(time(0), "m-1"));
        assert!(row >= first_kept(time(29)));
        assert!(row < first_kept(time(31)));
    }
}
