//! Values as JSON.

use serde::Serialize;
use serde::de::DeserializeOwned;

pub use serde_json::{Value, json};

/// What JSON is called in a content type.
pub const CONTENT_TYPE: &str = "application/json";

/// A value that has no form in JSON, such as a map whose keys are no texts.
#[derive(Debug, thiserror::Error)]
#[error("a value of type {value_type} has no form in JSON")]
pub struct NotWritten {
    value_type: &'static str,
    source: serde_json::Error,
}

/// A text that is no such value.
#[derive(Debug, thiserror::Error)]
#[error("it is no {value_type}: {source}")]
pub struct NotRead {
    value_type: &'static str,
    source: serde_json::Error,
}

/// The value that a JSON text is.
///
/// # Errors
/// If it is none of this type.
pub fn read<T: DeserializeOwned>(text: &[u8]) -> Result<T, NotRead> {
    serde_json::from_slice(text).map_err(|source| NotRead { value_type: std::any::type_name::<T>(), source })
}

/// The value's JSON text.
///
/// # Errors
/// If it has none.
pub fn write<T: Serialize>(value: &T) -> Result<Vec<u8>, NotWritten> {
    serde_json::to_vec(value).map_err(|source| NotWritten { value_type: std::any::type_name::<T>(), source })
}

/// The same as a text.
///
/// # Errors
/// If it has none.
pub fn write_text<T: Serialize>(value: &T) -> Result<String, NotWritten> {
    serde_json::to_string(value).map_err(|source| NotWritten { value_type: std::any::type_name::<T>(), source })
}
