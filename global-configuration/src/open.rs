//! Opens a source: what it last used is verified again before it is used again.

use crate::Snapshot;
use crate::load::{LoadError, Verified};
use crate::source::State;
use crate::store::{Record, Store, StoreError};
use crate::transport::{Origin, RepositoryTransport};
use bytes::Bytes;
use protocol::hash::SnapshotHash;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tough::schema::{Root, Signed};
use url::Url;

/// Why a source could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The trust anchor is not a `root.json` signed by its own keys.
    #[error("the trust anchor is not a root.json signed by the keys it names")]
    Anchor {
        /// What is wrong with it.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// There is nowhere to ask.
    #[error("no mirror is named")]
    NoMirror,
    /// A mirror's address cannot be used.
    #[error("{mirror} cannot be the address of a mirror")]
    Mirror {
        /// The address.
        mirror: Url,
    },
    /// The folder cannot be used.
    #[error("the folder of the global configuration cannot be used")]
    Store {
        /// Why.
        source: StoreError,
    },
}

/// What a source begins with.
pub(crate) struct Opened {
    pub(crate) store: Arc<Store>,
    pub(crate) datastore: PathBuf,
    pub(crate) state: State,
    pub(crate) snapshot: Option<Snapshot>,
}

impl Opened {
    pub(crate) async fn open(trust_anchor: &[u8], folder: &Path) -> Result<Self, OpenError> {
        let version = anchor_version(trust_anchor)?;
        let store_error = |source| OpenError::Store { source };
        let store = Arc::new(Store::open(folder).map_err(store_error)?);
        let datastore = folder.join("tough");
        fresh(&datastore).map_err(store_error)?;
        let anchor = (version, Bytes::copy_from_slice(trust_anchor));
        let mut state = State::beginning_with(anchor);
        let snapshot = match store.current() {
            Ok(Some(record)) => restore(&store, &datastore, record, &mut state).await,
            Ok(None) => None,
            Err(error) => {
                warn(&error);
                None
            }
        };
        if snapshot.is_none() {
            // Whatever `tough` saw in a load that failed is not to be compared with.
            fresh(&datastore).map_err(store_error)?;
        }
        Ok(Self { store, datastore, state, snapshot })
    }
}

/// Mirrors as base addresses, which end with a slash.
pub(crate) fn check_mirrors(mirrors: Vec<Url>) -> Result<Vec<Url>, OpenError> {
    if mirrors.is_empty() {
        return Err(OpenError::NoMirror);
    }
    let base = |mut mirror: Url| {
        if mirror.cannot_be_a_base() || !matches!(mirror.scheme(), "http" | "https" | "file") {
            return Err(OpenError::Mirror { mirror });
        }
        if !mirror.path().ends_with('/') {
            mirror.set_path(&format!("{}/", mirror.path()));
        }
        Ok(mirror)
    };
    mirrors.into_iter().map(base).collect()
}

/// The version of a root that is signed by its own keys.
pub(crate) fn anchor_version(trust_anchor: &[u8]) -> Result<u64, OpenError> {
    let root: Signed<Root> =
        serde_json::from_slice(trust_anchor).map_err(|source| OpenError::Anchor { source: source.into() })?;
    root.signed.verify_role(&root).map_err(|source| OpenError::Anchor { source: source.into() })?;
    Ok(root.signed.version.get())
}

/// The snapshot last in use, verified from the trust anchor on. One that does not verify is no reason not to start: a
/// refresh brings a good one, and until then there is none.
async fn restore(store: &Arc<Store>, datastore: &Path, record: Record, state: &mut State) -> Option<Snapshot> {
    let files = match read_files(store, record.hash).await {
        Ok(files) => files,
        Err(error) => {
            warn(&error);
            return None;
        }
    };
    match verify(files, &state.roots[0].1, Some(datastore)).await {
        Ok((verified, snapshot)) => {
            let newer = (state.roots[0].0 + 1)..=verified.root_version();
            state.roots.extend(newer.filter_map(|version| Some((version, verified.root_bytes(version)?))));
            state.timestamp = verified.timestamp.clone();
            state.expires = Some(verified.expires());
            state.record = Some(record);
            Some(snapshot)
        }
        Err(error) => {
            warn(&error);
            None
        }
    }
}

/// Verifies a whole repository that lies in memory.
pub(crate) async fn verify(
    files: BTreeMap<String, Bytes>,
    anchor: &[u8],
    datastore: Option<&Path>,
) -> Result<(Verified, Snapshot), LoadError> {
    let transport = RepositoryTransport::new(Origin::Files(Arc::new(files)));
    let verified = Verified::load(anchor, transport, datastore).await?;
    let names = verified.target_hashes()?.into_keys().collect();
    let documents = verified.documents(names).await?;
    let snapshot = verified.configure(None, &documents).await?;
    Ok((verified, snapshot))
}

async fn read_files(store: &Arc<Store>, hash: SnapshotHash) -> Result<BTreeMap<String, Bytes>, StoreError> {
    let store = store.clone();
    let read = tokio::task::spawn_blocking(move || store.files(&hash)).await;
    Ok(read.unwrap_or(Err(StoreError::UnknownSnapshot { hash }))?.into_iter().collect())
}

/// An empty folder for `tough`. What it must remember is put there by loading the snapshot in use: its own files are
/// not written durably, and a torn one would silently end its protection against rollback.
fn fresh(datastore: &Path) -> Result<(), StoreError> {
    let failed = |action, source| StoreError::Disk { action, path: datastore.to_owned(), source };
    match fs::remove_dir_all(datastore) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(failed("empty", error)),
        _ => {}
    }
    fs::create_dir_all(datastore).map_err(|error| failed("create", error))
}

fn warn(error: &(dyn std::error::Error + 'static)) {
    tracing::warn!(error, "the stored global configuration is not used: it does not verify");
}
