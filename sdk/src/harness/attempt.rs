//! One attempt at a call: what it sees, what it did so far, and how it is stopped.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::rc::Rc;

use super::HolidayCalendar;
use super::manifest::{Manifest, Use};
use super::run::LogLine;
use super::state::{Change, State};
use crate::bindings::exchange::{Answer, Question, Refusal};
use crate::bindings::outbox::Message;
use crate::context::Context;

/// What is the same for every call of an installed plugin.
#[derive(Debug)]
pub(super) struct Home {
    pub(super) manifest: Manifest,
    pub(super) subsystem: String,
    pub(super) config: BTreeMap<String, String>,
    pub(super) secrets: BTreeMap<String, String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Access {
    ReadOnly,
    ReadWrite,
}

/// The answers that were recorded for a call, by service and path.
pub(super) type Answers = BTreeMap<(String, String), Result<Answer, Refusal>>;

#[derive(Debug)]
pub(super) struct Attempt {
    pub(super) home: Rc<Home>,
    pub(super) calendar: Rc<HolidayCalendar>,
    pub(super) context: Context,
    pub(super) access: Access,
    /// How many commits of the plugin there were when this began.
    pub(super) began_after: usize,
    /// One moment, with this attempt's own changes.
    pub(super) view: State,
    pub(super) reads: Reads,
    pub(super) changes: Vec<Change>,
    pub(super) effects: Vec<Effect>,
    pub(super) lines: Vec<LogLine>,
    pub(super) answers: Answers,
    pub(super) randomness: u64,
}

/// What was read: keys, and ranges up to but without their end.
#[derive(Debug, Default)]
pub(super) struct Reads {
    pub(super) keys: BTreeSet<Vec<u8>>,
    pub(super) ranges: Vec<(Vec<u8>, Option<Vec<u8>>)>,
}

impl Reads {
    pub(super) fn cover(&self, key: &[u8]) -> bool {
        let within = |(start, end): &(Vec<u8>, Option<Vec<u8>>)| {
            key >= start.as_slice() && end.as_deref().is_none_or(|end| key < end)
        };
        self.keys.contains(key) || self.ranges.iter().any(within)
    }
}

#[derive(Debug)]
pub(super) enum Effect {
    Send { id: String, message: Message },
    Publish { topic: String, content_type: String, body: Vec<u8> },
    Count { name: String, n: u64 },
    Observe { name: String, value: f64 },
}

/// Why a handler does not come to its end.
#[derive(Debug)]
pub(super) enum Stop {
    Trap(String),
    Ask(Question),
}

impl Attempt {
    /// Lets the handler do what the manifest asks for.
    pub(super) fn granted(&self, interface: &str, what: Use<'_>) -> Result<(), Stop> {
        self.home.manifest.grants(interface, what, &self.home.config).map_err(Stop::Trap)
    }

    /// Makes a change, for the handler to see and for the commit to repeat.
    pub(super) fn change(&mut self, change: Change) -> Result<(), Stop> {
        self.writable()?;
        // Bounds hold for where the counter stands at the commit, not for what this attempt sees.
        let seen = match change.clone() {
            Change::Add { key, delta, .. } => Change::Add { key, delta, bounds: None },
            other => other,
        };
        self.view.apply(seen).map_err(|impossible| Stop::Trap(impossible.to_string()))?;
        self.changes.push(change);
        Ok(())
    }

    pub(super) fn effect(&mut self, effect: Effect) -> Result<(), Stop> {
        self.writable()?;
        self.effects.push(effect);
        Ok(())
    }

    pub(super) fn writable(&self) -> Result<(), Stop> {
        match self.access {
            Access::ReadWrite => Ok(()),
            Access::ReadOnly => Err(Stop::Trap("a call that may only read wrote".to_owned())),
        }
    }

    /// The id of the next thing this call makes: the same on every attempt that does the same.
    pub(super) fn next_id(&self) -> String {
        format!("{}.{}", self.context.request_id, self.changes.len() + self.effects.len())
    }
}

thread_local! {
    /// The attempt that the handler on this thread belongs to.
    static CURRENT: RefCell<Option<Attempt>> = const { RefCell::new(None) };
}

/// Does what an import asks for in the current attempt, or stops its handler.
pub(super) fn current<T>(act: impl FnOnce(&mut Attempt) -> Result<T, Stop>) -> T {
    let done = CURRENT.with_borrow_mut(|current| {
        let attempt = current.as_mut().expect("imports are called by a handler that a harness runs");
        act(attempt)
    });
    // Not a panic: nothing went wrong that a panic hook should print.
    done.unwrap_or_else(|stop| resume_unwind(Box::new(stop)))
}

/// Runs a handler as this attempt.
pub(super) fn run<T>(attempt: Attempt, handler: impl FnOnce(Context) -> T) -> (Attempt, Result<T, Stop>) {
    let context = attempt.context.clone();
    CURRENT.with_borrow_mut(|current| {
        assert!(current.is_none(), "a handler cannot run another one");
        *current = Some(attempt);
    });
    let outcome = catch_unwind(AssertUnwindSafe(|| handler(context)));
    let attempt = CURRENT.take().expect("the attempt is where it was put");
    (attempt, outcome.map_err(stop))
}

fn stop(payload: Box<dyn std::any::Any + Send>) -> Stop {
    match payload.downcast::<Stop>() {
        Ok(stop) => *stop,
        Err(panic) => {
            let text = panic.downcast_ref::<String>().cloned();
            let text = text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
            Stop::Trap(text.unwrap_or_else(|| "the plugin panicked".to_owned()))
        }
    }
}
