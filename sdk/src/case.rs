//! Cases: something that a citizen brings and an office answers, with its states, its inbox, its thread, its deadline and its
//! history.
//!
//! A case knows who, where and until when. What it is about is the plugin's own record, kept under the same id. Every change
//! leaves an entry with its author, its time and its reason, and no entry is ever changed or taken away.
//!
//! ```
//! use sdk::case::{Cases, State};
//!
//! #[derive(Clone, Copy, PartialEq)]
//! enum Complaint { Received, InWork, Answered }
//!
//! impl State for Complaint {
//!     const ALL: &'static [(Self, &'static str)] =
//!         &[(Self::Received, "received"), (Self::InWork, "in-work"), (Self::Answered, "answered")];
//!
//!     fn next(self) -> &'static [Self] {
//!         match self {
//!             Self::Received => &[Self::InWork],
//!             Self::InWork => &[Self::Answered],
//!             Self::Answered => &[],
//!         }
//!     }
//! }
//!
//! static COMPLAINTS: Cases<Complaint> = Cases::new("complaints");
//! ```
//!
//! The manifest asks for `kv`, and for `timers` and `calendar` where cases have deadlines.

mod deadline;
mod error;
mod history;
mod list;
mod record;

use std::marker::PhantomData;

use crate::Context;
use crate::collections::{Page, PageRequest};
use crate::thread::Threads;
use crate::time::Timestamp;
use crate::timers;

pub use crate::author::Author;
pub use crate::thread::{Audience, MOST_MESSAGES, Message};
pub use deadline::{Deadline, Extension, NotExtended, WorkingDays};
pub use error::CaseError;
pub use history::{Entry, Event, MOST_ENTRIES};
pub use record::{Case, Opening};

/// The states of a kind of case.
pub trait State: Copy + PartialEq + 'static {
    /// All of them, each with the word that it is kept as. A word stays what it is for good.
    const ALL: &'static [(Self, &'static str)];

    /// The states that may follow.
    fn next(self) -> &'static [Self];

    /// Whether a case in this state is closed: it has no deadline any more, and nothing can be done with it but what may follow.
    /// It is, where nothing may follow; a state from which it can be reopened says so too.
    #[must_use]
    fn is_closed(self) -> bool {
        self.next().is_empty()
    }

    /// Its word.
    #[must_use]
    fn word(self) -> &'static str {
        Self::ALL.iter().find(|(state, _)| *state == self).map_or("", |(_, word)| word)
    }
}

/// The cases of a kind, by the kind's name within the plugin.
pub struct Cases<S: 'static> {
    kind: &'static str,
    holds: PhantomData<fn() -> S>,
}

impl<S: State> Cases<S> {
    /// The cases of a kind.
    #[must_use]
    pub const fn new(kind: &'static str) -> Self {
        Self { kind, holds: PhantomData }
    }

    /// Opens a case under an id that no other case of the kind has: the call's own, or a number.
    ///
    /// # Errors
    /// If there is one.
    pub fn open(&self, context: &Context, id: &str, opening: Opening<S>) -> Result<Case<S>, CaseError> {
        let state = opening.state;
        let mut case = Case::open(id, opening, context.time());
        self.note(&mut case, context, Event::Opened { state: state.word().to_owned() }, "")?;
        self.set_timer(&case);
        list::insert(self.kind, &case)?;
        Ok(case)
    }

    /// The case of an id.
    ///
    /// # Errors
    /// If there is none.
    pub fn find(&self, id: &str) -> Result<Case<S>, CaseError> {
        list::get(self.kind, id)?.ok_or_else(|| CaseError::Unknown { id: id.to_owned() })
    }

    /// The case of an id, if it is this citizen's. To others it is as if there were none.
    ///
    /// # Errors
    /// If there is none, or it is somebody else's.
    pub fn find_of(&self, subject: &str, id: &str) -> Result<Case<S>, CaseError> {
        let case = self.find(id)?;
        if case.citizen.as_deref() == Some(subject) { Ok(case) } else { Err(CaseError::Unknown { id: id.to_owned() }) }
    }

    /// A citizen's cases, the newest first.
    ///
    /// # Errors
    /// If the cursor is none.
    pub fn of_citizen(&self, subject: &str, page: &PageRequest) -> Result<Page<Case<S>>, CaseError> {
        list::of_citizen(self.kind, subject, page)
    }

    /// An office's cases in a state, those that are due first at first; those without a deadline come last.
    ///
    /// # Errors
    /// If the cursor is none.
    pub fn inbox(&self, office: &str, state: S, page: &PageRequest) -> Result<Page<Case<S>>, CaseError> {
        list::inbox(self.kind, office, state, page)
    }

    /// Takes a case on: from now on it is this operator's to answer.
    ///
    /// # Errors
    /// If another one has it, or it is closed.
    pub fn claim(&self, context: &Context, id: &str, operator: &str) -> Result<Case<S>, CaseError> {
        self.change(context, id, "", |case| match &case.holder {
            Some(holder) if holder != operator => Err(CaseError::Held { id: id.to_owned() }),
            _ => {
                case.holder = Some(operator.to_owned());
                Ok(Event::Claimed { by: operator.to_owned() })
            }
        })
    }

