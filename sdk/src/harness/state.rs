//! What a plugin keeps, and the changes that a call makes to it.

use std::collections::BTreeMap;

use crate::bindings::accounts::{Account, Representation, Session, SignIn};
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
    /// By their subjects.
    pub(super) accounts: BTreeMap<String, KeptAccount>,
}

/// What the issuer keeps of somebody.
#[derive(Clone, Debug)]
pub(super) struct KeptAccount {
    pub(super) account: Account,
    pub(super) sessions: Vec<Session>,
    /// The oldest first.
    pub(super) sign_ins: Vec<SignIn>,
    pub(super) representations: Vec<Representation>,
}

#[derive(Clone, Debug)]
pub(super) struct SetTimer {
    /// When it was set for.
    pub(super) at: u64,
    pub(super) payload: Vec<u8>,
    /// When it is handled next.
    pub(super) due: u64,
    pub(super) tries: u32,
    /// Given when it is committed: orders timers that are due at the same time, and tells one from the next of its name.
    pub(super) number: u64,
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
    Account(Box<KeptAccount>),
}

/// What the signature of a document touches.
pub(super) fn signing(id: &str) -> Vec<u8> {
    [&[5], id.as_bytes()].concat()
}

impl KeptAccount {
    /// An account that nobody has signed in to yet.
    pub(super) fn new(account: Account) -> Self {
        Self { account, sessions: Vec::new(), sign_ins: Vec::new(), representations: Vec::new() }
    }
}

/// What a change of an account touches.
pub(super) fn account(subject: &str) -> Vec<u8> {
    [&[6], subject.as_bytes()].concat()
}

/// The kind of what changes of keys touch.
pub(super) const KEYS: u8 = 1;

impl Change {
    /// What it touches: whoever read that is in conflict with it. The first byte says of what kind it is.
    pub(super) fn touches(&self) -> Vec<u8> {
        let (kind, of): (u8, Vec<u8>) = match self {
            Self::Put(key, _) | Self::Delete(key) | Self::Add { key, .. } => (KEYS, key.clone()),
            Self::SetTimer(name, _) | Self::CancelTimer(name) => (2, name.clone().into_bytes()),
            Self::PutBlob(blob, _) => (3, blob.id.clone().into_bytes()),
            Self::DeleteBlob(id) => (3, id.clone().into_bytes()),
            Self::Index(index, document) => (4, [index.as_bytes(), &[0], &document.id].concat()),
            Self::Unindex(index, id) => (4, [index.as_bytes(), &[0], id].concat()),
            Self::Sign { id, .. } => return signing(id),
            Self::Account(kept) => return account(&kept.account.subject),
        };
        [&[kind], of.as_slice()].concat()
    }

    /// The key of the counter that it adds to.
    pub(super) fn counted(&self) -> Option<&[u8]> {
        if let Self::Add { key, .. } = self { Some(key) } else { None }
    }

    /// What the host holds for it, about.
    pub(super) fn size_bytes(&self) -> usize {
        match self {
            Self::Put(key, value) => key.len() + value.len(),
            Self::Delete(key) | Self::Add { key, .. } => key.len(),
            Self::SetTimer(name, timer) => 2 * name.len() + timer.payload.len(),
            Self::CancelTimer(name) => name.len(),
            // Contents are weighed when they are created and ordered.
            Self::PutBlob(..) | Self::DeleteBlob(_) | Self::Sign { .. } | Self::Account(_) => 0,
            Self::Index(_, document) => document.text.iter().map(String::len).sum(),
            Self::Unindex(_, id) => id.len(),
        }
    }
}

/// Why a change cannot be made.
#[derive(Debug, thiserror::Error)]
pub(super) enum Impossible {
    #[error("the counter would leave its bounds with {0}")]
    OutOfBounds(i64),
    #[error("a key that holds a value is used as a counter")]
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
                self.kv.insert(key, counter(sum));
                if bounds.is_some_and(|bounds| !(bounds.min..=bounds.max).contains(&sum)) {
                    return Err(Impossible::OutOfBounds(sum));
                }
            }
            Change::SetTimer(name, timer) => drop(self.timers.insert(name, timer)),
            Change::CancelTimer(name) => drop(self.timers.remove(&name)),
            Change::PutBlob(blob, content) => drop(self.blobs.insert(blob.id.clone(), (blob, content))),
            Change::DeleteBlob(id) => drop(self.blobs.remove(&id)),
            Change::Index(index, document) => {
                self.indexes.entry(index).or_default().insert(document.id.clone(), document);
            }
            Change::Unindex(index, id) => drop(self.indexes.entry(index).or_default().remove(&id)),
            Change::Account(kept) => drop(self.accounts.insert(kept.account.subject.clone(), *kept)),
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
