//! What happens without a caller.

use sdk::{Failure, Reply, Timer, Undelivered, log};

use crate::entry::{self, Archived, State};

/// Nobody judged an entry in its time: it is gone. Who judged it in the same moment came first.
pub(crate) fn lapse(timer: &Timer) -> Result<(), Failure> {
    let id = String::from_utf8_lossy(&timer.payload);
    match entry::find(&id, State::Waiting) {
        Ok(entry) => {
            log::warn("entry lapsed", &[("entry.id", &id)]);
            entry::forget(&id, &entry)
        }
        Err(Failure::NotFound(_)) => Ok(()),
        Err(other) => Err(other),
    }
}

/// The archive has answered.
pub(crate) fn archived(reply: &Reply) -> Result<(), Failure> {
    let archived = if reply.answer.is_success() { Archived::Kept } else { Archived::Failed };
    entry::note(&reply.reply_to, archived)
}

/// The archive was not reached.
pub(crate) fn not_archived(undelivered: &Undelivered) -> Result<(), Failure> {
    log::warn("entry not archived", &[("fault.code", &undelivered.code)]);
    undelivered.reply_to.as_deref().map_or(Ok(()), |id| entry::note(id, Archived::Failed))
}
