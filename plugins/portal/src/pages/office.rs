//! The desk of the entity: what waits, for whom and until when, and deciding it.

mod assign;
mod decide;
mod inbox;
mod messages;
mod pay;
mod show;
mod statistics;
mod substitutes;

use std::collections::BTreeSet;

use sdk::web::{Operator, Response, Visit};
use sdk::{Failure, ensure};

use crate::application::{Act, Actor, Application, Reach, Track};
use crate::definition::{Code, Procedure};
use crate::office::ThisEntity;
use crate::{desk, procedures, staff};

pub(crate) use assign::assign;
pub(crate) use decide::decide;
pub(crate) use inbox::{due, inbox};
pub(crate) use messages::{messages, unread};
pub(crate) use pay::pay;
pub(crate) use show::{claim, file, find, release, show};
pub(crate) use statistics::statistics;
pub(crate) use substitutes::substitutes;

/// An application as somebody of the staff sees it.
struct Desk {
    application: Application,
    procedure: Procedure,
    actor: Actor,
}

impl Desk {
    /// The application of a number, if its procedure has work for one of her roles, or she supervises.
    fn of(visit: &Visit, operator: &Operator, number: &str) -> Result<Self, Failure> {
        if visit.is_submission() {
            staff::came(operator, visit.now())?;
        }
        let application = desk::find(number)?;
        let procedure = procedures::procedure(&application.procedure, application.version)?;
        let actor = staff::acting(operator, visit.now().date_in_la_paz())?;
        let roles = procedure.online().registrations.iter().flat_map(|one| &one.steps).map(|step| &step.role);
        let hers = roles_of(&actor);
        let concerned = roles.into_iter().any(|role| hers.contains(role)) || sees_all(hers);
        // To others it is as if there were none.
        ensure!(concerned, Failure::NotFound(format!("there is no application {number}")));
        Ok(Self { application, procedure, actor })
    }

    /// Does something, and shows the application again.
    fn act(self, visit: &Visit, act: Act) -> Result<Response, Failure> {
        let this = ThisEntity::configured()?;
        let office = this.at(&self.procedure, visit.now());
        let done = desk::act_in(&self.procedure, self.application, &office, visit.now(), self.actor, act)?;
        Ok(Response::redirect(path(&done)))
    }

    /// Whether she may take a registration on: by her role, or because it was left to who supervises.
    fn may_take(&self, track: &Track, role: &Code) -> bool {
        let supervises = track.reach == Reach::Supervisor && self.has_role("supervisor");
        self.has_role(role.as_str()) || supervises
    }

    /// Whether it is what she asks for herself, or for whom she represents.
    fn is_own(&self, operator: &Operator) -> bool {
        self.application.applicant.is(&operator.id)
    }

    fn stands_in_for(&self, holder: Option<&str>) -> bool {
        holder.is_some_and(|holder| stands_in_for(&self.actor).contains(holder))
    }

    fn has_role(&self, role: &str) -> bool {
        roles_of(&self.actor).contains(role)
    }
}

/// For whom somebody stands in.
fn stands_in_for(actor: &Actor) -> &BTreeSet<String> {
    static NOBODY: BTreeSet<String> = BTreeSet::new();
    if let Actor::Staff { stands_in_for, .. } = actor { stands_in_for } else { &NOBODY }
}

fn roles_of(actor: &Actor) -> &BTreeSet<Code> {
    static NONE: BTreeSet<Code> = BTreeSet::new();
    match actor {
        Actor::Staff { roles, .. } | Actor::BackOffice { roles, .. } => roles,
        Actor::Applicant(_) | Actor::Assisting(_) | Actor::Cashier(_) | Actor::Time => &NONE,
    }
}

/// Who supervises or takes money sees every application. Who answers the telephone sees those of whom she is let help.
fn sees_all(roles: &BTreeSet<Code>) -> bool {
    ["supervisor", "cashier"].iter().any(|role| roles.contains(*role))
}

/// Where an application is for staff.
pub(crate) fn path(application: &Application) -> String {
    format!("/office/{}", application.number)
}
