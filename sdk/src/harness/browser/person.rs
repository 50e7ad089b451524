//! Who is signed in.

use super::super::manifest::Access;
use crate::{Assurance, Caller, Citizen, Operator, Represented};

/// Somebody who signed in.
#[derive(Clone, Debug, PartialEq)]
pub struct Person {
    citizen: Citizen,
    roles: Vec<String>,
}

/// Why somebody may not come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Barrier {
    /// She has to sign in first.
    SignIn,
    /// She may not.
    Denied,
}

impl Person {
    /// A citizen by her subject id, of substantial assurance.
    #[must_use]
    pub fn of(subject: &str) -> Self {
        let assurance = Assurance::Substantial;
        let citizen = Citizen { subject: subject.to_owned(), name: None, assurance, represents: None };
        Self { citizen, roles: Vec::new() }
    }

    /// Her name.
    #[must_use]
    pub fn named(mut self, name: &str) -> Self {
        self.citizen.name = Some(name.to_owned());
        self
    }

    /// How well it is known who she is.
    #[must_use]
    pub fn assurance(mut self, assurance: Assurance) -> Self {
        self.citizen.assurance = assurance;
        self
    }

    /// She acts on behalf of somebody.
    #[must_use]
    pub fn representing(mut self, represented: Represented) -> Self {
        self.citizen.represents = Some(represented);
        self
    }

    /// She works at the entity in a role.
    #[must_use]
    pub fn role(mut self, role: &str) -> Self {
        self.roles.push(role.to_owned());
        self
    }

    /// As whom somebody comes to a route: who has a role is an operator on a route for staff, and a citizen elsewhere.
    pub(super) fn at(person: Option<&Self>, access: &Access) -> Result<Caller, Barrier> {
        match (access, person) {
            (Access::Anyone, None) => Ok(Caller::Anonymous),
            (Access::Anyone, Some(person)) => Ok(Caller::Citizen(person.citizen.clone())),
            (_, None) => Err(Barrier::SignIn),
            (Access::Citizen(least), Some(person)) if person.citizen.assurance.is_at_least(*least) => {
                Ok(Caller::Citizen(person.citizen.clone()))
            }
            (Access::Staff { roles }, Some(person)) if person.has_one_of(roles) => {
                let Citizen { subject, name, .. } = person.citizen.clone();
                Ok(Caller::Operator(Operator { id: subject, name, roles: person.roles.clone() }))
            }
            _ => Err(Barrier::Denied),
        }
    }

    /// One of some roles; any, where none is named.
    fn has_one_of(&self, roles: &[String]) -> bool {
        if roles.is_empty() { !self.roles.is_empty() } else { self.roles.iter().any(|role| roles.contains(role)) }
    }
}
