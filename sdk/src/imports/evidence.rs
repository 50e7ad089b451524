//! Documents signed in the name of the plugin's subsystem.

use super::raw::evidence as raw;

pub use crate::bindings::evidence::{Disbelief, Document, Verification};
use crate::imports::blobs::Blob;
use crate::time::Timestamp;

/// A container is not believed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotBelieved {
    /// There is no blob of this id.
    #[error("there is no such evidence container")]
    NoSuchBlob,
    /// It is larger than any container that is judged.
    #[error("the evidence container is too large")]
    TooLarge,
    /// For this reason.
    #[error("the evidence container is not believed: {0}")]
    Reason(String),
}

impl Verification {
    /// When it says it was signed.
    #[must_use]
    pub fn time(&self) -> Timestamp {
        Timestamp::from_millisecond(self.signed_at)
    }
}

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
    raw::verify(container).map_err(|disbelief| match disbelief {
        Disbelief::NoSuchBlob => NotBelieved::NoSuchBlob,
        Disbelief::TooLarge => NotBelieved::TooLarge,
        Disbelief::NotBelieved(reason) => NotBelieved::Reason(reason),
    })
}
