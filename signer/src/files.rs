//! Files that are there whole and flushed, or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

/// Makes a folder that only its owner may enter; one that is there stays.
pub(crate) fn create_folder(folder: &Path) -> io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// Who may read a new file beside its owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Readers {
    Nobody,
    Everybody,
}

/// Writes a new file that only its owner may read.
///
/// # Errors
/// `AlreadyExists` when there is one of that name, which then stays as it is.
pub(crate) fn create(folder: &Path, name: &str, content: &[u8]) -> io::Result<()> {
    create_for(Readers::Nobody, folder, name, content)
}

/// Writes a new file.
///
/// # Errors
/// As [`create`].
pub(crate) fn create_for(readers: Readers, folder: &Path, name: &str, content: &[u8]) -> io::Result<()> {
    let draft = folder.join(format!(".{name}.{}.draft", std::process::id()));
    let written = write(&draft, content, readers).and_then(|()| {
        // A link, unlike a rename, never replaces what is there.
        fs::hard_link(&draft, folder.join(name))
    });
    let removed = fs::remove_file(&draft);
    written?;
    removed?;
    File::open(folder)?.sync_all()
}

/// Reads a file of at most `limit` bytes.
pub(crate) fn read(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    let mut content = Vec::new();
    File::open(path)?.take(limit + 1).read_to_end(&mut content)?;
    if content.len() as u64 > limit {
        return Err(io::Error::new(io::ErrorKind::InvalidData, format!("longer than {limit} bytes")));
    }
    Ok(content)
}

fn write(path: &Path, content: &[u8], readers: Readers) -> io::Result<()> {
    let mode = match readers {
        Readers::Nobody => 0o600,
        Readers::Everybody => 0o644,
    };
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(mode).open(path)?;
    file.write_all(content)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn never_replaces_a_file() {
        let folder = tempfile::tempdir().unwrap();
        create(folder.path(), "a", b"first").unwrap();
        assert_eq!(create(folder.path(), "a", b"second").unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(read(&folder.path().join("a"), 10).unwrap(), b"first");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "drafts are removed");
    }

    #[test]
    fn refuses_a_file_longer_than_its_limit() {
        let folder = tempfile::tempdir().unwrap();
        create(folder.path(), "a", b"12345").unwrap();
        assert!(read(&folder.path().join("a"), 4).is_err());
        assert!(read(&folder.path().join("a"), 5).is_ok());
    }
}
