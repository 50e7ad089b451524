//! What became of what somebody submitted: where it is, who has it, until when, and what she can do.

mod correct;
mod files;
mod history;
mod list;
mod marks;
mod pay;
mod show;
mod way;
mod withdraw;

use sdk::Failure;
use sdk::web::Citizen;

use crate::application::{Applicant, Application};
use crate::definition::Procedure;
use crate::{desk, procedures};

pub(crate) use correct::correct;
pub(crate) use files::{attached, decision, file, receipt};
pub(crate) use history::{consulted, events};
pub(crate) use list::list;
pub(crate) use pay::owed;
pub(crate) use show::{content, show};
pub(crate) use way::{state, ways};
pub(crate) use withdraw::withdraw;

/// An application of a citizen with its procedure.
fn hers(citizen: &Citizen, number: &str) -> Result<(Application, Procedure), Failure> {
    let application = desk::find_of(&Applicant::of(citizen).subject, number)?;
    let procedure = procedures::procedure(&application.procedure, application.version)?;
    Ok((application, procedure))
}

/// Where an application is.
pub(crate) fn path(application: &Application) -> String {
    format!("/applications/{}", application.number)
}
