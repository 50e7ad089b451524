//! Why a manifest is refused: where, what was found, by which rule, and what to do.

use super::Manifest;
use std::fmt;
use thiserror::Error;

/// Why a text is no manifest.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ManifestError {
    /// It is longer than any honest one.
    #[error("plugin.toml has {size_bytes} bytes, allowed are {}; shorten it", Manifest::MAX_BYTES)]
    TooLarge {
        /// Its length.
        size_bytes: usize,
    },
    /// It is no TOML, or has a key or a kind of value that a manifest does not have; the source says where.
    #[error("plugin.toml is not a document of its form; correct the line that is shown")]
    Syntax {
        /// What the TOML reader says, with line and column.
        source: Box<toml::de::Error>,
    },
    /// A value breaks a rule.
    #[error("{key} is {found}, but {rule}; {remedy}")]
    Refused {
        /// Where: table and key, with the number of the item, from 1.
        key: String,
        /// What stands there, quoted and cut.
        found: String,
        /// The rule that it breaks.
        rule: String,
        /// What to do.
        remedy: &'static str,
    },
}

/// A place in the document.
#[derive(Debug, Clone)]
pub(super) struct Key(String);

impl Key {
    pub(super) fn new(key: impl Into<String>) -> Self {
        Self(key.into())
    }

    /// An item of a list of tables.
    pub(super) fn table(name: &str, index: usize, key: &str) -> Self {
        Self(format!("[[{name}]] {}, {key}", index + 1))
    }

    /// An item of a list of values.
    pub(super) fn item(&self, index: usize) -> Self {
        Self(format!("{}, item {}", self.0, index + 1))
    }

    pub(super) fn refused(&self, found: &str, rule: impl Into<String>, remedy: &'static str) -> ManifestError {
        self.refused_as(quoted(found), rule, remedy)
    }

    /// Refuses what is not a text, or is not there.
    pub(super) fn refused_as(
        &self,
        found: impl fmt::Display,
        rule: impl Into<String>,
        remedy: &'static str,
    ) -> ManifestError {
        ManifestError::Refused { key: self.0.clone(), found: found.to_string(), rule: rule.into(), remedy }
    }

    /// Checks how long a list is.
    pub(super) fn count(&self, found: usize, most: usize) -> Result<(), ManifestError> {
        if found <= most {
            return Ok(());
        }
        Err(self.refused_as(
            format_args!("a list of {found}"),
            format!("at most {most} are allowed"),
            "split the plugin, or name less",
        ))
    }
}

/// Texts come from the document: they are quoted, escaped and cut.
fn quoted(text: &str) -> String {
    format!("{:?}", text.chars().take(MAX_QUOTED_CHARACTERS).collect::<String>())
}

const MAX_QUOTED_CHARACTERS: usize = 80;
