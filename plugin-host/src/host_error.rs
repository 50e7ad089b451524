//! Why there is no host, or a plugin is not loaded.

use std::time::Duration;

use storage::{CommitError, KeyspaceNameError, ReadError};

use crate::blobs::BlobFileError;
use crate::call::CallError;
use crate::locales::LocalesError;
use crate::migration::ProgressError;
use crate::plugin::GivenError;
use crate::sandbox::EngineError;
use crate::search::RebuildError;

/// Why there is no host.
#[derive(Debug, thiserror::Error)]
pub enum HostError {
    /// The machine does not give what sandboxes need.
    #[error("failed to set up the sandboxes of plugins")]
    Engine {
        /// What it does not give.
        source: EngineError,
    },
    /// No threads for guests that run long.
    #[error("failed to start the threads of plugins")]
    Threads {
        /// Why.
        source: std::io::Error,
    },
}

/// Why a version of a plugin is not loaded. What was loaded before it goes on.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// Its imports are not what this host offers.
    #[error("the component cannot be linked: {reason}")]
    Link {
        /// Which import, and why.
        reason: String,
    },
    /// What the administrator gave does not fit it.
    #[error("what the plugin was given does not fit its manifest")]
    Given {
        /// What.
        source: GivenError,
    },
    /// Its name cannot be a keyspace's.
    #[error("the plugin cannot have a keyspace")]
    Keyspace {
        /// Why.
        source: KeyspaceNameError,
    },
    /// The data are not of the version that it keeps, and cannot be brought there.
    #[error("the plugin's data are of version {found}, and this version of it keeps version {wanted}")]
    DataVersion {
        /// The version of the data.
        found: u32,
        /// What is wanted.
        wanted: u32,
    },
    /// It is not known of which version the data are.
    #[error("the plugin's data cannot be used")]
    Progress {
        /// Why.
        source: ProgressError,
    },
    /// The data under its name are another member's.
    #[error(
        "the data under the plugin's name are of a plugin of {found}, and it is of {wanted}; erase them first: chakana plugin remove NAME --erase"
    )]
    OtherMember {
        /// Whose they are.
        found: String,
        /// Whose it is.
        wanted: String,
    },
    /// Its agenda is written all the time.
    #[error("others wrote the plugin's agenda, {attempts} times in a row")]
    Busy {
        /// How often it was tried.
        attempts: u32,
    },
    /// The migration takes longer than one try may. What was done of it stays done, and the next try goes on there.
    #[error("the plugin's data are on the way from version {from} to {to}; after {} s it goes on with the next try", .tried.as_secs())]
    StillMigrating {
        /// The version that they had.
        from: u32,
        /// The version that they should have.
        to: u32,
        /// For how long it was tried.
        tried: Duration,
    },
    /// A step of the migration failed. What was done of it stays done, and the next try goes on there.
    #[error("failed to bring the plugin's data from version {from} to {to}")]
    Migration {
        /// The version that they had.
        from: u32,
        /// The version that they should have.
        to: u32,
        /// Why.
        source: Box<CallError>,
    },
    /// It says that it cannot do its work.
    #[error("the plugin says that it cannot do its work")]
    Unwell {
        /// Why.
        source: Box<CallError>,
    },
    /// No plugin of this name is loaded.
    #[error("no plugin {plugin:?} is loaded")]
    NotLoaded {
        /// The name.
        plugin: String,
    },
    /// The store cannot be read.
    #[error("the plugin's data cannot be read")]
    Read {
        /// Why.
        source: ReadError,
    },
    /// Its search indexes are those of another version of the host, and cannot be built anew.
    #[error("failed to build the plugin's search indexes")]
    Search {
        /// Why.
        source: RebuildError,
    },
    /// Its texts cannot be said.
    #[error("the plugin's texts are refused")]
    Texts {
        /// Why.
        source: LocalesError,
    },
    /// The files of its blobs cannot be removed.
    #[error("the files of the plugin's blobs cannot be removed")]
    Blobs {
        /// Why.
        source: BlobFileError,
    },
    /// The store cannot be written.
    #[error("the plugin's data cannot be written")]
    Commit {
        /// Why.
        source: CommitError,
    },
}
