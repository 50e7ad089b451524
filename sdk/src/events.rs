//! What happens without a caller.

use serde::de::DeserializeOwned;

use crate::failure::Failure;

/// Handles events. An event is gone when its call is committed, and comes again, later and later, when it fails; after the
/// twentieth time it is set aside for the administrator. Events come in any order.
pub use crate::bindings::events::Guest as Events;
pub use crate::bindings::events::{Event, Published, Reply, Timer, Undelivered};

impl Published {
    /// The body, read as JSON.
    ///
    /// # Errors
    /// If it is something else.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Failure> {
        serde_json::from_slice(&self.body).map_err(|error| Failure::invalid("body", "format", error.to_string()))
    }
}
