//! What a root can say otherwise than the one before it.

use super::PublishError;
use super::draft::RootDraft;
use super::keys::{self, key_name};
use super::root::{PublicationRole, RootFile};
use jiff::Timestamp;
use signer::SoftwareToken;
use std::num::{NonZeroU8, NonZeroU64};
use tough::schema::{RoleType, Signed};

/// New keys for a role, made in the registry's own token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rotation {
    /// Which role.
    pub role: PublicationRole,
    /// How many keys; as many as before where it is not said. Only of the root can there be several.
    pub keys: Option<NonZeroU8>,
    /// How many of them must sign; as many as before where it is not said.
    pub threshold: Option<NonZeroU8>,
}

/// What the next root is to say otherwise: its keys may lie anywhere, so it is signed in steps.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RootChange {
    /// Root keys that come: DER `SubjectPublicKeyInfo` of Ed25519 keys.
    pub add_keys: Vec<Vec<u8>>,
    /// Root keys that go, by the beginning of their ids.
    pub remove_keys: Vec<String>,
    /// How many root keys must sign.
    pub threshold: Option<NonZeroU8>,
    /// Other roles that get new keys, made in the registry's own token.
    pub rotate: Vec<PublicationRole>,
}

/// Why a root cannot be changed so.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// Not an Ed25519 key.
    #[error("a root key must be an Ed25519 public key")]
    KeyKind,
    /// It is there.
    #[error("{key} is a root key already")]
    KeyKnown {
        /// The key.
        key: String,
    },
    /// No key, or several.
    #[error("{found} root keys begin with {text:?}, and one must")]
    KeyUnknown {
        /// What was asked for.
        text: String,
        /// How many there are.
        found: usize,
    },
    /// More must sign than there are, or there are too many.
    #[error("of {keys} root keys {threshold} cannot be the number that must sign; there may be {MAX_ROOT_KEYS} keys")]
    Threshold {
        /// How many there would be.
        keys: usize,
        /// How many would have to sign.
        threshold: u64,
    },
    /// The keys of the role root are added and removed one by one.
    #[error("root keys are not made here: they are added and removed by name")]
    RootRole,
    /// Several keys for a role that has one.
    #[error("the role {role} has one key, and one must sign")]
    OneKey {
        /// The role.
        role: PublicationRole,
    },
    /// The keys could not be made.
    #[error("the next root could not be made")]
    Publish(#[from] PublishError),
}

/// Why a draft is not published.
#[derive(Debug, thiserror::Error)]
pub enum RefusedDraft {
    /// Another root came in between.
    #[error("it follows root version {follows}, and {newest} is in force")]
    Outdated {
        /// What it follows.
        follows: u64,
        /// What is in force.
        newest: u64,
    },
    /// It is not the next version, or says how TUF itself is spoken otherwise.
    #[error("it is not the next root of this registry")]
    Other,
    /// It would end at once.
    #[error("it expired at {expires}")]
    Expired {
        /// When.
        expires: Timestamp,
    },
    /// Too few signatures.
    #[error("of the old root's keys {} of {} that must have signed it, of the new root's {} of {}", old.have, old.need, new.have, new.need)]
    Unsigned {
        /// By the old root.
        old: super::draft::Signatures,
        /// By the new root.
        new: super::draft::Signatures,
    },
    /// The registry could not sign what it publishes, or the root is none.
    #[error("the registry could not publish by it")]
    Publish(#[from] PublishError),
}

impl From<PublicationRole> for Rotation {
    fn from(role: PublicationRole) -> Self {
        Self { role, keys: None, threshold: None }
    }
}

impl RootFile {
    /// The next root as `change` wants it, without any signature.
    pub(super) fn draft(
        &self,
        change: &RootChange,
        token: &SoftwareToken,
        expires: Timestamp,
    ) -> Result<RootDraft, ChangeError> {
        let mut root = self.next(expires)?;
        let mut role = self.role(PublicationRole::Root)?.clone();
        for text in &change.remove_keys {
            let begins = |id: &keys::TufKeyId| !text.is_empty() && key_name(id).starts_with(text.as_str());
            let found = role.keyids.iter().filter(|id| begins(id)).count();
            if found != 1 {
                return Err(ChangeError::KeyUnknown { text: text.clone(), found });
            }
            role.keyids.retain(|id| !begins(id));
        }
        for der in &change.add_keys {
            let key = keys::tuf_key(der).ok_or(ChangeError::KeyKind)?;
            let id = key.key_id().map_err(|_| ChangeError::KeyKind)?;
            if role.keyids.contains(&id) {
                return Err(ChangeError::KeyKnown { key: key_name(&id) });
            }
            role.keyids.push(id.clone());
            root.keys.insert(id, key);
        }
        if let Some(threshold) = change.threshold {
            role.threshold = NonZeroU64::from(threshold);
        }
        check_size(role.keyids.len(), role.threshold.get())?;
        root.roles.insert(RoleType::Root, role);
        for role in &change.rotate {
            if *role == PublicationRole::Root {
                return Err(ChangeError::RootRole);
            }
            self.replace_keys(&mut root, *role, token, None, None)?;
        }
        super::root::forget_unused(&mut root);
        Ok(RootDraft::new(self.signed.clone(), root))
    }

