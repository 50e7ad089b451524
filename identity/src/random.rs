//! Random values, and the digests by which they are kept.

use crate::Unavailable;
use aws_lc_rs::{digest, rand};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// As many random bytes.
pub(crate) fn bytes<const N: usize>() -> Result<[u8; N], Unavailable> {
    let mut bytes = [0; N];
    rand::fill(&mut bytes).map_err(|_| Unavailable::Randomness)?;
    Ok(bytes)
}

/// A value of 256 bits that nobody guesses, as it stands in addresses and cookies.
pub(crate) fn token() -> Result<String, Unavailable> {
    bytes::<32>().map(|bytes| URL_SAFE_NO_PAD.encode(bytes))
}

/// A name that no other has.
pub(crate) fn id() -> Result<String, Unavailable> {
    bytes::<16>().map(hex::encode)
}

/// What is kept of a random value: enough to know it again, not to have it. It is no digest for what people choose.
pub(crate) fn digest(value: &str) -> [u8; 32] {
    sha256(value.as_bytes())
}

pub(crate) fn sha256(value: &[u8]) -> [u8; 32] {
    let mut digest = [0; 32];
    digest.copy_from_slice(digest::digest(&digest::SHA256, value).as_ref());
    digest
}
