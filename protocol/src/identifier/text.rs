//! The printed form of identifiers, and reading it: parts between `/`, each percent-encoded.

use super::{
    ClientId, GlobalGroupId, IdentifierError, MAX_PART_BYTES, MemberId, Parts, ServerId, ServiceId, SubsystemId, part,
};
use crate::text_form::serde_as_text;
use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

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

macro_rules! debug_as_text {
    ($($name:ident),+) => {$(
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }
    )+};
}
debug_as_text!(MemberId, SubsystemId, ServiceId, ServerId, GlobalGroupId, ClientId);
serde_as_text!(MemberId, SubsystemId, ServiceId, ServerId, GlobalGroupId, ClientId);

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
    // The empty text takes no allocation.
    let mut parts: Parts<N> = std::array::from_fn(|_| Arc::default());
    for (index, (slot, encoded)) in parts.iter_mut().zip(text.split('/')).enumerate() {
        *slot = decode(encoded, index + 1)?;
    }
    Ok(parts)
}

/// Reads one percent-encoded part; `+` is not a space.
fn decode(encoded: &str, position: usize) -> Result<Arc<str>, IdentifierError> {
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
