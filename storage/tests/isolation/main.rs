//! Whether transactions are serializable: histories of random ones are recorded and searched for anomalies.
//!
//! Every value is the list of those who appended to it, so that each read names its writers and the final lists give
//! the order of the writes. The environment variable `STORAGE_ISOLATION_SCALE` multiplies the amount of work.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]
#![allow(clippy::duplicate_mod, reason = "each engine has to pass the same tests")]

mod checker;
mod checker_tests;
mod history;
mod random;
mod redb;
mod session;
#[cfg(feature = "sled")]
mod sled;

/// How much more than usual is to be tried.
fn scale() -> u32 {
    variable("STORAGE_ISOLATION_SCALE").map_or(1, |scale| scale.parse().expect("the scale is a number"))
}

#[expect(clippy::disallowed_methods, reason = "a test has no other configuration")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
