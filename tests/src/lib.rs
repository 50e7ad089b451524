//! Scenarios over real sockets that see the whole system.
//!
//! This crate never is needed by anything else.
