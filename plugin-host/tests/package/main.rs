//! Packages of plugins, from building to judging who signed them.

#![allow(clippy::unwrap_used, reason = "in a test, what cannot be unwrapped is what failed")]

#[allow(dead_code, unused_imports, reason = "shared with the tests of `trust`, which use all of it")]
#[path = "../../../trust/tests/pki/authority.rs"]
mod authority;
mod builder;
mod read;
#[allow(dead_code, reason = "shared with the tests of `trust`, which use all of it")]
#[path = "../../../trust/tests/evidence/scene.rs"]
mod scene;
mod verify;
