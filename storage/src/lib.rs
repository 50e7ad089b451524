//! A small transactional key-value contract over an embedded engine.
//!
//! A [`Store`] is one file that holds any number of ordered [`Keyspace`]s. Reads go to a [`Snapshot`]; writes are
//! gathered in a [`Batch`] over several keyspaces, optionally under preconditions, and become durable whole or not
//! at all. A [`Transaction`] does both, and is committed only if it could have happened in one moment: transactions
//! are serializable, and who loses to another tries again.
//!
//! This crate never knows a domain type, never acknowledges what a power loss could take back, never retries a
//! failed sync, and never shows its engine.

mod accounts;
mod back_up;
mod batch;
mod change;
mod commit_error;
mod committer;
mod copy;
pub mod counter;
mod engine;
mod error;
mod footprint;
mod format;
#[cfg(feature = "sled")]
#[cfg(test)]
mod group_tests;
mod keyspace;
mod migrate;
mod newest;
mod open;
mod proposal;
mod quota;
mod range;
mod reads;
mod recent;
mod snapshot;
mod space;
mod store;
#[cfg(feature = "sled")]
#[cfg(test)]
mod store_tests;
mod transaction;
mod transaction_scan;
mod versions;

pub use back_up::BackUpError;
pub use batch::{Batch, Expected, MAX_BATCH_BYTES, MAX_KEY_BYTES};
pub use commit_error::{CommitError, ConflictCause};
pub use counter::{Bounds, CounterError};
pub use engine::Engine;
pub use error::EngineError;
pub use footprint::{Footprint, Moment};
pub use format::Format;
pub use keyspace::{Keyspace, KeyspaceNameError, MAX_NAME_BYTES};
pub use migrate::{MigrateError, Migrated, MigratedKeyspace, Selection, migrate};
pub use open::{OpenError, Settings};
pub use quota::Quota;
pub use range::{Direction, KeyRange};
pub use snapshot::{Entry, ReadError, Scan, Snapshot};
pub use store::Store;
pub use transaction::Transaction;
pub use transaction_scan::TransactionScan;
