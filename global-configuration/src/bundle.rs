//! The verification configuration: one file that proves to a judge whom the registry trusted at a time.
//!
//! It is a small TUF repository in itself, an archive of `metadata/…` and `targets/…`; unpacked and served, any TUF
//! client verifies it.

use crate::archive::{self, ArchiveError};
use crate::load::LoadError;
use crate::open::{OpenError, anchor_version, verify};
use crate::store::{Store, StoreError};
use crate::{Snapshot, archive::unpack};
use protocol::hash::SnapshotHash;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Why a bundle proves nothing.
#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    /// Not a bundle.
    #[error("not a verification configuration")]
    Archive {
        /// Why not.
        source: ArchiveError,
    },
    /// The trust anchor given is none.
    #[error("the trust anchor cannot be used")]
    Anchor {
        /// Why not.
        source: OpenError,
    },
    /// The bundle holds no root to begin with.
    #[error("the verification configuration holds no root.json")]
    NoRoot,
    /// Its content does not verify.
    #[error("the verification configuration does not verify")]
    Load {
        /// Why not.
        source: LoadError,
    },
}

/// Verifies a bundle offline and gives the snapshot in it, expired or not.
///
/// With an `anchor` the snapshot is one that the anchor's registry signed. Without, it begins with the bundle's own
/// first root: then only its integrity is known, and the caller must say so.
///
/// # Errors
/// When the bundle is damaged, or was not signed under the anchor.
pub async fn open_bundle(bytes: &[u8], anchor: Option<&[u8]>) -> Result<Snapshot, BundleError> {
    let files: BTreeMap<_, _> = unpack(bytes).map_err(|source| BundleError::Archive { source })?.into_iter().collect();
    let root = match anchor {
        Some(anchor) => {
            anchor_version(anchor).map_err(|source| BundleError::Anchor { source })?;
            anchor.to_vec()
        }
        None => {
            let version = |path: &str| path.strip_prefix("metadata/")?.strip_suffix(".root.json")?.parse::<u64>().ok();
            let first = files.iter().filter_map(|(path, bytes)| Some((version(path)?, bytes))).min_by_key(|it| it.0);
            first.ok_or(BundleError::NoRoot)?.1.to_vec()
        }
    };
    let (_, snapshot) = verify(files, &root, None).await.map_err(|source| BundleError::Load { source })?;
    Ok(snapshot)
}

/// Packs a snapshot that the store holds.
pub(crate) fn pack(store: &Store, hash: &SnapshotHash) -> Result<Vec<u8>, StoreError> {
    let files = store.files(hash)?;
    let path = PathBuf::from(format!("{hash}.tar.zst"));
    archive::pack(&files).map_err(|source| StoreError::Disk { action: "pack", path, source })
}
