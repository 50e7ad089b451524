//! Values of the configuration that are JSON.

use sdk::{Failure, config, json};
use serde::de::DeserializeOwned;

/// A value of the configuration that is JSON; the usual one, where it is not given.
///
/// # Errors
/// If it does not read.
pub(crate) fn configured<T: DeserializeOwned + Default>(key: &str) -> Result<T, Failure> {
    let Some(text) = config::get(key) else { return Ok(T::default()) };
    json::read(text.as_bytes())
        .map_err(|error| Failure::Internal(format!("the configuration {key} does not read: {error}")))
}
