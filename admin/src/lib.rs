//! The administrator's API of a server, on a Unix socket in its data folder.
//!
//! This crate never changes state other than through plan and apply.
