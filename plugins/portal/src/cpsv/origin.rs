//! Where the nodes of this portal are named.

use sdk::config;
use sdk::web::path_segment;

use crate::catalogue::{Entity, EntityCode};
use crate::definition::Code;

/// The key of the configuration: `https://portal.gob.bo`.
const KEY: &str = "origin";

/// Below what the nodes of this portal are named: its web address where it is configured, and else a name made of the member
/// that runs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    base: String,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Web,
    Name,
}

impl Origin {
    /// What the configuration says, or the name of who runs the portal.
    #[must_use]
    pub fn configured(this: &Entity) -> Self {
        config::get(KEY).map_or_else(|| Self::named(this), |origin| Self::web(&origin))
    }

    /// A web address.
    #[must_use]
    pub fn web(origin: &str) -> Self {
        Self { base: origin.trim_end_matches('/').to_owned(), kind: Kind::Web }
    }

    /// The name of a member.
    #[must_use]
    pub fn named(entity: &Entity) -> Self {
        let parts: Vec<String> = entity.member.split('/').map(path_segment).collect();
        Self { base: format!("urn:chakana:{}", parts.join("/")), kind: Kind::Name }
    }

    /// The name of what is at a path.
    #[must_use]
    pub fn at(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// The address of a path, where the portal knows its own.
    #[must_use]
    pub fn web_address(&self, path: &str) -> Option<String> {
        (self.kind == Kind::Web).then(|| self.at(path))
    }

    /// Where a procedure of this portal is begun, where it knows its own address.
    #[must_use]
    pub fn apply(&self, code: &Code) -> Option<String> {
        self.web_address(&format!("/apply/{code}"))
    }

    /// The name of an entry.
    #[must_use]
    pub fn entry(&self, entity: &EntityCode, code: &Code) -> String {
        self.at(&format!("/procedures/{entity}/{code}"))
    }
}
