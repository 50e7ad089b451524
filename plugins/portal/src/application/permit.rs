//! Who of the staff may do something with a track.

use std::collections::BTreeSet;

use super::act::{Acting, Actor};
use super::{Application, Reach, Refused, Stage, Track};
use crate::definition::Code;

/// The role that stands above the others.
const SUPERVISOR: &str = "supervisor";

impl Acting<'_> {
    /// Who acts, if the track is at a step, nobody else has it, and she has the step's role.
    pub(super) fn staff_at<'s>(&'s self, track: &Track) -> Result<&'s str, Refused> {
        let (step, role, holder) = at(track)?;
        let none = BTreeSet::new();
        let (id, roles, stands_in_for) = match &self.actor {
            Actor::Staff { id, roles, stands_in_for } => (id, roles, stands_in_for),
            Actor::BackOffice { subsystem, roles } => (subsystem, roles, &none),
            Actor::Applicant(_) | Actor::Assisting(_) | Actor::Cashier(_) | Actor::Time => {
                return Err(Refused::Role { step: step.clone(), role: role.clone() });
            }
        };
        let supervises = track.reach == Reach::Supervisor && roles.contains(SUPERVISOR);
        sdk::ensure!(roles.contains(role) || supervises, Refused::Role { step: step.clone(), role: role.clone() });
        let registration = track.registration.clone();
        let is_hers = |holder: &str| holder == id || stands_in_for.contains(holder);
        sdk::ensure!(holder.is_none_or(is_hers), Refused::Held { registration });
        Ok(id)
    }

    /// Who acts, if she can take the track on: who has it already does not take it on again.
    pub(super) fn claims<'s>(&'s self, track: &Track) -> Result<&'s str, Refused> {
        let id = self.staff_at(track)?;
        let (_, _, holder) = at(track)?;
        sdk::ensure!(holder != Some(id), Refused::Yours { registration: track.registration.clone() });
        Ok(id)
    }

    /// Who acts, if she has taken the track on.
    pub(super) fn held<'s>(&'s self, track: &Track) -> Result<&'s str, Refused> {
        let id = self.staff_at(track)?;
        let (_, _, holder) = at(track)?;
        sdk::ensure!(holder.is_some(), Refused::NotClaimed { registration: track.registration.clone() });
        Ok(id)
    }

    /// Whether who acts can hand a track on to somebody: she supervises, and that one does not have it.
    pub(super) fn hands_on(&self, track: &Track, to: &str) -> Result<(), Refused> {
        let (step, _, holder) = at(track)?;
        sdk::ensure!(holder != Some(to), Refused::Held { registration: track.registration.clone() });
        let supervises = matches!(&self.actor, Actor::Staff { roles, .. } if roles.contains(SUPERVISOR));
        let role = || SUPERVISOR.parse().expect("the role is a code");
        sdk::ensure!(supervises, Refused::Role { step: step.clone(), role: role() });
        Ok(())
    }
}

/// Whether an application is not somebody's own: nobody decides what she asks for, nor takes its money, for herself or for whom
/// she represents. What she filed for another one, at a counter or on the telephone, is not hers.
pub(super) fn not_hers(application: &Application, id: &str) -> Result<(), Refused> {
    sdk::ensure!(!application.applicant.is(id), Refused::Own);
    Ok(())
}

/// The step that a track is at, its role, and who has taken it on.
pub(super) fn at(track: &Track) -> Result<(&Code, &Code, Option<&str>), Refused> {
    match &track.stage {
        Stage::At { step, role, holder, .. } => Ok((step, role, holder.as_deref())),
        _ => Err(Refused::stage(&track.registration, track.owner())),
    }
}
