//! Questions to services of other subsystems, by GET: whoever is asked changes nothing.

use super::raw::exchange as raw;

pub use crate::bindings::exchange::{Fault, Question, Refusal};
use crate::service::Answer;

/// Asks a service of a subsystem, written `INSTANCE/CLASS/MEMBER/SUBSYSTEM/SERVICE`; the path lies below it.
///
/// The handler runs again from its beginning once the answer is there: ask before doing what is costly, and ask the
/// same on every attempt. A call asks at most 16 questions.
///
/// # Errors
/// If the exchange refuses, or nobody answers in time.
pub fn ask(to: impl Into<String>, path: impl Into<String>) -> Result<Answer, Refusal> {
    raw::call(&Question { to: to.into(), path: path.into() })
}
