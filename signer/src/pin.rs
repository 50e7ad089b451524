//! The secret that opens a token, and how hard it is to guess from what is on the disk.

use std::fs::File;
use std::io::{self, Read};
use std::num::NonZeroU32;
use std::path::Path;

use aws_lc_rs::{constant_time, pbkdf2};
use thiserror::Error;
use zeroize::Zeroizing;

/// The secret that opens a token.
#[derive(Clone)]
pub struct Pin(Zeroizing<Vec<u8>>);

/// Rounds of PBKDF2-HMAC-SHA256 between a PIN and a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Iterations(NonZeroU32);

/// A number of rounds outside what is accepted.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0} iterations are not between {floor} and {ceiling}", floor = Iterations::FLOOR, ceiling = Iterations::CEILING)]
pub struct TooFewIterations(u32);

impl Pin {
    /// The PIN made of these bytes.
    #[must_use]
    pub fn new(pin: impl Into<Vec<u8>>) -> Self {
        Self(Zeroizing::new(pin.into()))
    }

    /// Reads a PIN from the first line of a file.
    ///
    /// # Errors
    /// When the file cannot be read, or is longer than a PIN can be.
    pub fn from_file(path: &Path) -> io::Result<Self> {
        // Reserved at once, so that no part of it is left behind by a growing buffer.
        let mut bytes = Zeroizing::new(Vec::with_capacity(MAX_FILE_BYTES + 1));
        File::open(path)?.take(MAX_FILE_BYTES as u64 + 1).read_to_end(&mut bytes)?;
        if bytes.len() > MAX_FILE_BYTES {
            return Err(io::Error::new(io::ErrorKind::InvalidData, format!("longer than {MAX_FILE_BYTES} bytes")));
        }
        let line = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
        Ok(Self::new(line.strip_suffix(b"\r").unwrap_or(line)))
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    pub(crate) fn is_same(&self, other: &Self) -> bool {
        constant_time::verify_slices_are_equal(&self.0, &other.0).is_ok()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The key that this PIN and `salt` give.
    pub(crate) fn derive(&self, iterations: Iterations, salt: &[u8]) -> Zeroizing<[u8; 32]> {
        let mut key = Zeroizing::new([0; 32]);
        pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA256, iterations.0, salt, &self.0, key.as_mut());
        key
    }
}

impl Iterations {
    /// What a new token uses unless told otherwise: 600,000, about 60 ms on a server core.
    pub const RECOMMENDED: Self = Self(NonZeroU32::new(600_000).expect("not zero"));
    /// The fewest that are accepted, for tests and PINs that are random anyway.
    pub const FLOOR: u32 = 100_000;
    /// The most that are accepted, so that a changed file cannot keep a server from starting for hours.
    pub const CEILING: u32 = 10_000_000;

    /// `count` rounds.
    ///
    /// # Errors
    /// When `count` is below [`Self::FLOOR`] or above [`Self::CEILING`].
    pub fn new(count: u32) -> Result<Self, TooFewIterations> {
        match NonZeroU32::new(count) {
            Some(rounds) if (Self::FLOOR..=Self::CEILING).contains(&count) => Ok(Self(rounds)),
            _ => Err(TooFewIterations(count)),
        }
    }

    /// The number of rounds.
    #[must_use]
    pub fn count(self) -> u32 {
        self.0.get()
    }
}

const MAX_FILE_BYTES: usize = 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn derives_what_openssl_derives() {
        // openssl kdf -keylen 32 -kdfopt digest:SHA256 -kdfopt pass:1234 -kdfopt hexsalt:00…0f -kdfopt iter:100000 PBKDF2
        let salt: Vec<u8> = (0..16).collect();
        let key = Pin::new("1234").derive(Iterations::new(100_000).unwrap(), &salt);
        assert_eq!(hex::encode(*key), EXPECTED);
    }

    #[test]
    fn reads_the_first_line_of_a_file() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "12 34\r\nsecond line").unwrap();
        assert_eq!(Pin::from_file(file.path()).unwrap().0.as_slice(), b"12 34");
    }

    #[test]
    fn refuses_a_file_that_cannot_be_a_pin() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), vec![b'1'; MAX_FILE_BYTES + 1]).unwrap();
        assert!(Pin::from_file(file.path()).is_err());
    }

    #[test]
    fn refuses_too_few_and_too_many_iterations() {
        assert!(Iterations::new(Iterations::FLOOR - 1).is_err());
        assert!(Iterations::new(Iterations::CEILING + 1).is_err());
        assert!(Iterations::new(Iterations::FLOOR).is_ok());
    }

    const EXPECTED: &str = "869e6c8350c5beb0acc399fbaac3b60d220433896b26a647734d0d8f1586e1fa";
}
