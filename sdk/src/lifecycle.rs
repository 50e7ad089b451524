//! From one version of the plugin's data to the next.

/// Migrates data, and says whether the plugin can do its work.
pub use crate::bindings::lifecycle::Guest as Lifecycle;
