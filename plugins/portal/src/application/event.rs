//! What happens to an application.

use sdk::case::Author;
use sdk::collections::Record;
use sdk::{Date, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Applicant, Assistance, Attached, Content, Mark, Owed, Receipt};
use crate::definition::Code;

/// Something that happened to an application.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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
    /// How the author helped, where she did it for the applicant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assistance: Option<Assistance>,
}

impl Record for Entry {}

/// What happens. Each says all that the application keeps of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Event {
    /// It was submitted.
    Submitted(Box<Submitted>),
    /// A fee was paid.
    Paid {
        /// The fee's place among the application's fees.
        number: u32,
        /// The receipt.
        receipt: Receipt,
    },
    /// Something has to be paid before it goes on.
    Owes {
        /// The registration.
        registration: Code,
        /// The last day on which it can be paid.
        until: Date,
        /// What will be issued, where it was approved and is paid before the result.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        granted: Option<Granted>,
    },
    /// A step began.
    Began {
        /// The registration.
        registration: Code,
        /// The step.
        step: Code,
        /// Who may take it.
        role: Code,
        /// Its last day.
        until: Date,
        /// The last day on which the registration has to be decided.
        due: Date,
        /// Who has it from the beginning: it was sent back by her.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        holder: Option<String>,
    },
    /// What it needs is granted: it goes on.
    Unblocked {
        /// The registration.
        registration: Code,
    },
    /// A step is not taken in this case.
    PassedBy {
        /// The registration.
        registration: Code,
        /// The step.
        step: Code,
    },
    /// Somebody has taken it on.
    Claimed {
        /// The registration.
        registration: Code,
        /// Her id.
        by: String,
    },
    /// It was given back to all who have the role.
    Released {
        /// The registration.
        registration: Code,
    },
    /// A step came out well.
    StepApproved {
        /// The registration.
        registration: Code,
        /// The step.
        step: Code,
        /// The result, where it is made by hand and this is the last step.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        result: Option<Attached>,
    },
    /// It was sent back to be corrected.
    SentBack {
        /// The registration.
        registration: Code,
        /// What has to be corrected.
        marks: Vec<Mark>,
        /// To whom it comes back.
        by: String,
        /// The last day on which it can be corrected.
        until: Date,
        /// The working days that are left then, where time stands still.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        left: Option<u32>,
    },
    /// It was corrected.
    Corrected {
        /// What it says now.
        content: Box<Content>,
        /// What has to be paid now beside what was paid; what was not paid before is owed no more.
        owed: Vec<Owed>,
    },
    /// It is decided.
    Decided {
        /// The registration.
        registration: Code,
        /// How.
        outcome: Outcome,
        /// The signed document that says so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        document: Option<String>,
    },
    /// Nobody decided in time: it is left to who supervises.
    Escalated {
        /// The registration.
        registration: Code,
    },
    /// The applicant, for whom it was filed at a counter, added it to her account.
    Joined {
        /// As she is known there.
        applicant: Applicant,
    },
}

/// Something that was granted and is not issued yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Granted {
    /// How.
    pub outcome: Outcome,
    /// The result, where it is made by hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<Attached>,
}

/// What an application begins with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Submitted {
    /// Its number.
    pub number: String,
    /// The procedure.
    pub procedure: Code,
    /// The version of its definition.
    pub version: u32,
    /// Who asks.
    pub applicant: Applicant,
    /// What it says.
    pub content: Content,
    /// What has to be paid.
    pub fees: Vec<Owed>,
    /// The signed receipt, by the id of its signature.
    pub receipt: String,
}

/// How a registration is decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It is granted.
    Approved,
    /// It is denied.
    Rejected,
    /// It is granted, for nobody decided in time.
    GrantedBySilence,
    /// It is denied, for nobody decided in time.
    DeniedBySilence,
    /// It was not paid or corrected in time, or what it needs was not granted.
    Lapsed,
    /// The applicant took it back.
    Withdrawn,
}

impl Outcome {
    /// Whether what was asked for is granted.
    #[must_use]
    pub fn is_granted(self) -> bool {
        matches!(self, Self::Approved | Self::GrantedBySilence)
    }
}
