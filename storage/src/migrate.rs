//! A copy of a store that is not in use, kept by whichever engine.

use std::path::Path;
use std::sync::Arc;

use crate::copy::{Beginning, Part};
use crate::engine::{Engine, Entries, Storing, View};
use crate::keyspace::is_hidden;
use crate::quota::{ACCOUNTS, entry_bytes};
use crate::{BackUpError, Direction, EngineError, KeyRange, OpenError, Settings};

/// What a migration takes along.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selection {
    /// Everything.
    All,
    /// The keyspaces of these names, with their quotas.
    Keyspaces(Vec<String>),
}

/// What was migrated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Migrated {
    /// What kept the store.
    pub from: Engine,
    /// What keeps the new one.
    pub to: Engine,
    /// The keyspaces, in the order of their names.
    pub keyspaces: Vec<MigratedKeyspace>,
}

/// A keyspace that was migrated, and compared afterwards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MigratedKeyspace {
    /// Its name.
    pub name: String,
    /// How many keys it has.
    pub entries: u64,
    /// The bytes of all its keys and values.
    pub size_bytes: u64,
}

/// Why a store was not migrated. Nothing is at the new place then, and the store is as it was.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// The store cannot be opened.
    #[error("failed to open what is to be migrated")]
    Open {
        /// Why.
        source: OpenError,
    },
    /// A keyspace that was asked for is not there.
    #[error("the store has no keyspace {name}")]
    NoKeyspace {
        /// Its name.
        name: String,
    },
    /// The copy cannot be made.
    #[error("failed to write the new store")]
    Copy {
        /// Why.
        source: BackUpError,
    },
    /// The copy cannot be opened again.
    #[error("failed to open the new store, to compare it")]
    Check {
        /// Why.
        source: OpenError,
    },
    /// It cannot be said what a store holds.
    #[error("failed to list the keyspaces")]
    List {
        /// What the engine says.
        source: EngineError,
    },
    /// One of the two cannot be read.
    #[error("failed to read keyspace {name}")]
    Read {
        /// Its name.
        name: String,
        /// What the engine says.
        source: EngineError,
    },
    /// The copy holds something else.
    #[error("the new store differs from the old one in keyspace {name} at entry {entry}")]
    Differs {
        /// The keyspace.
        name: String,
        /// Which of its entries, counted from zero.
        entry: u64,
    },
}

/// Copies the store at `from`, which nobody may have open, into a new store of `engine` at `to`.
///
/// Blocks until the copy was read again, is the same entry by entry, and is durable; only then it has its name. If it
/// fails, or the power does, there is nothing at `to`. What is at `from` stays.
///
/// # Errors
/// [`MigrateError`] when `from` is in use or cannot be read, when something is at `to` already, or when the copy cannot
/// be written or is not the same.
pub fn migrate(
    from: impl AsRef<Path>,
    to: impl AsRef<Path>,
    engine: Engine,
    selection: &Selection,
) -> Result<Migrated, MigrateError> {
    let (from, to) = (from.as_ref(), to.as_ref());
    let (kind, storing) = open(from).map_err(|source| MigrateError::Open { source })?;
    let keyspaces = migrate_open(&storing, to, engine, selection);
    storing.close();
    Ok(Migrated { from: kind, to: engine, keyspaces: keyspaces? })
}

/// Opens what is at `path`, and makes nothing if nothing is.
fn open(path: &Path) -> Result<(Engine, Arc<dyn Storing>), OpenError> {
    let engine = Engine::of(path).map_err(|source| OpenError::File { path: path.to_owned(), source })?;
    Ok((engine, engine.open(path, &Settings::default())?))
}

fn migrate_open(
    from: &Arc<dyn Storing>,
    to: &Path,
    engine: Engine,
    selection: &Selection,
) -> Result<Vec<MigratedKeyspace>, MigrateError> {
    let listing = |source| MigrateError::List { source };
    let view = from.view().map_err(listing)?;
    let parts = selected(view.keyspaces().map_err(listing)?, selection)?;
    let copying = |source| MigrateError::Copy { source };
    let beginning = Beginning::beside(to, engine).map_err(copying)?;
    beginning.fill(&*view, &parts, Settings::default().disk_reserve_bytes).map_err(copying)?;
    let copy = engine.open(beginning.path(), &Settings::default()).map_err(|source| MigrateError::Check { source })?;
    let compared = copy.view().map_err(listing).and_then(|copied| compare_all(&parts, &*view, &*copied));
    copy.close();
    let keyspaces = compared?;
    beginning.name().map_err(copying)?;
    Ok(keyspaces)
}

