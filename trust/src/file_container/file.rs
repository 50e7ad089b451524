//! A file, its name, and what it is.

use super::MIME_TYPE_NAME;
use protocol::hash::Sha512Hash;
use std::borrow::Borrow;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// The name of a file: folders and file, each of `a-z`, `0-9`, `.`, `_` and `-`, with `/` between.
///
/// It cannot lead out of a folder that it is put in, is the same in file systems that know no upper case, and is not that
/// of an entry with a meaning of its own.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileName(String);

/// What a file is: a media type (RFC 6838), with parameters where it has some.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContentType(String);

/// A text that is not a name of a file, or not a content type.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Not a name of a file.
    #[error(
        "{found:?} is not the name of a file: {} bytes at most of a-z, 0-9, '.', '_' and '-', with '/' between folders",
        FileName::MAX_BYTES
    )]
    FileName {
        /// The text, cut.
        found: String,
    },
    /// Not a content type.
    #[error("{found:?} is not a content type such as application/pdf")]
    ContentType {
        /// The text, cut.
        found: String,
    },
}

/// A file's content. Clones share it.
#[derive(Clone, PartialEq, Eq)]
pub struct File {
    content: Arc<[u8]>,
    pub(super) content_type: Option<ContentType>,
    digest: Sha512Hash,
}

impl FileName {
    /// The longest name.
    pub const MAX_BYTES: usize = 100;

    /// As it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl ContentType {
    /// As it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl File {
    /// A file of which nobody says what it is.
    #[must_use]
    pub fn new(content: impl Into<Arc<[u8]>>) -> Self {
        let content = content.into();
        let digest = Sha512Hash::of(&content);
        Self { content, content_type: None, digest }
    }

    /// A file of this content type.
    #[must_use]
    pub fn with_type(self, content_type: ContentType) -> Self {
        Self { content_type: Some(content_type), ..self }
    }

    /// Its content.
    #[must_use]
    pub fn content(&self) -> &[u8] {
        &self.content
    }

    /// What it is, where that is said.
    #[must_use]
    pub fn content_type(&self) -> Option<&ContentType> {
        self.content_type.as_ref()
    }

    /// The digest of its content.
    #[must_use]
    pub fn digest(&self) -> &Sha512Hash {
        &self.digest
    }
}

impl FromStr for FileName {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let allowed =
            |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'_' | b'-');
        let is_step = |step: &str| !matches!(step, "" | "." | "..") && step.bytes().all(allowed);
        if text.len() <= Self::MAX_BYTES && text != MIME_TYPE_NAME && text.split('/').all(is_step) {
            Ok(Self(text.to_owned()))
        } else {
            Err(NameError::FileName { found: cut(text) })
        }
    }
}

impl FromStr for ContentType {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        // RFC 6838 §4.2 and RFC 2045 §5.1, without what would need escaping in XML.
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$^_.+-;= ".contains(&byte);
        let fits = text.len() <= MAX_CONTENT_TYPE_BYTES
            && text.trim() == text
            && text.split_once('/').is_some_and(|(kind, rest)| {
                kind.bytes().all(|byte| byte.is_ascii_lowercase())
                    && !kind.is_empty()
                    && rest.starts_with(|first: char| first.is_ascii_alphanumeric())
                    && rest.bytes().all(allowed)
            });
        if fits { Ok(Self(text.to_owned())) } else { Err(NameError::ContentType { found: cut(text) }) }
    }
}

impl Borrow<str> for FileName {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for FileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for ContentType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("File")
            .field("size_bytes", &self.content.len())
            .field("content_type", &self.content_type)
            .field("digest", &self.digest)
            .finish()
    }
}

fn cut(text: &str) -> String {
    text.chars().take(FileName::MAX_BYTES).collect()
}

const MAX_CONTENT_TYPE_BYTES: usize = 100;
