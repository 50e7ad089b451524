//! The folder that mirrors copy: every file is whole and flushed before another names it.

use super::PublishError;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// `public/`, with `metadata/` and `targets/`.
#[derive(Debug, Clone)]
pub(crate) struct PublicFolder(PathBuf);

/// A part of the folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    Metadata,
    Targets,
}

impl PublicFolder {
    pub(crate) fn open(path: PathBuf) -> Result<Self, PublishError> {
        let folder = Self(path);
        for part in [Part::Metadata, Part::Targets] {
            let path = folder.0.join(part.name());
            fs::create_dir_all(&path).map_err(disk("create", &path))?;
        }
        flush(&folder.0)?;
        Ok(folder)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    pub(super) fn file(&self, part: Part, name: &str) -> PathBuf {
        self.0.join(part.name()).join(name)
    }

    /// The content of a file, if it is there and can be read.
    pub(super) fn read(&self, part: Part, name: &str) -> Option<Vec<u8>> {
        fs::read(self.file(part, name)).ok()
    }

    /// Writes a whole file, durable once [`Self::flush`] has returned as well; who reads meanwhile sees the old one
    /// or the new one.
    pub(super) fn write(&self, part: Part, name: &str, bytes: &[u8]) -> Result<(), PublishError> {
        let path = self.file(part, name);
        // The draft's name begins with a dot, so that nobody is served one.
        let draft = self.file(part, &format!(".{name}.new"));
        let mut file = File::create(&draft).map_err(disk("create", &draft))?;
        file.write_all(bytes).and_then(|()| file.sync_all()).map_err(disk("write", &draft))?;
        fs::rename(&draft, &path).map_err(disk("rename", &path))
    }

    /// Makes the names of what was written durable.
    pub(super) fn flush(&self, part: Part) -> Result<(), PublishError> {
        flush(&self.0.join(part.name()))
    }
}

impl Part {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Metadata => "metadata",
            Self::Targets => "targets",
        }
    }
}

fn flush(folder: &Path) -> Result<(), PublishError> {
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(disk("flush", folder))
}

fn disk(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> PublishError + use<> {
    let path = path.to_owned();
    move |source| PublishError::Disk { action, path, source }
}
