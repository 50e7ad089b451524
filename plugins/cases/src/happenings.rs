//! What happens to cases without a caller.

use sdk::{Failure, Published, Reply, Timer, Undelivered};
use serde::Deserialize;

use crate::case::{Case, NoticeState};
use crate::cases;

/// A deadline has come.
pub(crate) fn deadline(timer: &Timer) -> Result<(), Failure> {
    let id = String::from_utf8_lossy(&timer.payload);
    let mut case = cases::find(&id)?;
    case.fall_due();
    cases::keep(&id, &case)
}

/// The notice of a case was answered.
pub(crate) fn noticed(reply: &Reply) -> Result<(), Failure> {
    let notice = if reply.answer.is_success() { NoticeState::Received } else { NoticeState::Refused };
    note(&reply.reply_to, notice)
}

/// The notice of a case will not be sent any more.
pub(crate) fn not_noticed(undelivered: &Undelivered) -> Result<(), Failure> {
    sdk::log::warn("notice undelivered", &[("fault.code", &undelivered.code)]);
    undelivered.reply_to.as_deref().map_or(Ok(()), |id| note(id, NoticeState::Undelivered))
}

/// The register has changed a person.
pub(crate) fn person_changed(published: &Published) -> Result<(), Failure> {
    #[derive(Deserialize)]
    struct Changed {
        id: String,
    }
    cases::mark_changed(&published.json::<Changed>()?.id)
}

fn note(id: &str, notice: NoticeState) -> Result<(), Failure> {
    let case = cases::find(id)?;
    cases::keep(id, &Case { notice, ..case })
}
