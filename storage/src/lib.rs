//! A small transactional key-value contract over an embedded engine.
//!
//! This crate never knows a domain type.
