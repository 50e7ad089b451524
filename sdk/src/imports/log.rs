//! Lines of the server's log, under the plugin's name. Never what is private to a person.

use super::raw::log as raw;
use std::fmt::Display;

pub use crate::bindings::log::{Field, Level};

/// Writes a line: a constant message, and what varies as fields.
pub fn emit(level: Level, message: &str, fields: &[(&str, &dyn Display)]) {
    let fields: Vec<Field> =
        fields.iter().map(|(name, value)| Field { name: (*name).to_owned(), value: value.to_string() }).collect();
    raw::emit(level, message, &fields);
}

/// A line for whoever looks for a mistake.
pub fn debug(message: &str, fields: &[(&str, &dyn Display)]) {
    emit(Level::Debug, message, fields);
}

/// A line about what happens as it should.
pub fn info(message: &str, fields: &[(&str, &dyn Display)]) {
    emit(Level::Info, message, fields);
}

/// A line about what somebody should look at.
pub fn warn(message: &str, fields: &[(&str, &dyn Display)]) {
    emit(Level::Warn, message, fields);
}

/// A line about what did not work.
pub fn error(message: &str, fields: &[(&str, &dyn Display)]) {
    emit(Level::Error, message, fields);
}
