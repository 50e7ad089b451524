//! The holder of the configuration in use.

use crate::fetch::{Fetch, Validator};
use crate::open::{OpenError, Opened};
use crate::store::{Record, Store, StoreError};
use crate::{Snapshot, bundle};
use arc_swap::ArcSwapOption;
use bytes::Bytes;
use jiff::Timestamp;
use protocol::hash::SnapshotHash;
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tough::schema::RoleType;
use url::Url;

/// Holds the global configuration in use, and brings newer ones.
pub struct Source {
    pub(crate) mirrors: Vec<Url>,
    pub(crate) fetch: Arc<dyn Fetch>,
    pub(crate) store: Arc<Store>,
    /// Where `tough` remembers what it saw, against rollback.
    pub(crate) datastore: PathBuf,
    pub(crate) current: ArcSwapOption<Snapshot>,
    // Held across a refresh, so that two of them do not run at once. Readers never wait for it.
    pub(crate) state: tokio::sync::Mutex<State>,
}

/// What a refresh begins with.
#[derive(Debug)]
pub(crate) struct State {
    /// The roots, from the trust anchor to the newest that was verified.
    pub(crate) roots: Vec<(u64, Bytes)>,
    /// What the snapshot in use is made of.
    pub(crate) record: Option<Record>,
    /// The `timestamp.json` in use.
    pub(crate) timestamp: Bytes,
    /// Whose signature over the snapshot in use expires first, and when.
    pub(crate) expires: Option<(RoleType, Timestamp)>,
    /// Each mirror's mark of that file.
    pub(crate) validators: BTreeMap<Url, Validator>,
    /// The mirror to ask first.
    pub(crate) turn: usize,
}

impl State {
    pub(crate) fn beginning_with(anchor: (u64, Bytes)) -> Self {
        let (timestamp, validators) = (Bytes::new(), BTreeMap::new());
        Self { roots: vec![anchor], record: None, timestamp, expires: None, validators, turn: 0 }
    }
}

impl Source {
    /// Opens the source in `folder`, which it makes when it is not there. `trust_anchor` is the `root.json` that an
    /// administrator was given; each of `mirrors` is the address under which `metadata/` and `targets/` lie.
    ///
    /// The snapshot last in use is verified again and is [`Self::current`] at once, expired or not.
    ///
    /// # Errors
    /// When the trust anchor is none, there is no mirror, or the folder cannot be used.
    pub async fn open(
        trust_anchor: &[u8],
        mirrors: Vec<Url>,
        folder: &Path,
        fetch: Arc<dyn Fetch>,
    ) -> Result<Self, OpenError> {
        let mirrors = crate::open::check_mirrors(mirrors)?;
        let Opened { store, datastore, state, snapshot } = Opened::open(trust_anchor, folder).await?;
        let current = ArcSwapOption::from(snapshot.map(Arc::new));
        Ok(Self { mirrors, fetch, store, datastore, current, state: tokio::sync::Mutex::new(state) })
    }

    /// The snapshot in use; none before the first successful refresh. Whether it has expired is for the caller to judge.
    #[must_use]
    pub fn current(&self) -> Option<Arc<Snapshot>> {
        self.current.load_full()
    }

    /// Everything that proves the snapshot `hash`, which may be an old one, as one file for [`crate::open_bundle`].
    ///
    /// # Errors
    /// When this source never held that snapshot, or its files are damaged.
    pub async fn bundle(&self, hash: &SnapshotHash) -> Result<Vec<u8>, StoreError> {
        let (store, hash) = (self.store.clone(), *hash);
        let packed = tokio::task::spawn_blocking(move || bundle::pack(&store, &hash)).await;
        packed.unwrap_or(Err(StoreError::UnknownSnapshot { hash }))
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Source").field("mirrors", &self.mirrors).field("current", &self.current).finish_non_exhaustive()
    }
}
