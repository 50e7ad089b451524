//! The codes by which a definition names its parts.

use std::borrow::Borrow;
use std::fmt::{self, Display};
use std::str::FromStr;

use sdk::key::{Key, KeyError, Reader};
use serde::{Deserialize, Serialize};

/// A code: small letters, digits and hyphens, at most 64, a letter first. It stands in addresses, and stays what it is.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Code(String);

/// A text that is no code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no code: a code is 1 to 64 small letters, digits and hyphens, with a letter first")]
pub struct NoCode(String);

/// Words that stand in addresses of the designer in the place of a procedure's code.
const RESERVED: [&str; 3] = ["new", "import", "vocabulary"];

impl Code {
    /// The longest code.
    pub const MAX_LETTERS: usize = 64;

    /// Whether it stands in addresses where the code of a procedure does, so that none can have it.
    #[must_use]
    pub fn is_reserved(&self) -> bool {
        RESERVED.contains(&self.as_str())
    }

    /// All that do.
    pub(crate) fn reserved() -> impl Iterator<Item = Self> {
        RESERVED.into_iter().map(|word| Self(word.to_owned()))
    }

    /// The code as a text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Code {
    type Err = NoCode;

    fn from_str(text: &str) -> Result<Self, NoCode> {
        let letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let good = (1..=Self::MAX_LETTERS).contains(&text.len())
            && text.starts_with(|first: char| first.is_ascii_lowercase())
            && text.bytes().all(letter);
        if good { Ok(Self(text.to_owned())) } else { Err(NoCode(text.chars().take(Self::MAX_LETTERS).collect())) }
    }
}

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl Key for Code {
    fn write(&self, to: &mut Vec<u8>) {
        self.0.write(to);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, KeyError> {
        String::read(from).map(Self)
    }
}

impl Borrow<str> for Code {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl PartialEq<str> for Code {
    fn eq(&self, other: &str) -> bool {
        self.0 == other
    }
}

impl PartialEq<&str> for Code {
    fn eq(&self, other: &&str) -> bool {
        self.0 == *other
    }
}

impl Display for Code {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        Display::fmt(self, formatter)
    }
}
