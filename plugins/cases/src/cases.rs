//! Cases in a table, found by their ids, states and persons.

use sdk::collections::{Index, Page, Table};
use sdk::kv::Order;
use sdk::{Answer, Context, Failure, Request, Timestamp};
use serde::{Deserialize, Serialize};

use crate::case::{Case, Decision, State};

static BY_STATE: Index<String, Case, (State, Timestamp)> =
    Index::many("cases.by-state", |_, case| vec![(case.state, case.opened)]);
static BY_PERSON: Index<String, Case, (String, Timestamp)> =
    Index::many("cases.by-person", |_, case| vec![(case.person.clone(), case.opened)]);
static CASES: Table<String, Case> = Table::new("cases", &[&BY_STATE, &BY_PERSON]);

/// How many of a person's cases are told that the register changed her: the newest.
const MOST_TOLD: u32 = 100;

/// A case as callers see one.
#[derive(Serialize)]
pub(crate) struct Shown<'a> {
    pub(crate) id: &'a str,
    #[serde(flatten)]
    pub(crate) case: &'a Case,
}

pub(crate) fn show(id: &str) -> Result<Answer, Failure> {
    Answer::json(200, &Shown { id, case: &find(id)? })
}

pub(crate) fn list(request: &Request) -> Result<Answer, Failure> {
    let wanted = request.page()?;
    let page = match (request.parameter("state"), request.parameter("person")) {
        (Some(state), None) => CASES.by(&BY_STATE).page(&(state_named(state)?,), Order::Ascending, &wanted)?,
        (None, Some(person)) => CASES.by(&BY_PERSON).page(&(person.to_owned(),), Order::Ascending, &wanted)?,
        _ => return Err(Failure::invalid("state", "required", "either a state or a person must be given")),
    };
    let items = page.items.iter().map(|(id, case)| Shown { id, case }).collect();
    Answer::json(200, &Page { items, next: page.next })
}

pub(crate) fn decide(context: &Context, id: &str, request: &Request) -> Result<Answer, Failure> {
    #[derive(Deserialize)]
    struct Said {
        decision: Decision,
    }
    let mut case = find(id)?;
    case.decide(context, request.json::<Said>()?.decision)?;
    sdk::timers::cancel(&deadline_of(id));
    keep(id, &case)?;
    Answer::json(200, &Shown { id, case: &case })
}

/// The case of an id.
pub(crate) fn find(id: &str) -> Result<Case, Failure> {
    CASES.get(&id.to_owned())?.ok_or_else(|| Failure::NotFound(format!("there is no case {id}")))
}

/// Keeps a case that is new.
pub(crate) fn add(id: &str, case: &Case) -> Result<(), Failure> {
    Ok(CASES.insert(&id.to_owned(), case)?)
}

/// Keeps what became of a case.
pub(crate) fn keep(id: &str, case: &Case) -> Result<(), Failure> {
    Ok(CASES.put(&id.to_owned(), case)?)
}

/// Marks the cases of a person whom the register has changed.
pub(crate) fn mark_changed(person: &str) -> Result<(), Failure> {
    let newest = sdk::collections::PageRequest::first(MOST_TOLD);
    let page = CASES.by(&BY_PERSON).page(&(person.to_owned(),), Order::Descending, &newest)?;
    page.items.into_iter().try_for_each(|(id, case)| keep(&id, &Case { person_changed: true, ..case }))
}

/// The name of a case's timer.
pub(crate) fn deadline_of(id: &str) -> String {
    format!("deadline/{id}")
}

fn state_named(name: &str) -> Result<State, Failure> {
    match name {
        "open" => Ok(State::Open),
        "overdue" => Ok(State::Overdue),
        "granted" => Ok(State::Granted),
        "refused" => Ok(State::Refused),
        _ => Err(Failure::invalid("state", "unknown", "must be open, overdue, granted or refused")),
    }
}
