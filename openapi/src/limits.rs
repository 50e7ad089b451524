//! How large a document may be, and how large what it expands to.

/// Bytes of a document.
pub const DOCUMENT_BYTES: usize = 4 * 1024 * 1024;
/// Levels of objects and lists within one another.
pub const DEPTH: usize = 64;
/// Values of all kinds, counted each time an alias repeats them.
pub const NODES: usize = 500_000;
/// Bytes of all text values, counted each time an alias repeats them.
pub const TEXT_BYTES: usize = 8 * 1024 * 1024;
/// Endpoints.
pub const ENDPOINTS: usize = 10_000;
