//! Whether an author has changed a plugin: by the names, lengths and times of its files.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// What a plugin's files are at a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Files(BTreeMap<PathBuf, (u64, Option<SystemTime>)>);

/// Watches a folder: who asks is told whether it is another now.
#[derive(Debug)]
pub(super) struct Watch {
    folder: PathBuf,
    seen: Files,
    /// Seen once, and to be seen again before they count: an editor writes in several steps.
    settling: Option<Files>,
}

/// What tools make, and what begins with a dot but for `.cargo`: nobody writes there.
const MADE: [&str; 5] = ["build", "target", "node_modules", "__pycache__", "Cargo.lock"];
/// A folder with more files is not looked at further.
const MOST_FILES: usize = 10_000;

impl Watch {
    /// Watches a folder from now on.
    pub(super) fn of(folder: &Path) -> io::Result<Self> {
        Ok(Self { folder: folder.to_owned(), seen: Files::of(folder)?, settling: None })
    }

    /// Whether the author has changed something since, and it is the same as when this was asked last.
    pub(super) fn has_changed(&mut self) -> io::Result<bool> {
        let now = Files::of(&self.folder)?;
        if now == self.seen {
            self.settling = None;
            return Ok(false);
        }
        if self.settling.as_ref() == Some(&now) {
            (self.seen, self.settling) = (now, None);
            return Ok(true);
        }
        self.settling = Some(now);
        Ok(false)
    }
}

impl Files {
    fn of(folder: &Path) -> io::Result<Self> {
        let (mut files, mut folders) = (BTreeMap::new(), vec![folder.to_owned()]);
        while let Some(folder) = folders.pop() {
            let entries = match fs::read_dir(&folder) {
                // Gone since it was listed.
                Err(error) if error.kind() == io::ErrorKind::NotFound && !files.is_empty() => continue,
                entries => entries?,
            };
            for entry in entries {
                let entry = entry?;
                if is_made(&entry.file_name()) {
                    continue;
                }
                let Ok(about) = entry.metadata() else { continue };
                if files.len() + folders.len() >= MOST_FILES {
                    return Ok(Self(files));
                }
                if about.is_dir() {
                    folders.push(entry.path());
                } else {
                    files.insert(entry.path(), (about.len(), about.modified().ok()));
                }
            }
        }
        Ok(Self(files))
    }
}

fn is_made(name: &OsStr) -> bool {
    let Some(name) = name.to_str() else { return false };
    (name.starts_with('.') && name != ".cargo") || name.ends_with(".chakana") || MADE.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_counts_once_when_it_has_settled() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("app.py"), "a").unwrap();
        let mut watch = Watch::of(folder.path()).unwrap();
        assert!(!watch.has_changed().unwrap());
        fs::write(folder.path().join("app.py"), "ab").unwrap();
        assert!(!watch.has_changed().unwrap(), "it may be half of a change");
        fs::write(folder.path().join("app.py"), "abc").unwrap();
        assert!(!watch.has_changed().unwrap(), "it goes on");
        assert!(watch.has_changed().unwrap());
        assert!(!watch.has_changed().unwrap());
        fs::create_dir(folder.path().join("src")).unwrap();
        fs::write(folder.path().join("src/new.py"), "").unwrap();
        assert_eq!([watch.has_changed().unwrap(), watch.has_changed().unwrap()], [false, true]);
    }

    #[test]
    fn what_tools_make_is_no_change() {
        let folder = tempfile::tempdir().unwrap();
        let mut watch = Watch::of(folder.path()).unwrap();
        for made in ["build/x", "target/x", "node_modules/x", ".git/x", "__pycache__/x"] {
            fs::create_dir_all(folder.path().join(made).parent().unwrap()).unwrap();
            fs::write(folder.path().join(made), "").unwrap();
        }
        fs::write(folder.path().join("p-1.0.0.chakana"), "").unwrap();
        assert_eq!([watch.has_changed().unwrap(), watch.has_changed().unwrap()], [false, false]);
    }
}
