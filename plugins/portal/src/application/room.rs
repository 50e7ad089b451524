//! How much happens to an application: what brings it to its end always fits.

use super::act::{Act, Decision};
use super::{Application, Owner, Refused};
use crate::definition::Code;

/// So much happens to an application at most; all of it is read.
pub(super) const MOST_ENTRIES: u32 = 1_000;
/// So much of that is kept for what brings it on: deciding, paying, correcting, and time.
const RESERVE: u32 = 100;
/// So much of the reserve is for handing on what somebody has: the rest stays for deciding and paying.
const HANDING_ON: u32 = 20;

/// Whether there is room for an act.
///
/// # Errors
/// If only the reserve is left, and the act could be done again and again.
pub(super) fn has_room(application: &Application, act: &Act) -> Result<(), Refused> {
    let brings_on = match act {
        Act::Release(_) | Act::Decide(_, Decision::SendBack(_), _) => false,
        Act::Claim(registration) => is_free(application, registration),
        // Who supervises hands on what somebody has who left, or nobody could decide it; but not again and again.
        Act::Assign(registration, _) => {
            is_free(application, registration) || application.entries < MOST_ENTRIES - RESERVE + HANDING_ON
        }
        Act::Decide(_, Decision::Approve(_) | Decision::Reject, _) => true,
        Act::Correct(_) | Act::Pay(..) | Act::Withdraw(..) | Act::Join(_) | Act::Expire => true,
    };
    let is_full = application.entries >= MOST_ENTRIES - RESERVE;
    sdk::ensure!(brings_on || !is_full, Refused::Full);
    Ok(())
}

fn is_free(application: &Application, registration: &Code) -> bool {
    let owner = application.track(registration).map(super::Track::owner);
    matches!(owner, Ok(Owner::Role { holder: None, .. }))
}
