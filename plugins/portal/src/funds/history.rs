//! What happened to calls and proposals: by whom, when and why. Entries are added, and never changed.

use sdk::case::Author;
use sdk::collections::{Record, Table};
use sdk::kv::Order;
use sdk::{Context, Failure, Timestamp};
use serde::{Deserialize, Serialize};

use super::evaluation::Part;
use super::ranking::Outcome;
use super::{Call, Proposal, Refused};

/// By what it happened to, and its number.
static HISTORY: Table<(String, u32), Entry> = Table::new("funds.history", &[]);

/// So much happens to a call or a proposal at most.
const MOST_ENTRIES: u32 = 2_000;

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Entry {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub author: Author,
    /// What.
    pub event: Event,
    /// Why, in words for people.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

/// What happens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Event {
    /// A call was begun.
    Made,
    /// A call that is not public was changed.
    Changed,
    /// A call became public.
    Published,
    /// Proposals are taken longer.
    Extended {
        /// Until then.
        to: Timestamp,
    },
    /// More evaluators were named.
    Named {
        /// Their ids.
        ids: Vec<String>,
    },
    /// An evaluator has finished.
    Finished {
        /// Her id.
        by: String,
    },
    /// All have finished.
    Scored,
    /// The result became public.
    Resolved,
    /// A proposal was submitted.
    Submitted,
    /// It was taken back.
    Withdrawn,
    /// An evaluator judged it, or declared that she cannot.
    Judged {
        /// Her id.
        by: String,
        /// What she said.
        part: Part,
    },
    /// The call's result says what came of it.
    Placed {
        /// What.
        outcome: Outcome,
    },
}

impl Record for Entry {}

/// Notes that something happened to a call.
///
/// # Errors
/// If too much has happened to it.
pub(super) fn of_call(call: &mut Call, context: &Context, event: Event, reason: &str) -> Result<(), Failure> {
    note(call_key(call), &mut call.entries, context, event, reason)
}

/// Notes that something happened to a proposal.
///
/// # Errors
/// If too much has happened to it.
pub(super) fn of_proposal(
    proposal: &mut Proposal,
    context: &Context,
    event: Event,
    reason: &str,
) -> Result<(), Failure> {
    note(proposal_key(proposal), &mut proposal.entries, context, event, reason)
}

/// What happened to a call, from the beginning.
///
/// # Errors
/// If an entry does not read back.
pub fn read_call(call: &Call) -> Result<Vec<Entry>, Failure> {
    read(call_key(call))
}

/// What happened to a proposal of a call, from the beginning; without what evaluators said, while their points are not open.
///
/// # Errors
/// If an entry does not read back.
pub fn read_proposal(call: &Call, proposal: &Proposal) -> Result<Vec<Entry>, Failure> {
    let mut entries = read(proposal_key(proposal))?;
    entries.retain(|entry| call.points_are_open() || !matches!(entry.event, Event::Judged { .. }));
    Ok(entries)
}

fn note(subject: String, entries: &mut u32, context: &Context, event: Event, reason: &str) -> Result<(), Failure> {
    sdk::ensure!(*entries < MOST_ENTRIES, Refused::Full);
    let (at, author) = (context.time(), Author::of(context));
    HISTORY.insert(&(subject, *entries), &Entry { at, author, event, reason: reason.to_owned() })?;
    *entries += 1;
    Ok(())
}

fn read(subject: String) -> Result<Vec<Entry>, Failure> {
    let entries = HISTORY.scan(&(subject,), Order::Ascending);
    Ok(entries.map(|entry| entry.map(|(_, entry)| entry)).collect::<Result<_, _>>()?)
}

fn call_key(call: &Call) -> String {
    format!("call/{}", call.code)
}

fn proposal_key(proposal: &Proposal) -> String {
    format!("proposal/{}", proposal.number)
}
