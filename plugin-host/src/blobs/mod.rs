//! Blobs: contents too large for a row, in files beside the store.
//!
//! A file is written and synced before the transaction that speaks of it is committed, and removed only by the sweep,
//! which takes no file that is younger than an hour or has a row. So a crash leaves at most a file that nobody knows,
//! and never a row without its file; and whoever still reads a blob that was just deleted, reads on.

mod files;
mod open;
mod rows;
mod sweep;
mod upload;

pub use files::BlobFileError;
pub(crate) use files::BlobFiles;
pub(crate) use open::open;
pub use open::{OpenBlob, OpenBlobError};
pub(crate) use rows::{BlobRow, is_sum, keep, put, read_row, release, remove, reserve};
pub(crate) use sweep::Sweeper;
pub(crate) use upload::receive;
pub use upload::{Upload, UploadError, Uploaded};

use std::fmt;
use std::str::FromStr;

/// The name of a blob, of its row and of its file: a random number, which nobody can guess.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct BlobId(String);

/// A text that is no blob's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NoBlobId;

impl BlobId {
    pub(crate) fn random() -> Self {
        Self(uuid::Uuid::new_v4().simple().to_string())
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for BlobId {
    type Err = NoBlobId;

    fn from_str(text: &str) -> Result<Self, NoBlobId> {
        let digits = text.len() == 32 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        if digits { Ok(Self(text.to_owned())) } else { Err(NoBlobId) }
    }
}

impl fmt::Display for BlobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_no_way_out_of_the_folder() {
        let id = BlobId::random();
        assert_eq!(id.as_str().parse(), Ok(id));
        for text in ["", "../../../../../../../etc/passwd00", "0123456789ABCDEF0123456789ABCDEF", "00"] {
            assert_eq!(text.parse::<BlobId>(), Err(NoBlobId));
        }
    }
}
