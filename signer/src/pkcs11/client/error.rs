//! Why a hardware token does not do what it is asked for.

use std::io;
use std::time::Duration;

use thiserror::Error;

use super::Health;
use crate::RequestError;
use crate::pkcs11::wire::{Failure, MAX_MESSAGE_BYTES};

/// Why a hardware token does not do what it is asked for.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum HardwareError {
    /// It is not ready.
    #[error("the token {token} cannot be asked: {health}")]
    NotReady {
        /// Which token.
        token: String,
        /// What it is instead.
        health: Health,
    },
    /// More is asked than it gets done.
    #[error("the token {token} is busy: what is asked of it waited for {waited:?}, or too much waits already")]
    Busy {
        /// Which token.
        token: String,
        /// The longest wait.
        waited: Duration,
    },
    /// Its process gave no answer in time, and was killed.
    #[error("the token {token} did not answer within {within:?}; its process is started again")]
    Hanging {
        /// Which token.
        token: String,
        /// How long it had.
        within: Duration,
    },
    /// Its process ended while it was asked.
    #[error("the signer process of the token {token} ended while it was asked; it is started again")]
    Ended {
        /// Which token.
        token: String,
    },
    /// The token, or its module, said why not.
    #[error("the token {token} did not do it: {failure}")]
    Failed {
        /// Which token.
        token: String,
        /// What it said.
        failure: Failure,
    },
    /// What the token signed is no signature by the key that was meant. It is given to nobody.
    #[error("what the token {token} gave is no signature by the key {key}: it is another key, or the module is faulty")]
    OtherSignature {
        /// Which token.
        token: String,
        /// Which key.
        key: String,
    },
    /// The answer does not fit the question.
    #[error("the signer process of the token {token} answered something else than it was asked")]
    Nonsense {
        /// Which token.
        token: String,
    },
    /// What is asked is none that may be sent.
    #[error("the token {token} cannot be asked this")]
    Unsendable {
        /// Which token.
        token: String,
        /// Why not.
        source: io::Error,
    },
    /// Nothing of this length is signed.
    #[error("{length} bytes are more than the {MAX_MESSAGE_BYTES} that a token is asked to sign")]
    TooLong {
        /// How long it is.
        length: usize,
    },
    /// The token has no such key.
    #[error("the token {token} has no key {key} that can sign")]
    NoSuchKey {
        /// Which token.
        token: String,
        /// Which key.
        key: String,
    },
    /// The public key is not one of ours.
    #[error("the public key for {key} is none of P-256, P-384, Ed25519, or RSA of 2048 bits or more")]
    PublicKey {
        /// Which key.
        key: String,
    },
    /// What was given is not a key that can be imported.
    #[error("what is to become key {key} is no unencrypted PKCS#8 private key (PEM)")]
    NotImportable {
        /// Which key.
        key: String,
    },
    /// The certificate request could not be made.
    #[error("failed to make a certificate request for key {key}")]
    Request {
        /// Which key.
        key: String,
        /// Why.
        source: RequestError,
    },
    /// The thread that looks after the process cannot be started.
    #[error("failed to look after the signer process of the token {token}")]
    Thread {
        /// Which token.
        token: String,
        /// Why.
        source: io::Error,
    },
}
