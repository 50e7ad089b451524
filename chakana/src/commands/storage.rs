//! The stores of a server that does not run.

use crate::Exit;
use crate::arguments::{Storage, StorageCommand, StorageEngine, StorageMigrate};
use crate::output::{self, Audience};
use anyhow::{Context as _, Result};
use serde_json::json;
use storage::{Engine, Migrated, MigratedKeyspace, Selection};

pub(super) async fn run(asked: Storage) -> Result<Exit> {
    match asked.what {
        StorageCommand::Migrate(asked) => {
            tokio::task::spawn_blocking(move || migrate(&asked)).await.context("the migration was cut off")?
        }
    }
}

fn migrate(asked: &StorageMigrate) -> Result<Exit> {
    let engine = match asked.engine {
        StorageEngine::Redb => Engine::Redb,
        StorageEngine::Sled => Engine::Sled,
    };
    let selection = match asked.keyspace.as_slice() {
        [] => Selection::All,
        names => Selection::Keyspaces(names.to_vec()),
    };
    let migrated = storage::migrate(&asked.from, &asked.to, engine, &selection)
        .with_context(|| format!("{} was not migrated", asked.from.display()))?;
    match Audience::of(&asked.json) {
        Audience::Machine => output::json(&json!({
            "from": { "path": asked.from, "engine": migrated.from.to_string() },
            "to": { "path": asked.to, "engine": migrated.to.to_string() },
            "keyspaces": migrated.keyspaces.iter().map(|keyspace| json!({
                "name": keyspace.name,
                "entries": keyspace.entries,
                "sizeBytes": keyspace.size_bytes,
            })).collect::<Vec<_>>(),
        })),
        Audience::Person => tell(asked, &migrated),
    }
    Ok(Exit::Success)
}

fn tell(asked: &StorageMigrate, migrated: &Migrated) {
    let row = |keyspace: &MigratedKeyspace| {
        vec![keyspace.name.clone(), keyspace.entries.to_string(), keyspace.size_bytes.to_string()]
    };
    output::table(&["keyspace", "entries", "bytes"], migrated.keyspaces.iter().map(row));
    let (from, to) = (asked.from.display(), asked.to.display());
    println!("{to} ({}) holds the same as {from} ({}).", migrated.to, migrated.from);
    output::next(&format!("keep {from}, and put {to} in its place"));
}
