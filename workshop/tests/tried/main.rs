//! A plugin that is tried: once, and while it is written.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod dev;
mod once;
mod support;
