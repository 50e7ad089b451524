//! Where calls are kept: written until they are public, extended, closed.

use sdk::collections::{Index, Page, PageRequest, Record, Table};
use sdk::kv::Order;
use sdk::{Context, Failure, Timestamp};

use super::check::MOST_PARTS;
use super::history::{self, Event};
use super::{Call, Named, Officer, Phase, Refused, Stage, check};
use crate::definition::Code;

/// Those that are public, by their closing time.
static BY_CLOSING: Index<Code, Call, (Timestamp,)> =
    Index::many("funds.calls.by-closing", |_, call| match call.stage {
        Stage::Draft => Vec::new(),
        Stage::Published | Stage::Scored | Stage::Resolved(_) => vec![(call.closes,)],
    });
/// Those that are public, by who judges.
static BY_EVALUATOR: Index<Code, Call, (String, Timestamp)> =
    Index::many("funds.calls.by-evaluator", |_, call| match call.stage {
        Stage::Draft => Vec::new(),
        Stage::Published | Stage::Scored | Stage::Resolved(_) => {
            call.evaluators.iter().map(|one| (one.id.clone(), call.closes)).collect()
        }
    });
/// All of them, as they were begun.
static BY_BEGINNING: Index<Code, Call, (Timestamp,)> =
    Index::many("funds.calls.by-beginning", |_, call| vec![(call.made,)]);
static CALLS: Table<Code, Call> = Table::new("funds.calls", &[&BY_CLOSING, &BY_EVALUATOR, &BY_BEGINNING]);

/// Words that stand in addresses where the code of a call does.
const WORDS: [&str; 10] =
    ["office", "mine", "entity", "evaluations", "proposals", "sent", "new", "result", "data", "document"];

impl Record for Call {}

/// Which calls a list has, the last to close, or to be begun, first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Within {
    /// Those that are public.
    Public,
    /// Those that somebody judges, by her id.
    Judged(String),
    /// All, for the office.
    All,
}

/// A call, public or not.
///
/// # Errors
/// If there is none.
pub fn find(code: &Code) -> Result<Call, Failure> {
    Ok(CALLS.get(code)?.ok_or_else(|| Refused::NoCall { code: code.clone() })?)
}

/// A call that is public.
///
/// # Errors
/// If there is none, or it is not.
pub fn find_public(code: &Code) -> Result<Call, Failure> {
    let call = find(code)?;
    sdk::ensure!(call.stage != Stage::Draft, Refused::NoCall { code: code.clone() });
    Ok(call)
}

/// A page of calls.
///
/// # Errors
/// If the cursor is none.
pub fn list(within: &Within, page: &PageRequest) -> Result<Page<Call>, Failure> {
    let order = Order::Descending;
    let found = match within {
        Within::Public => CALLS.by(&BY_CLOSING).page(&(), order, page)?,
        Within::Judged(id) => CALLS.by(&BY_EVALUATOR).page(&(id.clone(),), order, page)?,
        Within::All => CALLS.by(&BY_BEGINNING).page(&(), order, page)?,
    };
    Ok(Page { items: found.items.into_iter().map(|(_, call)| call).collect(), next: found.next })
}

/// Begins a call.
///
/// # Errors
/// If there is one of its code, or the code is a word of addresses.
pub fn begin(_: &Officer, context: &Context, call: Call) -> Result<Call, Failure> {
    let taken = CALLS.contains(&call.code) || WORDS.contains(&call.code.as_str());
    sdk::ensure!(!taken, Refused::Taken { code: call.code });
    let mut call = Call { stage: Stage::Draft, finished: Vec::new(), made: context.time(), entries: 0, ..call };
    history::of_call(&mut call, context, Event::Made, "")?;
    CALLS.insert(&call.code, &call)?;
    Ok(call)
}

/// Changes a call that is not public.
///
/// # Errors
/// If it is.
pub fn change(_: &Officer, context: &Context, code: &Code, edit: impl FnOnce(&mut Call)) -> Result<Call, Failure> {
    let mut call = find(code)?;
    sdk::ensure!(call.stage == Stage::Draft, Refused::Public);
    let (code, made, entries) = (call.code.clone(), call.made, call.entries);
    edit(&mut call);
    let mut call = Call { code, made, entries, stage: Stage::Draft, ..call };
    history::of_call(&mut call, context, Event::Changed, "")?;
    put(&call)?;
    Ok(call)
}

/// Makes a call public: from now on only its closing time moves, and evaluators are added.
///
/// # Errors
/// If it is, or does not hold together.
pub fn publish(_: &Officer, context: &Context, code: &Code) -> Result<Call, Failure> {
    let mut call = find(code)?;
    sdk::ensure!(call.stage == Stage::Draft, Refused::Public);
    let problems = check(&call, context.time());
    sdk::ensure!(problems.is_empty(), Refused::NotSound(problems));
    call.stage = Stage::Published;
    history::of_call(&mut call, context, Event::Published, "")?;
    put(&call)?;
    Ok(call)
}

/// Takes proposals longer, for a reason that everybody reads.
///
/// # Errors
/// If it has closed, the time is no later one, or there is no reason.
pub fn extend(_: &Officer, context: &Context, code: &Code, to: Timestamp, reason: &str) -> Result<Call, Failure> {
    let mut call = find_public(code)?;
    let closed = Refused::Closed { closes: call.closes };
    sdk::ensure!(matches!(call.phase(context.time()), Phase::Announced | Phase::Open), closed);
    sdk::ensure!(to > call.closes, Refused::Earlier);
    sdk::ensure!(!reason.trim().is_empty(), Refused::NoReason);
    call.closes = to;
    history::of_call(&mut call, context, Event::Extended { to }, reason)?;
    put(&call)?;
    Ok(call)
}

/// Names more evaluators of a public call, for a reason that everybody reads. Once points are open nobody joins: she would see
/// those of others before she gives hers.
///
/// # Errors
/// If points are open, nobody new is named, they are too many, or there is no reason.
pub fn name(
    _: &Officer,
    context: &Context,
    code: &Code,
    evaluators: Vec<Named>,
    reason: &str,
) -> Result<Call, Failure> {
    let mut call = find_public(code)?;
    sdk::ensure!(call.stage == Stage::Published, Refused::NotEvaluation);
    sdk::ensure!(!reason.trim().is_empty(), Refused::NoReason);
    let new: Vec<Named> = evaluators.into_iter().filter(|one| call.number_of(&one.id).is_none()).collect();
    let all = call.evaluators.len().saturating_add(new.len());
    sdk::ensure!(!new.is_empty() && all <= MOST_PARTS, Refused::Evaluators);
    let ids = new.iter().map(|one| one.id.clone()).collect();
    call.evaluators.extend(new);
    history::of_call(&mut call, context, Event::Named { ids }, reason)?;
    put(&call)?;
    Ok(call)
}

/// Keeps a call as it stands.
pub(super) fn put(call: &Call) -> Result<(), Failure> {
    Ok(CALLS.put(&call.code, call)?)
}
