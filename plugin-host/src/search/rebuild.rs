//! Builds the indexes of a plugin anew from their documents, when words are folded in another way than they were.

use storage::{CommitError, Direction, KeyRange, Keyspace, ReadError, Store, Transaction};

use super::words::VERSION;
use super::{Document, Index, keys};
use crate::rows::{Kind, decode, encode, key};

/// Why indexes were not built; the next try begins anew.
#[derive(Debug, thiserror::Error)]
pub enum RebuildError {
    /// The store cannot be read.
    #[error("the plugin's data cannot be read")]
    Read(#[from] ReadError),
    /// The store cannot be written.
    #[error("the plugin's data cannot be written")]
    Commit(#[from] CommitError),
}

/// Rows that one transaction takes off, and documents that one puts back.
const ROWS: usize = 5_000;
const DOCUMENTS: usize = 50;

/// Sees to it that the indexes are those of this version. Nobody else may be using them.
pub(crate) async fn rebuild(store: &Store, keyspace: Keyspace) -> Result<(), RebuildError> {
    let built = store.snapshot()?.get(keyspace, version_key())?.and_then(|row| decode::<u32>(&row));
    if built == Some(VERSION) {
        return Ok(());
    }
    let (start, end) = keys::derived();
    loop {
        let rows = page(store, keyspace, KeyRange::between(start.clone()..end.clone()), ROWS)?;
        let mut transaction = store.begin()?;
        for (row, _) in &rows {
            transaction.delete(keyspace, row.clone());
        }
        transaction.commit().await?;
        if rows.len() < ROWS {
            break;
        }
    }
    let mut rest = KeyRange::prefix(keys::documents());
    loop {
        let documents = page(store, keyspace, rest.clone(), DOCUMENTS)?;
        let mut transaction = store.begin()?;
        for (row, document) in &documents {
            put_back(keyspace, row, document, &mut transaction);
        }
        transaction.commit().await?;
        match documents.last() {
            Some((last, _)) if documents.len() == DOCUMENTS => rest = rest.after(last.clone()),
            _ => break,
        }
    }
    let mut transaction = store.begin()?;
    transaction.put(keyspace, version_key(), encode(&VERSION));
    Ok(transaction.commit().await?)
}

fn put_back(keyspace: Keyspace, row: &[u8], document: &[u8], transaction: &mut Transaction) {
    match (keys::document_of(row), decode::<Document>(document)) {
        (Some((index, id)), Some(document)) => {
            Index::new(keyspace, index).replace(id, None, Some(&document), transaction);
        }
        _ => tracing::error!(%keyspace, "a document of a search cannot be read and is not found any more"),
    }
}

fn page(store: &Store, keyspace: Keyspace, range: KeyRange, limit: usize) -> Result<Vec<storage::Entry>, ReadError> {
    store.snapshot()?.scan(keyspace, range, Direction::Ascending)?.page(limit)
}

fn version_key() -> Vec<u8> {
    key(Kind::About, b"search-version")
}

#[cfg(test)]
pub(super) fn forget(keyspace: Keyspace, transaction: &mut Transaction) {
    transaction.delete(keyspace, version_key());
}
