//! Strict stored ZIP: one byte form for one list of entries, written in one pass and read without trust.
//!
//! Nothing is compressed, encrypted, commented, dated or extended; entries lie one behind the other from the first
//! byte, the directory follows, and nothing follows the directory. So whatever two programs read from such a file is
//! the same, and a changed byte is seen.

mod headers;
mod reader;
mod writer;

pub use reader::{Entry, ZipReader};
pub use writer::ZipWriter;

use std::io;

/// The largest entry, and the largest file: beyond it ZIP64 would be needed, which is not written and not read.
pub const MAX_BYTES: u64 = u32::MAX as u64;

/// The most entries.
pub const MAX_ENTRIES: usize = 1024;

/// The longest entry name.
pub const MAX_NAME_BYTES: usize = 128;

/// Why a ZIP file is not written, or is refused.
#[derive(Debug, thiserror::Error)]
pub enum ZipError {
    /// Reading or writing failed.
    #[error("failed to {doing}")]
    Io {
        /// What was being done.
        doing: &'static str,
        /// Why it failed.
        source: io::Error,
    },
    /// An entry, or the file, has 4 GiB or more.
    #[error("{what} has 4 GiB or more, which this container cannot hold")]
    TooLarge {
        /// Which entry, or the file.
        what: String,
    },
    /// More than [`MAX_ENTRIES`] entries, a name longer than [`MAX_NAME_BYTES`], or one that is not ASCII.
    #[error("the container cannot hold the entry {name:?}")]
    Entry {
        /// The entry's name.
        name: String,
    },
    /// The file is not in the one strict form.
    #[error("not a strict stored ZIP file: {what}")]
    Form {
        /// What differs, and where.
        what: String,
    },
    /// An entry's bytes are not those that its checksum was made of.
    #[error("the checksum of {name} is wrong")]
    Checksum {
        /// The entry's name.
        name: String,
    },
}

impl ZipError {
    fn io(doing: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io { doing, source }
    }

    fn form(what: impl Into<String>) -> Self {
        Self::Form { what: what.into() }
    }
}

#[cfg(test)]
mod tests;
