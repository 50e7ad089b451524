//! The files: `PLUGIN/XX/ID`, where `XX` are the first two digits of the id. Everything here blocks.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use clock::Timestamp;

use super::BlobId;

/// The folder with the contents of all blobs of a server.
#[derive(Debug, Clone)]
pub(crate) struct BlobFiles {
    root: PathBuf,
}

/// What the file system refused.
#[derive(Debug, thiserror::Error)]
#[error("failed to {what} {}", path.display())]
pub struct BlobFileError {
    /// What was to be done.
    pub what: &'static str,
    /// Where.
    pub path: PathBuf,
    /// Why it was not.
    pub source: io::Error,
}

/// A file that is being written.
pub(crate) struct Incoming {
    file: File,
    path: PathBuf,
}

impl BlobFiles {
    pub(crate) fn new(root: PathBuf) -> Self {
        Self { root }
    }

    /// Writes a content whole; when this returns, it is durable.
    pub(crate) fn write(&self, plugin: &str, id: &BlobId, content: &[u8], now: Timestamp) -> Result<(), BlobFileError> {
        let mut incoming = self.begin(plugin, id)?;
        incoming.append(content)?;
        incoming.finish(now)
    }

    /// Begins a new file, readable by its owner only.
    pub(crate) fn begin(&self, plugin: &str, id: &BlobId) -> Result<Incoming, BlobFileError> {
        let path = self.path(plugin, id);
        self.make_folders(plugin, id)?;
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path);
        let file = file.map_err(|source| BlobFileError { what: "create", path: path.clone(), source })?;
        Ok(Incoming { file, path })
    }

    /// Opens a file to be read.
    pub(crate) fn open(&self, plugin: &str, id: &BlobId) -> Result<File, BlobFileError> {
        let path = self.path(plugin, id);
        File::open(&path).map_err(|source| BlobFileError { what: "open", path, source })
    }

    /// At most `length` bytes from `offset` on; none, where the file has ended before.
    pub(crate) fn read(&self, plugin: &str, id: &BlobId, offset: u64, length: usize) -> Result<Vec<u8>, BlobFileError> {
        let path = self.path(plugin, id);
        let read = || -> io::Result<Vec<u8>> {
            let file = File::open(&path)?;
            let left = file.metadata()?.len().saturating_sub(offset);
            let mut content = vec![0; usize::try_from(left).unwrap_or(usize::MAX).min(length)];
            file.read_exact_at(&mut content, offset)?;
            Ok(content)
        };
        read().map_err(|source| BlobFileError { what: "read", path: path.clone(), source })
    }

    /// Counts the age of a file from now on.
    pub(crate) fn touch(&self, plugin: &str, id: &BlobId, now: Timestamp) -> Result<(), BlobFileError> {
        let path = self.path(plugin, id);
        let file = OpenOptions::new().write(true).open(&path);
        let touched = file.and_then(|file| file.set_modified(SystemTime::from(now)));
        touched.map_err(|source| BlobFileError { what: "touch", path, source })
    }

    pub(crate) fn remove(&self, plugin: &str, id: &BlobId) -> Result<(), BlobFileError> {
        let path = self.path(plugin, id);
        gone(fs::remove_file(&path)).map_err(|source| BlobFileError { what: "remove", path, source })
    }

    /// Removes everything that a plugin keeps.
    pub(crate) fn remove_all(&self, plugin: &str) -> Result<(), BlobFileError> {
        let path = self.root.join(plugin);
        gone(fs::remove_dir_all(&path)).map_err(|source| BlobFileError { what: "remove", path, source })
    }

    /// The blobs of a plugin whose names begin with two digits and whose files were there at a time.
    pub(crate) fn older(&self, plugin: &str, digits: u8, than: Timestamp) -> Result<Vec<BlobId>, BlobFileError> {
        let path = self.root.join(plugin).join(format!("{digits:02x}"));
        older(&path, SystemTime::from(than)).map_err(|source| BlobFileError { what: "list", path, source })
    }

    fn path(&self, plugin: &str, id: &BlobId) -> PathBuf {
        self.folder(plugin, id).join(id.as_str())
    }

    fn folder(&self, plugin: &str, id: &BlobId) -> PathBuf {
        self.root.join(plugin).join(&id.as_str()[..2])
    }

    fn make_folders(&self, plugin: &str, id: &BlobId) -> Result<(), BlobFileError> {
        for path in [self.root.clone(), self.root.join(plugin), self.folder(plugin, id)] {
            match DirBuilder::new().mode(0o700).create(&path) {
                // Its name has to be as durable as what will be in it.
                Ok(()) => sync_folder(path.parent())?,
                Err(source) if source.kind() == ErrorKind::AlreadyExists => {}
                Err(source) => return Err(BlobFileError { what: "create", path, source }),
            }
        }
        Ok(())
    }
}

