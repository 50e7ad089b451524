//! What became of what somebody submitted: where it is, who has it, until when, and what she can do.

mod correct;
mod files;
mod history;
mod list;
mod marks;
mod messages;
mod pay;
mod show;
mod way;
mod withdraw;

use sdk::Failure;

use crate::application::Application;
use crate::definition::Procedure;
use crate::pages::behalf::Behalf;
use crate::procedures;

pub(crate) use correct::correct;
pub(crate) use files::{attached, decision, file, receipt, signed};
pub(crate) use history::{consulted, events};
pub(crate) use list::{draft_card, list};
pub(crate) use messages::messages;
use messages::unread;
pub(crate) use pay::owed;
pub(crate) use show::{content, show};
pub(crate) use way::{state, ways};
pub(crate) use withdraw::withdraw;

/// An application that somebody may see, with its procedure.
fn hers(behalf: &Behalf, number: &str) -> Result<(Application, Procedure), Failure> {
    let application = behalf.application(number)?;
    let procedure = procedures::procedure(&application.procedure, application.version)?;
    Ok((application, procedure))
}
