//! Signing: by the mechanism that the token has, in the form that X.509 and CMS carry.

use aws_lc_rs::digest::{self, SHA256, SHA384};
use cryptoki::mechanism::eddsa::{EddsaParams, EddsaSignatureScheme};
use cryptoki::mechanism::rsa::{PkcsMgfType, PkcsPssParams};
use cryptoki::mechanism::{Mechanism, MechanismType};
use cryptoki::object::ObjectHandle;
use cryptoki::session::Session;
use pkcs8::der::Encode as _;
use pkcs8::der::asn1::UintRef;

use super::token::Token;
use super::worker::Trouble;
use crate::KeyAlgorithm;
use crate::pkcs11::wire::{Failure, Purpose};

/// Signs `message` with the key that has this handle.
pub(super) fn sign(
    token: &Token,
    session: &Session,
    key: ObjectHandle,
    algorithm: KeyAlgorithm,
    purpose: Purpose,
    message: &[u8],
) -> Result<Vec<u8>, Trouble> {
    match algorithm {
        KeyAlgorithm::P256 | KeyAlgorithm::P384 => {
            let (hash, with_hash, hashes) = match algorithm {
                KeyAlgorithm::P256 => (&SHA256, Mechanism::EcdsaSha256, MechanismType::ECDSA_SHA256),
                _ => (&SHA384, Mechanism::EcdsaSha384, MechanismType::ECDSA_SHA384),
            };
            // Every token has the raw mechanism; some have no other, and a few are forbidden it.
            let signature = if token.has(MechanismType::ECDSA) {
                session.sign(&Mechanism::Ecdsa, key, digest::digest(hash, message).as_ref())?
            } else if token.has(hashes) {
                session.sign(&with_hash, key, message)?
            } else {
                return Err(no_mechanism("ECDSA"));
            };
            Ok(der_of(&signature).ok_or_else(|| Failure::Refused {
                why: format!("C_Sign gave {} bytes, which are no ECDSA signature", signature.len()),
            })?)
        }
        KeyAlgorithm::Ed25519 if token.has(MechanismType::EDDSA) => {
            Ok(session.sign(&Mechanism::Eddsa(EddsaParams::new(EddsaSignatureScheme::Pure)), key, message)?)
        }
        KeyAlgorithm::Ed25519 => Err(no_mechanism("Ed25519")),
        KeyAlgorithm::Rsa => rsa(token, session, key, purpose, message),
    }
}

fn rsa(
    token: &Token,
    session: &Session,
    key: ObjectHandle,
    purpose: Purpose,
    message: &[u8],
) -> Result<Vec<u8>, Trouble> {
    let hash = || digest::digest(&SHA256, message);
    match purpose {
        Purpose::Document if token.has(MechanismType::SHA256_RSA_PKCS) => {
            Ok(session.sign(&Mechanism::Sha256RsaPkcs, key, message)?)
        }
        Purpose::Document if token.has(MechanismType::RSA_PKCS) => {
            let digest_info = [SHA256_DIGEST_INFO, hash().as_ref()].concat();
            Ok(session.sign(&Mechanism::RsaPkcs, key, &digest_info)?)
        }
        Purpose::Document => Err(no_mechanism("RSA with PKCS#1 v1.5")),
        Purpose::Handshake if token.has(MechanismType::SHA256_RSA_PKCS_PSS) => {
            Ok(session.sign(&Mechanism::Sha256RsaPkcsPss(pss()), key, message)?)
        }
        Purpose::Handshake if token.has(MechanismType::RSA_PKCS_PSS) => {
            Ok(session.sign(&Mechanism::RsaPkcsPss(pss()), key, hash().as_ref())?)
        }
        Purpose::Handshake => Err(no_mechanism("RSA with PSS, which TLS 1.3 demands")),
    }
}

/// RFC 8446 §4.2.3: the salt is as long as the digest.
fn pss() -> PkcsPssParams {
    PkcsPssParams { hash_alg: MechanismType::SHA256, mgf: PkcsMgfType::MGF1_SHA256, s_len: 32.into() }
}

fn no_mechanism(what: &str) -> Trouble {
    Failure::NoMechanism { what: what.to_owned() }.into()
}

/// PKCS#11 gives ECDSA signatures as r and s of one length; X.509, CMS and TLS carry a sequence of two integers.
fn der_of(signature: &[u8]) -> Option<Vec<u8>> {
    if signature.is_empty() || !signature.len().is_multiple_of(2) {
        return None;
    }
    let (r, s) = signature.split_at(signature.len() / 2);
    [UintRef::new(r).ok()?, UintRef::new(s).ok()?].to_der().ok()
}

/// RFC 8017 §9.2 note 1: `DigestInfo` of SHA-256, up to the digest.
const SHA256_DIGEST_INFO: &[u8] =
    &[0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ecdsa_signatures_become_der() {
        // Leading zeros go, and a high bit gets one (X.690 §8.3).
        let signature = [[0, 0, 1, 2], [0x80, 0, 0, 5]].concat();
        assert_eq!(der_of(&signature).unwrap(), [0x30, 11, 2, 2, 1, 2, 2, 5, 0, 0x80, 0, 0, 5]);
        assert_eq!(der_of(&[1, 2, 3]), None);
        assert_eq!(der_of(&[]), None);
    }
}
