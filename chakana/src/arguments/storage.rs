//! What can be done with the stores of a server that does not run.

use super::Json;
use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct Storage {
    #[command(subcommand)]
    pub(crate) what: StorageCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum StorageCommand {
    /// Copy a store into a new one of another engine, and compare the two.
    ///
    /// The store must not be in use, and stays. A store is opened as what it is: to go over to the new one, stop the
    /// server, migrate, and put the new store in the place of the old one.
    #[command(
        after_help = "EXAMPLES:\n    chakana storage migrate --from /var/lib/chakana/state.redb --to /var/lib/chakana/state.sled --engine sled\n    chakana storage migrate --from state.redb --to one.redb --engine redb --keyspace configuration"
    )]
    Migrate(StorageMigrate),
}

#[derive(Debug, Args)]
pub(crate) struct StorageMigrate {
    /// The store, a file or a folder.
    #[arg(long, value_name = "PATH")]
    pub(crate) from: PathBuf,
    /// Where the new one is to be; nothing may be there.
    #[arg(long, value_name = "PATH")]
    pub(crate) to: PathBuf,
    /// What is to keep the new one.
    #[arg(long, value_enum)]
    pub(crate) engine: StorageEngine,
    /// Only this keyspace; may be given several times.
    #[arg(long, value_name = "NAME")]
    pub(crate) keyspace: Vec<String>,
    #[command(flatten)]
    pub(crate) json: Json,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum StorageEngine {
    /// A file; the one that servers make.
    Redb,
    /// A folder; writes fewer bytes, takes more memory.
    Sled,
}
