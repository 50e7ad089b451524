//! A small state on one machine, measured beside the limits of that machine.
//!
//! This crate never is needed by a server.
