//! Which certificates were issued, and which of them were revoked: one line of JSON each, flushed before anybody learns of it.

use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{Profile, durable};

/// The certificates of one authority by serial number, and the file that remembers them.
#[derive(Debug)]
pub(crate) struct Index {
    path: PathBuf,
    file: File,
    /// Length of the file up to its last whole line.
    length: u64,
    certificates: HashMap<String, Option<Revocation>>,
}

/// A revocation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Revocation {
    pub(crate) at: Timestamp,
    pub(crate) reason: RevocationReason,
}

/// Why a certificate is revoked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RevocationReason {
    /// The key is in other hands.
    KeyCompromise,
    /// The subject has changed.
    AffiliationChanged,
    /// Another certificate takes its place.
    Superseded,
    /// Not needed any more.
    CessationOfOperation,
}

/// What the file remembers.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) enum Entry {
    Issued { serial: String, profile: Profile, subject: String, at: Timestamp, until: Timestamp },
    Revoked { serial: String, reason: RevocationReason, at: Timestamp },
}

/// Why the index of certificates cannot be used.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum IndexError {
    /// The file could not be read.
    #[error("failed to read {path}")]
    Read {
        /// The file.
        path: PathBuf,
        /// The failure.
        source: io::Error,
    },
    /// The file could not be written.
    #[error("failed to write {path}")]
    Write {
        /// The file.
        path: PathBuf,
        /// The failure.
        source: io::Error,
    },
    /// A line of the file is not what was written.
    #[error("{path} is damaged at line {line}")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1.
        line: usize,
    },
}

impl Index {
    /// Opens the file at `path`, or begins it; a last line that was cut by a crash is removed.
    pub(crate) fn open(path: &Path) -> Result<Self, IndexError> {
        let read_error = |source| IndexError::Read { path: path.to_owned(), source };
        let file = OpenOptions::new().read(true).append(true).create(true).open(path).map_err(read_error)?;
        durable::flush_folder_of(path).map_err(read_error)?;
        let reader = BufReader::new(file.try_clone().map_err(read_error)?);
        let mut index = Self { path: path.to_owned(), file, length: 0, certificates: HashMap::new() };
        index.load(reader)?;
        let cut = index.file.set_len(index.length).and_then(|()| index.file.sync_all());
        cut.map_err(|source| IndexError::Write { path: path.to_owned(), source })?;
        Ok(index)
    }

    /// Remembers `entry`, durably.
    pub(crate) fn append(&mut self, entry: Entry) -> Result<(), IndexError> {
        let written = self.write(&entry);
        written.map_err(|source| IndexError::Write { path: self.path.clone(), source })?;
        self.apply(entry);
        Ok(())
    }

    /// What is known of a serial number: nothing, that it was issued, or that it was issued and revoked.
    pub(crate) fn status(&self, serial: &str) -> Option<Option<Revocation>> {
        self.certificates.get(serial).copied()
    }

    fn load(&mut self, mut reader: impl BufRead) -> Result<(), IndexError> {
        let mut line = Vec::new();
        for number in 1.. {
            line.clear();
            let size = reader.read_until(b'\n', &mut line);
            let size = size.map_err(|source| IndexError::Read { path: self.path.clone(), source })?;
            if line.last() != Some(&b'\n') {
                break;
            }
            let entry = serde_json::from_slice(&line);
            let entry = entry.map_err(|_| IndexError::Damaged { path: self.path.clone(), line: number })?;
            self.apply(entry);
            self.length += size as u64;
        }
        Ok(())
    }

    fn apply(&mut self, entry: Entry) {
        match entry {
            Entry::Issued { serial, .. } => {
                self.certificates.entry(serial).or_default();
            }
            Entry::Revoked { serial, reason, at } => {
                self.certificates.insert(serial, Some(Revocation { at, reason }));
            }
        }
    }

    fn write(&mut self, entry: &Entry) -> io::Result<()> {
        let mut line = serde_json::to_vec(entry)?;
        line.push(b'\n');
        // Whatever an earlier failure left behind the last whole line goes first.
        self.file.set_len(self.length)?;
        self.file.seek(SeekFrom::End(0))?;
        self.file.write_all(&line)?;
        self.file.sync_data()?;
        self.length += line.len() as u64;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn issued(serial: &str) -> Entry {
        let at = "2026-11-21T01:20:03Z".parse().unwrap();
        Entry::Issued {
            serial: serial.to_owned(),
            profile: Profile::Signing,
            subject: "CN=x".to_owned(),
            at,
            until: at,
        }
    }

    fn revoked(serial: &str) -> Entry {
        let at = "2026-11-22T01:20:03Z".parse().unwrap();
        Entry::Revoked { serial: serial.to_owned(), reason: RevocationReason::KeyCompromise, at }
    }

    fn written() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("issued.jsonl");
        let mut index = Index::open(&path).unwrap();
        index.append(issued("01")).unwrap();
        index.append(issued("02")).unwrap();
        index.append(revoked("01")).unwrap();
        (folder, path)
    }

    #[test]
    fn remembers_what_was_issued_and_revoked() {
        let (_folder, path) = written();
        let index = Index::open(&path).unwrap();
        assert_eq!(index.status("01").unwrap().unwrap().reason, RevocationReason::KeyCompromise);
        assert_eq!(index.status("02"), Some(None));
        assert_eq!(index.status("03"), None);
    }

    #[test]
    fn forgets_only_the_line_that_a_crash_cut_wherever_it_cut() {
        let (_folder, path) = written();
        let whole = std::fs::read(&path).unwrap();
        let last_line = whole[..whole.len() - 1].iter().rposition(|byte| *byte == b'\n').unwrap() + 1;
        for length in last_line..whole.len() {
            std::fs::write(&path, &whole[..length]).unwrap();
            let mut index = Index::open(&path).unwrap();
            assert_eq!(index.status("01"), Some(None));
            index.append(revoked("01")).unwrap();
            assert_eq!(std::fs::read(&path).unwrap(), whole);
        }
    }

    #[test]
    fn refuses_a_damaged_line_and_names_it() {
        let (_folder, path) = written();
        let damaged = std::fs::read_to_string(&path).unwrap().replacen("\"02\"", "02", 1);
        std::fs::write(&path, damaged).unwrap();
        let refused = Index::open(&path).unwrap_err();
        assert!(matches!(refused, IndexError::Damaged { line: 2, .. }), "{refused}");
    }
}
