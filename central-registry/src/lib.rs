//! The address book of an instance: takes signed management requests, publishes the signed global configuration.
//!
//! This crate never sees traffic between members.

pub mod operator;
mod state;
pub mod settings;
