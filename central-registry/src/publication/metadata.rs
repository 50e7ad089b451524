//! Targets, snapshot and timestamp: building them, and reading back what was published.

use super::PublishError;
use super::folder::{Part, PublicFolder};
use super::keys::{self, sha256};
use super::ledger::Numbers;
use super::root::{PublicationRole, RootFile, SPEC_VERSION};
use crate::operator::Expiry;
use jiff::{SignedDuration, Timestamp};
use protocol::hash::{Sha256Hash, SnapshotHash};
use serde::Serialize;
use serde::de::DeserializeOwned;
use signer::SoftwareToken;
use std::collections::{BTreeMap, HashMap};
use std::num::NonZeroU64;
use tough::TargetName;
use tough::schema::{self, Hashes, Metafile, Role, Signed, Target};

/// How long what is signed stays valid.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lifetimes(Expiry);

/// What `targets.json` says of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Document {
    pub(super) length: u64,
    pub(super) hash: Sha256Hash,
}

/// A file of metadata that is published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Published {
    pub(super) version: u64,
    pub(super) length: u64,
    pub(super) hash: Sha256Hash,
    pub(super) expires: Timestamp,
}

/// What is published now, besides the root.
#[derive(Debug, Clone)]
pub(super) struct Repository {
    pub(super) documents: BTreeMap<String, Document>,
    pub(super) targets: Published,
    pub(super) snapshot: Published,
    pub(super) timestamp: Published,
}

impl Lifetimes {
    pub(crate) fn new(expiry: Expiry) -> Self {
        Self(expiry)
    }

    fn of(self, role: PublicationRole) -> SignedDuration {
        let days = |days: u32| SignedDuration::from_hours(24 * i64::from(days));
        match role {
            PublicationRole::Root => days(self.0.root_days),
            PublicationRole::Targets => days(self.0.targets_days),
            PublicationRole::Snapshot => days(self.0.snapshot_days),
            PublicationRole::Timestamp => SignedDuration::from_hours(i64::from(self.0.timestamp_hours)),
        }
    }

    /// When something expires that is signed now; metadata counts whole seconds.
    pub(super) fn expires(self, role: PublicationRole, now: Timestamp) -> Timestamp {
        let expires = now.checked_add(self.of(role)).unwrap_or(Timestamp::MAX);
        Timestamp::from_second(expires.as_second()).unwrap_or(expires)
    }

    /// Whether it is time to sign again: a third of the life is over, or lives became shorter (by more than a clock may
    /// step back).
    pub(super) fn is_due(self, role: PublicationRole, expires: Timestamp, now: Timestamp) -> bool {
        let (left, life) = (expires.duration_since(now), self.of(role));
        left < life / 3 * 2 || left > life + SignedDuration::from_hours(1)
    }
}

impl Document {
    pub(super) fn of(bytes: &[u8]) -> Self {
        Self { length: bytes.len() as u64, hash: Sha256Hash::of(bytes) }
    }

    /// The name of its file.
    pub(super) fn file_name(&self, name: &str) -> String {
        format!("{}.{name}", self.hash)
    }
}

impl Repository {
    /// What lies in the folder, where all of it is there and signed as `root` says.
    pub(super) fn read(folder: &PublicFolder, root: &RootFile) -> Option<Self> {
        let timestamp: (Signed<schema::Timestamp>, _) = read(folder, root, "timestamp.json", None)?;
        let names_snapshot = timestamp.0.signed.meta.get("snapshot.json")?;
        let file = format!("{}.snapshot.json", names_snapshot.version);
        let snapshot: (Signed<schema::Snapshot>, _) = read(folder, root, &file, Some(names_snapshot))?;
        let names_targets = snapshot.0.signed.meta.get("targets.json")?;
        let file = format!("{}.targets.json", names_targets.version);
        let targets: (Signed<schema::Targets>, _) = read(folder, root, &file, Some(names_targets))?;
        let document = |(name, target): (&TargetName, &Target)| {
            let hash = <[u8; 32]>::try_from(&target.hashes.sha256[..]).ok()?;
            let document = Document { length: target.length, hash: Sha256Hash::from_bytes(hash) };
            Some((name.raw().to_owned(), document))
        };
        Some(Self {
            documents: targets.0.signed.targets.iter().map(document).collect::<Option<_>>()?,
            targets: targets.1,
            snapshot: snapshot.1,
            timestamp: timestamp.1,
        })
    }

