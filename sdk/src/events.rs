//! What happens without a caller.

use serde::de::DeserializeOwned;

use crate::failure::Failure;

/// Handles events. An event is gone when its call is committed, and comes again, later and later, when it fails.
pub use crate::bindings::events::Guest as Events;
pub use crate::bindings::events::{Event, Published, Reply, Timer, Undelivered};

impl Reply {
    /// Whether the service did what the message asked for.
    #[must_use]
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

impl Published {
    /// The body, read as JSON.
    ///
    /// # Errors
    /// If it is something else.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Failure> {
        serde_json::from_slice(&self.body).map_err(|error| Failure::invalid("body", "format", error.to_string()))
    }
}
