//! Who takes part in a call, and in what part.

use sdk::web::{FromVisit, Visit};
use sdk::{Caller, Failure, Operator, RepresentedKind};

use super::Refused;
use crate::application::Applicant;
use crate::definition::Audience;

/// Who makes, publishes and resolves calls.
const OFFICER: &str = "funds";
/// Who competes in the name of an entity.
const FOR_ENTITY: &str = "applicant-entity";

/// Somebody of the office who makes calls. There is none without the role.
#[derive(Clone, Debug)]
pub struct Officer(Operator);

/// Who competes: a citizen for herself or for whom she represents, or staff in the name of an entity.
#[derive(Clone, Debug, PartialEq)]
pub struct Party {
    /// By which her drafts and proposals are found: what belongs to somebody represented, all see who represent it.
    pub owner: String,
    /// Of which kind who competes is.
    pub kind: Audience,
    /// Who competes, as proposals say it.
    pub applicant: Applicant,
    /// Who she is herself.
    pub by: String,
    /// Where she does it.
    pub seat: Seat,
}

/// Where somebody competes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seat {
    /// On the pages of citizens.
    Citizen,
    /// On those of staff.
    Staff,
}

impl Officer {
    /// An operator, if she has the role.
    ///
    /// # Errors
    /// If she has not.
    pub fn of(operator: &Operator) -> Result<Self, Refused> {
        if operator.has_role(OFFICER) { Ok(Self(operator.clone())) } else { Err(Refused::Role) }
    }

    /// Her id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.0.id
    }
}

impl Party {
    /// Whoever calls, if she may compete.
    ///
    /// # Errors
    /// If she is nobody who may.
    pub fn of(caller: &Caller) -> Result<Self, Refused> {
        match caller {
            Caller::Citizen(citizen) => {
                let applicant = Applicant::of(citizen);
                let kind = match citizen.represents.as_ref().map(|one| one.kind) {
                    Some(RepresentedKind::Organisation) => Audience::Company,
                    Some(RepresentedKind::Person) | None => Audience::Person,
                };
                let (owner, by) = (applicant.subject.clone(), citizen.subject.clone());
                Ok(Self { owner, kind, applicant, by, seat: Seat::Citizen })
            }
            Caller::Operator(operator) if operator.has_role(FOR_ENTITY) => {
                let (by, name) = (operator.id.clone(), operator.name.clone());
                // No subject begins so: an operator's id may be a citizen's subject as well.
                let owner = format!("staff/{by}");
                let applicant =
                    Applicant { subject: owner.clone(), name, represents: None, person: None, assistance: None };
                Ok(Self { owner, kind: Audience::Entity, applicant, by, seat: Seat::Staff })
            }
            _ => Err(Refused::Role),
        }
    }

    /// Where her pages are.
    #[must_use]
    pub fn base(&self) -> &'static str {
        match self.seat {
            Seat::Citizen => "/funds/mine",
            Seat::Staff => "/funds/entity",
        }
    }
}

impl FromVisit for Officer {
    fn from_visit(visit: &Visit) -> Result<Self, Failure> {
        Ok(Self::of(&Operator::from_visit(visit)?)?)
    }
}

impl FromVisit for Party {
    fn from_visit(visit: &Visit) -> Result<Self, Failure> {
        Ok(Self::of(&visit.context().caller)?)
    }
}
