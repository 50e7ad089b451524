//! Header fields: filtered, in order, as they are signed.

use super::{HeadError, MAX_FIELDS, MAX_VALUE_BYTES, names};
use crate::identifier::IdentifierError;
use std::str::FromStr;

/// One header field: a lower-case name, a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field<'a> {
    /// The name, in lower case.
    pub name: &'a str,
    /// The value, without surrounding white space.
    pub value: &'a str,
}

/// The header lines of a head: `name:value CRLF` repeated.
#[derive(Debug, Clone, Copy)]
pub struct Fields<'a>(&'a str);

/// Headers that belong to one connection, and never to a message (X-Road `RestMessage.SKIPPED_HEADERS`).
#[must_use]
pub fn is_hop_by_hop(name: &str) -> bool {
    matches!(
        name,
        "transfer-encoding"
            | "keep-alive"
            | "proxy-authenticate"
            | "proxy-authorization"
            | "te"
            | "trailer"
            | "upgrade"
            | "connection"
            | "user-agent"
            | "host"
            | "content-length"
            | "server"
            | "expect"
    )
}

/// Headers that a message head may hold only once.
const SINGLE: [&str; 10] = [
    names::CLIENT,
    names::ID,
    names::USER_ID,
    names::ISSUE,
    names::SECURITY_SERVER,
    names::REPRESENTED_PARTY,
    names::SERVICE,
    names::REQUEST_ID,
    names::REQUEST_HASH,
    "date",
];

impl<'a> Fields<'a> {
    /// Checks header lines of received bytes.
    pub(super) fn parse(lines: &'a str) -> Result<Self, HeadError> {
        let mut count = 0;
        let mut seen = [false; SINGLE.len()];
        for line in lines.split_terminator('\n') {
            count += 1;
            let malformed = HeadError::Field { position: count };
            let line = line.strip_suffix('\r').ok_or_else(|| malformed.clone())?;
            let (name, value) = line.split_once(':').ok_or_else(|| malformed.clone())?;
            check(name, value).ok_or(malformed)?;
            if is_hop_by_hop(name) {
                return Err(HeadError::HopByHop { name: name.to_owned() });
            }
            if let Some(index) = SINGLE.iter().position(|single| *single == name)
                && std::mem::replace(&mut seen[index], true)
            {
                return Err(HeadError::Duplicate { name: SINGLE[index] });
            }
        }
        if count > MAX_FIELDS { Err(HeadError::TooLarge) } else { Ok(Self(lines)) }
    }

    /// Lines that [`Self::parse`] has accepted before.
    pub(super) fn checked(lines: &'a str) -> Self {
        Self(lines)
    }

    /// Every field, in order.
    pub fn iter(&self) -> impl Iterator<Item = Field<'a>> + use<'a> {
        self.0.split_terminator('\n').filter_map(|line| {
            let (name, value) = line.strip_suffix('\r')?.split_once(':')?;
            Some(Field { name, value })
        })
    }

    /// The first field of that name.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<&'a str> {
        self.iter().find(|field| field.name == name).map(|field| field.value)
    }

    pub(super) fn required(&self, name: &'static str) -> Result<&'a str, HeadError> {
        let value = self.find(name).ok_or(HeadError::Missing { name })?;
        if value.is_empty() || value.len() > MAX_VALUE_BYTES { Err(HeadError::Value { name }) } else { Ok(value) }
    }

    pub(super) fn identifier<T>(&self, name: &'static str) -> Result<T, HeadError>
    where
        T: FromStr<Err = IdentifierError>,
    {
        self.required(name)?.parse().map_err(|source| HeadError::Identifier { name, source })
    }
}

/// Appends `name:value CRLF` when both are what a head may hold.
pub(super) fn append(lines: &mut String, name: &str, value: &str) -> Option<()> {
    let value = value.trim_matches([' ', '\t']);
    check(name, value)?;
    lines.push_str(name);
    lines.push(':');
    lines.push_str(value);
    lines.push_str("\r\n");
    Some(())
}

/// RFC 9110 §5.1 and §5.5: a token in lower case, and no control characters but the tab.
fn check(name: &str, value: &str) -> Option<()> {
    let token = |byte: u8| {
        byte.is_ascii_lowercase()
            || byte.is_ascii_digit()
            || matches!(byte, b'!' | b'#'..=b'\'' | b'*' | b'+' | b'-' | b'.' | b'^'..=b'`' | b'|' | b'~')
    };
    let clean = |character: char| character == '\t' || !character.is_control();
    let edges = |text: &str| text.trim_matches([' ', '\t']).len() == text.len();
    (!name.is_empty() && name.bytes().all(token) && value.chars().all(clean) && edges(value)).then_some(())
}
