//! What a snapshot is made of.

use super::FORMAT;
use crate::load::{TargetHashes, Verified};
use protocol::hash::{Sha256Hash, SnapshotHash};
use serde::{Deserialize, Serialize};

/// Which files a snapshot is made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Record {
    format: String,
    /// The snapshot's name: the hash of `targets.json`.
    pub(crate) hash: SnapshotHash,
    /// The roots, from the trust anchor to the one that the rest is signed under.
    pub(crate) roots: Vec<RootEntry>,
    /// The newest `timestamp.json` seen for the snapshot.
    pub(crate) timestamp: Sha256Hash,
    /// `snapshot.json` and its version.
    pub(crate) snapshot: (u64, Sha256Hash),
    /// The version of `targets.json`.
    pub(crate) targets_version: u64,
    /// Hash by name.
    pub(crate) targets: TargetHashes,
}

/// One root.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RootEntry {
    pub(crate) version: u64,
    pub(crate) hash: Sha256Hash,
}

impl Record {
    /// The record of what was verified, with files that are already kept.
    pub(crate) fn of(verified: &Verified, roots: Vec<RootEntry>, targets: TargetHashes) -> Self {
        Self {
            format: FORMAT.to_owned(),
            hash: verified.hash(),
            roots,
            timestamp: Sha256Hash::of(&verified.timestamp),
            snapshot: (verified.snapshot_version(), Sha256Hash::of(&verified.snapshot)),
            targets_version: verified.targets_version(),
            targets,
        }
    }

    pub(super) fn parse(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice(bytes).ok().filter(|record: &Self| record.format == FORMAT)
    }

    pub(super) fn render(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("a record holds only strings, numbers and lists, which always serialise")
    }

    /// The snapshot's files, by path within the repository.
    pub(super) fn paths(&self) -> impl Iterator<Item = (String, Sha256Hash)> {
        let roots = self.roots.iter().map(|root| (format!("metadata/{}.root.json", root.version), root.hash));
        let metadata = [
            ("metadata/timestamp.json".to_owned(), self.timestamp),
            (format!("metadata/{}.snapshot.json", self.snapshot.0), self.snapshot.1),
            (format!("metadata/{}.targets.json", self.targets_version), self.hash),
        ];
        let targets = self.targets.iter().map(|(name, hash)| (format!("targets/{hash}.{name}"), *hash));
        roots.chain(metadata).chain(targets)
    }
}
