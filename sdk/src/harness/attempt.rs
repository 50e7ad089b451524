//! One attempt at a call: what it sees, what it did so far, and how it is stopped.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::rc::Rc;

use texts::Catalogue;

use super::HolidayCalendar;
use super::manifest::{Manifest, Use};
use super::run::{LogLine, Told};
use super::state::{Change, Impossible, State};
use super::weight::Weight;
use crate::bindings::exchange::{Question, Refusal};
use crate::bindings::outbox::Message;
use crate::context::Context;
use crate::failure::Failure;
use crate::limits::{OUT_OF_BOUNDS, ROW_BYTES};
use crate::service::Answer;

/// What is the same for every call of an installed plugin.
#[derive(Debug)]
pub(super) struct Home {
    pub(super) manifest: Manifest,
    pub(super) subsystem: String,
    pub(super) config: BTreeMap<String, String>,
    pub(super) secrets: BTreeMap<String, String>,
    pub(super) texts: Option<Catalogue>,
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
    /// Subjects whom nobody can tell anything.
    pub(super) strangers: Rc<BTreeSet<String>>,
    pub(super) context: Context,
    pub(super) access: Access,
    /// How many commits of the plugin there were when this began.
    pub(super) began_after: usize,
    /// One moment, with this attempt's own changes.
    pub(super) view: State,
    pub(super) reads: Reads,
    pub(super) changes: Vec<Change>,
    /// Counters that the attempt's own additions have taken out of their bounds.
    out_of_bounds: BTreeSet<Vec<u8>>,
    pub(super) weight: Weight,
    pub(super) effects: Vec<Effect>,
    pub(super) lines: Vec<LogLine>,
    pub(super) answers: Answers,
    pub(super) randomness: u64,
}

/// What was read, by [`Change::touches`]: keys, and ranges up to but without their end.
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
    Tell(Told),
}

/// Why a handler does not come to its end.
#[derive(Debug)]
pub(super) enum Stop {
    Trap(String),
    Fail(Failure),
    Ask(Question),
    /// It has asked as much as it may.
    TooManyQuestions,
}

impl Attempt {
    pub(super) fn new(home: Rc<Home>, calendar: Rc<HolidayCalendar>, context: Context, access: Access) -> Self {
        Self {
            home,
            calendar,
            strangers: Rc::default(),
            context,
            access,
            began_after: 0,
            view: State::default(),
            reads: Reads::default(),
            changes: Vec::new(),
            out_of_bounds: BTreeSet::new(),
            weight: Weight::default(),
            effects: Vec::new(),
            lines: Vec::new(),
            answers: Answers::new(),
            randomness: 0,
        }
    }

    /// Lets the handler do what the manifest asks for.
    pub(super) fn granted(&self, interface: &str, what: Use<'_>) -> Result<(), Stop> {
        self.home.manifest.grants(interface, what, &self.home.config).map_err(Stop::Trap)
    }

    /// Makes a change, for the handler to see and for the commit to repeat.
    pub(super) fn change(&mut self, change: Change) -> Result<(), Stop> {
        self.writable()?;
        self.weight.write(change.size_bytes())?;
        let within = self.view.apply(change.clone());
        if let Some(key) = change.counted() {
            match within {
                Ok(()) => {}
                Err(Impossible::NoCounter) => return Err(Stop::Trap(Impossible::NoCounter.to_string())),
                // Whether it is so at the commit is another question, unless the handler looks at it.
                Err(Impossible::OutOfBounds(_)) => drop(self.out_of_bounds.insert(key.to_vec())),
            }
        } else if let Change::Put(key, _) | Change::Delete(key) = &change {
            self.out_of_bounds.remove(key);
        }
        self.changes.push(change);
        Ok(())
    }

    /// Notes that a key of the plugin's is read.
    pub(super) fn read_key(&mut self, key: &[u8]) -> Result<(), Stop> {
        self.stays_within_bounds(key)?;
        self.read(Change::Delete(key.to_vec()).touches())
    }

    /// Fails the call if it looks at a counter that its own additions have taken out of their bounds.
    pub(super) fn stays_within_bounds(&self, key: &[u8]) -> Result<(), Stop> {
        if self.out_of_bounds.contains(key) {
            return Err(Stop::Fail(Failure::Conflict(OUT_OF_BOUNDS.to_owned())));
        }
        Ok(())
    }

    /// Notes that what a change would touch is read.
    pub(super) fn read(&mut self, touched: Vec<u8>) -> Result<(), Stop> {
        if self.access == Access::ReadWrite {
            self.weight.hold(touched.len() + ROW_BYTES)?;
        }
        self.reads.keys.insert(touched);
        Ok(())
    }

    pub(super) fn effect(&mut self, effect: Effect) -> Result<(), Stop> {
        self.writable()?;
        let size_bytes = match &effect {
            Effect::Send { message, .. } => message.body.len() + message.path.len() + message.to.len(),
            Effect::Publish { topic, body, .. } => topic.len() + body.len(),
            Effect::Tell(told) => told.subject.len() + told.text.len(),
            Effect::Count { .. } | Effect::Observe { .. } => 0,
        };
        self.weight.order(size_bytes)?;
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
