//! Who asks, by which door, and what she may do.

use crate::{Role, Roles};
use std::fmt;

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// Her name.
    pub name: String,
    /// What she may do.
    pub roles: Roles,
    /// How she came.
    pub means: Means,
}

/// How somebody came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Means {
    /// By the socket in the data folder: as the server's own user, who could change every file of it.
    Socket,
    /// Signed in at the administrators' port.
    Session,
    /// With an API key, by its id.
    ApiKey(String),
    /// Not yet: she tries to sign in.
    SignIn,
}

/// Who may do something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Whoever has any role.
    Everybody,
    /// Whoever has this role.
    Only(Role),
    /// The server's own user, at the socket.
    Owner,
}

impl Caller {
    /// The server's own user.
    #[must_use]
    pub fn at_the_socket(name: impl Into<String>) -> Self {
        Self { name: name.into(), roles: Roles::ALL, means: Means::Socket }
    }

    /// Whether she has a role.
    #[must_use]
    pub fn has(&self, role: Role) -> bool {
        self.roles.has(role)
    }
}

impl Audience {
    /// Whether it admits a caller.
    #[must_use]
    pub fn admits(self, caller: &Caller) -> bool {
        match self {
            _ if caller.means == Means::Socket => true,
            Self::Everybody => !caller.roles.is_empty(),
            Self::Only(role) => caller.roles.has(role),
            Self::Owner => false,
        }
    }
}

impl fmt::Display for Means {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Socket => f.write_str("socket"),
            Self::Session => f.write_str("session"),
            Self::ApiKey(id) => write!(f, "api key {id}"),
            Self::SignIn => f.write_str("sign-in"),
        }
    }
}

/// For a refusal: who may.
impl fmt::Display for Audience {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Everybody => f.write_str("somebody with a role"),
            Self::Only(role) => write!(f, "the role {role}"),
            Self::Owner => f.write_str("the server's own user, at the socket in the data folder"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_audience_admits_by_role_and_the_servers_own_user_always() {
        let with = |roles| Caller { name: "ana".to_owned(), roles, means: Means::Session };
        let services = Roles::of(&[Role::Services]);
        assert!(Audience::Everybody.admits(&with(services)) && !Audience::Everybody.admits(&with(Roles::NONE)));
        assert!(Audience::Only(Role::Services).admits(&with(services)));
        assert!(!Audience::Only(Role::Services).admits(&with(Roles::of(&[Role::Observer, Role::System]))));
        assert!(!Audience::Owner.admits(&with(Roles::ALL)) && Audience::Owner.admits(&Caller::at_the_socket("root")));
    }
}
