//! Applications: what somebody asked for, who has it now, and what came of it.
//!
//! Everything that happens to an application is an [`Event`] in its history, and the application is what its history made
//! of it: [`Application::of`] folds it anew. What may happen is judged by `act`, what follows by itself by
//! `advance`. Each registration that is applied for is a [`Track`] of its own, with its steps, its deadline and its decision.
//!
//! Nothing here reads a store, a clock or a calendar: they are arguments.

mod act;
mod advance;
mod anew;
mod content;
mod event;
mod fee;
mod fold;
mod judge;
mod office;
mod permit;
mod refused;
mod room;
mod track;

use sdk::Timestamp;
use serde::{Deserialize, Serialize};

use crate::definition::Code;

pub use act::{Act, Acting, Actor, Decision, Submission};
pub use anew::Anew;
pub use content::{Applicant, Assistance, Attached, Consulted, Content, Knew, Mark, Target};
pub use event::{Entry, Event, Granted, Outcome, Submitted};
pub use fee::{Charge, Owed, Receipt, total};
pub use fold::NoHistory;
pub use office::{Deciding, NotSigned, Office};
pub use refused::{Refused, WrongPart};
pub use track::{Approver, Owner, Reach, Stage, Track};

/// An application as it stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Application {
    /// Its number, by which people name it.
    pub number: String,
    /// The procedure.
    pub procedure: Code,
    /// The version of its definition, which it keeps.
    pub version: u32,
    /// Who asks.
    pub applicant: Applicant,
    /// When it was submitted.
    pub submitted: Timestamp,
    /// What was answered and attached.
    pub content: Content,
    /// What has to be paid, and what was.
    pub fees: Vec<Owed>,
    /// The signed receipt, by the id of its signature.
    pub receipt: String,
    /// What was applied for, each by itself.
    pub tracks: Vec<Track>,
    /// How much happened to it.
    pub entries: u32,
}

impl Application {
    /// The track of a registration.
    ///
    /// # Errors
    /// If it was not applied for.
    pub fn track(&self, registration: &Code) -> Result<&Track, Refused> {
        let found = self.tracks.iter().find(|track| track.registration == *registration);
        found.ok_or_else(|| Refused::NotApplied { registration: registration.clone() })
    }

    /// Whether all that was applied for is decided.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.tracks.iter().all(Track::is_decided)
    }

    /// The first day after which something happens by itself.
    #[must_use]
    pub fn runs_until(&self) -> Option<sdk::Date> {
        self.tracks.iter().filter_map(Track::runs_until).min()
    }

    /// What is still to be paid.
    pub fn unpaid(&self) -> impl Iterator<Item = &Owed> {
        self.fees.iter().filter(|owed| owed.receipt.is_none())
    }

    /// A fee that is still to be paid, by its place, as it is shown to whoever takes the money.
    #[must_use]
    pub fn charge(&self, number: u32) -> Option<Charge> {
        let owed = usize::try_from(number).ok().and_then(|number| self.fees.get(number))?;
        let is_unpaid = owed.receipt.is_none();
        is_unpaid.then(|| Charge { number, fee: owed.fee.clone(), amount: owed.amount })
    }

    /// What the applicant has to correct: of all tracks that were sent back.
    pub fn marks(&self) -> impl Iterator<Item = &Mark> {
        self.tracks.iter().flat_map(Track::marks)
    }
}
