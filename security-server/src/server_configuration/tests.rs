//! Tests of reading a document.