/// The parts of a store that are taken along, of all that it has.
fn selected(there: Vec<String>, selection: &Selection) -> Result<Vec<Part>, MigrateError> {
    let whole = |keyspace: String| Part { keyspace, range: KeyRange::all() };
    let Selection::Keyspaces(names) = selection else { return Ok(there.into_iter().map(whole).collect()) };
    let mut names = names.clone();
    names.sort_unstable();
    names.dedup();
    if let Some(name) = names.iter().find(|name| is_hidden(name) || !there.contains(name)) {
        return Err(MigrateError::NoKeyspace { name: name.clone() });
    }
    let account = |name: &String| Part {
        keyspace: ACCOUNTS.name().to_owned(),
        range: KeyRange::between(name.as_bytes()..=name.as_bytes()),
    };
    Ok(names.iter().map(account).chain(names.iter().cloned().map(whole)).collect())
}

/// Compares all parts; those that callers can name are told.
fn compare_all(parts: &[Part], one: &dyn View, other: &dyn View) -> Result<Vec<MigratedKeyspace>, MigrateError> {
    let compared = parts.iter().map(|part| compare(part, one, other));
    let told = |part: &Result<MigratedKeyspace, _>| part.as_ref().map_or(true, |part| !is_hidden(&part.name));
    compared.filter(told).collect()
}

fn compare(part: &Part, one: &dyn View, other: &dyn View) -> Result<MigratedKeyspace, MigrateError> {
    let name = &part.keyspace;
    let reading = |source| MigrateError::Read { name: name.clone(), source };
    let scan = |view: &dyn View| -> Result<Entries, EngineError> { view.scan(name, &part.range, Direction::Ascending) };
    let (mut one, mut other) = (scan(one).map_err(reading)?, scan(other).map_err(reading)?);
    let mut keyspace = MigratedKeyspace { name: name.clone(), entries: 0, size_bytes: 0 };
    loop {
        let pair = (one.next().transpose().map_err(reading)?, other.next().transpose().map_err(reading)?);
        match pair {
            (None, None) => return Ok(keyspace),
            (Some(entry), Some(copied)) if entry == copied => {
                keyspace.entries += 1;
                keyspace.size_bytes += entry_bytes(&entry.0, entry.1.len());
            }
            _ => return Err(MigrateError::Differs { name: name.clone(), entry: keyspace.entries }),
        }
    }
}

#[cfg(feature = "sled")]
#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Batch, Keyspace, Store};

    const LETTERS: Keyspace = Keyspace::new("letters");

    #[test]
    fn finds_that_a_copy_differs() {
        let folder = tempfile::tempdir().unwrap();
        let open = |name: &str, value: &str, keys: u8| {
            let store = Store::open(folder.path().join(name)).unwrap();
            let mut batch = Batch::new();
            for key in 0..keys {
                batch.put(LETTERS, [key], if key == 2 { value } else { "" });
            }
            store.commit_blocking(batch).unwrap();
            store
        };
        let compared = |one: &Store, other: &Store| {
            let part = Part { keyspace: LETTERS.name().to_owned(), range: KeyRange::all() };
            let (one, other) = (one.snapshot().unwrap(), other.snapshot().unwrap());
            compare(&part, one.view().unwrap(), other.view().unwrap())
        };
        let one = open("one", "1", 4);
        let same = compared(&one, &open("same", "1", 4)).unwrap();
        assert_eq!((same.entries, same.size_bytes), (4, 5));
        for (other, entry) in [(open("value", "2", 4), 2), (open("less", "1", 3), 3), (open("more", "1", 5), 4)] {
            let differs = compared(&one, &other).unwrap_err();
            assert!(matches!(differs, MigrateError::Differs { entry: found, .. } if found == entry), "{differs}");
        }
    }
}
