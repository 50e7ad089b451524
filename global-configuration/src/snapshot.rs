//! A verified configuration with what is known about it.

use jiff::Timestamp;
use protocol::global_configuration::GlobalConfiguration;
use protocol::hash::SnapshotHash;
use std::sync::Arc;

/// A configuration whose signatures were verified, at the state the registry gave it.
///
/// It says when its signatures expire; what an expired one is still good for is the holder's policy.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// The SHA-256 of the `targets.json` that names every part of it.
    pub hash: SnapshotHash,
    /// Who is who.
    pub configuration: Arc<GlobalConfiguration>,
    /// When the first of the signatures over it expires.
    pub expires: Timestamp,
    /// The version of that `targets.json`: larger is newer.
    pub version: u64,
}
