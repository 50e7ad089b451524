//! Procedures that a list of applications names: the version of each is read once.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use sdk::Failure;

use crate::application::Application;
use crate::definition::{Code, Procedure};
use crate::procedures;

/// What was read.
#[derive(Default)]
pub(super) struct Known(BTreeMap<(Code, u32), Procedure>);

impl Known {
    /// The procedure that an application runs under.
    pub(super) fn procedure(&mut self, application: &Application) -> Result<&Procedure, Failure> {
        match self.0.entry((application.procedure.clone(), application.version)) {
            Entry::Occupied(known) => Ok(known.into_mut()),
            Entry::Vacant(place) => {
                Ok(place.insert(procedures::procedure(&application.procedure, application.version)?))
            }
        }
    }
}
