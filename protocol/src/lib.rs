//! What is said: identifiers, message heads, faults, global configuration documents, access-right decisions.
//!
//! This crate never does I/O, reads a clock, is async or looks at the environment.

mod text_form;

pub mod hash;
pub mod identifier;

pub mod request_uri;

pub mod head;

pub mod context;
pub mod credentials;
pub mod frame;

pub mod access;
pub mod fault;

pub mod global_configuration;
pub mod management;
