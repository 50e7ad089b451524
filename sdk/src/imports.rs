//! What the host offers a plugin, one module an interface. A component imports the interfaces whose functions it calls.
//!
//! In a sandbox these functions reach the host; natively they reach the harness that runs the plugin.

pub mod accounts;
pub mod blobs;
pub mod calendar;
pub mod clock;
pub mod config;
pub mod crypto;
pub mod evidence;
pub mod exchange;
pub mod i18n;
pub mod kv;
pub mod log;
pub mod metrics;
pub mod notices;
pub mod outbox;
pub mod rng;
pub mod search;
pub mod secrets;
pub mod timers;

#[cfg(target_arch = "wasm32")]
use crate::bindings as raw;
#[cfg(not(target_arch = "wasm32"))]
use crate::harness::guest as raw;
