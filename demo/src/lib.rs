//! A small state on one machine, to look at.
//!
//! This crate never is needed by a server.
