//! Evidence containers, from making to judging, through the public API; other programs read the same files as a check.

#![allow(clippy::unwrap_used, reason = "in a test, what cannot be unwrapped is what failed")]

#[allow(dead_code, unused_imports, reason = "shared with the tests of the certificates, which use all of it")]
#[path = "../pki/authority.rs"]
mod authority;
mod files;
mod flips;
mod judge;
mod readers;
mod scene;
mod token;
