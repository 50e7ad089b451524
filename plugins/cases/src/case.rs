//! A case, and what may happen to it.

use sdk::collections::Record;
use sdk::{Context, Failure, Timestamp};
use serde::{Deserialize, Serialize};

/// Where a case stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// It waits for a decision.
    Open,
    /// It waits, and its deadline has passed.
    Overdue,
    /// It was decided in favour of the person.
    Granted,
    /// It was decided against the person.
    Refused,
}

sdk::numbered!(State { Open = 1, Overdue = 2, Granted = 3, Refused = 4 });

/// What became of the notice that a case was opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoticeState {
    /// It is on its way.
    Sent,
    /// It was accepted.
    Received,
    /// It was not accepted.
    Refused,
    /// It will not be sent any more.
    Undelivered,
}

/// A case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Case {
    /// The person's number in the register.
    pub person: String,
    /// The person's name, as the register had it when the case was opened.
    pub name: String,
    /// What it is about.
    pub subject: String,
    /// Where it stands.
    pub state: State,
    /// When it was opened.
    pub opened: Timestamp,
    /// When it must be decided.
    pub deadline: Timestamp,
    /// When it was decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided: Option<Timestamp>,
    /// What became of the notice.
    pub notice: NoticeState,
    /// Whether the register has changed the person since.
    #[serde(default)]
    pub person_changed: bool,
}

impl Record for Case {}

impl Case {
    /// Decides the case.
    ///
    /// # Errors
    /// If it was decided before.
    pub(crate) fn decide(&mut self, context: &Context, decision: Decision) -> Result<(), Failure> {
        let waits = matches!(self.state, State::Open | State::Overdue);
        sdk::ensure!(waits, Failure::Conflict("the case was decided before".to_owned()));
        self.state = match decision {
            Decision::Granted => State::Granted,
            Decision::Refused => State::Refused,
        };
        self.decided = Some(context.time());
        Ok(())
    }

    /// The deadline has come.
    pub(crate) fn fall_due(&mut self) {
        if self.state == State::Open {
            self.state = State::Overdue;
        }
    }
}

/// How a case can be decided.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Decision {
    Granted,
    Refused,
}
