//! The names in a manifest.

use std::fmt;
use std::str::FromStr;
use thiserror::Error;

/// The name of a plugin: it stands in file names, in the log, and in the host name of its pages.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PluginName(String);

/// The name of something that belongs to a plugin: a topic, a key, an index, a schedule.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(String);

/// A language, by its tag (BCP 47) in the form `es` or `es-BO`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Language(String);

/// A text that is not a name of its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not a name of its kind")]
pub struct NameError;

impl FromStr for PluginName {
    type Err = NameError;

    /// A lower-case letter, then up to 62 of `a-z`, `0-9` and `-`: a label of a host name (RFC 1123).
    fn from_str(text: &str) -> Result<Self, NameError> {
        let fits = is_name(text, |byte| byte == b'-') && !text.ends_with('-');
        fits.then(|| Self(text.to_owned())).ok_or(NameError)
    }
}

impl FromStr for Name {
    type Err = NameError;

    /// A lower-case letter, then up to 62 of `a-z`, `0-9`, `.`, `_` and `-`.
    fn from_str(text: &str) -> Result<Self, NameError> {
        let fits = is_name(text, |byte| matches!(byte, b'.' | b'_' | b'-'));
        fits.then(|| Self(text.to_owned())).ok_or(NameError)
    }
}

impl FromStr for Language {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let mut subtags = text.split('-');
        let language = subtags.next().unwrap_or_default();
        let fits = (2..=3).contains(&language.len())
            && language.bytes().all(|byte| byte.is_ascii_lowercase())
            && text.len() <= MAX_TAG_BYTES
            && subtags.all(|tag| (2..=8).contains(&tag.len()) && tag.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        fits.then(|| Self(text.to_owned())).ok_or(NameError)
    }
}

macro_rules! as_text {
    ($($name:ident),+) => {$(
        impl $name {
            /// As it is written.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl std::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }
    )+};
}
as_text!(PluginName, Name, Language);

fn is_name(text: &str, punctuation: impl Fn(u8) -> bool) -> bool {
    text.len() <= MAX_NAME_BYTES
        && text.starts_with(|first: char| first.is_ascii_lowercase())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || punctuation(byte))
}

/// A label of a host name (RFC 1123).
const MAX_NAME_BYTES: usize = 63;

/// RFC 5646 §4.4.1.
const MAX_TAG_BYTES: usize = 35;
