//! `root.json`: which keys may sign what. Whoever has one root can follow to the next.

use super::PublishError;
use super::keys::{self, Numbered, RoleKey, TufKeyId, key_name};
use super::publisher::RoleStanding;
use jiff::Timestamp;
use signer::SoftwareToken;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;
use std::num::NonZeroU64;
use std::str::FromStr;
use tough::schema::{RoleKeys, RoleType, Root, Signed};

/// A role of the publication.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PublicationRole {
    /// Says which keys the others have.
    Root,
    /// Signs what the configuration is.
    Targets,
    /// Signs which targets belong together.
    Snapshot,
    /// Signs that this is the newest.
    Timestamp,
}

/// A word that names no role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the roles are root, targets, snapshot and timestamp")]
pub struct UnknownRole;

/// A root with the bytes of its file.
#[derive(Debug, Clone)]
pub(super) struct RootFile {
    pub(super) signed: Signed<Root>,
    pub(super) bytes: Vec<u8>,
}

impl PublicationRole {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Root, Self::Targets, Self::Snapshot, Self::Timestamp];

    pub(super) fn kind(self) -> RoleType {
        match self {
            Self::Root => RoleType::Root,
            Self::Targets => RoleType::Targets,
            Self::Snapshot => RoleType::Snapshot,
            Self::Timestamp => RoleType::Timestamp,
        }
    }
}

impl RootFile {
    /// The first root, with keys that are made for it in the token.
    pub(super) fn first(
        token: &SoftwareToken,
        root_keys: u8,
        threshold: u8,
        expires: Timestamp,
    ) -> Result<Self, PublishError> {
        let mut root = Root {
            spec_version: SPEC_VERSION.to_owned(),
            consistent_snapshot: true,
            version: NonZeroU64::MIN,
            expires,
            keys: HashMap::new(),
            roles: HashMap::new(),
            _extra: HashMap::new(),
        };
        let mut signers = Vec::new();
        for role in PublicationRole::ALL {
            let count = if role == PublicationRole::Root { root_keys } else { 1 };
            let threshold = if role == PublicationRole::Root { threshold } else { 1 };
            let keys = generate(token, role, count)?;
            set_role(&mut root, role, &keys, NonZeroU64::new(threshold.into()).unwrap_or(NonZeroU64::MIN));
            if role == PublicationRole::Root {
                signers = keys;
            }
        }
        let (signed, bytes) = keys::sign(root, &signers)?;
        Self { signed, bytes }.checked(None)
    }

    /// Reads a root that this registry once wrote.
    pub(super) fn parse(bytes: Vec<u8>) -> Result<Self, PublishError> {
        let signed =
            serde_json::from_slice(&bytes).map_err(|source| PublishError::Metadata { source: source.into() })?;
        Self { signed, bytes }.checked(None)
    }

    /// Gives `role` new keys in `root`, made in the token: as many and of the threshold as before, where nothing is said.
    pub(super) fn replace_keys(
        &self,
        root: &mut Root,
        role: PublicationRole,
        token: &SoftwareToken,
        count: Option<usize>,
        threshold: Option<NonZeroU64>,
    ) -> Result<(), PublishError> {
        let old = self.role(role)?;
        let count = u8::try_from(count.unwrap_or(old.keyids.len())).unwrap_or(1);
        set_role(root, role, &generate(token, role, count)?, threshold.unwrap_or(old.threshold));
        Ok(())
    }

    /// The next root, which says the same for longer.
    pub(super) fn renewed(&self, token: &SoftwareToken, expires: Timestamp) -> Result<Self, PublishError> {
        self.succeeded_by(self.next(expires)?, token)
    }

    pub(super) fn version(&self) -> u64 {
        self.signed.signed.version.get()
    }

    /// The keys of a role that the token holds; at least as many as must sign.
    pub(super) fn signers(&self, role: PublicationRole, token: &SoftwareToken) -> Result<Vec<RoleKey>, PublishError> {
        let named = self.role(role)?;
        let held = keys::find(token, &named.keyids)?;
        if (held.len() as u64) < named.threshold.get() {
            return Err(PublishError::KeysMissing { role, held: held.len(), threshold: named.threshold.get() });
        }
        Ok(held)
    }