    /// The next root, in which a role has new keys; signed by the old root's keys and its own, all in the token.
    pub(super) fn rotated(
        &self,
        rotation: Rotation,
        token: &SoftwareToken,
        expires: Timestamp,
    ) -> Result<Self, ChangeError> {
        let old = self.role(rotation.role)?;
        let keys = rotation.keys.map_or(old.keyids.len(), |keys| usize::from(keys.get()));
        let threshold = rotation.threshold.map_or(old.threshold.get(), |threshold| u64::from(threshold.get()));
        if rotation.role != PublicationRole::Root && (keys, threshold) != (1, 1) {
            return Err(ChangeError::OneKey { role: rotation.role });
        }
        check_size(keys, threshold)?;
        // Without the old root's keys no new one is made in vain.
        self.signers(PublicationRole::Root, token)?;
        let mut root = self.next(expires)?;
        self.replace_keys(&mut root, rotation.role, token, Some(keys), NonZeroU64::new(threshold))?;
        Ok(self.succeeded_by(root, token)?)
    }

    /// The root that a draft has become, if it counts.
    pub(super) fn accept(
        &self,
        draft: &RootDraft,
        token: &SoftwareToken,
        now: Timestamp,
    ) -> Result<Self, RefusedDraft> {
        let (follows, newest) = (draft.previous.signed.version.get(), self.version());
        if draft.previous.signed != self.signed.signed {
            return Err(RefusedDraft::Outdated { follows, newest });
        }
        let next = &draft.next.signed;
        let same = |root: &tough::schema::Root| (root.spec_version.clone(), root.consistent_snapshot);
        if next.version.get() != newest.saturating_add(1) || same(next) != same(&self.signed.signed) {
            return Err(RefusedDraft::Other);
        }
        if next.expires <= now {
            return Err(RefusedDraft::Expired { expires: next.expires });
        }
        let standing = draft.standing();
        if !standing.is_complete() {
            return Err(RefusedDraft::Unsigned { old: standing.by_old, new: standing.by_new });
        }
        let signed: Signed<tough::schema::Root> = draft.signed();
        let bytes = keys::file(&signed)?;
        let accepted = Self { signed, bytes }.checked(Some(self))?;
        for role in PublicationRole::ALL.into_iter().filter(|role| *role != PublicationRole::Root) {
            accepted.signers(role, token)?;
        }
        Ok(accepted)
    }
}

fn check_size(keys: usize, threshold: u64) -> Result<(), ChangeError> {
    let possible = (1..=MAX_ROOT_KEYS).contains(&keys) && threshold >= 1 && threshold <= keys as u64;
    if possible { Ok(()) } else { Err(ChangeError::Threshold { keys, threshold }) }
}

/// Every server reads every root, and each root carries its keys and their signatures.
const MAX_ROOT_KEYS: usize = 16;
