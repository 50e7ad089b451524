//! Scenarios over real sockets that see the whole system.
//!
//! This crate never is needed by anything else. [`World`] runs a small state inside the test's own process: real servers,
//! real sockets and certificates, a clock that the test may move.

pub mod browser;
pub mod caller;
pub mod certified;
pub mod chance;
pub mod crash;
mod doctor;
pub mod frames;
pub mod impostor;
pub mod issuer;
pub mod peer;
pub mod plugin;
pub mod provider;
pub mod raw;
pub mod softhsm;
pub mod tlog_reader;
pub mod visitors;
pub mod world;

pub use caller::{Answer, Caller};
pub use certified::certified;
pub use impostor::Impostor;
pub use peer::Peer;
pub use provider::Provider;
pub use world::World;
