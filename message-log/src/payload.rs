//! What lies in frames: a message's clear and encrypted part, and the small frames without a leaf.
//!
//! ```text
//! message   slot | storage u8 | body file 16 | leaf length u16 | leaf | AES-256-GCM of the sealed part
//! slot      wrapped data key 60 | idempotency digest u64        outside the checksum: erasure overwrites it with zeros
//! sealed    head, context, signature, idempotency key: length u32 and bytes each | salt 32
//!           | 0, or 1 and body: length u64, crc32 u32, SHA-512 64 | inline body
//! ```
//! The manifest is not kept: it follows from the parts.

use crate::body::{BodyDigest, BodyId, Home};
use crate::key::{DataKey, NONCE_BYTES, WRAPPED_KEY_BYTES, WrappedKey};
use aws_lc_rs::aead::{Aad, Nonce};
use jiff::Timestamp;
use protocol::hash::Sha512Hash;

/// What erasure overwrites.
pub(crate) const SLOT_BYTES: usize = WRAPPED_KEY_BYTES + 8;

/// Where a message's body is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Storage {
    /// There is none.
    None,
    Inline,
    File(BodyId),
    /// The settings left it out.
    LeftOut,
    /// The settings leave it out; until it is pruned it is in this file.
    Answer(BodyId),
}

/// A message frame, taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct MessagePayload<'a> {
    pub(crate) wrapped_key: &'a WrappedKey,
    pub(crate) idempotency: u64,
    pub(crate) storage: Storage,
    pub(crate) leaf: &'a [u8],
    pub(crate) sealed: &'a [u8],
}

/// The encrypted part of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sealed<'a> {
    pub(crate) head: &'a [u8],
    pub(crate) context: &'a [u8],
    pub(crate) signature: &'a [u8],
    pub(crate) idempotency_key: Option<&'a str>,
    pub(crate) salt: &'a [u8; 32],
    pub(crate) body: Option<BodyDigest>,
    pub(crate) inline: &'a [u8],
}

/// The encrypted part cannot be read with this key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum UnsealError {
    #[error("the encrypted part does not decrypt")]
    Decrypt,
    #[error("the decrypted part is malformed")]
    Malformed,
}

impl MessagePayload<'_> {
    /// Whether the data key was destroyed.
    pub(crate) fn is_erased(&self) -> bool {
        self.wrapped_key.iter().all(|byte| *byte == 0)
    }
}

/// Encrypts and puts together a message frame's payload.
pub(crate) fn write_message(
    wrapped_key: &WrappedKey,
    key: &DataKey,
    idempotency: u64,
    storage: Storage,
    leaf: &[u8],
    sealed: &Sealed<'_>,
) -> Option<Vec<u8>> {
    let (code, id) = storage.encode();
    let mut payload = Vec::with_capacity(SLOT_BYTES + 19 + leaf.len() + sealed.capacity());
    payload.extend_from_slice(wrapped_key);
    payload.extend_from_slice(&idempotency.to_le_bytes());
    payload.push(code);
    payload.extend_from_slice(&id);
    payload.extend_from_slice(&u16::try_from(leaf.len()).ok()?.to_le_bytes());
    payload.extend_from_slice(leaf);
    let start = payload.len();
    sealed.write(&mut payload)?;
    let tag = key.cipher().seal_in_place_separate_tag(nonce(), Aad::from(leaf), &mut payload[start..]).ok()?;
    payload.extend_from_slice(tag.as_ref());
    Some(payload)
}

/// Takes a message frame's payload apart; `None` if it is malformed.
pub(crate) fn read_message(payload: &[u8]) -> Option<MessagePayload<'_>> {
    let mut rest = payload;
    let wrapped_key = take_array::<WRAPPED_KEY_BYTES>(&mut rest)?;
    let idempotency = u64::from_le_bytes(*take_array(&mut rest)?);
    let [code] = *take_array(&mut rest)?;
    let storage = Storage::decode(code, *take_array(&mut rest)?)?;
    let leaf_length = u16::from_le_bytes(*take_array(&mut rest)?);
    let (leaf, sealed) = rest.split_at_checked(usize::from(leaf_length))?;
    Some(MessagePayload { wrapped_key, idempotency, storage, leaf, sealed })
}

/// Decrypts the sealed part; `buffer` holds the plain bytes afterwards.
pub(crate) fn unseal<'b>(
    message: &MessagePayload<'_>,
    key: &DataKey,
    buffer: &'b mut Vec<u8>,
) -> Result<Sealed<'b>, UnsealError> {
    buffer.clear();
    buffer.extend_from_slice(message.sealed);
    let opened = key.cipher().open_in_place(nonce(), Aad::from(message.leaf), buffer);
    let plain: &[u8] = opened.map_err(|_| UnsealError::Decrypt)?;
    Sealed::read(plain).ok_or(UnsealError::Malformed)
}

impl Storage {
    fn encode(self) -> (u8, BodyId) {
        match self {
            Self::None => (0, [0; 16]),
            Self::Inline => (1, [0; 16]),
            Self::File(id) => (2, id),
            Self::LeftOut => (3, [0; 16]),
            Self::Answer(id) => (4, id),
        }
    }

