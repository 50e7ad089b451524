//! Numbers for the server's metrics, under the plugin's name; counted when the call is committed.

use super::raw::metrics as raw;

/// Counts `n` more.
pub fn count(name: &str, n: u64) {
    raw::count(name, n);
}

/// Notes one value of a distribution.
pub fn observe(name: &str, value: f64) {
    raw::observe(name, value);
}
