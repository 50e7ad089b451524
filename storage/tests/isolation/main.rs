//! Whether transactions are serializable: histories of random ones are recorded and searched for anomalies.
//!
//! Every value is the list of those who appended to it, so that each read names its writers and the final lists give
//! the order of the writes. The environment variable `STORAGE_ISOLATION_SCALE` multiplies the amount of work.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod checker;
mod checker_tests;
mod counters;
mod history;
mod interleaved;
mod random;
mod session;
mod threads;

/// How much more than usual is to be tried.
#[expect(clippy::disallowed_methods, reason = "a test has no other configuration")]
fn scale() -> u32 {
    std::env::var("STORAGE_ISOLATION_SCALE").map_or(1, |scale| scale.parse().expect("the scale is a number"))
}

/// An empty store in a folder of its own.
fn new_store() -> (tempfile::TempDir, storage::Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = storage::Store::open(folder.path().join("store")).unwrap();
    (folder, store)
}
