//! Reading records: decrypted, and compared with what their leaf commits to.

use crate::append::commitments;
use crate::body::{Body, BodyDigest, BodyId, Home};
use crate::entry::read_material;
use crate::frame::Kind;
use crate::index::Key;
use crate::key::{DataKey, KeyWrap, KeyWrapError};
use crate::log::MessageLog;
use crate::payload::{MessagePayload, Sealed, Storage, read_message, unseal};
use crate::segment::OwnedFrame;
use crate::shared::{Segment, Shared};
use bytes::Bytes;
use protocol::hash::{Sha256Hash, Sha512Hash};
use std::io;
use std::path::Path;
use trust::leaf::{ErasureLeaf, Leaf, MessageLeaf, PartCommitments};
use trust::manifest::Manifest;

/// A message as it was logged.
#[derive(Clone)]
pub struct StoredMessage {
    /// The index of its leaf.
    pub index: u64,
    /// What the log commits to.
    pub leaf: MessageLeaf,
    /// The leaf's bytes.
    pub leaf_bytes: Vec<u8>,
    /// What was said, if it is still there.
    pub content: Content,
}

/// What is left of a message's content.
#[derive(Clone)]
pub enum Content {
    /// All of it, except perhaps the body.
    Kept(Box<KeptContent>),
    /// Nothing; the record of the erasure, if it was found.
    Erased(Option<ErasureLeaf>),
}

/// The decrypted content of a message; every part was compared with its commitment.
#[derive(Clone)]
pub struct KeptContent {
    /// The message head's bytes.
    pub head: Vec<u8>,
    /// The context's bytes.
    pub context: Vec<u8>,
    /// The salt.
    pub salt: [u8; 32],
    /// The manifest that was signed.
    pub manifest: String,
    /// The short form of the signature.
    pub signature: Vec<u8>,
    /// The caller's idempotency key.
    pub idempotency_key: Option<String>,
    /// The body.
    pub body: StoredBody,
}

/// A message's body, as far as it was kept.
#[derive(Clone)]
pub enum StoredBody {
    /// The message has none.
    None,
    /// Here it is. The bytes of a body in a file are authenticated as they are read.
    Kept(Body),
    /// The settings left it out, or it was pruned.
    LeftOut(BodyDigest),
}

/// Why a record could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The log has no such record.
    #[error("the log has no message record {index}")]
    NoSuchRecord {
        /// The leaf index asked for.
        index: u64,
    },
    /// The disk failed.
    #[error("failed to read record {index}")]
    Disk {
        /// Its leaf index.
        index: u64,
        /// What the disk said.
        source: io::Error,
    },
    /// The record is damaged.
    #[error("record {index} does not verify: {what}")]
    Damaged {
        /// Its leaf index.
        index: u64,
        /// Which part does not.
        what: &'static str,
    },
    /// The data key does not unwrap.
    #[error("the data key of record {index} does not unwrap")]
    Key {
        /// Its leaf index.
        index: u64,
        /// Why.
        source: KeyWrapError,
    },
}

impl MessageLog {
    /// Reads the message record with this leaf index. Blocks.
    ///
    /// # Errors
    /// When there is none, or it does not decrypt or does not match its commitments.
    pub fn read(&self, index: u64) -> Result<StoredMessage, ReadError> {
        let shared = self.shared();
        let no_such = || ReadError::NoSuchRecord { index };
        let frame = read_leaf_frame(shared, index).map_err(|source| ReadError::Disk { index, source })?;
        let frame = frame.filter(|frame| frame.kind == Kind::Message).ok_or_else(no_such)?;
        let opening = Opening { index, bodies: &shared.folders.bodies, key: &*shared.key };
        let mut stored = opening.read(&frame.payload)?;
        if let Content::Erased(erasure) = &mut stored.content {
            *erasure = find_erasure(shared, index).map_err(|source| ReadError::Disk { index, source })?;
        }
        Ok(stored)
    }

    /// The unit of credentials that records name by this hash. Blocks.
    ///
    /// # Errors
    /// When the disk fails.
    pub fn material(&self, name: &Sha256Hash) -> io::Result<Option<Bytes>> {
        for segment in self.shared().segments().iter().rev() {
            for offset in segment.index(|index| index.offsets(Key::material(name)))? {
                let Some(frame) = segment.read(offset)?.filter(|frame| frame.kind == Kind::Material) else { continue };
                if let Some((found, bytes)) = read_material(&frame.payload)
                    && found == *name
                {
                    return Ok(Some(Bytes::copy_from_slice(bytes)));
                }
            }
        }
        Ok(None)
    }
}

/// What is needed to open a message record.
pub(crate) struct Opening<'a> {
    pub(crate) index: u64,
    pub(crate) bodies: &'a Path,
    pub(crate) key: &'a dyn KeyWrap,
}

