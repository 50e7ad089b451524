//! Definitions: one JSON document says what people read of a procedure, what they are asked, and how it is decided.
//!
//! [`Definition`] is the document as it is written, exported and imported; [`Procedure`] is one that holds together, which is
//! what everything else works with. What holds together and may not be published all the same, [`publication`] says.

mod check;
mod code;
mod difference;
mod entry;
mod online;
mod place;
mod procedure;
pub mod publication;
mod read;
pub(crate) mod template;
mod vocabulary;

use sdk::schema::Schema;
use serde::{Deserialize, Serialize};

pub(crate) use check::{DEPARTMENTS, TAKEN_BY_ADDRESSES, WITHOUT_STEPS};
pub use check::{Problem, Problems, check_entry, is_place, is_web_address};
pub use code::{Code, NoCode};
pub use difference::{Change, differences};
pub use entry::{
    Audience, Brought, Burden, Cost, Deadline, Entry, Evidence, Output, Requirement, Rule, Silence, Simplification,
};
pub use online::{
    Amount, Clock, Document, Fee, FileKind, Made, Moment, Need, Online, Outcome, Page, Power, Registration, Step,
};
pub use place::{Channel, ChannelKind, Clock as Hour, Hours, Place, Weekday};
pub use procedure::{CHECK_PAGE, CHOICE_PAGE, Procedure, REGISTRATIONS};
pub use publication::OWN;
pub use vocabulary::{Concept, Event, EventKind, Sector, Vocabulary};

/// A procedure as it is written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Definition {
    /// Of which edition of this format it is.
    pub format: Format,
    /// What people read of it.
    pub entry: Entry,
    /// How it is done online, where it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub online: Option<Online>,
}

impl Definition {
    /// Reads a definition from its JSON text.
    ///
    /// # Errors
    /// Every key that is none of the format's, and every value that is not what stands there, each with its place.
    pub fn read(text: &str) -> Result<Self, Problems> {
        read::read(text)
    }

    /// Its JSON text, as it is exported: to be read by people too.
    ///
    /// # Panics
    /// Never: all its keys are texts.
    #[must_use]
    pub fn written(&self) -> String {
        serde_json::to_string_pretty(self).expect("a definition has a form in JSON")
    }

    /// All that is asked, if it is done online, whether the rest holds together or not.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn schema(&self) -> Result<Option<Schema>, Problems> {
        check::schema_of(self)
    }
}

/// Editions of the format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Format {
    /// The first.
    #[serde(rename = "chakana-procedure/1")]
    First,
}
