//! What was said stays said: an append-only, encrypted, Merkle-hashed log of messages.
//!
//! This crate never knows a transport.
