//! Large contents, which never enter a sandbox whole.

use super::raw::blobs as raw;

pub use crate::bindings::blobs::Blob;

/// Makes a blob, kept if this call is.
#[must_use]
pub fn create(name: Option<&str>, content_type: &str, content: &[u8]) -> Blob {
    raw::create(name, content_type, content)
}

/// Keeps an upload that came with this request; otherwise it is gone with the request.
pub fn keep(id: &str) {
    raw::keep(id);
}

/// What is known of a blob, if it is there.
#[must_use]
pub fn stat(id: &str) -> Option<Blob> {
    raw::stat(id)
}

/// At most `length` bytes from `offset` on, and at most 4 MiB.
#[must_use]
pub fn read(id: &str, offset: u64, length: u32) -> Option<Vec<u8>> {
    raw::read(id, offset, length)
}

/// Forgets a blob.
pub fn delete(id: &str) {
    raw::delete(id);
}
