//! Of which format the content of a store is: a line in a file beside it, which can be read while the store is in use.
//!
//! The engine knows how keys and values lie on the disk. What they mean is known to the crate that writes them, which names its
//! format, and opens no store of a newer one: an old program would misread what a newer one wrote, or leave half of it out.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use crate::open::sync_folder;
use crate::{OpenError, Settings, Store};

/// What a program keeps in a store: a name, and a number that rises when an older program could no longer read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Format {
    name: &'static str,
    version: u32,
}

impl Format {
    /// The format of this name and version.
    #[must_use]
    pub const fn new(name: &'static str, version: u32) -> Self {
        Self { name, version }
    }

    /// Opens the store at `path`, or creates it, if its content is of this format. A store that bears no mark is from before
    /// there were marks, and is of the first version.
    ///
    /// # Errors
    /// [`OpenError::Format`] when the mark beside it says something else; nothing was touched then. Else as
    /// [`Store::open_with`].
    pub fn open(self, path: impl AsRef<Path>, settings: &Settings) -> Result<Store, OpenError> {
        let path = path.as_ref();
        let failed = |source| OpenError::File { path: path.to_owned(), source };
        let found = match Self::found(path).map_err(failed)? {
            Some(found) => found,
            // A new store is marked before it is made: no crash leaves one that seems older than it is.
            None if !path.try_exists().map_err(failed)? => self.mark(path).map_err(failed)?,
            None => Self::new(self.name, FIRST).mark(path).map_err(failed)?,
        };
        if found != self.to_string() {
            return Err(OpenError::Format { path: path.to_owned(), found, reads: self });
        }
        Store::open_with(path, settings)
    }

    /// What stands beside the store at `path`, if anything does. The store may be in use.
    ///
    /// # Errors
    /// When the mark is there and cannot be read.
    pub fn found(path: impl AsRef<Path>) -> io::Result<Option<String>> {
        let file = match File::open(beside(path.as_ref())) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            opened => opened?,
        };
        let mut text = String::new();
        file.take(MAX_MARK_BYTES).read_to_string(&mut text)?;
        Ok(Some(text.trim_end().to_owned()))
    }

    /// Writes the mark, durably, and gives what it says.
    fn mark(self, path: &Path) -> io::Result<String> {
        let (mark, said) = (beside(path), self.to_string());
        let beginning = mark.with_added_extension("new");
        let mut file = File::create(&beginning)?;
        writeln!(file, "{said}")?;
        file.sync_all()?;
        fs::rename(&beginning, &mark)?;
        sync_folder(&mark)?;
        Ok(said)
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.name, self.version)
    }
}

fn beside(path: &Path) -> PathBuf {
    path.with_added_extension("format")
}

/// Of stores from before there were marks.
const FIRST: u32 = 1;
const MAX_MARK_BYTES: u64 = 256;

#[cfg(test)]
mod tests {
    use super::*;

    const LETTERS: Format = Format::new("letters", 1);
    const NEWER_LETTERS: Format = Format::new("letters", 2);
    const NUMBERS: Format = Format::new("numbers", 1);

    fn check(first: Option<Format>, second: Format) -> Result<Store, OpenError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store");
        let store = match first {
            Some(format) => format.open(&path, &Settings::default()),
            None => Store::open(&path),
        };
        drop(store.unwrap());
        second.open(&path, &Settings::default())
    }

    #[test]
    fn opens_again_what_it_made() {
        check(Some(LETTERS), LETTERS).unwrap();
        check(Some(NEWER_LETTERS), NEWER_LETTERS).unwrap();
    }

    #[test]
    fn takes_a_store_without_a_mark_for_one_of_the_first_version() {
        check(None, LETTERS).unwrap();
        let refused = check(None, NEWER_LETTERS).unwrap_err();
        assert!(matches!(&refused, OpenError::Format { found, .. } if found == "letters/1"), "{refused}");
    }

    #[test]
    fn refuses_a_newer_version_and_another_content_in_words() {
        let refused = check(Some(NEWER_LETTERS), LETTERS).unwrap_err().to_string();
        assert!(refused.contains("letters/2") && refused.contains("letters/1"), "{refused}");
        let refused = check(Some(NUMBERS), LETTERS).unwrap_err().to_string();
        assert!(refused.contains("numbers/1"), "{refused}");
    }

    #[test]
    fn touches_nothing_of_a_store_that_it_refuses() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store");
        fs::write(&path, "what a newer engine wrote").unwrap();
        fs::write(beside(&path), "letters/2\n").unwrap();
        assert!(matches!(LETTERS.open(&path, &Settings::default()), Err(OpenError::Format { .. })));
        assert_eq!(fs::read_to_string(&path).unwrap(), "what a newer engine wrote");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "nothing was added");
    }

    #[test]
    fn the_mark_can_be_read_while_the_store_is_in_use() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store");
        assert_eq!(Format::found(&path).unwrap(), None);
        let _store = LETTERS.open(&path, &Settings::default()).unwrap();
        assert_eq!(Format::found(&path).unwrap().as_deref(), Some("letters/1"));
    }
}
