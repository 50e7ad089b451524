//! What is to be written: puts, deletes and preconditions over several keyspaces, committed as one.

use crate::{Keyspace, Quota};

/// What a key must hold at the moment of the commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expected {
    /// The key is not there.
    Absent,
    /// The key is there, with any value.
    Present,
    /// The key holds exactly this value.
    Value(Vec<u8>),
}

impl Expected {
    pub(crate) fn holds(&self, found: Option<&[u8]>) -> bool {
        match self {
            Self::Absent => found.is_none(),
            Self::Present => found.is_some(),
            Self::Value(value) => found == Some(value.as_slice()),
        }
    }
}

/// Writes that become durable together, or not at all.
///
/// Within a batch the later write of a key wins. Preconditions are judged against the state before the batch.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    pub(crate) expectations: Vec<(Keyspace, Vec<u8>, Expected)>,
    pub(crate) writes: Vec<Write>,
    pub(crate) quotas: Vec<(Keyspace, Quota)>,
    size_bytes: usize,
}

/// One change, of a key or of a keyspace as a whole.
#[derive(Clone, Debug)]
pub(crate) enum Write {
    /// No value deletes.
    Set {
        keyspace: Keyspace,
        key: Vec<u8>,
        value: Option<Vec<u8>>,
    },
    Clear {
        keyspace: Keyspace,
    },
}

impl Batch {
    /// A batch that writes nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets `key` to `value`.
    pub fn put(&mut self, keyspace: Keyspace, key: impl Into<Vec<u8>>, value: impl Into<Vec<u8>>) -> &mut Self {
        self.write(keyspace, key.into(), Some(value.into()))
    }

    /// Removes `key`; removing what is not there is no error.
    pub fn delete(&mut self, keyspace: Keyspace, key: impl Into<Vec<u8>>) -> &mut Self {
        self.write(keyspace, key.into(), None)
    }

    /// Removes every key of `keyspace`, those too that the batch has put into it so far; what it puts afterwards stays.
    ///
    /// The one write of the store takes as long as the keyspace is large. Every transaction that has read of it is
    /// refused.
    pub fn clear(&mut self, keyspace: Keyspace) -> &mut Self {
        self.writes.push(Write::Clear { keyspace });
        self
    }

    /// Sets the quota of `keyspace`, which stays until another one is set. The writes of the batch are judged by it.
    ///
    /// When counting begins, what the keyspace holds already is counted once, while other commits wait. A quota below
    /// that refuses nothing but growth.
    pub fn quota(&mut self, keyspace: Keyspace, quota: Quota) -> &mut Self {
        self.quotas.push((keyspace, quota));
        self
    }

    /// Demands that `key` holds what is expected when the batch is committed; otherwise nothing of it is written.
    pub fn expect(&mut self, keyspace: Keyspace, key: impl Into<Vec<u8>>, expected: Expected) -> &mut Self {
        let key = key.into();
        self.size_bytes = self.size_bytes.saturating_add(key.len());
        self.expectations.push((keyspace, key, expected));
        self
    }

    /// True if the batch neither writes, sets nor demands anything.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.writes.is_empty() && self.quotas.is_empty() && self.expectations.is_empty()
    }

    /// Bytes of all keys and values together; at most [`MAX_BATCH_BYTES`] are accepted.
    #[must_use]
    pub fn size_bytes(&self) -> usize {
        self.size_bytes
    }

    /// The length of the longest key that would be written.
    pub(crate) fn longest_key_bytes(&self) -> usize {
        self.writes.iter().map(Write::key_bytes).max().unwrap_or(0)
    }

    fn write(&mut self, keyspace: Keyspace, key: Vec<u8>, value: Option<Vec<u8>>) -> &mut Self {
        let added = key.len().saturating_add(value.as_ref().map_or(0, Vec::len));
        self.size_bytes = self.size_bytes.saturating_add(added);
        self.writes.push(Write::Set { keyspace, key, value });
        self
    }
}

impl Write {
    pub(crate) fn keyspace(&self) -> Keyspace {
        match self {
            Self::Set { keyspace, .. } | Self::Clear { keyspace } => *keyspace,
        }
    }

    fn key_bytes(&self) -> usize {
        match self {
            Self::Set { key, .. } => key.len(),
            Self::Clear { .. } => 0,
        }
    }
}

/// The longest key a store takes: a page of the engine, so that its tree stays shallow.
pub const MAX_KEY_BYTES: usize = 4096;
/// The most that one batch or transaction may carry: it stands in memory until it is durable.
pub const MAX_BATCH_BYTES: usize = 64 * 1024 * 1024;
