//! Events at a time of the plugin's choice.

use super::raw::timers as raw;
use crate::time::Timestamp;

/// Sets the timer `name`, in place of the one of that name.
pub fn set(name: &str, at: Timestamp, payload: &[u8]) {
    raw::set(name, at.as_millisecond(), payload);
}

/// Stops a timer.
pub fn cancel(name: &str) {
    raw::cancel(name);
}
