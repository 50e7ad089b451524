//! The shared stylesheet.

/// The style of every piece of this crate: no fonts, images or addresses from elsewhere, readable at 320 pixels, by keyboard,
/// in the dark, magnified and printed.
pub const STYLESHEET: &str = include_str!("stylesheet.css");

#[cfg(test)]
mod tests;
