//! The exchange: what its information systems say goes out signed and logged; what peers say is verified, authorised and handed on.
//!
//! This crate never calls the central registry's code.
