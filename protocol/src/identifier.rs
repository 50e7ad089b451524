//! Names of members, subsystems, services, security servers and groups.
//!
//! An identifier is parsed once, at the edge; from then on it is a type. Its printed form is the
//! one that URLs and headers carry (`instance/class/code/subsystem`, each part percent-encoded),
//! and two identifiers are equal exactly when their printed forms are.

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};
use std::fmt;
use std::str::FromStr;
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

impl fmt::Display for MemberId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", encode(&self.0[0]), encode(&self.0[1]), encode(&self.0[2]))
    }
}

impl fmt::Display for SubsystemId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.member, encode(&self.code))
    }
}

impl fmt::Display for ServiceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.subsystem, encode(&self.code))
    }
}

impl fmt::Display for ServerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.owner, encode(&self.code))
    }
}

impl fmt::Display for GlobalGroupId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", encode(&self.0[0]), encode(&self.0[1]))
    }
}

impl fmt::Display for ClientId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Member(member) => member.fmt(f),
            Self::Subsystem(subsystem) => subsystem.fmt(f),
        }
    }
}

impl FromStr for MemberId {
    type Err = IdentifierError;

    fn from_str(text: &str) -> Result<Self, IdentifierError> {
        Ok(Self(split::<3>("member", text)?))
    }
}

impl FromStr for SubsystemId {
    type Err = IdentifierError;

    fn from_str(text: &str) -> Result<Self, IdentifierError> {
        let [instance, class, member, code] = split::<4>("subsystem", text)?;
        Ok(Self { member: MemberId([instance, class, member]), code })
    }
}

impl FromStr for ServiceId {
    type Err = IdentifierError;

    fn from_str(text: &str) -> Result<Self, IdentifierError> {
        let [instance, class, member, subsystem, code] = split::<5>("service", text)?;
        let subsystem = SubsystemId { member: MemberId([instance, class, member]), code: subsystem };
        Ok(Self { subsystem, code })
    }
}

impl FromStr for ServerId {
    type Err = IdentifierError;

    fn from_str(text: &str) -> Result<Self, IdentifierError> {
        let [instance, class, member, code] = split::<4>("security server", text)?;
        Ok(Self { owner: MemberId([instance, class, member]), code })
    }
}

impl FromStr for GlobalGroupId {
    type Err = IdentifierError;

    fn from_str(text: &str) -> Result<Self, IdentifierError> {
        Ok(Self(split::<2>("global group", text)?))
    }
}

impl FromStr for ClientId {
    type Err = IdentifierError;

    fn from_str(text: &str) -> Result<Self, IdentifierError> {
        if text.split('/').count() == 3 { text.parse().map(Self::Member) } else { text.parse().map(Self::Subsystem) }
    }
}

macro_rules! text_traits {
    ($($name:ident),+) => {$(
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    )+};
}
text_traits!(MemberId, SubsystemId, ServiceId, ServerId, GlobalGroupId, ClientId);

/// RFC 3986 §2.3: everything but the unreserved characters is encoded, so that one identifier has one form.
const ENCODED: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'!')
    .add(b'"')
    .add(b'#')
    .add(b'$')
    .add(b'%')
    .add(b'&')
    .add(b'\'')
    .add(b'(')
    .add(b')')
    .add(b'*')
    .add(b'+')
    .add(b',')
    .add(b'/')
    .add(b':')
    .add(b';')
    .add(b'<')
    .add(b'=')
    .add(b'>')
    .add(b'?')
    .add(b'@')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

fn encode(part: &str) -> percent_encoding::PercentEncode<'_> {
    utf8_percent_encode(part, ENCODED)
}

fn split<const N: usize>(kind: &'static str, text: &str) -> Result<Parts<N>, IdentifierError> {
    let found = text.split('/').count();
    if found != N {
        return Err(IdentifierError::Parts { kind, expected: N, found });
    }
    let mut parts: Parts<N> = std::array::from_fn(|_| Arc::from(""));
    for (index, (slot, encoded)) in parts.iter_mut().zip(text.split('/')).enumerate() {
        *slot = decode(encoded, index + 1)?;
    }
    Ok(parts)
}

/// Reads one percent-encoded part; `+` is not a space.
pub(crate) fn decode(encoded: &str, position: usize) -> Result<Arc<str>, IdentifierError> {
    if encoded.len() > 3 * MAX_PART_BYTES {
        return Err(IdentifierError::TooLong { position });
    }
    if !well_formed(encoded) {
        return Err(IdentifierError::Encoding { position });
    }
    let text = percent_decode_str(encoded).decode_utf8().map_err(|_| IdentifierError::Encoding { position })?;
    part(&text, position)
}

/// Whether each `%` is followed by two hexadecimal digits.
pub(crate) fn well_formed(encoded: &str) -> bool {
    let mut bytes = encoded.bytes();
    while let Some(byte) = bytes.next() {
        let digit = |next: Option<u8>| next.is_some_and(|digit| digit.is_ascii_hexdigit());
        if byte == b'%' && !(digit(bytes.next()) && digit(bytes.next())) {
            return false;
        }
    }
    true
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
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn prints_the_form_that_urls_carry() {
        let member = MemberId::new("BO", "GOV", "1001").unwrap();
        let service = ServiceId::new(SubsystemId::new(member, "registro civil").unwrap(), "personas").unwrap();
        assert_eq!(service.to_string(), "BO/GOV/1001/registro%20civil/personas");
        assert_eq!("BO/GOV/1001/registro%20civil/personas".parse(), Ok(service));
    }

    #[test]
    fn a_client_of_three_parts_is_a_member() {
        let client: ClientId = "BO/GOV/1001".parse().unwrap();
        assert!(client.subsystem().is_none());
        let client: ClientId = "BO/GOV/1001/portal".parse().unwrap();
        assert_eq!(client.subsystem().unwrap().code(), "portal");
    }

    #[test]
    fn refuses_what_x_road_forbids() {
        for bad in ["a:b", "a;b", "a%25b", "a%2Fb", "a%5Cb", "a%00", "%E2%80%8B", "..", ".", "", "%zz", "%FF", "a%4"] {
            assert!(format!("BO/GOV/{bad}").parse::<MemberId>().is_err(), "{bad}");
        }
        assert!(format!("BO/GOV/{}", "x".repeat(256)).parse::<MemberId>().is_err());
        assert!("BO/GOV".parse::<MemberId>().is_err());
        assert!("BO/GOV/1/2".parse::<MemberId>().is_err());
    }

    #[test]
    fn a_plus_is_not_a_space() {
        let member: MemberId = "BO/GOV/a+b".parse().unwrap();
        assert_eq!(member.code(), "a+b");
        assert_eq!(member.to_string(), "BO/GOV/a%2Bb");
    }

    proptest! {
        #[test]
        fn what_is_accepted_prints_and_reads_back(text in "\\PC{0,60}") {
            for candidate in [text.clone(), format!("BO/GOV/{text}"), format!("BO/GOV/1/{text}")] {
                if let Ok(client) = candidate.parse::<ClientId>() {
                    prop_assert_eq!(client.to_string().parse::<ClientId>().unwrap(), client);
                }
            }
        }
    }
}
