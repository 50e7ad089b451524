//! A key in a token, as everybody else sees it.

use std::sync::Arc;

use super::{HardwareError, Running};
use crate::pkcs11::public_key::PublicKey;
use crate::pkcs11::wire::{Answer, Ask, MAX_MESSAGE_BYTES, Purpose};
use crate::signer::Place;
use crate::{KeyAlgorithm, SignError, Signer};

/// A key in a token.
pub(super) struct HardwareSigner {
    supervised: Arc<Running>,
    key: String,
    public_key: PublicKey,
}

impl HardwareSigner {
    pub(super) fn new(supervised: Arc<Running>, key: String, public_key: PublicKey) -> Self {
        Self { supervised, key, public_key }
    }

    fn ask(&self, purpose: Purpose, message: &[u8]) -> Result<Vec<u8>, SignError> {
        if message.len() > MAX_MESSAGE_BYTES {
            return Err(HardwareError::TooLong { length: message.len() }.into());
        }
        let ask = Ask::Sign { key: self.key.clone(), purpose, message: message.to_vec() };
        let Answer::Signature(signature) = self.supervised.ask(ask)? else {
            return Err(self.supervised.nonsense().into());
        };
        // The module is foreign code, and a key of the same name may have taken the place of this one.
        let verified = self.public_key.verified(purpose, message, signature);
        let token = || self.supervised.settings().name.clone();
        verified.ok_or_else(|| HardwareError::OtherSignature { token: token(), key: self.key.clone() }.into())
    }
}

impl Signer for HardwareSigner {
    fn algorithm(&self) -> KeyAlgorithm {
        self.public_key.algorithm()
    }

    fn public_key(&self) -> &[u8] {
        self.public_key.der()
    }

    fn place(&self) -> Place {
        Place::Device
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        self.ask(Purpose::Document, message)
    }

    fn sign_handshake(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        self.ask(Purpose::Handshake, message)
    }
}
