//! What a plugin keeps, and the changes that a call makes to it.

use std::collections::BTreeMap;

use crate::bindings::blobs::Blob;
use crate::bindings::evidence::Document;
use crate::bindings::kv::Bounds;
use crate::bindings::search;

/// Everything that is rolled back or kept with a call.
#[derive(Clone, Debug, Default)]
pub(super) struct State {
    pub(super) kv: BTreeMap<Vec<u8>, Vec<u8>>,
    pub(super) timers: BTreeMap<String, SetTimer>,
    pub(super) blobs: BTreeMap<String, (Blob, Vec<u8>)>,
    pub(super) indexes: BTreeMap<String, BTreeMap<Vec<u8>, search::Document>>,
    /// The blob of each signed document's container.
    pub(super) signed: BTreeMap<String, String>,
}

#[derive(Clone, Debug)]
pub(super) struct SetTimer {
    pub(super) at: u64,
    pub(super) payload: Vec<u8>,
}

#[derive(Clone, Debug)]
pub(super) enum Change {
    Put(Vec<u8>, Vec<u8>),
    Delete(Vec<u8>),
    Add { key: Vec<u8>, delta: i64, bounds: Option<Bounds> },
    SetTimer(String, SetTimer),
    CancelTimer(String),
    PutBlob(Blob, Vec<u8>),
    DeleteBlob(String),
    Index(String, search::Document),
    Unindex(String, Vec<u8>),
    Sign { id: String, document: Document },
}

impl Change {
    /// The key whose readers this change is in conflict with.
    pub(super) fn key(&self) -> Option<&[u8]> {
        match self {
            Self::Put(key, _) | Self::Delete(key) | Self::Add { key, .. } => Some(key),
            _ => None,
        }
    }
}

/// Why a change cannot be made.
#[derive(Debug, thiserror::Error)]
pub(super) enum Impossible {
    #[error("the counter would leave its bounds with {0}")]
    OutOfBounds(i64),
    #[error("the key holds something that is no counter")]
    NoCounter,
}

impl State {
    /// Makes a change. The host signs after the commit: that is not for this place.
    pub(super) fn apply(&mut self, change: Change) -> Result<(), Impossible> {
        match change {
            Change::Put(key, value) => drop(self.kv.insert(key, value)),
            Change::Delete(key) => drop(self.kv.remove(&key)),
            Change::Add { key, delta, bounds } => {
                let sum = self.count(&key)?.checked_add(delta).ok_or(Impossible::OutOfBounds(delta))?;
                if bounds.is_some_and(|bounds| !(bounds.min..=bounds.max).contains(&sum)) {
                    return Err(Impossible::OutOfBounds(sum));
                }
                self.kv.insert(key, counter(sum));
            }
            Change::SetTimer(name, timer) => drop(self.timers.insert(name, timer)),
            Change::CancelTimer(name) => drop(self.timers.remove(&name)),
            Change::PutBlob(blob, content) => drop(self.blobs.insert(blob.id.clone(), (blob, content))),
            Change::DeleteBlob(id) => drop(self.blobs.remove(&id)),
            Change::Index(index, document) => {
                self.indexes.entry(index).or_default().insert(document.id.clone(), document);
            }
            Change::Unindex(index, id) => drop(self.indexes.entry(index).or_default().remove(&id)),
            Change::Sign { .. } => {}
        }
        Ok(())
    }

    pub(super) fn count(&self, key: &[u8]) -> Result<i64, Impossible> {
        let Some(value) = self.kv.get(key) else { return Ok(0) };
        let bytes = value.as_slice().try_into().map_err(|_| Impossible::NoCounter)?;
        Ok(i64::from_be_bytes(bytes) ^ i64::MIN)
    }
}

/// Byte order is numeric order, as in the server's store.
fn counter(count: i64) -> Vec<u8> {
    (count ^ i64::MIN).to_be_bytes().to_vec()
}
