//! A new store that is filled under another name, and has its own once it is whole and durable.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rustix::fs::{CWD, RenameFlags};

use crate::engine::{Engine, Group, Storing, View, Wrote};
use crate::open::{folder, remove, sync_folder};
use crate::space::Space;
use crate::{BackUpError, Direction, EngineError, Entry, KeyRange, OpenError, Settings};

/// A part of a store.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    pub(crate) keyspace: String,
    pub(crate) range: KeyRange,
}

/// A store under its first name; what becomes of it, nothing stays there.
pub(crate) struct Beginning {
    to: PathBuf,
    engine: Engine,
    path: PathBuf,
}

impl Beginning {
    /// Begins the store that is to be at `to`, where nothing may be.
    pub(crate) fn beside(to: &Path, engine: Engine) -> Result<Self, BackUpError> {
        // A name of its own for each copy, so that two with the same target do not write into one store.
        static COPIES: AtomicU64 = AtomicU64::new(0);
        if to.symlink_metadata().is_ok() {
            return Err(BackUpError::Exists { path: to.to_owned() });
        }
        let number = COPIES.fetch_add(1, Ordering::Relaxed);
        let path = to.with_added_extension(format!("{}-{number}.new", std::process::id()));
        Ok(Self { to: to.to_owned(), engine, path })
    }

    /// Copies `parts` of `view` into it. Afterwards all but the name is durable.
    pub(crate) fn fill(&self, view: &dyn View, parts: &[Part], reserve_bytes: u64) -> Result<(), BackUpError> {
        let space = Space::new(folder(&self.to).to_owned(), reserve_bytes, self.engine);
        let beginning = |error| match error {
            OpenError::File { source, .. } => BackUpError::File { path: self.to.clone(), source },
            source => BackUpError::Begin { source },
        };
        self.engine.create(&self.path).map_err(beginning)?;
        let copy = self.engine.open(&self.path, &Settings::default()).map_err(beginning)?;
        let copied = parts.iter().try_for_each(|part| self.copy(view, part, &copy, &space));
        copy.close();
        copied
    }

    /// Where it is until it has its name.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Gives it its name, durably.
    pub(crate) fn name(self) -> Result<(), BackUpError> {
        let refused = |source| BackUpError::File { path: self.to.clone(), source };
        rustix::fs::renameat_with(CWD, &self.path, CWD, &self.to, RenameFlags::NOREPLACE).map_err(
            |errno| match errno {
                rustix::io::Errno::EXIST => BackUpError::Exists { path: self.to.clone() },
                errno => refused(errno.into()),
            },
        )?;
        sync_folder(&self.to).map_err(refused)
    }

    fn copy(&self, view: &dyn View, part: &Part, to: &Arc<dyn Storing>, space: &Space) -> Result<(), BackUpError> {
        let Part { keyspace, range } = part;
        let reading = |source| BackUpError::Keyspace { name: keyspace.clone(), source };
        let mut entries = view.scan(keyspace, range, Direction::Ascending).map_err(reading)?;
        loop {
            let (mut portion, mut size_bytes) = (Vec::new(), 0);
            while size_bytes < PORTION_BYTES {
                let Some(entry) = entries.next() else { break };
                let (key, value) = entry.map_err(reading)?;
                size_bytes += key.len() + value.len();
                portion.push((key, value));
            }
            if portion.is_empty() {
                return Ok(());
            }
            let full = |free_bytes| BackUpError::DiskFull { path: self.to.clone(), free_bytes };
            space.has_room(size_bytes).map_err(full)?;
            let writing = |source| BackUpError::Write { path: self.to.clone(), source };
            to.write(&mut |group| put(keyspace, &portion, group)).map_err(writing)?;
        }
    }
}

impl Drop for Beginning {
    fn drop(&mut self) {
        // Gone already if it has its name; otherwise it does no harm where it is.
        let _ = remove(&self.path);
    }
}

fn put(keyspace: &str, portion: &[Entry], group: &mut dyn Group) -> Result<Wrote, EngineError> {
    portion.iter().try_for_each(|(key, value)| group.put(keyspace, key, value))?;
    Ok(Wrote::Something)
}

/// What is written at once: it stands in memory, and before each portion the disk is asked whether there is room.
const PORTION_BYTES: usize = 4 * 1024 * 1024;
