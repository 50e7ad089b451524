//! What an administrator may do: the roles that X-Road's user guides have, under short names.

use crate::ApiError;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// One thing that an administrator is trusted with. Whoever has any may look at everything that is not somebody's message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Who is a client or a member, and what is registered (X-Road: registration officer).
    Registration,
    /// Services, access rights and groups (X-Road: service administrator).
    Services,
    /// Keys, certificates, and evidence with what messages say (X-Road: security officer).
    Security,
    /// Plugins, backups, and who administers the server (X-Road: system administrator).
    System,
    /// To look, and nothing else (X-Road: security server observer).
    Observer,
}

/// Some roles.
#[derive(Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(from = "Vec<Role>", into = "Vec<Role>")]
pub struct Roles(u8);

impl Role {
    /// Every role.
    pub const ALL: [Self; 5] = [Self::Registration, Self::Services, Self::Security, Self::System, Self::Observer];

    /// Its name, in documents and commands.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Registration => "registration",
            Self::Services => "services",
            Self::Security => "security",
            Self::System => "system",
            Self::Observer => "observer",
        }
    }

    const fn bit(self) -> u8 {
        1 << self as u8
    }
}

impl Roles {
    /// No role.
    pub const NONE: Self = Self(0);
    /// Every role.
    pub const ALL: Self = Self::of(&Role::ALL);

    /// These roles.
    #[must_use]
    pub const fn of(roles: &[Role]) -> Self {
        let (mut bits, mut at) = (0, 0);
        while at < roles.len() {
            bits |= roles[at].bit();
            at += 1;
        }
        Self(bits)
    }

    /// Whether a role is among them.
    #[must_use]
    pub const fn has(self, role: Role) -> bool {
        self.0 & role.bit() != 0
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The roles, in their order.
    pub fn iter(self) -> impl Iterator<Item = Role> {
        Role::ALL.into_iter().filter(move |role| self.has(*role))
    }
}

impl From<Vec<Role>> for Roles {
    fn from(roles: Vec<Role>) -> Self {
        Self::of(&roles)
    }
}

impl From<Roles> for Vec<Role> {
    fn from(roles: Roles) -> Self {
        roles.iter().collect()
    }
}

impl FromStr for Role {
    type Err = ApiError;

    fn from_str(text: &str) -> Result<Self, ApiError> {
        let found = Self::ALL.into_iter().find(|role| role.as_str() == text);
        let named: String = text.chars().take(40).collect();
        found.ok_or_else(|| ApiError::invalid(format!("there is no role {named:?}"), format!("use {}", Roles::ALL)))
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Their names, with commas.
impl fmt::Display for Roles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.iter().map(Role::as_str).collect();
        f.write_str(&names.join(", "))
    }
}

impl fmt::Debug for Roles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Roles({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_are_written_as_a_list_of_their_names_and_read_back() {
        let roles = Roles::of(&[Role::System, Role::Services]);
        let json = serde_json::to_string(&roles).unwrap();
        assert_eq!(json, r#"["services","system"]"#);
        assert_eq!(serde_json::from_str::<Roles>(&json).unwrap(), roles);
        assert_eq!(roles.to_string(), "services, system");
        assert!(serde_json::from_str::<Roles>(r#"["root"]"#).is_err());
    }

    #[test]
    fn a_role_is_read_by_its_name_and_another_name_is_refused() {
        for role in Role::ALL {
            assert_eq!(role.as_str().parse(), Ok(role));
            assert!(Roles::ALL.has(role) && !Roles::NONE.has(role));
        }
        let refused = "root".parse::<Role>().unwrap_err();
        assert_eq!(refused.next, "use registration, services, security, system, observer");
    }
}
