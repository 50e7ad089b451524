//! Where the rows of an index stand: documents, terms and postings apart, each by index.

use crate::rows::{Kind, key};

/// The parts, by the byte after the kind.
const DOCUMENTS: u8 = 1;
const TERMS: u8 = 2;
const POSTINGS: u8 = 3;

/// The kinds of terms, by their first byte.
const ALL: u8 = 0;
const WORD: u8 = 1;
const FILTER: u8 = 2;

/// The term that every document has.
pub(super) fn every() -> Vec<u8> {
    vec![ALL]
}

pub(super) fn word(word: &str) -> Vec<u8> {
    [&[WORD], word.as_bytes()].concat()
}

/// Lengths stand before name and value, so that no filter's term is the beginning of another's.
pub(super) fn filter(name: &str, value: &str) -> Vec<u8> {
    let length = |text: &str| u32::try_from(text.len()).unwrap_or(u32::MAX).to_be_bytes();
    [&[FILTER], &length(name)[..], name.as_bytes(), &length(value)[..], value.as_bytes()].concat()
}

pub(super) fn document(index: &str, id: &[u8]) -> Vec<u8> {
    [&part(DOCUMENTS), index.as_bytes(), &[0], id].concat()
}

pub(super) fn documents() -> Vec<u8> {
    part(DOCUMENTS)
}

/// The index and the id of a document's key.
pub(super) fn document_of(key: &[u8]) -> Option<(&str, &[u8])> {
    let rest = key.strip_prefix(documents().as_slice())?;
    let end = rest.iter().position(|byte| *byte == 0)?;
    Some((std::str::from_utf8(&rest[..end]).ok()?, &rest[end + 1..]))
}

pub(super) fn term(index: &str, term: &[u8]) -> Vec<u8> {
    [&part(TERMS), index.as_bytes(), &[0], term].concat()
}

/// The postings of a term: their keys go on with the ids of documents. No word holds a zero byte.
pub(super) fn postings(index: &str, term: &[u8]) -> Vec<u8> {
    [&part(POSTINGS), index.as_bytes(), &[0], term, &[0]].concat()
}

pub(super) fn posting(index: &str, term: &[u8], id: &[u8]) -> Vec<u8> {
    let mut key = postings(index, term);
    key.extend_from_slice(id);
    key
}

/// Everything that follows from the documents: terms and postings.
pub(super) fn derived() -> (Vec<u8>, Vec<u8>) {
    (part(TERMS), part(POSTINGS + 1))
}

fn part(part: u8) -> Vec<u8> {
    key(Kind::Search, &[part])
}
