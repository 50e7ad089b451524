//! Whether a contract may take the place of a published one: whatever was built for the old one has to work with the new one.
//!
//! What exists stays as it is. There may be new interfaces, new types, new functions of what a plugin imports, and new worlds; an
//! export that a world asks for is not added to, because no plugin that exists has it.
//!
//! Structures are compared, and versions are not: `chakana:plugin@0.2.0` may take the place of `chakana:plugin@0.1.0` if whatever
//! the latter has is in it. Which versions a host goes on to serve is another question, and not asked here.

mod shape;

pub use shape::{Contract, ContractError};

use shape::{Interface, World};
use std::collections::BTreeMap;
use std::fmt;

/// Something by which a contract breaks what was built for another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Break {
    /// It is another package.
    OtherPackage {
        /// The published one.
        before: String,
        /// The new one.
        after: String,
    },
    /// Something is not there any more.
    Removed {
        /// What, with its place.
        what: String,
    },
    /// Something is another thing now.
    Changed {
        /// What, with its place.
        what: String,
        /// What it was.
        before: String,
        /// What it is.
        after: String,
    },
    /// A plugin would have to answer what it does not know of.
    Demanded {
        /// What, with its place.
        what: String,
    },
}

impl fmt::Display for Break {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OtherPackage { before, after } => {
                write!(f, "the package is {after}, and the published one {before}: keep its name")
            }
            Self::Removed { what } => write!(f, "{what} is not there any more: put it back"),
            Self::Changed { what, before, after } => {
                write!(f, "{what} was {before} and is {after}: leave it as it was, and add another")
            }
            Self::Demanded { what } => {
                write!(
                    f,
                    "{what} is new, and plugins that exist do not export it: put it into an interface and a world of its own"
                )
            }
        }
    }
}

/// Everything by which `new` breaks what was built for `old`; nothing if it may take its place.
#[must_use]
pub fn breaks(old: &Contract, new: &Contract) -> Vec<Break> {
    let mut breaks = Vec::new();
    if old.package != new.package {
        breaks.push(Break::OtherPackage { before: old.package.clone(), after: new.package.clone() });
    }
    for (name, before) in &old.interfaces {
        let what = format!("interface {name}");
        match new.interfaces.get(name) {
            None => breaks.push(Break::Removed { what }),
            Some(after) => compare_interfaces(&what, before, after, old.exports(name), &mut breaks),
        }
    }
    for (name, before) in &old.worlds {
        let what = format!("world {name}");
        match new.worlds.get(name) {
            None => breaks.push(Break::Removed { what }),
            Some(after) => compare_worlds(&what, before, after, &mut breaks),
        }
    }
    breaks
}

fn compare_interfaces(what: &str, before: &Interface, after: &Interface, exported: Exported, breaks: &mut Vec<Break>) {
    compare(&format!("{what}: type"), &before.types, &after.types, breaks);
    compare(&format!("{what}: function"), &before.functions, &after.functions, breaks);
    if exported == Exported::Yes {
        let new = after.functions.keys().filter(|name| !before.functions.contains_key(*name));
        breaks.extend(new.map(|name| Break::Demanded { what: format!("{what}: function {name}") }));
    }
}

fn compare_worlds(what: &str, before: &World, after: &World, breaks: &mut Vec<Break>) {
    compare(&format!("{what}: import"), &before.imports, &after.imports, breaks);
    compare(&format!("{what}: export"), &before.exports, &after.exports, breaks);
    let new = after.exports.keys().filter(|name| !before.exports.contains_key(*name));
    breaks.extend(new.map(|name| Break::Demanded { what: format!("{what}: export {name}") }));
}

fn compare(what: &str, before: &BTreeMap<String, String>, after: &BTreeMap<String, String>, breaks: &mut Vec<Break>) {
    for (name, was) in before {
        let what = format!("{what} {name}");
        match after.get(name) {
            None => breaks.push(Break::Removed { what }),
            Some(is) if is != was => {
                breaks.push(Break::Changed { what, before: was.clone(), after: is.clone() });
            }
            Some(_) => {}
        }
    }
}

/// Whether a world asks plugins for an interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Exported {
    Yes,
    No,
}

impl Contract {
    fn exports(&self, interface: &str) -> Exported {
        let exported = self.worlds.values().any(|world| world.exports.contains_key(interface));
        if exported { Exported::Yes } else { Exported::No }
    }
}

#[cfg(test)]
mod tests;
