//! Of which format a part of a data folder is, beside the one that this program reads. Marks are all that is looked at: a server
//! may be running on the folder.

use std::io;
use std::path::PathBuf;

/// A part of a data folder that bears a mark, such as `chakana-message-log/1`: a name, and a number that rises when older
/// programs can no longer read it.
#[derive(Debug)]
pub struct DataFormat {
    /// What it is, in the words of an operator: `message log`.
    pub what: &'static str,
    /// Where it lies.
    pub path: PathBuf,
    /// What its mark says.
    pub mark: Mark,
    /// What this program reads, and writes.
    pub reads: String,
}

/// The mark of a part.
#[derive(Debug)]
pub enum Mark {
    /// The part is not there yet.
    NoPart,
    /// The part is there and bears none: it is from before its kind had marks.
    None,
    /// It says this.
    Says(String),
    /// It could not be read.
    Unreadable(io::Error),
}

/// What this program can do with a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// It reads it as it is, or makes it.
    AsItIs,
    /// A newer program wrote it, or another one altogether.
    Refused,
    /// Nobody knows: the mark cannot be read.
    Unknown,
}

impl DataFormat {
    /// What this program can do with the part. There is no migration from an older format: none has had two yet, so that a mark
    /// which is not the one that is read is refused, as the server that opens the part does.
    #[must_use]
    pub fn reading(&self) -> Reading {
        match &self.mark {
            Mark::NoPart | Mark::None => Reading::AsItIs,
            Mark::Says(found) if *found == self.reads => Reading::AsItIs,
            Mark::Says(_) => Reading::Refused,
            Mark::Unreadable(_) => Reading::Unknown,
        }
    }

    /// What its mark says, in words where it says nothing.
    #[must_use]
    pub fn found(&self) -> String {
        match &self.mark {
            Mark::NoPart => "not made yet".to_owned(),
            Mark::None => "no mark".to_owned(),
            Mark::Says(found) => found.clone(),
            Mark::Unreadable(error) => format!("cannot be read: {error}"),
        }
    }
}

impl Mark {
    /// The mark that was looked for in a part that must have one; where there is none, there is no part.
    #[must_use]
    pub fn required(found: io::Result<Option<String>>) -> Self {
        match found {
            Ok(Some(found)) => Self::Says(found),
            Ok(None) => Self::NoPart,
            Err(error) => Self::Unreadable(error),
        }
    }

    /// The mark of the store at `path`, which has it beside it.
    #[must_use]
    pub fn of_store(path: &std::path::Path) -> Self {
        match (storage::Format::found(path), path.try_exists()) {
            (Ok(Some(found)), _) => Self::Says(found),
            (Ok(None), Ok(true)) => Self::None,
            (Ok(None), Ok(false)) => Self::NoPart,
            (Err(error), _) | (_, Err(error)) => Self::Unreadable(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(mark: Mark) -> Reading {
        let reads = "letters/1".to_owned();
        DataFormat { what: "letters", path: "letters".into(), mark, reads }.reading()
    }

    #[test]
    fn reads_what_it_knows_and_makes_what_is_missing() {
        assert_eq!(reading(Mark::Says("letters/1".to_owned())), Reading::AsItIs);
        assert_eq!(reading(Mark::required(Ok(None))), Reading::AsItIs);
        assert_eq!(reading(Mark::None), Reading::AsItIs);
    }

    #[test]
    fn refuses_what_is_newer_or_foreign_and_what_it_cannot_know() {
        assert_eq!(reading(Mark::Says("letters/2".to_owned())), Reading::Refused);
        assert_eq!(reading(Mark::Says("numbers/1".to_owned())), Reading::Refused);
        assert_eq!(reading(Mark::required(Err(io::ErrorKind::PermissionDenied.into()))), Reading::Unknown);
    }

    #[test]
    fn a_store_without_a_mark_is_told_from_one_that_is_not_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state.redb");
        assert!(matches!(Mark::of_store(&path), Mark::NoPart));
        std::fs::write(&path, "").unwrap();
        assert!(matches!(Mark::of_store(&path), Mark::None));
        std::fs::write(folder.path().join("state.redb.format"), "letters/1\n").unwrap();
        assert!(matches!(Mark::of_store(&path), Mark::Says(found) if found == "letters/1"));
    }
}
