//! Secret values that the administrator gave for the names that the manifest asks for.

use super::raw::secrets as raw;

/// A secret, which must not find its way into a log line: it has no `Debug` and no `Display`.
pub struct Secret(String);

impl Secret {
    /// The secret itself.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

/// The secret of a name, if it was given one.
#[must_use]
pub fn get(name: &str) -> Option<Secret> {
    raw::get(name).map(Secret)
}
