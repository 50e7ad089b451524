//! Why a token does not do what it is asked for.

use std::io;
use std::path::PathBuf;

use aws_lc_rs::error::Unspecified;
use thiserror::Error;

use crate::{KeyId, RequestError};

/// Why a token does not do what it is asked for.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum TokenError {
    /// The PIN is not that of the token.
    #[error("wrong pin for the token in {folder}")]
    WrongPin {
        /// The token's folder.
        folder: PathBuf,
    },
    /// A token needs a PIN.
    #[error("an empty pin protects nothing")]
    EmptyPin,
    /// There is a token already.
    #[error("{folder} already holds a token")]
    AlreadyExists {
        /// The folder.
        folder: PathBuf,
    },
    /// There is no token.
    #[error("{folder} holds no token")]
    NotFound {
        /// The folder.
        folder: PathBuf,
    },
    /// The name cannot be that of a key.
    #[error("{id:?} cannot name a key: use 1 to 64 lower-case letters, digits, '-', '_' and '.'")]
    InvalidKeyId {
        /// The name.
        id: String,
    },
    /// There is a key of that name already.
    #[error("the token in {folder} already holds a key {id}")]
    KeyExists {
        /// The token's folder.
        folder: PathBuf,
        /// The key.
        id: KeyId,
    },
    /// There is no key of that name.
    #[error("the token in {folder} holds no key {id}")]
    NoSuchKey {
        /// The token's folder.
        folder: PathBuf,
        /// The key.
        id: KeyId,
    },
    /// A file is not what a token writes, or does not open with the token's PIN.
    #[error("{path} is damaged or does not belong to the token")]
    Damaged {
        /// The file.
        path: PathBuf,
    },
    /// The private key in a file is not that of the public key beside it.
    #[error("{path} holds a private key that does not belong to its public key")]
    WrongPublicKey {
        /// The file.
        path: PathBuf,
    },
    /// What was given is not a key that can be imported.
    #[error("not an unencrypted pkcs#8 private key of p-256, p-384, ed25519 or rsa with 2048 to 4096 bits")]
    NotImportable,
    /// The folder holds more keys than a token may.
    #[error("the token in {folder} holds more than {limit} keys")]
    TooManyKeys {
        /// The token's folder.
        folder: PathBuf,
        /// How many it may hold.
        limit: usize,
    },
    /// A file or folder could not be read.
    #[error("failed to read {path}")]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// The failure.
        source: io::Error,
    },
    /// A file or folder could not be written.
    #[error("failed to write {path}")]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// The failure.
        source: io::Error,
    },
    /// The cryptographic library failed.
    #[error("the cryptographic library failed")]
    Cryptography,
    /// The certificate request could not be made.
    #[error("failed to make a certificate request for key {id}")]
    Request {
        /// The key.
        id: KeyId,
        /// The failure.
        source: RequestError,
    },
}

impl From<Unspecified> for TokenError {
    fn from(_: Unspecified) -> Self {
        Self::Cryptography
    }
}
