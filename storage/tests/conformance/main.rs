//! What a store promises, through its public API, on a real disk: the same with each engine.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]
#![allow(clippy::duplicate_mod, reason = "each engine has to pass the same tests")]

#[cfg(feature = "sled")]
mod migrations;
mod redb;
mod redb_files;
#[cfg(feature = "sled")]
mod sled;
#[cfg(feature = "sled")]
mod sled_folders;
