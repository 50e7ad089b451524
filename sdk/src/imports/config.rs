//! Values that the administrator gave for the keys that the manifest asks for.

use super::raw::config as raw;

/// The administrator gave no value for a key that the plugin cannot do without.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the configuration key {0} has no value")]
pub struct NotConfigured(pub String);

/// The value of a key, if it was given one.
#[must_use]
pub fn get(key: &str) -> Option<String> {
    raw::get(key)
}

/// The value of a key that must have one.
///
/// # Errors
/// If it was given none.
pub fn required(key: &str) -> Result<String, NotConfigured> {
    raw::get(key).ok_or_else(|| NotConfigured(key.to_owned()))
}