    /// The keys of each role, and which of them the token holds.
    pub(super) fn held_by(&self, token: &SoftwareToken) -> BTreeMap<PublicationRole, RoleStanding> {
        let held = keys::ids(token).unwrap_or_default();
        let standing = |role: PublicationRole| {
            let named = self.role(role).ok()?;
            let keys = named.keyids.iter().map(|id| (key_name(id), held.contains_key(&id.to_vec()))).collect();
            Some((role, RoleStanding { threshold: named.threshold.get(), keys }))
        };
        PublicationRole::ALL.into_iter().filter_map(standing).collect()
    }

    pub(super) fn role(&self, role: PublicationRole) -> Result<&RoleKeys, PublishError> {
        let named = self.signed.signed.roles.get(&role.kind());
        named.ok_or(PublishError::KeysMissing { role, held: 0, threshold: 1 })
    }

    pub(super) fn next(&self, expires: Timestamp) -> Result<Root, PublishError> {
        let version = self.signed.signed.version.checked_add(1).ok_or(PublishError::VersionsExhausted)?;
        Ok(Root { version, expires, ..self.signed.signed.clone() })
    }

    pub(super) fn succeeded_by(&self, mut root: Root, token: &SoftwareToken) -> Result<Self, PublishError> {
        forget_unused(&mut root);
        let mut signers = self.signers(PublicationRole::Root, token)?;
        let named = root.roles.get(&RoleType::Root).map(|role| role.keyids.clone()).unwrap_or_default();
        let known: BTreeSet<Vec<u8>> = signers.iter().map(|key| key.id.to_vec()).collect();
        signers.extend(keys::find(token, &named)?.into_iter().filter(|key| !known.contains(&key.id.to_vec())));
        let (signed, bytes) = keys::sign(root, &signers)?;
        Self { signed, bytes }.checked(Some(self))
    }

    /// Nothing is published that the next client would refuse.
    pub(super) fn checked(self, before: Option<&Self>) -> Result<Self, PublishError> {
        let wrong = |source: tough::schema::Error| PublishError::Metadata { source: source.into() };
        self.signed.signed.verify_role(&self.signed).map_err(wrong)?;
        if let Some(before) = before {
            before.signed.signed.verify_role(&self.signed).map_err(wrong)?;
        }
        Ok(self)
    }
}

/// The roles whose keys are others in `new`.
pub(super) fn roles_that_differ(old: &Root, new: &Root) -> impl Iterator<Item = PublicationRole> {
    PublicationRole::ALL.into_iter().filter(|role| keyids(old, role.kind()) != keyids(new, role.kind()))
}

/// The keys of a role.
pub(super) fn keyids(root: &Root, role: RoleType) -> &[TufKeyId] {
    root.roles.get(&role).map_or(&[], |role| role.keyids.as_slice())
}

/// Keeps only the keys that a role names.
pub(super) fn forget_unused(root: &mut Root) {
    let used: BTreeSet<Vec<u8>> = root.roles.values().flat_map(|role| &role.keyids).map(|id| id.to_vec()).collect();
    root.keys.retain(|id, _| used.contains(&id.to_vec()));
}

fn generate(token: &SoftwareToken, role: PublicationRole, count: u8) -> Result<Vec<RoleKey>, PublishError> {
    let numbered = if role == PublicationRole::Root { Numbered::FromFirst } else { Numbered::FromSecond };
    (0..count).map(|_| RoleKey::generate(token, &role.to_string(), numbered)).collect()
}

fn set_role(root: &mut Root, role: PublicationRole, keys: &[RoleKey], threshold: NonZeroU64) {
    root.keys.extend(keys.iter().map(|key| (key.id.clone(), key.key.clone())));
    let keyids = keys.iter().map(|key| key.id.clone()).collect();
    root.roles.insert(role.kind(), RoleKeys { keyids, threshold, _extra: HashMap::new() });
}

impl fmt::Display for PublicationRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Root => "root",
            Self::Targets => "targets",
            Self::Snapshot => "snapshot",
            Self::Timestamp => "timestamp",
        })
    }
}

impl FromStr for PublicationRole {
    type Err = UnknownRole;

    fn from_str(text: &str) -> Result<Self, UnknownRole> {
        Self::ALL.into_iter().find(|role| role.to_string() == text).ok_or(UnknownRole)
    }
}

/// The specification that `tough` implements.
pub(super) const SPEC_VERSION: &str = "1.0.0";
