//! Documents signed in the name of the plugin's subsystem.

use super::raw::evidence as raw;

pub use crate::bindings::evidence::{Document, Verification};
use crate::imports::blobs::Blob;

/// A container is not believed, for this reason.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the evidence container is not believed: {0}")]
pub struct NotBelieved(pub String);

/// Has a document signed as soon as this call is committed, and before it is answered; [`signed`] finds it by the id.
#[must_use = "the id is the only way to the signed document"]
pub fn sign(document: &Document) -> String {
    raw::sign(document)
}

/// The evidence container of a signed document, an ASiC-E file.
#[must_use]
pub fn signed(id: &str) -> Option<Blob> {
    raw::signed(id)
}

/// Who signed the container in a blob.
///
/// # Errors
/// If the container is not believed.
pub fn verify(container: &str) -> Result<Verification, NotBelieved> {
    raw::verify(container).map_err(NotBelieved)
}
