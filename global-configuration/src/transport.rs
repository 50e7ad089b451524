//! Gives `tough` the files it asks for, from a mirror or from memory, and remembers what it gave.

use crate::fetch::{Fetch, Fetched};
use crate::store::Store;
use async_trait::async_trait;
use bytes::Bytes;
use protocol::global_configuration::limits::DOCUMENT_BYTES;
use protocol::hash::Sha256Hash;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use tough::{Transport, TransportError, TransportErrorKind, TransportStream};
use url::Url;

/// Where the files come from.
#[derive(Debug, Clone)]
pub(crate) enum Origin {
    /// A mirror; a file whose hash the store has is not fetched again.
    Mirror { fetch: Arc<dyn Fetch>, base: Url, store: Arc<Store> },
    /// Memory, by path within the repository.
    Files(Arc<BTreeMap<String, Bytes>>),
}

/// The transport of one load. Paths are as on a mirror: `metadata/…` and `targets/…`.
#[derive(Debug, Clone)]
pub(crate) struct RepositoryTransport {
    origin: Origin,
    // Shared between the clones that `tough` makes, never held across an await.
    given: Arc<Mutex<BTreeMap<String, Bytes>>>,
}

impl RepositoryTransport {
    pub(crate) fn new(origin: Origin) -> Self {
        Self { origin, given: Arc::default() }
    }

    /// Lets the file at `path` be these bytes, without asking the origin.
    pub(crate) fn seed(&self, path: &str, bytes: Bytes) {
        self.given.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned(), bytes);
    }

    /// What was given for `path`.
    pub(crate) fn given(&self, path: &str) -> Option<Bytes> {
        self.given.lock().unwrap_or_else(PoisonError::into_inner).get(path).cloned()
    }

    async fn get(&self, url: &Url) -> Result<Bytes, TransportError> {
        let path = url.path().trim_start_matches('/');
        if let Some(bytes) = self.given(path) {
            return Ok(bytes);
        }
        let missing = || TransportError::new(TransportErrorKind::FileNotFound, path);
        let bytes = match &self.origin {
            Origin::Files(files) => files.get(path).cloned().ok_or_else(missing)?,
            Origin::Mirror { fetch, base, store } => {
                let failed = |error: Box<dyn std::error::Error + Send + Sync>| {
                    TransportError::new_with_cause(TransportErrorKind::Other, path, error)
                };
                match self.known(store, path).await.map_err(|error| failed(error.into()))? {
                    Some(bytes) => bytes,
                    None => {
                        let url = base.join(path).map_err(|error| failed(error.into()))?;
                        match fetch.fetch(&url, None, limit(path)).await.map_err(|error| failed(error.into()))? {
                            Fetched::Found { bytes, .. } => bytes,
                            Fetched::Missing | Fetched::Unchanged => return Err(missing()),
                        }
                    }
                }
            }
        };
        // Targets are large, and known by their hash anyway.
        if path.starts_with(METADATA) {
            self.seed(path, bytes.clone());
        }
        Ok(bytes)
    }

    /// The file at `path`, where what names it also names its hash and the store has that.
    ///
    /// The naming file may not be verified yet: `tough` verifies it, and the hash, whatever is given here.
    async fn known(&self, store: &Arc<Store>, path: &str) -> Result<Option<Bytes>, crate::StoreError> {
        let hash = match path.strip_prefix(TARGETS) {
            Some(name) => name.split('.').next().and_then(|hash| hash.parse().ok()),
            None => self.named_hash(path),
        };
        match hash {
            Some(hash) => store.clone().read(hash).await,
            None => Ok(None),
        }
    }

    fn named_hash(&self, path: &str) -> Option<Sha256Hash> {
        let file = path.strip_prefix(METADATA)?;
        let (version, role) = file.split_once('.')?;
        let naming = match role {
            "snapshot.json" => self.given("metadata/timestamp.json"),
            "targets.json" => {
                let given = self.given.lock().unwrap_or_else(PoisonError::into_inner);
                given.iter().find(|(path, _)| path.ends_with(".snapshot.json")).map(|(_, bytes)| bytes.clone())
            }
            _ => None,
        }?;
        let naming: serde_json::Value = serde_json::from_slice(&naming).ok()?;
        let meta = naming.get("signed")?.get("meta")?.get(role)?;
        let same = meta.get("version")?.as_u64() == version.parse().ok();
        same.then(|| meta.get("hashes")?.get("sha256")?.as_str()?.parse().ok())?
    }
}

#[async_trait]
impl Transport for RepositoryTransport {
    async fn fetch(&self, url: Url) -> Result<TransportStream, TransportError> {
        let bytes = self.get(&url).await?;
        Ok(Box::pin(futures_util::stream::once(std::future::ready(Ok(bytes)))))
    }
}

/// How long the file at `path` may be at most.
pub(crate) fn limit(path: &str) -> usize {
    if path.starts_with(METADATA) { METADATA_BYTES } else { DOCUMENT_BYTES }
}

pub(crate) const METADATA: &str = "metadata/";
pub(crate) const TARGETS: &str = "targets/";
/// A `targets.json` with its 258 targets has about 50 KiB.
const METADATA_BYTES: usize = 1024 * 1024;
