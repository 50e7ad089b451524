//! Search: texts found again by their words, however these were written.
//!
//! An index is rows beside the documents, written in the transaction that writes them: a row for each word of each
//! document (a posting), and a counter for each word, which says how many documents have it. The counters are the
//! dictionary that beginnings and misspelt words are looked up in. What a search reads is not noted, so it makes no
//! call conflict.
//!
//! A document is found if it has every word of a query: exactly; or, for the last one, as a beginning; or misspelt, by
//! one letter from four letters on and by two from eight on, the first one being right. Documents whose words fit
//! more exactly come first; among those, the ones in which rare words occur often; then the order of their ids.
//!
//! Every search has a bound on what it looks at ([`find`]); in an index that is larger, it finds less than there is.

mod conditions;
mod document;
mod find;
mod keys;
mod lists;
mod rebuild;
#[cfg(test)]
mod tests;
mod words;

pub(crate) use document::Document;
pub(crate) use find::Query;
pub(crate) use lists::KeptLists;
pub use rebuild::RebuildError;
pub(crate) use rebuild::rebuild;

use storage::{Bounds, Keyspace, Transaction};

use crate::contract::limits::ROW_BYTES;
use crate::rows::{decode, encode};
use crate::sandbox::{Broken, Stop, View};

/// An index of a plugin.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Index<'n> {
    keyspace: Keyspace,
    name: &'n str,
}

impl<'n> Index<'n> {
    /// The index of a name, which the manifest has: it holds no zero byte.
    pub(crate) fn new(keyspace: Keyspace, name: &'n str) -> Self {
        Self { keyspace, name }
    }

    /// A document as it stands in the index. It counts as read: two calls that replace it conflict.
    pub(crate) fn document(&self, id: &[u8], view: &mut View) -> Result<Option<Document>, Stop> {
        let Some(row) = view.get(self.keyspace, &keys::document(self.name, id))? else { return Ok(None) };
        Ok(Some(decode(&row).ok_or(Broken::Damaged { what: "a document of the search" })?))
    }

    /// Puts `new` where `old` was.
    pub(crate) fn replace(
        &self,
        id: &[u8],
        old: Option<&Document>,
        new: Option<&Document>,
        transaction: &mut Transaction,
    ) {
        let row = keys::document(self.name, id);
        match new {
            Some(document) => transaction.put(self.keyspace, row, encode(document)),
            None => transaction.delete(self.keyspace, row),
        };
        let (old, new) = (old.map(Document::terms).unwrap_or_default(), new.map(Document::terms).unwrap_or_default());
        for term in old.keys().filter(|term| !new.contains_key(*term)) {
            transaction.delete(self.keyspace, keys::posting(self.name, term, id));
            transaction.add(self.keyspace, keys::term(self.name, term), -1, Bounds::default());
        }
        for (term, count) in &new {
            transaction.put(self.keyspace, keys::posting(self.name, term, id), encode(count));
            if !old.contains_key(term) {
                transaction.add(self.keyspace, keys::term(self.name, term), 1, Bounds::default());
            }
        }
    }

    /// What replacing a document takes of a call's bytes, about.
    pub(crate) fn weight(&self, id: &[u8], document: &Document) -> usize {
        let row = self.name.len() + id.len() + ROW_BYTES;
        let terms = document.terms();
        document.size_bytes() + row + terms.keys().map(|term| 2 * (term.len() + row)).sum::<usize>()
    }
}
