//! Digests as values: fixed length, printed and read as lower-case hexadecimal.

use crate::text_form::serde_as_text;
use aws_lc_rs::digest;
use std::fmt;
use std::str::FromStr;

/// The SHA-256 digest of a certificate's DER form.
pub type CertificateHash = Sha256Hash;

/// The SHA-256 digest of the `targets.json` that names a global configuration snapshot.
pub type SnapshotHash = Sha256Hash;

/// A text that is not the hexadecimal form of a digest.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a {bits}-bit digest is {} lower-case hexadecimal digits", bits / 4)]
pub struct HashError {
    bits: usize,
}

macro_rules! hash_type {
    ($(#[$doc:meta])* $name:ident, $size:literal, $algorithm:expr) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; $size]);

        impl $name {
            /// Length of the digest in bytes.
            pub const SIZE: usize = $size;

            /// The digest of `bytes`.
            #[must_use]
            pub fn of(bytes: &[u8]) -> Self {
                Self::from_digest(&digest::digest(&$algorithm, bytes))
            }

            /// The digest of the concatenation of `parts`.
            #[must_use]
            pub fn of_parts(parts: &[&[u8]]) -> Self {
                let mut context = digest::Context::new(&$algorithm);
                for part in parts {
                    context.update(part);
                }
                Self::from_digest(&context.finish())
            }

            /// A digest computed elsewhere.
            #[must_use]
            pub const fn from_bytes(bytes: [u8; $size]) -> Self {
                Self(bytes)
            }

            /// The digest's bytes.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; $size] {
                &self.0
            }

            fn from_digest(digest: &digest::Digest) -> Self {
                let mut bytes = [0; $size];
                bytes.copy_from_slice(digest.as_ref());
                Self(bytes)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let mut digits = [0; 2 * $size];
                hex::encode_to_slice(self.0, &mut digits).map_err(|_| fmt::Error)?;
                f.write_str(std::str::from_utf8(&digits).map_err(|_| fmt::Error)?)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({self})", stringify!($name))
            }
        }

        impl FromStr for $name {
            type Err = HashError;

            fn from_str(text: &str) -> Result<Self, HashError> {
                let refused = HashError { bits: $size * 8 };
                if text.len() != 2 * $size || text.bytes().any(|byte| byte.is_ascii_uppercase()) {
                    return Err(refused);
                }
                let mut bytes = [0; $size];
                hex::decode_to_slice(text, &mut bytes).map_err(|_| refused)?;
                Ok(Self(bytes))
            }
        }

        serde_as_text!($name);
    };
}

hash_type!(
    /// A SHA-256 digest.
    Sha256Hash,
    32,
    digest::SHA256
);

hash_type!(
    /// A SHA-512 digest.
    Sha512Hash,
    64,
    digest::SHA512
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_and_reads_the_same_digits() {
        let hash = Sha256Hash::of(b"abc");
        assert_eq!(hash.to_string(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(hash.to_string().parse(), Ok(hash));
    }

    #[test]
    fn hashes_parts_as_one() {
        assert_eq!(Sha512Hash::of_parts(&[b"a", b"", b"bc"]), Sha512Hash::of(b"abc"));
    }

    #[test]
    fn refuses_capitals_and_other_lengths() {
        let digits = Sha256Hash::of(b"abc").to_string();
        assert!(digits.to_uppercase().parse::<Sha256Hash>().is_err());
        assert!(digits[1..].parse::<Sha256Hash>().is_err());
        assert!(digits.parse::<Sha512Hash>().is_err());
    }
}
