//! The representations that are held, and that the registers are asked about again every day.

use sdk::accounts::{self, Refusal, Representation, RepresentedId};
use sdk::collections::{Index, PageRequest, Record, Table};
use sdk::i18n::Argument;
use sdk::kv::Order;
use sdk::notices::{self, Notice};
use sdk::{Date, Failure, RepresentedKind, Timestamp, log};
use serde::{Deserialize, Serialize};

use super::grant::{self, Grant, Judged};
use crate::More;
use crate::card::CardNumber;
use crate::page::no_account;

/// By the subject of who represents, and the kind and the id of who is represented.
type HeldKey = (String, String, String);

static BY_NEXT: Index<HeldKey, Held, (Timestamp,)> = Index::many("held.by-next", |_, held| vec![(held.next,)]);
static HELD: Table<HeldKey, Held> = Table::new("held", &[&BY_NEXT]);

/// Representations that one call asks about; a call asks at most 16 questions, and what it finds may change meanwhile.
const ASKED_AT_ONCE: u32 = 10;

/// A representation.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Held {
    name: String,
    until: Option<Timestamp>,
    /// When the register is asked again.
    next: Timestamp,
}

impl Record for Held {}

/// Whether a representation is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kept {
    Yes,
    /// She represents as many as she may.
    TooMany,
}

/// The kind of who is represented, as it is written.
pub(super) fn kind(kind: RepresentedKind) -> &'static str {
    match kind {
        RepresentedKind::Person => "person",
        RepresentedKind::Organisation => "organisation",
    }
}

/// Lets somebody represent another, as a register grants it.
pub(super) fn keep(subject: &str, represented: &RepresentedId, grant: &Grant, now: Timestamp) -> Result<Kept, Failure> {
    let Grant { name, until } = grant.clone();
    let representation = Representation {
        represented: represented.clone(),
        name: name.clone(),
        scope: String::new(),
        until: until.map(Timestamp::as_millisecond),
    };
    match accounts::represent(subject, &representation) {
        Ok(()) => {}
        Err(Refusal::TooMany) => return Ok(Kept::TooMany),
        Err(other) => return Err(no_account(other)),
    }
    HELD.put(&key(subject, represented), &Held { name, until, next: tomorrow(now) })?;
    Ok(Kept::Yes)
}

/// Ends a representation.
pub(super) fn end(subject: &str, represented: &RepresentedId) -> Result<(), Failure> {
    accounts::end_representation(subject, represented).map_err(no_account)?;
    HELD.remove(&key(subject, represented))?;
    Ok(())
}

/// Asks about some of those that are due, and ends what a register does not confirm any more. What a register does not answer
/// stays as it is until the next day: nobody is worse off because a register is.
pub(crate) fn ask_again(now: Timestamp) -> Result<More, Failure> {
    let first = HELD.by(&BY_NEXT).page(&(), Order::Ascending, &PageRequest::first(ASKED_AT_ONCE))?;
    let is_due = |(_, held): &(HeldKey, Held)| held.next <= now;
    let more = if first.next.is_some() && first.items.iter().all(is_due) { More::Yes } else { More::No };
    for (key, held) in first.items.into_iter().filter(is_due) {
        ask_about(&key, held, now)?;
    }
    Ok(more)
}

fn ask_about(key: &HeldKey, held: Held, now: Timestamp) -> Result<(), Failure> {
    let (subject, represented) = (&key.0, represented(key));
    let account = match accounts::get(subject) {
        Ok(account) => account,
        Err(Refusal::NoSuchAccount) => return HELD.remove(key).map(drop).map_err(Failure::from),
        Err(other) => return Err(no_account(other)),
    };
    let judged = match CardNumber::of(&account.person) {
        Some(own) => grant::judge(&represented, &own, now)?,
        None => Judged::NotNamed,
    };
    match judged {
        Judged::Granted(grant) if grant.until != held.until || grant.name != held.name => {
            keep(subject, &represented, &grant, now)?;
        }
        Judged::Granted(_) | Judged::Unanswered => HELD.put(key, &Held { next: tomorrow(now), ..held })?,
        Judged::NotNamed => {
            end(subject, &represented)?;
            let told = Notice::new(subject, "told-representation-ended").with(Argument::text("name", held.name));
            notices::tell(&told.leading_to("/representation"))?;
            log::info("representation ended", &[("by", &"register")]);
        }
    }
    Ok(())
}

/// When the next day begins in La Paz: its schedule finds due whatever was asked about on this one.
fn tomorrow(now: Timestamp) -> Timestamp {
    now.date_in_la_paz().tomorrow().map_or(Timestamp::MAX, Date::begin_in_la_paz)
}

fn key(subject: &str, represented: &RepresentedId) -> HeldKey {
    (subject.to_owned(), kind(represented.kind).to_owned(), represented.id.clone())
}

fn represented((_, written, id): &HeldKey) -> RepresentedId {
    let person = kind(RepresentedKind::Person);
    let kind = if written == person { RepresentedKind::Person } else { RepresentedKind::Organisation };
    RepresentedId { kind, id: id.clone() }
}
