//! The registry through its public API: over its real ports and socket, with real trust services and a real client.
#![allow(missing_docs, unreachable_pub, clippy::unwrap_used, reason = "helpers of tests are tests")]

mod common;

mod lifecycle;

mod requests;
mod root;

mod refusals;

mod publication;

mod administration;