    fn decode(code: u8, id: BodyId) -> Option<Self> {
        let storage = match code {
            0 => Self::None,
            1 => Self::Inline,
            2 => Self::File(id),
            3 => Self::LeftOut,
            4 => Self::Answer(id),
            _ => return None,
        };
        (storage.encode() == (code, id)).then_some(storage)
    }

    /// The body's file, if it has one, and where it lives; `time` is that of the record.
    pub(crate) fn file(self, time: Timestamp) -> Option<(BodyId, Home)> {
        match self {
            Self::File(id) => Some((id, Home::Lasting)),
            Self::Answer(id) => Some((id, Home::answers_at(time))),
            Self::None | Self::Inline | Self::LeftOut => None,
        }
    }
}

impl<'a> Sealed<'a> {
    fn capacity(&self) -> usize {
        256 + self.head.len() + self.context.len() + self.signature.len() + self.inline.len()
    }

    fn write(&self, out: &mut Vec<u8>) -> Option<()> {
        for part in [self.head, self.context, self.signature, self.idempotency_key.unwrap_or_default().as_bytes()] {
            out.extend_from_slice(&u32::try_from(part.len()).ok()?.to_le_bytes());
            out.extend_from_slice(part);
        }
        out.extend_from_slice(self.salt);
        out.push(u8::from(self.body.is_some()));
        if let Some(body) = &self.body {
            out.extend_from_slice(&body.length.to_le_bytes());
            out.extend_from_slice(&body.crc32.to_le_bytes());
            out.extend_from_slice(body.sha512.as_bytes());
        }
        out.extend_from_slice(self.inline);
        Some(())
    }

    fn read(mut plain: &'a [u8]) -> Option<Self> {
        let rest = &mut plain;
        let (head, context, signature) = (take_part(rest)?, take_part(rest)?, take_part(rest)?);
        let idempotency_key = std::str::from_utf8(take_part(rest)?).ok()?;
        let salt = take_array::<32>(rest)?;
        let body = match *take_array::<1>(rest)? {
            [0] => None,
            [1] => Some(BodyDigest {
                length: u64::from_le_bytes(*take_array(rest)?),
                crc32: u32::from_le_bytes(*take_array(rest)?),
                sha512: Sha512Hash::from_bytes(*take_array(rest)?),
            }),
            _ => return None,
        };
        let idempotency_key = (!idempotency_key.is_empty()).then_some(idempotency_key);
        Some(Self { head, context, signature, idempotency_key, salt, body, inline: rest })
    }
}

/// Takes a part with its length in front.
pub(crate) fn take_part<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let length = u32::from_le_bytes(*take_array(rest)?);
    let (part, after) = rest.split_at_checked(length as usize)?;
    *rest = after;
    Some(part)
}

/// Takes so many bytes.
pub(crate) fn take_array<'a, const N: usize>(rest: &mut &'a [u8]) -> Option<&'a [u8; N]> {
    let (array, after) = rest.split_first_chunk::<N>()?;
    *rest = after;
    Some(array)
}

/// A data key encrypts one record; chunks of a body have nonces that begin with 1.
fn nonce() -> Nonce {
    Nonce::assume_unique_for_key([0; NONCE_BYTES])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sealed<'a>(inline: &'a [u8], salt: &'a [u8; 32]) -> Sealed<'a> {
        let body = BodyDigest { length: 5, crc32: 9, sha512: Sha512Hash::of(inline) };
        Sealed {
            head: b"head",
            context: b"context",
            signature: b"s",
            idempotency_key: Some("k"),
            salt,
            body: Some(body),
            inline,
        }
    }

    #[test]
    fn a_message_reads_back_with_its_key_alone() {
        let (key, other) = (DataKey::generate().unwrap(), DataKey::generate().unwrap());
        let salt = [3; 32];
        let payload =
            write_message(&[1; 60], &key, 77, Storage::File([4; 16]), b"leaf", &sealed(b"body", &salt)).unwrap();
        let message = read_message(&payload).unwrap();
        assert_eq!((message.leaf, message.storage, message.idempotency), (&b"leaf"[..], Storage::File([4; 16]), 77));
        let mut buffer = Vec::new();
        assert_eq!(unseal(&message, &key, &mut buffer), Ok(sealed(b"body", &salt)));
        assert_eq!(unseal(&message, &other, &mut buffer), Err(UnsealError::Decrypt));
        let moved = MessagePayload { leaf: b"another leaf", ..message };
        assert_eq!(unseal(&moved, &key, &mut buffer), Err(UnsealError::Decrypt));
        assert!(!message.is_erased());
    }

    proptest! {
        #[test]
        fn parsing_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = read_message(&bytes);
            if let Some(sealed) = Sealed::read(&bytes) {
                let mut written = Vec::new();
                sealed.write(&mut written).unwrap();
                prop_assert_eq!(written, bytes);
            }
        }
    }
}