    pub(super) fn numbers(&self) -> Numbers {
        Numbers { targets: self.targets.version, snapshot: self.snapshot.version, timestamp: self.timestamp.version }
    }

    /// The hash that names the snapshot.
    pub(super) fn hash(&self) -> SnapshotHash {
        self.targets.hash
    }
}

/// Signs files of metadata and writes them.
pub(super) struct Pen<'a> {
    pub(super) folder: &'a PublicFolder,
    pub(super) root: &'a RootFile,
    pub(super) token: &'a SoftwareToken,
    pub(super) lifetimes: Lifetimes,
    pub(super) now: Timestamp,
}

impl Pen<'_> {
    pub(super) fn targets(
        &self,
        version: u64,
        documents: &BTreeMap<String, Document>,
    ) -> Result<Published, PublishError> {
        let expires = self.lifetimes.expires(PublicationRole::Targets, self.now);
        let mut targets = schema::Targets::new(SPEC_VERSION.to_owned(), number(version)?, expires);
        targets.delegations = None;
        for (name, document) in documents {
            let metadata = |source: tough::error::Error| PublishError::Metadata { source: source.into() };
            let hashes = hashes(&document.hash);
            let target = Target { length: document.length, hashes, custom: HashMap::new(), _extra: HashMap::new() };
            targets.add_target(TargetName::new(name.as_str()).map_err(metadata)?, target);
        }
        self.write(PublicationRole::Targets, targets, expires)
    }

    pub(super) fn snapshot(&self, version: u64, targets: Published) -> Result<Published, PublishError> {
        let expires = self.lifetimes.expires(PublicationRole::Snapshot, self.now);
        let mut snapshot = schema::Snapshot::new(SPEC_VERSION.to_owned(), number(version)?, expires);
        snapshot.meta.insert("targets.json".to_owned(), metafile(targets)?);
        self.write(PublicationRole::Snapshot, snapshot, expires)
    }

    pub(super) fn timestamp(&self, version: u64, snapshot: Published) -> Result<Published, PublishError> {
        let expires = self.lifetimes.expires(PublicationRole::Timestamp, self.now);
        let mut timestamp = schema::Timestamp::new(SPEC_VERSION.to_owned(), number(version)?, expires);
        timestamp.meta.insert("snapshot.json".to_owned(), metafile(snapshot)?);
        self.write(PublicationRole::Timestamp, timestamp, expires)
    }

    fn write<T: Role>(
        &self,
        role: PublicationRole,
        metadata: T,
        expires: Timestamp,
    ) -> Result<Published, PublishError> {
        let (name, version) = (metadata.filename(true), metadata.version().get());
        let (_, bytes) = keys::sign(metadata, &self.root.signers(role, self.token)?)?;
        self.folder.write(Part::Metadata, &name, &bytes)?;
        Ok(Published { version, length: bytes.len() as u64, hash: Sha256Hash::of(&bytes), expires })
    }
}

fn read<T: Role + Serialize + DeserializeOwned>(
    folder: &PublicFolder,
    root: &RootFile,
    name: &str,
    named: Option<&Metafile>,
) -> Option<(Signed<T>, Published)> {
    let bytes = folder.read(Part::Metadata, name)?;
    if let Some(named) = named
        && named.hashes.as_ref().is_none_or(|hashes| hashes.sha256 != sha256(&bytes))
    {
        return None;
    }
    let signed: Signed<T> = serde_json::from_slice(&bytes).ok()?;
    root.signed.signed.verify_role(&signed).ok()?;
    let (version, expires) = (signed.signed.version().get(), signed.signed.expires());
    let published = Published { version, length: bytes.len() as u64, hash: Sha256Hash::of(&bytes), expires };
    Some((signed, published))
}

fn metafile(published: Published) -> Result<Metafile, PublishError> {
    Ok(Metafile {
        length: Some(published.length),
        hashes: Some(hashes(&published.hash)),
        version: number(published.version)?,
        _extra: HashMap::new(),
    })
}

fn hashes(hash: &Sha256Hash) -> Hashes {
    Hashes { sha256: hash.as_bytes().to_vec().into(), _extra: HashMap::new() }
}

fn number(number: u64) -> Result<NonZeroU64, PublishError> {
    NonZeroU64::new(number).ok_or(PublishError::VersionsExhausted)
}
