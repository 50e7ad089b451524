//! The shared stylesheet, and the shared icon.

/// The style of every piece of this crate: no fonts, images or addresses from elsewhere, readable at 320 pixels, by keyboard,
/// in the dark, magnified and printed.
pub const STYLESHEET: &str = include_str!("stylesheet.css");

/// The icon of every page, in SVG: a stepped cross, legible on light and dark bars.
pub const ICON: &str = include_str!("icon.svg");

#[cfg(test)]
mod tests;
