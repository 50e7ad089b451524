//! The frames of the Chakana transport: type (1 byte), length (u32, big-endian), value.
//!
//! A message is `head`, `context`, `credentials` or `credentials-name`, `salt`, `signature`,
//! `holds` and `checkpoint` where there is something to say, `body-length`, any number of `body`,
//! and at the end of a response `durable`. Small frames come whole; a body frame is handed on in
//! the pieces in which it arrives. A `fault` stands instead of a response, or ends one early.

use crate::context::MAX_CONTEXT_BYTES;
use crate::credentials::MAX_CREDENTIALS_BYTES;
use crate::head::MAX_HEAD_BYTES;

/// Bytes of type and length.
pub const HEADER_BYTES: usize = 5;

/// Largest value of one body frame, in bytes.
pub const MAX_BODY_FRAME_BYTES: usize = 1024 * 1024;

/// What a frame holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum FrameType {
    /// The message head in X-Road's byte form.
    Head = 1,
    /// The signed context.
    Context = 2,
    /// A credentials unit.
    Credentials = 3,
    /// The digest of a credentials unit that the receiver holds.
    CredentialsName = 4,
    /// The message's salt.
    Salt = 5,
    /// The CAdES signature in its short form.
    Signature = 6,
    /// How long the body is: u64, big-endian; empty where there is no body. The last frame before the body.
    BodyLength = 7,
    /// A piece of the body.
    Body = 8,
    /// The digest of the peer's credentials that this side holds, so that the answer may name them only.
    Holds = 9,
    /// The sender's newest checkpoint, as a signed note.
    Checkpoint = 10,
    /// The end of a response: its record is durable at the provider's server.
    Durable = 11,
    /// A refusal instead of a response.
    Fault = 12,
}

impl FrameType {
    /// Every type, in the order of their numbers.
    pub const ALL: [Self; 12] = [
        Self::Head,
        Self::Context,
        Self::Credentials,
        Self::CredentialsName,
        Self::Salt,
        Self::Signature,
        Self::BodyLength,
        Self::Body,
        Self::Holds,
        Self::Checkpoint,
        Self::Durable,
        Self::Fault,
    ];

    /// Largest value of a frame of this type, in bytes.
    #[must_use]
    pub const fn max_bytes(self) -> usize {
        match self {
            Self::Head => MAX_HEAD_BYTES,
            Self::Context => MAX_CONTEXT_BYTES,
            Self::Credentials => MAX_CREDENTIALS_BYTES,
            Self::CredentialsName | Self::Salt | Self::Holds => 32,
            Self::Signature => 2 * 1024,
            Self::BodyLength => 8,
            Self::Body => MAX_BODY_FRAME_BYTES,
            Self::Checkpoint | Self::Fault => 4 * 1024,
            Self::Durable => 0,
        }
    }
}

/// Type and length of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FrameHeader {
    /// What the frame holds.
    pub frame_type: FrameType,
    /// Bytes of its value.
    pub length: usize,
}

/// Why bytes are not a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// A type that this version does not have.
    #[error("unknown frame type {number}")]
    UnknownType {
        /// The type's number.
        number: u8,
    },
    /// A value longer than its type permits.
    #[error("a {frame_type:?} frame of {length} bytes exceeds the limit of {} bytes", frame_type.max_bytes())]
    TooLong {
        /// The type.
        frame_type: FrameType,
        /// The announced length.
        length: usize,
    },
}

impl FrameHeader {
    /// The five bytes before a value.
    ///
    /// # Errors
    /// When the value is longer than its type permits.
    pub fn encode(frame_type: FrameType, length: usize) -> Result<[u8; HEADER_BYTES], FrameError> {
        let refused = FrameError::TooLong { frame_type, length };
        if length > frame_type.max_bytes() {
            return Err(refused);
        }
        let [a, b, c, d] = u32::try_from(length).map_err(|_| refused)?.to_be_bytes();
        Ok([frame_type as u8, a, b, c, d])
    }

    /// Reads type and length, before anything of the value is taken in.
    ///
    /// # Errors
    /// When the type is unknown, or the length beyond its limit.
    pub fn decode(bytes: &[u8; HEADER_BYTES]) -> Result<Self, FrameError> {
        let [number, a, b, c, d] = *bytes;
        let frame_type = FrameType::ALL
            .into_iter()
            .find(|frame_type| *frame_type as u8 == number)
            .ok_or(FrameError::UnknownType { number })?;
        let length = u32::from_be_bytes([a, b, c, d]) as usize;
        if length > frame_type.max_bytes() {
            return Err(FrameError::TooLong { frame_type, length });
        }
        Ok(Self { frame_type, length })
    }
}

/// Appends one whole frame.
///
/// # Errors
/// When the value is longer than its type permits.
pub fn append(out: &mut Vec<u8>, frame_type: FrameType, value: &[u8]) -> Result<(), FrameError> {
    out.extend_from_slice(&FrameHeader::encode(frame_type, value.len())?);
    out.extend_from_slice(value);
    Ok(())
}

/// Takes one whole frame off the front of `bytes`; `None` while it is not complete.
///
/// # Errors
/// As [`FrameHeader::decode`]; known as soon as the five bytes of the header are there.
pub fn take<'a>(bytes: &mut &'a [u8]) -> Result<Option<(FrameType, &'a [u8])>, FrameError> {
    let Some((header, rest)) = bytes.split_first_chunk::<HEADER_BYTES>() else { return Ok(None) };
    let header = FrameHeader::decode(header)?;
    let Some((value, rest)) = rest.split_at_checked(header.length) else { return Ok(None) };
    *bytes = rest;
    Ok(Some((header.frame_type, value)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn refuses_unknown_types_and_overlong_values_on_the_header_alone() {
        assert_eq!(take(&mut &[99, 0, 0, 0, 0][..]), Err(FrameError::UnknownType { number: 99 }));
        assert_eq!(take(&mut &[0, 0, 0, 0, 0][..]), Err(FrameError::UnknownType { number: 0 }));
        let refused = FrameError::TooLong { frame_type: FrameType::Salt, length: 33 };
        assert_eq!(take(&mut &[FrameType::Salt as u8, 0, 0, 0, 33][..]), Err(refused));
        assert!(append(&mut Vec::new(), FrameType::Durable, b"x").is_err());
    }

    #[test]
    fn head_and_context_together_stay_within_64_kib() {
        assert!(FrameType::Head.max_bytes() + FrameType::Context.max_bytes() <= 64 * 1024);
    }

    proptest! {
        #[test]
        fn takes_what_was_appended(values in proptest::collection::vec((1u8..=12, proptest::collection::vec(any::<u8>(), 0..40)), 0..8)) {
            let mut bytes = Vec::new();
            let mut kept = Vec::new();
            for (number, value) in values {
                let frame_type = FrameType::ALL[usize::from(number) - 1];
                if append(&mut bytes, frame_type, &value).is_ok() {
                    kept.push((frame_type, value));
                }
            }
            let mut rest = &bytes[..];
            for (frame_type, value) in &kept {
                prop_assert_eq!(take(&mut rest).unwrap(), Some((*frame_type, &value[..])));
            }
            prop_assert_eq!(take(&mut rest), Ok(None));
            prop_assert!(rest.is_empty());
        }

        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..60)) {
            let _ = take(&mut &bytes[..]);
        }
    }
}