impl Opening<'_> {
    /// Decrypts a message frame and compares all but the bytes of a body in a file with the commitments.
    pub(crate) fn read(&self, payload: &[u8]) -> Result<StoredMessage, ReadError> {
        let message = read_message(payload).ok_or_else(|| self.damaged("frame"))?;
        let Ok(Leaf::Message(leaf)) = Leaf::parse(message.leaf) else { return Err(self.damaged("leaf")) };
        let content = if message.is_erased() {
            Content::Erased(None)
        } else {
            Content::Kept(Box::new(self.content(&message, &leaf)?))
        };
        Ok(StoredMessage { index: self.index, leaf: *leaf, leaf_bytes: message.leaf.to_vec(), content })
    }

    fn content(&self, message: &MessagePayload<'_>, leaf: &MessageLeaf) -> Result<KeptContent, ReadError> {
        let index = self.index;
        let key = self.key.unwrap(message.wrapped_key).map_err(|source| ReadError::Key { index, source })?;
        let mut plain = Vec::new();
        let sealed = unseal(message, &key, &mut plain).map_err(|_| self.damaged("encrypted part"))?;
        let body = sealed.body.as_ref().map(|body| body.sha512);
        let (manifest, digests) = Manifest::of(sealed.head, sealed.context, body, sealed.salt).digested();
        let parts = commitments(sealed.salt, &digests, sealed.signature);
        if parts != leaf.parts {
            return Err(self.damaged(first_difference(&parts, &leaf.parts)));
        }
        let idempotency = sealed.idempotency_key.map_or(0, |key| Key::idempotency(&leaf.client, key).digest());
        if idempotency != message.idempotency {
            return Err(self.damaged("idempotency digest"));
        }
        let body = self.body(message.storage.file(leaf.time), message.storage, &sealed, key)?;
        Ok(KeptContent {
            head: sealed.head.to_vec(),
            context: sealed.context.to_vec(),
            salt: *sealed.salt,
            manifest,
            signature: sealed.signature.to_vec(),
            idempotency_key: sealed.idempotency_key.map(str::to_owned),
            body,
        })
    }

    fn body(
        &self,
        file: Option<(BodyId, Home)>,
        storage: Storage,
        sealed: &Sealed<'_>,
        key: DataKey,
    ) -> Result<StoredBody, ReadError> {
        let index = self.index;
        if let (Some((id, home)), Some(digest)) = (file, sealed.body) {
            return match Body::stored(self.bodies, id, home, key, digest) {
                Ok(body) => Ok(StoredBody::Kept(body)),
                Err(error) if error.kind() != io::ErrorKind::NotFound => Err(ReadError::Disk { index, source: error }),
                Err(_) if home != Home::Lasting => Ok(StoredBody::LeftOut(digest)),
                Err(_) => Err(self.damaged("missing body file")),
            };
        }
        match (storage, sealed.body) {
            (Storage::None, None) => Ok(StoredBody::None),
            (Storage::LeftOut, Some(digest)) => Ok(StoredBody::LeftOut(digest)),
            (Storage::Inline, Some(digest)) => {
                if Sha512Hash::of(sealed.inline) != digest.sha512 || sealed.inline.len() as u64 != digest.length {
                    return Err(self.damaged("body"));
                }
                Ok(StoredBody::Kept(Body::in_memory(Bytes::copy_from_slice(sealed.inline), digest)))
            }
            _ => Err(self.damaged("body")),
        }
    }

    fn damaged(&self, what: &'static str) -> ReadError {
        ReadError::Damaged { index: self.index, what }
    }
}

/// Reads the frame of a leaf.
pub(crate) fn read_leaf_frame(shared: &Shared, index: u64) -> io::Result<Option<OwnedFrame>> {
    let Some((segment, position)) = shared.segment_of_leaf(index) else { return Ok(None) };
    match segment.index(|segment| segment.leaf_offset(position))? {
        Some(offset) => segment.read(offset),
        None => Ok(None),
    }
}

/// The bytes of a leaf in its frame.
pub(crate) fn leaf_of(frame: &OwnedFrame) -> Option<&[u8]> {
    match frame.kind {
        Kind::Message => read_message(&frame.payload).map(|message| message.leaf),
        kind if kind.has_leaf() => Some(&frame.payload),
        _ => None,
    }
}

/// The leaf in the frame at `offset`, with its index.
pub(crate) fn leaf_at(segment: &Segment, offset: u32) -> io::Result<Option<(u64, Vec<u8>)>> {
    let Some(frame) = segment.read(offset)? else { return Ok(None) };
    let Some(position) = segment.index(|index| index.leaf_position(offset))? else { return Ok(None) };
    Ok(leaf_of(&frame).map(|leaf| (segment.header.first_leaf + position, leaf.to_vec())))
}

/// The newest record that says that record `index` was erased.
pub(crate) fn find_erasure(shared: &Shared, index: u64) -> io::Result<Option<ErasureLeaf>> {
    for segment in shared.segments().iter().rev() {
        for offset in segment.index(|segment| segment.offsets(Key::erasure(index)))?.into_iter().rev() {
            let Some(frame) = segment.read(offset)? else { continue };
            if let (Kind::Erasure, Ok(Leaf::Erasure(leaf))) = (frame.kind, Leaf::parse(&frame.payload))
                && leaf.record == index
            {
                return Ok(Some(leaf));
            }
        }
    }
    Ok(None)
}

fn first_difference(found: &PartCommitments, expected: &PartCommitments) -> &'static str {
    match () {
        () if found.head != expected.head => "head",
        () if found.context != expected.context => "context",
        () if found.body != expected.body => "body",
        () if found.signature != expected.signature => "signature",
        () => "manifest",
    }
}
