//! The role keys as TUF knows them: Ed25519 keys of the token, found by their public keys.

use super::PublishError;
use aws_lc_rs::digest;
use signer::{KeyAlgorithm, KeyId, Signer, SoftwareToken};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use tough::schema::decoded::{Decoded, Hex};
use tough::schema::key::{Ed25519Key, Ed25519Scheme, Key};
use tough::schema::{Role, Signature, Signed};

/// The id of a key in TUF metadata.
pub(super) type TufKeyId = Decoded<Hex>;

/// A key that signs metadata.
pub(super) struct RoleKey {
    pub(super) id: TufKeyId,
    pub(super) key: Key,
    signer: Arc<dyn Signer>,
}

impl RoleKey {
    fn new(signer: Arc<dyn Signer>) -> Result<Self, PublishError> {
        let key = tuf_key(signer.public_key()).ok_or(PublishError::KeyKind)?;
        let id = key.key_id().map_err(|_| PublishError::KeyKind)?;
        Ok(Self { id, key, signer })
    }

    /// Its signature over `message`.
    pub(super) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, PublishError> {
        Ok(self.signer.sign(message)?)
    }

    /// Makes a new key of a role in the token, under the first label that is free.
    pub(super) fn generate(token: &SoftwareToken, role: &str, numbered: Numbered) -> Result<Self, PublishError> {
        let taken: Vec<String> = token.keys()?.iter().map(|key| key.id().to_string()).collect();
        let label = (1..=u32::MAX)
            .map(|number| match (number, numbered) {
                (1, Numbered::FromSecond) => role.to_owned(),
                _ => format!("{role}-{number}"),
            })
            .find(|label| !taken.contains(label));
        let label = label.ok_or(PublishError::KeyKind)?;
        let id = token.generate(&label, KeyAlgorithm::Ed25519)?;
        Self::new(token.signer(&id)?)
    }
}

/// How the labels of a role's keys are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Numbered {
    /// `root-1`, `root-2`: there are several at once.
    FromFirst,
    /// `targets`, `targets-2`: there is one at a time.
    FromSecond,
}

/// The keys of the token that are among `ids`.
pub(super) fn find(token: &SoftwareToken, ids: &[TufKeyId]) -> Result<Vec<RoleKey>, PublishError> {
    let by_id = self::ids(token)?;
    let held = ids.iter().filter_map(|id| by_id.get(&id.to_vec()));
    held.map(|label| RoleKey::new(token.signer(label)?)).collect()
}

/// The keys of the token by their ids; none of them is opened for that.
pub(super) fn ids(token: &SoftwareToken) -> Result<BTreeMap<Vec<u8>, KeyId>, PublishError> {
    let id = |key: &signer::Key| tuf_key(key.public_key()).and_then(|key| key.key_id().ok());
    let keys = token.keys()?;
    Ok(keys.iter().filter_map(|key| Some((id(key)?.to_vec(), key.id().clone()))).collect())
}

/// The id of a key, as people read it.
pub(super) fn key_name(id: &TufKeyId) -> String {
    hex::encode(id)
}

/// A role signed by `keys`, and the bytes of the file.
///
/// Ed25519 is deterministic and the file's fields are in order: the same role signed twice is the same file.
pub(super) fn sign<T: Role>(role: T, keys: &[RoleKey]) -> Result<(Signed<T>, Vec<u8>), PublishError> {
    let form = role.canonical_form().map_err(|source| PublishError::Metadata { source: source.into() })?;
    let signature = |key: &RoleKey| -> Result<Signature, PublishError> {
        Ok(Signature { keyid: key.id.clone(), sig: key.sign(&form)?.into() })
    };
    let signed = Signed { signatures: keys.iter().map(signature).collect::<Result<_, _>>()?, signed: role };
    let bytes = file(&signed)?;
    Ok((signed, bytes))
}

/// The bytes of a signed role's file, its fields in order.
pub(super) fn file<T: Role>(signed: &Signed<T>) -> Result<Vec<u8>, PublishError> {
    let metadata = |source: serde_json::Error| PublishError::Metadata { source: source.into() };
    let ordered = serde_json::to_value(signed).map_err(metadata)?;
    serde_json::to_vec(&ordered).map_err(metadata)
}

/// The digest of a file, as metadata carries it.
pub(super) fn sha256(bytes: &[u8]) -> TufKeyId {
    digest::digest(&digest::SHA256, bytes).as_ref().to_vec().into()
}

/// A key as TUF writes it, from DER `SubjectPublicKeyInfo`; none where it is not an Ed25519 key.
pub(super) fn tuf_key(public_key: &[u8]) -> Option<Key> {
    let raw = public_key.strip_prefix(ED25519_SPKI).filter(|raw| raw.len() == ED25519_BYTES)?;
    let keyval = Ed25519Key { public: raw.to_vec().into(), _extra: HashMap::new() };
    Some(Key::Ed25519 { keyval, scheme: Ed25519Scheme::Ed25519, _extra: HashMap::new() })
}

/// RFC 8410 §4: what stands before the 32 bytes of the key.
const ED25519_SPKI: &[u8] = &[0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
const ED25519_BYTES: usize = 32;
