//! Keys in hardware: a token behind a PKCS#11 module, which a process of its own loads.
//!
//! A vendor's module runs in the address space of whoever loads it: when it crashes, hangs or overwrites memory, that
//! process is lost. So a server never loads one. It starts the same binary again as a *signer process* ([`serve`]), gives
//! it the PIN over a socket, and asks it for signatures ([`HardwareToken`]); [`wire`] is what the two say to each other.
//! The signatures that come back are verified by the known public key before anybody sees them, so whatever the module
//! does, the server never passes on a wrong signature.

mod client;
mod process;
mod public_key;
pub mod wire;

pub use client::{HardwareError, HardwareToken, Health, TokenSettings};
pub use process::{ServeError, serve};
pub use wire::{Failure, KeyFacts, TokenFacts};
