//! Questions to services of other subsystems, by GET: whoever is asked changes nothing.

use super::raw::exchange as raw;

pub use crate::bindings::exchange::{Fault, Question, Refusal};
use crate::service::Answer;

pub use crate::limits::CITIZEN;

/// Asks a service of a subsystem, written `INSTANCE/CLASS/MEMBER/SUBSYSTEM/SERVICE`; the path lies below it.
///
/// [`CITIZEN`] in the path stands for the number of the identity document of the citizen who calls: the host puts it in, and
/// the plugin does not learn it.
///
/// The handler runs again from its beginning once the answer is there: ask before doing what is costly, and ask the
/// same on every attempt. A call asks at most 16 questions.
///
/// # Errors
/// If the exchange refuses, or nobody answers in time.
pub fn ask(to: impl Into<String>, path: impl Into<String>) -> Result<Answer, Refusal> {
    raw::call(&Question { to: to.into(), path: path.into() })
}
