//! Names of members, subsystems, services, security servers and groups.
//!
//! An identifier is parsed once, at the edge; from then on it is a type. Its printed form is the
//! one that URLs and headers carry (`instance/class/code/subsystem`, each part percent-encoded),
//! and two identifiers are equal exactly when their printed forms are.

mod service_code;
mod text;

pub use service_code::{ServiceCode, ServiceCodeError};
pub(crate) use text::well_formed;

use std::sync::Arc;

/// Why a text is not an identifier.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdentifierError {
    /// The number of parts is wrong.
    #[error("an identifier of a {kind} has {expected} parts separated by '/', this has {found}")]
    Parts {
        /// What the text should have named.
        kind: &'static str,
        /// How many parts such a name has.
        expected: usize,
        /// How many there were.
        found: usize,
    },
    /// A part is empty, `.` or `..`.
    #[error("part {position} of the identifier is empty or a path step")]
    Empty {
        /// Counted from 1.
        position: usize,
    },
    /// A part is longer than [`MAX_PART_BYTES`].
    #[error("part {position} of the identifier is longer than {MAX_PART_BYTES} bytes")]
    TooLong {
        /// Counted from 1.
        position: usize,
    },
    /// A part holds a character that identifiers may not have.
    #[error("part {position} of the identifier holds the forbidden character {character:?}")]
    Character {
        /// Counted from 1.
        position: usize,
        /// The first forbidden one.
        character: char,
    },
    /// Percent-encoding that does not decode to UTF-8.
    #[error("part {position} of the identifier is not percent-encoded UTF-8")]
    Encoding {
        /// Counted from 1.
        position: usize,
    },
}

/// Longest permitted part, in bytes of UTF-8.
pub const MAX_PART_BYTES: usize = 255;

/// A member of an instance: an entity that signs.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MemberId(Parts<3>);

/// A subsystem of a member: what calls and what is called.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SubsystemId {
    member: MemberId,
    code: Arc<str>,
}

/// A service of a subsystem.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ServiceId {
    subsystem: SubsystemId,
    code: Arc<str>,
}

/// A security server, named under the member that owns it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ServerId {
    owner: MemberId,
    code: Arc<str>,
}

/// A group of subsystems kept by the central registry.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GlobalGroupId(Parts<2>);

/// Who calls: a subsystem, or a member as itself.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ClientId {
    /// The member itself.
    Member(MemberId),
    /// One of its subsystems.
    Subsystem(SubsystemId),
}

type Parts<const N: usize> = [Arc<str>; N];

impl MemberId {
    /// Names a member.
    ///
    /// # Errors
    /// When a part is empty, too long or holds a forbidden character.
    pub fn new(instance: &str, class: &str, code: &str) -> Result<Self, IdentifierError> {
        Ok(Self([part(instance, 1)?, part(class, 2)?, part(code, 3)?]))
    }

    /// The instance (a state's whole system).
    #[must_use]
    pub fn instance(&self) -> &str {
        &self.0[0]
    }

    /// The member class, for example `GOV`.
    #[must_use]
    pub fn class(&self) -> &str {
        &self.0[1]
    }

    /// The member code within its class.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.0[2]
    }
}

impl SubsystemId {
    /// Names a subsystem of `member`.
    ///
    /// # Errors
    /// When the code is empty, too long or holds a forbidden character.
    pub fn new(member: MemberId, code: &str) -> Result<Self, IdentifierError> {
        Ok(Self { member, code: part(code, 4)? })
    }

    /// The member it belongs to.
    #[must_use]
    pub fn member(&self) -> &MemberId {
        &self.member
    }

    /// Its code within the member.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.code
    }
}

impl ServiceId {
    /// Names a service of `subsystem`.
    ///
    /// # Errors
    /// When the code is empty, too long or holds a forbidden character.
    pub fn new(subsystem: SubsystemId, code: &str) -> Result<Self, IdentifierError> {
        Ok(Self { subsystem, code: part(code, 5)? })
    }

    /// Names the service of `subsystem` with this code.
    #[must_use]
    pub fn of(subsystem: SubsystemId, code: &ServiceCode) -> Self {
        Self { subsystem, code: Arc::clone(&code.0) }
    }

    /// The subsystem that offers it.
    #[must_use]
    pub fn subsystem(&self) -> &SubsystemId {
        &self.subsystem
    }

    /// Its code within the subsystem.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.code
    }
}

impl ServerId {
    /// Names a security server of `owner`.
    ///
    /// # Errors
    /// When the code is empty, too long or holds a forbidden character.
    pub fn new(owner: MemberId, code: &str) -> Result<Self, IdentifierError> {
        Ok(Self { owner, code: part(code, 4)? })
    }

    /// The member that owns it.
    #[must_use]
    pub fn owner(&self) -> &MemberId {
        &self.owner
    }

    /// Its code within the owner.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.code
    }
}

impl GlobalGroupId {
    /// Names a global group.
    ///
    /// # Errors
    /// When a part is empty, too long or holds a forbidden character.
    pub fn new(instance: &str, code: &str) -> Result<Self, IdentifierError> {
        Ok(Self([part(instance, 1)?, part(code, 2)?]))
    }

    /// The instance that keeps the group.
    #[must_use]
    pub fn instance(&self) -> &str {
        &self.0[0]
    }

    /// Its code within the instance.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.0[1]
    }
}

impl ClientId {
    /// The member that signs for this client.
    #[must_use]
    pub fn member(&self) -> &MemberId {
        match self {
            Self::Member(member) => member,
            Self::Subsystem(subsystem) => subsystem.member(),
        }
    }

    /// The subsystem, where the client is one.
    #[must_use]
    pub fn subsystem(&self) -> Option<&SubsystemId> {
        match self {
            Self::Member(_) => None,
            Self::Subsystem(subsystem) => Some(subsystem),
        }
    }
}

impl From<SubsystemId> for ClientId {
    fn from(subsystem: SubsystemId) -> Self {
        Self::Subsystem(subsystem)
    }
}

impl From<MemberId> for ClientId {
    fn from(member: MemberId) -> Self {
        Self::Member(member)
    }
}

fn part(text: &str, position: usize) -> Result<Arc<str>, IdentifierError> {
    if matches!(text, "" | "." | "..") {
        return Err(IdentifierError::Empty { position });
    }
    if text.len() > MAX_PART_BYTES {
        return Err(IdentifierError::TooLong { position });
    }
    match text.chars().find(|character| forbidden(*character)) {
        Some(character) => Err(IdentifierError::Character { position, character }),
        None => Ok(Arc::from(text)),
    }
}

/// X-Road PR-MESS §2.1, with the invisible characters that make two names look alike.
fn forbidden(character: char) -> bool {
    character.is_control()
        || matches!(character, ':' | ';' | '%' | '/' | '\\' | '\u{FEFF}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}')
}

#[cfg(test)]
mod tests;
