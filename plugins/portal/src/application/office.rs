//! What an application needs of the office that handles it.

use sdk::Date;
use sdk::calendar::CalendarError;

use super::{Application, Attached, Outcome};
use crate::definition::Code;

/// The office that handles applications: which days it works, and that it signs.
pub trait Office {
    /// The day so many working days after a day, which is not counted itself.
    ///
    /// # Errors
    /// If the calendar does not know.
    fn after(&self, place: &str, day: Date, days: u32) -> Result<Date, CalendarError>;

    /// The working days after a day, up to and including another one.
    ///
    /// # Errors
    /// If the calendar does not know.
    fn between(&self, place: &str, from: Date, to: Date) -> Result<u32, CalendarError>;

    /// Has the document signed that says how something was decided, and gives the id of its signature.
    fn sign(&self, deciding: &Deciding<'_>) -> Result<String, NotSigned>;
}

/// A decision whose document is to be signed.
#[derive(Clone, Copy, Debug)]
pub struct Deciding<'a> {
    /// The application.
    pub application: &'a Application,
    /// The registration.
    pub registration: &'a Code,
    /// How it is decided.
    pub outcome: Outcome,
    /// Why, in words for the applicant.
    pub reason: &'a str,
    /// The result, where it is made by hand and granted.
    pub result: Option<&'a Attached>,
}

/// A document is not signed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the document of the decision is not signed: {0}")]
pub struct NotSigned(pub String);
