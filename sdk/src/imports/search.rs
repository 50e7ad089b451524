//! Texts to be found again. What a search finds does not count as read: it never makes a call conflict.

use super::raw::search as raw;

pub use crate::bindings::search::{Document, Field, Hits, Query};

/// Puts a document into an index, in place of the one with the same id.
pub fn put(index: &str, document: &Document) {
    raw::put(index, document);
}

/// Takes a document out of an index.
pub fn remove(index: &str, id: &[u8]) {
    raw::remove(index, id);
}

/// The documents that fit, the best first.
#[must_use]
pub fn find(query: &Query) -> Hits {
    raw::find(query)
}
