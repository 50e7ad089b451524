//! Real cryptography with keys that a test can know: they follow from the names of subsystem, plugin and key.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::digest::{self, SHA256};
use aws_lc_rs::{hmac, signature};

use crate::bindings::crypto::Algorithm;
use crate::harness::attempt::Home;

/// The digest of parts, each behind its length.
pub(super) fn digest(parts: &[&[u8]]) -> Vec<u8> {
    let mut context = digest::Context::new(&SHA256);
    for part in parts {
        context.update(&(part.len() as u64).to_be_bytes());
        context.update(part);
    }
    context.finish().as_ref().to_vec()
}

pub(super) fn digest_of(data: &[u8]) -> Vec<u8> {
    digest::digest(&SHA256, data).as_ref().to_vec()
}

pub(super) fn verify(algorithm: Algorithm, public_key: &[u8], data: &[u8], signed: &[u8]) -> bool {
    let algorithm: &dyn signature::VerificationAlgorithm = match algorithm {
        Algorithm::Ed25519 => &signature::ED25519,
        Algorithm::EcdsaP256Sha256 => &signature::ECDSA_P256_SHA256_ASN1,
        Algorithm::EcdsaP384Sha384 => &signature::ECDSA_P384_SHA384_ASN1,
        Algorithm::RsaPkcs1Sha256 => &signature::RSA_PKCS1_2048_8192_SHA256,
        Algorithm::RsaPssSha256 => &signature::RSA_PSS_2048_8192_SHA256,
    };
    // The library also takes bare keys, which the contract does not have.
    is_public_key_info(public_key) && algorithm.verify_sig(public_key, data, signed).is_ok()
}

/// Whether this can be a `SubjectPublicKeyInfo`: a sequence that begins with another one, as no bare key does.
fn is_public_key_info(der: &[u8]) -> bool {
    const SEQUENCE: u8 = 0x30;
    let [SEQUENCE, length, rest @ ..] = der else { return false };
    // From 0x81 on it says how many bytes of length follow.
    let inner = rest.get(usize::from(length.saturating_sub(0x80)));
    inner == Some(&SEQUENCE)
}

pub(super) fn mac(home: &Home, name: &str, data: &[u8]) -> Vec<u8> {
    let key = hmac::Key::new(hmac::HMAC_SHA256, &secret(home, "mac", name));
    hmac::sign(&key, data).as_ref().to_vec()
}

/// The nonce follows from what is sealed: the same text sealed twice looks the same, which is what a test wants.
pub(super) fn seal(home: &Home, name: &str, context: &[u8], data: &[u8]) -> Vec<u8> {
    let mut nonce = [0; NONCE_LEN];
    nonce.copy_from_slice(&digest(&[context, data])[..NONCE_LEN]);
    let mut sealed = data.to_vec();
    sealing_key(home, name)
        .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(context), &mut sealed)
        .expect("what a test seals is short enough");
    [nonce.as_slice(), &sealed].concat()
}

pub(super) fn open(home: &Home, name: &str, context: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
    let (nonce, sealed) = sealed.split_first_chunk::<NONCE_LEN>()?;
    let mut bytes = sealed.to_vec();
    let opened =
        sealing_key(home, name).open_in_place(Nonce::assume_unique_for_key(*nonce), Aad::from(context), &mut bytes);
    opened.ok().map(|text| text.to_vec())
}

fn sealing_key(home: &Home, name: &str) -> LessSafeKey {
    let key = UnboundKey::new(&AES_256_GCM, &secret(home, "seal", name)).expect("a digest is as long as the key");
    LessSafeKey::new(key)
}

fn secret(home: &Home, purpose: &str, name: &str) -> Vec<u8> {
    digest(&[home.subsystem.as_bytes(), home.manifest.plugin.name.as_bytes(), purpose.as_bytes(), name.as_bytes()])
}
