//! The checks that every document's fields go through.

use super::{ConfigurationError, limits};
use crate::identifier::IdentifierError;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::fmt::Display;
use std::sync::Arc;

/// Checks fields of the document it names.
#[derive(Clone, Copy)]
pub(super) struct Check<'a> {
    pub(super) document: &'a str,
    pub(super) instance: &'a str,
}

impl Check<'_> {
    pub(super) fn format(&self, found: &str, expected: &'static str) -> Result<(), ConfigurationError> {
        if found == expected {
            return Ok(());
        }
        Err(ConfigurationError::Format { document: self.document.to_owned(), found: cut(found), expected })
    }

    pub(super) fn instance(&self, found: &str) -> Result<(), ConfigurationError> {
        if found == self.instance {
            return Ok(());
        }
        Err(ConfigurationError::Instance {
            document: self.document.to_owned(),
            found: found.to_owned(),
            expected: self.instance.to_owned(),
        })
    }

    pub(super) fn count(&self, list: &'static str, found: usize, limit: usize) -> Result<(), ConfigurationError> {
        if found <= limit {
            return Ok(());
        }
        Err(ConfigurationError::TooMany { document: self.document.to_owned(), list, found, limit })
    }

    /// Strictly ascending, so that nothing is there twice.
    pub(super) fn ascending<'i, T: Ord + Display + 'i>(
        &self,
        list: &'static str,
        items: impl Iterator<Item = T>,
    ) -> Result<(), ConfigurationError> {
        let mut previous: Option<T> = None;
        for item in items {
            if previous.as_ref().is_some_and(|previous| *previous >= item) {
                let entry = cut(&item.to_string());
                return Err(ConfigurationError::Order { document: self.document.to_owned(), list, entry });
            }
            previous = Some(item);
        }
        Ok(())
    }

    /// Words for people: bounded, without control characters.
    pub(super) fn text(&self, field: &'static str, text: &str) -> Result<Arc<str>, ConfigurationError> {
        if text.chars().count() > limits::TEXT_CHARACTERS || text.chars().any(char::is_control) {
            return Err(self.value(field, text));
        }
        Ok(Arc::from(text))
    }

    pub(super) fn url(&self, field: &'static str, url: &str) -> Result<Arc<str>, ConfigurationError> {
        let rest = url.strip_prefix("http://").or_else(|| url.strip_prefix("https://"));
        let host = rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'));
        if !host || url.len() > limits::URL_CHARACTERS || !url.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(self.value(field, url));
        }
        Ok(Arc::from(url))
    }

    pub(super) fn certificate(&self, field: &'static str, encoded: &str) -> Result<Arc<[u8]>, ConfigurationError> {
        if encoded.len() > limits::CERTIFICATE_BYTES * 4 / 3 + 4 {
            return Err(self.value(field, encoded));
        }
        let der = STANDARD.decode(encoded).map_err(|_| self.value(field, encoded))?;
        if der.first() != Some(&DER_SEQUENCE) {
            return Err(self.value(field, encoded));
        }
        Ok(Arc::from(der))
    }

    pub(super) fn code<T>(&self, code: &str, made: Result<T, IdentifierError>) -> Result<T, ConfigurationError> {
        made.map_err(|source| ConfigurationError::Code { document: self.document.to_owned(), code: cut(code), source })
    }

    pub(super) fn value(&self, field: &'static str, value: &str) -> ConfigurationError {
        ConfigurationError::Value { document: self.document.to_owned(), field, value: cut(value) }
    }
}

/// An error names a wrong value, but not all 16 MiB of it.
fn cut(value: &str) -> String {
    value.chars().take(SHOWN_CHARACTERS).collect()
}

const SHOWN_CHARACTERS: usize = 80;
const DER_SEQUENCE: u8 = 0x30;
