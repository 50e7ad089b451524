//! Says what time it is; the only place that asks the operating system.
//!
//! This crate never waits, sets a timer or knows a time zone.
//!
//! A server is built with one [`SharedClock`]: a [`SystemClock`] when it runs, a [`ManualClock`] when a test decides
//! what time it is.

use std::fmt::Debug;
use std::sync::Arc;

mod manual;
mod system;

pub use jiff::Timestamp;
pub use manual::ManualClock;
pub use system::SystemClock;

/// Says what time it is.
///
/// The answer is wall-clock time and may step back when the operator or NTP corrects it: whoever needs times that only
/// grow keeps the newest one it has seen and refuses to go below it.
pub trait Clock: Send + Sync + Debug {
    /// The time now.
    fn now(&self) -> Timestamp;
}

/// A clock as components hold it.
pub type SharedClock = Arc<dyn Clock>;
