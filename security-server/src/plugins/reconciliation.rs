//! Whether the plugins' data come from a copy and are not yet reconciled with what others know: a file beside them says so,
//! from before a restored log is opened until the administrator ends the wait.

use jiff::Timestamp;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// The note that a reconciliation is due.
#[derive(Debug, Clone)]
pub(crate) struct Reconciliation {
    folder: PathBuf,
}

const FILE: &str = "reconciliation-due";
const BEGINNING: &str = "reconciliation-due.new";

impl Reconciliation {
    /// That of the plugins in this folder.
    pub(crate) fn of(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    /// The file, for whoever has to be told of it.
    pub(crate) fn path(&self) -> PathBuf {
        self.folder.join(FILE)
    }

    /// Notes durably that the data come from a copy, unless there are none. A restore before the last reconciliation counts
    /// from its own time.
    ///
    /// # Errors
    /// When it cannot be written: then nothing may be begun.
    pub(crate) fn fall_due(&self, now: Timestamp) -> io::Result<()> {
        if self.since()?.is_some() || !self.folder.join(super::DATA).try_exists()? {
            return Ok(());
        }
        let beginning = self.folder.join(BEGINNING);
        let mut file = File::create(&beginning)?;
        writeln!(file, "{now}")?;
        file.sync_all()?;
        fs::rename(&beginning, self.path())?;
        File::open(&self.folder)?.sync_all()
    }

    /// Since when it is due; `None` if it is not.
    ///
    /// # Errors
    /// When it cannot be read, or is no time.
    pub(crate) fn since(&self) -> io::Result<Option<Timestamp>> {
        match fs::read_to_string(self.path()) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            text => {
                let malformed =
                    |error| io::Error::new(io::ErrorKind::InvalidData, format!("it holds no time: {error}"));
                text?.trim().parse().map(Some).map_err(malformed)
            }
        }
    }

    /// It is not due any more, durably.
    ///
    /// # Errors
    /// When that cannot be written.
    pub(crate) fn done(&self) -> io::Result<()> {
        match fs::remove_file(self.path()) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            removed => removed?,
        }
        File::open(&self.folder)?.sync_all()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn is_due_from_the_first_restore_until_it_is_done() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("state"), "").unwrap();
        let reconciliation = Reconciliation::of(folder.path());
        assert_eq!(reconciliation.since().unwrap(), None);
        reconciliation.fall_due(at("2026-11-27T08:00:00Z")).unwrap();
        reconciliation.fall_due(at("2026-11-27T09:00:00Z")).unwrap();
        assert_eq!(reconciliation.since().unwrap(), Some(at("2026-11-27T08:00:00Z")));
        reconciliation.done().unwrap();
        reconciliation.done().unwrap();
        assert_eq!(reconciliation.since().unwrap(), None);
    }

    #[test]
    fn is_never_due_where_plugins_have_kept_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let reconciliation = Reconciliation::of(&folder.path().join("plugins"));
        reconciliation.fall_due(at("2026-11-27T08:00:00Z")).unwrap();
        assert_eq!(reconciliation.since().unwrap(), None);
    }

    #[test]
    fn what_cannot_be_read_is_not_taken_for_nothing() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(FILE), "soon").unwrap();
        assert!(Reconciliation::of(folder.path()).since().is_err());
    }
}
