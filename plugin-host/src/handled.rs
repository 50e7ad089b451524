//! Messages and submissions that were handled: whoever sends one again gets the first answer, and nothing happens twice.
//!
//! The note of a message and its answer are committed together with the effect, and kept longer than any sender tries.
//! They lie in drawers of four days: to look one up takes a read in each drawer that may hold it, and an old drawer is
//! emptied whole. They count as the plugin's storage, so they are kept no longer than they have to be.
//!
//! What somebody was shown for a submission may be a secret of hers, such as a code that is shown once. Its note is sealed by the
//! submission's id, which nobody has but she: who reads the store reads no answer, and finds no id there.

mod submission;

use clock::Timestamp;
use protocol::identifier::SubsystemId;
use serde::Serialize;
use serde::de::DeserializeOwned;
use storage::{KeyRange, Transaction};

use crate::rows::{Kind, decode, encode, key};
use crate::sandbox::{Broken, Call, Stop, View};
pub(crate) use submission::SubmissionId;

/// Who sent a message, and the id that it has for the sender.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    /// The subsystem.
    pub subsystem: SubsystemId,
    /// The id, the same however often it is sent.
    pub message_id: String,
}

/// What is handled once: a message of a subsystem, or what somebody submits on a page.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Once<'a> {
    Message(&'a Sender),
    Submission(&'a SubmissionId),
}

/// The notes of what was handled.
pub(crate) struct Handled;

const DRAWER_SECONDS: i64 = 4 * 24 * 3600;
/// The current one and two before it: a note is kept for 8 to 12 days. Senders give up after seven.
const DRAWERS: u32 = 3;

impl Handled {
    /// What is known of it, if it was handled.
    pub(crate) fn find<N: DeserializeOwned>(once: Once<'_>, call: &Call, view: &mut View) -> Result<Option<N>, Stop> {
        let newest = drawer(call.now);
        for drawer in (newest.saturating_sub(DRAWERS - 1)..=newest).rev() {
            if let Some(note) = view.get(call.plugin.keyspace(), &note_key(drawer, once))? {
                let damaged = || Broken::Damaged { what: "the note of a handled message or submission" };
                let note = match once {
                    Once::Message(_) => Some(note),
                    Once::Submission(id) => id.open(note),
                };
                return Ok(Some(note.and_then(|note| decode(&note)).ok_or_else(damaged)?));
            }
        }
        Ok(None)
    }

    pub(crate) fn note<N: Serialize>(once: Once<'_>, call: &Call, handled: &N, transaction: &mut Transaction) {
        let note = match once {
            Once::Message(_) => encode(handled),
            Once::Submission(id) => id.seal(encode(handled)),
        };
        transaction.put(call.plugin.keyspace(), note_key(drawer(call.now), once), note);
    }

    /// The notes that are not needed any more.
    pub(crate) fn outdated(now: Timestamp) -> KeyRange {
        KeyRange::between(key(Kind::Handled, &[])..key(Kind::Handled, &oldest(now).to_be_bytes()))
    }
}

fn drawer(now: Timestamp) -> u32 {
    u32::try_from(now.as_second() / DRAWER_SECONDS).unwrap_or(0)
}

/// The oldest drawer that is still looked into.
fn oldest(now: Timestamp) -> u32 {
    drawer(now).saturating_sub(DRAWERS - 1)
}

fn note_key(drawer: u32, once: Once<'_>) -> Vec<u8> {
    let mut rest = drawer.to_be_bytes().to_vec();
    // No identifier holds a zero byte, nor is one empty: a submission has no sender.
    match once {
        Once::Message(sender) => {
            rest.extend_from_slice(sender.subsystem.to_string().as_bytes());
            rest.push(0);
            rest.extend_from_slice(sender.message_id.as_bytes());
        }
        Once::Submission(id) => {
            rest.push(0);
            rest.extend_from_slice(id.name());
        }
    }
    key(Kind::Handled, &rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_is_found_for_longer_than_senders_try_and_swept_after_two_weeks() {
        let time = |days: i64| Timestamp::from_second(1_800_000_000 + days * 86_400).expect("a time");
        let sender = Sender { subsystem: "BO/GOB/1001/cases".parse().expect("an id"), message_id: "m-1".to_owned() };
        let note = note_key(drawer(time(0)), Once::Message(&sender));
        let newest = drawer(time(8));
        assert!((newest - (DRAWERS - 1)..=newest).any(|drawer| note_key(drawer, Once::Message(&sender)) == note));
        let kept_from = |days| oldest(time(days));
        assert!(kept_from(8) <= drawer(time(0)));
        assert!(kept_from(14) > drawer(time(0)));
    }
}
