//! Why a collection cannot do what was asked.

use crate::json::NotWritten;
use crate::key::KeyError;
use crate::limits;

/// Why a collection cannot do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// Another record has this key of a unique index. The caller's fault, or the author's.
    #[error("another record of {table} is found by this key of {index}")]
    Taken {
        /// The table.
        table: &'static str,
        /// The index.
        index: &'static str,
    },
    /// There is a record with this key already.
    #[error("{table} has a record with this key already")]
    Exists {
        /// The table.
        table: &'static str,
    },
    /// A cursor that no page ended with. The caller's fault.
    #[error("no page ended with this cursor")]
    Cursor,
    /// A later version of the plugin wrote the record: this one would spoil it.
    #[error("a record of {table} has version {stored}, and this plugin knows {known}")]
    Newer {
        /// The table.
        table: &'static str,
        /// The version it was written by.
        stored: u8,
        /// The version that this plugin writes.
        known: u8,
    },
    /// A record that does not read back.
    #[error("a record of {table}, version {version}, does not read back")]
    Record {
        /// The table.
        table: &'static str,
        /// The version it was written by.
        version: u8,
        /// Why.
        source: serde_json::Error,
    },
    /// A value without a byte of version.
    #[error("a record of {table} is empty")]
    Empty {
        /// The table.
        table: &'static str,
    },
    /// A key that does not read back.
    #[error("a key of {table} does not read back")]
    Key {
        /// The table.
        table: &'static str,
        /// Why.
        source: KeyError,
    },
    /// A key that is longer than a key may be, in the table or in one of its indexes: mostly of a text that a caller wrote.
    #[error("a key of {table} has {length_bytes} bytes, and may have {}", limits::MAX_KEY_BYTES)]
    KeyTooLong {
        /// The table.
        table: &'static str,
        /// How long it is.
        length_bytes: usize,
    },
    /// A record that is longer than a value may be: what is larger is a blob.
    #[error("a record of {table} has {length_bytes} bytes, and may have {}", limits::MAX_VALUE_BYTES)]
    TooLarge {
        /// The table.
        table: &'static str,
        /// How long it is.
        length_bytes: usize,
    },
    /// A record that has no form in JSON.
    #[error("a record of {table} cannot be written")]
    NotWritten {
        /// The table.
        table: &'static str,
        /// Why.
        source: NotWritten,
    },
}
