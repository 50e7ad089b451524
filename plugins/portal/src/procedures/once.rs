//! What a list of applications names: each version is large, and read once.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use sdk::Failure;

use super::{Version, procedure, version};
use crate::application::Application;
use crate::definition::{Code, Procedure};

/// The versions that applications run under, as they are read.
pub struct Once<T> {
    read: fn(&Code, u32) -> Result<T, Failure>,
    known: BTreeMap<(Code, u32), T>,
}

impl Once<Version> {
    /// Versions as they were published.
    #[must_use]
    pub fn versions() -> Self {
        Self { read: version, known: BTreeMap::new() }
    }
}

impl Once<Procedure> {
    /// Procedures, to be done online.
    #[must_use]
    pub fn procedures() -> Self {
        Self { read: procedure, known: BTreeMap::new() }
    }
}

impl<T> Once<T> {
    /// What an application runs under.
    ///
    /// # Errors
    /// If there is none, or it does not read back.
    pub fn of(&mut self, application: &Application) -> Result<&T, Failure> {
        let key = (application.procedure.clone(), application.version);
        match self.known.entry(key) {
            Entry::Occupied(known) => Ok(known.into_mut()),
            Entry::Vacant(place) => Ok(place.insert((self.read)(&application.procedure, application.version)?)),
        }
    }
}