    /// Gives a case back to the office's inbox.
    ///
    /// # Errors
    /// If there is none, or it is closed.
    pub fn release(&self, context: &Context, id: &str, reason: &str) -> Result<Case<S>, CaseError> {
        self.change(context, id, reason, |case| {
            case.holder = None;
            Ok(Event::Released)
        })
    }

    /// Brings a case into another state.
    ///
    /// # Errors
    /// If that cannot follow.
    pub fn advance(&self, context: &Context, id: &str, state: S, reason: &str) -> Result<Case<S>, CaseError> {
        let now = context.time();
        self.change_any(context, id, reason, |case| {
            let from = case.state;
            if from.next().is_empty() {
                return Err(CaseError::Closed { id: id.to_owned() });
            }
            if !from.next().contains(&state) {
                return Err(CaseError::Order { id: id.to_owned(), from: from.word(), to: state.word() });
            }
            case.state = state;
            case.closed = state.is_closed().then_some(now);
            Ok(Event::Advanced { from: from.word().to_owned(), to: state.word().to_owned() })
        })
    }

    /// Hands a case to another office, which nobody has taken on there.
    ///
    /// # Errors
    /// If there is none, or it is closed.
    pub fn assign(&self, context: &Context, id: &str, office: &str, reason: &str) -> Result<Case<S>, CaseError> {
        self.change(context, id, reason, |case| {
            let from = std::mem::replace(&mut case.office, office.to_owned());
            case.holder = None;
            Ok(Event::Assigned { from, to: office.to_owned() })
        })
    }

    /// Gives a case more time, once, before its first deadline has passed.
    ///
    /// # Errors
    /// If it has no deadline, if that has passed, if it was extended before, or by more than may be.
    pub fn extend(
        &self,
        context: &Context,
        id: &str,
        extension: &Extension,
        reason: &str,
    ) -> Result<Case<S>, CaseError> {
        let now = context.time();
        self.change(context, id, reason, |case| {
            let deadline = case.deadline.as_mut().ok_or_else(|| CaseError::NoDeadline { id: id.to_owned() })?;
            deadline.extend(extension, now)?;
            Ok(Event::Extended { to: deadline.ends() })
        })
    }

    /// Says something in the thread of a case; also after it was closed.
    ///
    /// # Errors
    /// If there is no such case.
    pub fn say(&self, context: &Context, id: &str, audience: Audience, text: &str) -> Result<Message, CaseError> {
        let mut case = self.find(id)?;
        let message = self.threads().say(context, &case.id, audience, text)?;
        case.messages += 1;
        list::put(self.kind, &case)?;
        Ok(message)
    }

    /// What was said about a case, from the beginning, as far as somebody may read it.
    ///
    /// # Errors
    /// If it does not read back.
    pub fn thread(&self, id: &str, reader: Audience) -> Result<Vec<Message>, CaseError> {
        Ok(self.threads().read(id, reader)?)
    }

    /// The threads of these cases, by their ids: to be read in parts, and to see what was not read yet.
    #[must_use]
    pub const fn threads(&self) -> Threads {
        Threads::new(self.kind)
    }

    /// What happened to a case, from the beginning.
    ///
    /// # Errors
    /// If it does not read back.
    pub fn history(&self, id: &str) -> Result<Vec<Entry>, CaseError> {
        history::read(self.kind, id)
    }

    /// The case whose deadline has passed now, if that is what a timer of the plugin says.
    ///
    /// # Errors
    /// If it does not read back.
    pub fn overdue(&self, timer: &crate::Timer) -> Result<Option<Case<S>>, CaseError> {
        let id = timer.name.strip_prefix(&self.timer("")).map(str::to_owned);
        let case = id.map(|id| self.find(&id)).transpose()?;
        // It may have been closed, or given more time, since the timer went off.
        Ok(case.filter(|case| case.is_overdue(Timestamp::from_millisecond(timer.at))))
    }

    fn change(
        &self,
        context: &Context,
        id: &str,
        reason: &str,
        change: impl FnOnce(&mut Case<S>) -> Result<Event, CaseError>,
    ) -> Result<Case<S>, CaseError> {
        self.change_any(context, id, reason, |case| {
            if case.closed.is_some() {
                return Err(CaseError::Closed { id: id.to_owned() });
            }
            change(case)
        })
    }

    /// Changes a case, closed or not.
    fn change_any(
        &self,
        context: &Context,
        id: &str,
        reason: &str,
        change: impl FnOnce(&mut Case<S>) -> Result<Event, CaseError>,
    ) -> Result<Case<S>, CaseError> {
        let mut case = self.find(id)?;
        let before = case.runs_until();
        let event = change(&mut case)?;
        self.note(&mut case, context, event, reason)?;
        match (before, case.runs_until()) {
            (Some(_), None) => timers::cancel(&self.timer(&case.id)),
            (before, now) if before != now => self.set_timer(&case),
            _ => {}
        }
        list::put(self.kind, &case)?;
        Ok(case)
    }

    fn note(&self, case: &mut Case<S>, context: &Context, event: Event, reason: &str) -> Result<(), CaseError> {
        history::add(self.kind, &case.id, case.entries, &Entry::new(context, event, reason))?;
        case.entries += 1;
        Ok(())
    }

    fn set_timer(&self, case: &Case<S>) {
        if let Some(ends) = case.runs_until() {
            timers::set(&self.timer(&case.id), ends, &[]);
        }
    }

    fn timer(&self, id: &str) -> String {
        format!("case/{}/{id}", self.kind)
    }
}
