//! A root on its way between the holders of its keys: what it follows, what it says, and who has signed it.
//!
//! The registry writes one, each holder signs it where the key lies, offline if need be, and the registry publishes it.

use super::PublishError;
use super::keys::{self, TufKeyId, key_name};
use super::root::{PublicationRole, keyids, roles_that_differ};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use signer::SoftwareToken;
use std::collections::HashMap;
use std::num::NonZeroU64;
use tough::schema::{Role as _, RoleKeys, RoleType, Root, Signature, Signed};

/// A root that waits for signatures, beside the root that it follows.
#[derive(Debug, Clone)]
pub struct RootDraft {
    pub(super) previous: Signed<Root>,
    pub(super) next: Signed<Root>,
}

/// Why a draft cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DraftError {
    /// Not what [`RootDraft::render`] writes.
    #[error("it is no draft of a root")]
    Malformed(#[from] serde_json::Error),
    /// Another format.
    #[error("it is of the format {format:?}, and this program knows {FORMAT:?}")]
    Format {
        /// What it says.
        format: String,
    },
    /// The root that it says to follow is not signed as a root is.
    #[error("the root that it follows is not signed by its own keys")]
    Previous {
        /// What is wrong with it.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A key failed, or the token is damaged.
    #[error("the token cannot sign it")]
    Sign(#[from] PublishError),
}

/// What a draft says, and how far it is: for whoever is to sign it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DraftStanding {
    /// The version that it will be.
    pub version: u64,
    /// Until when it will count.
    pub expires: Timestamp,
    /// The root keys of the old root and the new.
    pub keys: Vec<KeyStanding>,
    /// The signatures that the old root demands.
    pub by_old: Signatures,
    /// The signatures that the new root demands.
    pub by_new: Signatures,
    /// Other roles that get other keys.
    pub roles_changed: Vec<String>,
}

/// A root key in a draft.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KeyStanding {
    /// The key's id.
    pub key: String,
    /// `stays`, `comes` or `goes`.
    pub change: &'static str,
    /// Whether a valid signature of it is there.
    pub signed: bool,
}

/// How many valid signatures are there, and how many must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Signatures {
    /// There are.
    pub have: u64,
    /// There must be.
    pub need: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    format: String,
    previous: Signed<Root>,
    next: Signed<Root>,
}

const FORMAT: &str = "chakana-root-draft/1";

impl RootDraft {
    pub(super) fn new(previous: Signed<Root>, next: Root) -> Self {
        Self { previous, next: Signed { signed: next, signatures: Vec::new() } }
    }

    /// Reads a draft.
    ///
    /// # Errors
    /// When it is none, or the root that it follows is none.
    pub fn parse(bytes: &[u8]) -> Result<Self, DraftError> {
        let wire: Wire = serde_json::from_slice(bytes)?;
        if wire.format != FORMAT {
            return Err(DraftError::Format { format: wire.format });
        }
        let wrong = |source: tough::schema::Error| DraftError::Previous { source: source.into() };
        wire.previous.signed.verify_role(&wire.previous).map_err(wrong)?;
        Ok(Self { previous: wire.previous, next: wire.next })
    }

    /// The file that is passed on.
    ///
    /// # Errors
    /// When it cannot be written, which would be a bug.
    pub fn render(&self) -> Result<Vec<u8>, DraftError> {
        let wire = Wire { format: FORMAT.to_owned(), previous: self.previous.clone(), next: self.next.clone() };
        // By way of a value, so that fields are in order and the same draft is the same file.
        Ok(serde_json::to_vec_pretty(&serde_json::to_value(wire)?)?)
    }

    /// Adds the signatures of every key of the token that the old root or the new one names; gives the ids of those keys.
    ///
    /// # Errors
    /// When the token cannot be read or a key cannot sign.
    pub fn sign(&mut self, token: &SoftwareToken) -> Result<Vec<String>, DraftError> {
        let held = keys::find(token, &self.root_keys()).map_err(DraftError::Sign)?;
        let form = self.next.signed.canonical_form();
        let form = form.map_err(|source| PublishError::Metadata { source: source.into() })?;
        let mut signed = Vec::new();
        for key in held {
            let signature = Signature { keyid: key.id.clone(), sig: key.sign(&form)?.into() };
            self.next.signatures.retain(|other| other.keyid != key.id);
            self.next.signatures.push(signature);
            signed.push(key_name(&key.id));
        }
        Ok(signed)
    }

    /// What it says, and how far it is.
    #[must_use]
    pub fn standing(&self) -> DraftStanding {
        let (old, new) = (&self.previous.signed, &self.next.signed);
        let (in_old, in_new) = (keyids(old, RoleType::Root), keyids(new, RoleType::Root));
        let keys = self.root_keys().into_iter().map(|id| KeyStanding {
            change: match (in_old.contains(&id), in_new.contains(&id)) {
                (true, true) => "stays",
                (false, _) => "comes",
                (true, false) => "goes",
            },
            signed: self.is_signed_by(&id),
            key: key_name(&id),
        });
        let others = roles_that_differ(old, new).filter(|role| *role != PublicationRole::Root);
        DraftStanding {
            version: new.version.get(),
            expires: new.expires,
            by_old: self.signatures(old),
            by_new: self.signatures(new),
            keys: keys.collect(),
            roles_changed: others.map(|role| role.to_string()).collect(),
        }
    }

    /// The new root with those of its signatures that are valid and asked for.
    pub(super) fn signed(&self) -> Signed<Root> {
        let asked: Vec<TufKeyId> = self.root_keys().into_iter().filter(|id| self.is_signed_by(id)).collect();
        let mut signed = self.next.clone();
        signed.signatures.retain(|signature| asked.contains(&signature.keyid));
        signed
    }

    /// The root keys of the old root, then those that only the new one has.
    fn root_keys(&self) -> Vec<TufKeyId> {
        let mut ids = keyids(&self.previous.signed, RoleType::Root).to_vec();
        for id in keyids(&self.next.signed, RoleType::Root) {
            if !ids.contains(id) {
                ids.push(id.clone());
            }
        }
        ids
    }

    fn signatures(&self, by: &Root) -> Signatures {
        let ids = keyids(by, RoleType::Root);
        Signatures {
            have: ids.iter().filter(|id| self.is_signed_by(id)).count() as u64,
            need: by.roles.get(&RoleType::Root).map_or(1, |role| role.threshold.get()),
        }
    }

    /// Whether a valid signature of this key is there: a root that had only this key would be satisfied.
    fn is_signed_by(&self, id: &TufKeyId) -> bool {
        let known = self.previous.signed.keys.get(id).or_else(|| self.next.signed.keys.get(id));
        let (Some(key), Ok(own)) = (known, known.map(|key| key.key_id()).transpose()) else { return false };
        if own.as_ref() != Some(id) {
            return false;
        }
        let role = RoleKeys { keyids: vec![id.clone()], threshold: NonZeroU64::MIN, _extra: HashMap::new() };
        let judge = Root {
            keys: HashMap::from([(id.clone(), key.clone())]),
            roles: HashMap::from([(RoleType::Root, role)]),
            ..self.next.signed.clone()
        };
        judge.verify_role(&self.next).is_ok()
    }
}

impl DraftStanding {
    /// Whether it can be published.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.by_old.have >= self.by_old.need && self.by_new.have >= self.by_new.need
    }
}
