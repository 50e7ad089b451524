//! Which subsystems do what: those that take steps of procedures, and those that take money.

use std::collections::{BTreeMap, BTreeSet};

use sdk::Failure;

use super::Call;
use crate::application::{Actor, Application, Owner, Track};
use crate::configured::configured;
use crate::definition::{Code, Procedure};

/// The keys of the configuration: subsystems with their roles, and subsystems that take money.
const BACK_OFFICES: &str = "back-offices";
const PAYMENTS: &str = "payments";

/// A subsystem with the roles that the entity gave it; most have none.
#[derive(Clone, Debug)]
pub(super) struct BackOffice {
    pub(super) subsystem: String,
    pub(super) roles: BTreeSet<Code>,
}

impl BackOffice {
    /// Who calls.
    pub(super) fn of(call: &Call<'_>) -> Result<Self, Failure> {
        let subsystem = call.subsystem()?.to_owned();
        let mut all: BTreeMap<String, BTreeSet<Code>> = configured(BACK_OFFICES)?;
        let roles = all.remove(&subsystem).unwrap_or_default();
        Ok(Self { subsystem, roles })
    }

    /// It as it acts.
    pub(super) fn actor(&self) -> Actor {
        Actor::BackOffice { subsystem: self.subsystem.clone(), roles: self.roles.clone() }
    }

    /// Whether an application is shown to it: it filed it, or the procedure has a step for one of its roles.
    pub(super) fn sees(&self, application: &Application, procedure: &Procedure) -> bool {
        let roles = procedure.online().registrations.iter().flat_map(|one| &one.steps).map(|step| &step.role);
        application.applicant.filed_by() == Some(&self.subsystem)
            || roles.into_iter().any(|role| self.roles.contains(role))
    }

    /// Whether it may take the step that a registration is at.
    pub(super) fn may_take(&self, track: &Track) -> bool {
        match track.owner() {
            Owner::Role { role, holder } => {
                self.roles.contains(role) && holder.is_none_or(|holder| holder == self.subsystem)
            }
            Owner::Applicant | Owner::Another | Owner::Nobody => false,
        }
    }
}

/// The subsystem that calls, if it takes money.
pub(super) fn takes_money<'a>(call: &Call<'a>) -> Result<&'a str, Failure> {
    let (subsystem, all): (&str, BTreeSet<String>) = (call.subsystem()?, configured(PAYMENTS)?);
    let refused = || Failure::Denied(format!("{subsystem} takes no money for this entity"));
    if all.contains(subsystem) { Ok(subsystem) } else { Err(refused()) }
}
