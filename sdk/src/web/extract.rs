//! What functions of routes take of a visit.

use std::str::FromStr;

use serde::de::DeserializeOwned;

use super::{Citizen, Operator, Visit};
use crate::collections::PageRequest;
use crate::{Caller, Failure};

/// Something that is found in a visit, or refuses it.
pub trait FromVisit: Sized {
    /// Finds it.
    ///
    /// # Errors
    /// If it is not there, or not what it should be.
    fn from_visit(visit: &Visit) -> Result<Self, Failure>;
}

/// The one parameter of a route. What does not read as this type is no such page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Path<T>(pub T);

/// The two parameters of a route, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PathPair<A, B>(pub A, pub B);

/// What was sent as JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Json<T>(pub T);

impl<T: FromStr> FromVisit for Path<T> {
    fn from_visit(visit: &Visit) -> Result<Self, Failure> {
        Ok(Self(nth(visit, 0)?))
    }
}

impl<A: FromStr, B: FromStr> FromVisit for PathPair<A, B> {
    fn from_visit(visit: &Visit) -> Result<Self, Failure> {
        Ok(Self(nth(visit, 0)?, nth(visit, 1)?))
    }
}

fn nth<T: FromStr>(visit: &Visit, index: usize) -> Result<T, Failure> {
    let value = visit.request().params.get(index).and_then(|parameter| parameter.value.parse().ok());
    value.ok_or_else(|| Failure::NotFound(format!("nothing at {}", visit.request().path)))
}

impl<T: DeserializeOwned> FromVisit for Json<T> {
    fn from_visit(visit: &Visit) -> Result<Self, Failure> {
        let read = serde_json::from_slice(&visit.request().body);
        read.map(Self).map_err(|error| Failure::invalid("body", "format", error.to_string()))
    }
}

/// Who signed in, on a route for citizens. The host has asked her to; a route that it lets others come to refuses them.
impl FromVisit for Citizen {
    fn from_visit(visit: &Visit) -> Result<Self, Failure> {
        match &visit.context().caller {
            Caller::Citizen(citizen) => Ok(citizen.clone()),
            _ => Err(Failure::Denied("this is for citizens who signed in".to_owned())),
        }
    }
}

/// Who signed in, if somebody did, on a route for anyone.
impl FromVisit for Option<Citizen> {
    fn from_visit(visit: &Visit) -> Result<Self, Failure> {
        Ok(Citizen::from_visit(visit).ok())
    }
}

/// Who works at the entity, on a route for staff.
impl FromVisit for Operator {
    fn from_visit(visit: &Visit) -> Result<Self, Failure> {
        match &visit.context().caller {
            Caller::Operator(operator) => Ok(operator.clone()),
            _ => Err(Failure::Denied("this is for staff".to_owned())),
        }
    }
}

impl Operator {
    /// Whether she has a role.
    #[must_use]
    pub fn has_role(&self, role: &str) -> bool {
        self.roles.iter().any(|named| named == role)
    }
}

/// Which part of a list the parameters `limit` and `cursor` ask for.
impl FromVisit for PageRequest {
    fn from_visit(visit: &Visit) -> Result<Self, Failure> {
        Self::asked(visit.query("limit"), visit.query("cursor"))
    }
}