impl Incoming {
    pub(crate) fn append(&mut self, piece: &[u8]) -> Result<(), BlobFileError> {
        self.file.write_all(piece).map_err(|source| self.failed("write", source))
    }

    /// Makes the file durable, its name too.
    pub(crate) fn finish(self, now: Timestamp) -> Result<(), BlobFileError> {
        let durable = self.file.set_modified(SystemTime::from(now)).and_then(|()| self.file.sync_all());
        durable.map_err(|source| self.failed("sync", source))?;
        sync_folder(self.path.parent())
    }

    fn failed(&self, what: &'static str, source: io::Error) -> BlobFileError {
        BlobFileError { what, path: self.path.clone(), source }
    }
}

fn sync_folder(path: Option<&Path>) -> Result<(), BlobFileError> {
    let path = path.filter(|path| !path.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let synced = File::open(path).and_then(|folder| folder.sync_all());
    synced.map_err(|source| BlobFileError { what: "sync", path: path.to_owned(), source })
}

fn older(path: &Path, than: SystemTime) -> io::Result<Vec<BlobId>> {
    let entries = match fs::read_dir(path) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut ids = Vec::new();
    for entry in entries {
        let entry = entry?;
        let Some(id) = entry.file_name().to_str().and_then(|name| name.parse().ok()) else { continue };
        if entry.metadata()?.modified()? < than {
            ids.push(id);
        }
    }
    Ok(ids)
}

/// Something that is not there need not be removed.
fn gone(removed: io::Result<()>) -> io::Result<()> {
    match removed {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a time")
    }

    #[test]
    fn reads_what_was_written_and_nobody_else_can() {
        let folder = tempfile::tempdir().expect("a folder");
        let files = BlobFiles::new(folder.path().join("blobs"));
        let id = BlobId::random();
        files.write("cases", &id, b"content", at("2026-11-26T12:00:00Z")).expect("it is written");
        assert_eq!(files.read("cases", &id, 3, 100).expect("it is read"), b"tent");
        assert_eq!(files.read("cases", &id, 0, 3).expect("it is read"), b"con");
        assert_eq!(files.read("cases", &id, 100, 3).expect("it is read"), b"");
        let mode = |path: &Path| fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
        assert_eq!(mode(&files.path("cases", &id)), 0o600);
        for path in files.path("cases", &id).ancestors().skip(1).take(3) {
            assert_eq!(mode(path), 0o700);
        }
        let twice = files.write("cases", &id, b"other", at("2026-11-26T12:00:00Z"));
        assert_eq!(twice.expect_err("it is there").what, "create");
    }

    #[test]
    fn lists_what_is_older_than_a_time() {
        let folder = tempfile::tempdir().expect("a folder");
        let files = BlobFiles::new(folder.path().join("blobs"));
        let id = BlobId::random();
        files.write("cases", &id, b"content", at("2026-11-26T12:00:00Z")).expect("it is written");
        let listed = |than| {
            let all = (0..=u8::MAX).map(|digits| files.older("cases", digits, at(than)).expect("it is listed"));
            all.flatten().collect::<Vec<_>>()
        };
        assert_eq!(listed("2026-11-26T12:00:00Z"), []);
        assert_eq!(listed("2026-11-26T12:00:01Z"), std::slice::from_ref(&id));
        files.touch("cases", &id, at("2026-11-26T13:00:00Z")).expect("it is touched");
        assert_eq!(listed("2026-11-26T12:00:01Z"), []);
        files.remove("cases", &id).expect("it is removed");
        files.remove("cases", &id).expect("it is not there any more");
        assert_eq!(listed("2026-12-01T12:00:00Z"), []);
        files.remove_all("cases").expect("all are removed");
        files.remove_all("cases").expect("none are there any more");
    }
}
