//! `crypto`: hashes, signatures of others, and the plugin's own keys, which never enter a sandbox.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{self, UnparsedPublicKey, VerificationAlgorithm};
use spki::SubjectPublicKeyInfoRef;
use spki::der::Decode;
use wasmtime::Result;

use super::at_most;
use crate::contract::imports::crypto::{Algorithm, Host};
use crate::contract::limits::{
    MAX_DATA_BYTES, MAX_PUBLIC_KEY_BYTES, MAX_SEAL_CONTEXT_BYTES, MAX_SEALED_BYTES, MAX_SIGNATURE_BYTES,
};
use crate::manifest::Capability;
use crate::sandbox::{Broken, Sandbox, Stop};

impl Host for Sandbox {
    fn sha256(&mut self, data: Vec<u8>) -> Result<Vec<u8>> {
        at_most("crypto.sha256", "the data", data.len(), MAX_DATA_BYTES)?;
        Ok(digest(&SHA256, &data).as_ref().to_vec())
    }

    fn verify(&mut self, algorithm: Algorithm, public_key: Vec<u8>, data: Vec<u8>, signature: Vec<u8>) -> Result<bool> {
        at_most("crypto.verify", "the public key", public_key.len(), MAX_PUBLIC_KEY_BYTES)?;
        at_most("crypto.verify", "the data", data.len(), MAX_DATA_BYTES)?;
        at_most("crypto.verify", "the signature", signature.len(), MAX_SIGNATURE_BYTES)?;
        Ok(is_good(algorithm, &public_key, &data, &signature))
    }

    fn mac(&mut self, name: String, data: Vec<u8>) -> Result<Vec<u8>> {
        self.named_key(&name)?;
        at_most("crypto.mac", "the data", data.len(), MAX_DATA_BYTES)?;
        Ok(self.call.plugin.keys().mac(&name, &data))
    }

    fn seal(&mut self, name: String, context: Vec<u8>, data: Vec<u8>) -> Result<Vec<u8>> {
        self.named_key(&name)?;
        at_most("crypto.seal", "the context", context.len(), MAX_SEAL_CONTEXT_BYTES)?;
        at_most("crypto.seal", "the data", data.len(), MAX_DATA_BYTES)?;
        let sealed = self.call.plugin.keys().seal(&name, &context, &data);
        let failed = || Broken::Argument { function: "crypto.seal", rule: "no randomness".to_owned() };
        Ok(sealed.ok_or_else(|| Stop::from(failed()))?)
    }

    fn open(&mut self, name: String, context: Vec<u8>, sealed: Vec<u8>) -> Result<Option<Vec<u8>>> {
        self.named_key(&name)?;
        at_most("crypto.open", "the context", context.len(), MAX_SEAL_CONTEXT_BYTES)?;
        at_most("crypto.open", "the sealed data", sealed.len(), MAX_SEALED_BYTES)?;
        Ok(self.call.plugin.keys().open(&name, &context, &sealed))
    }
}

impl Sandbox {
    /// Refuses the name of a key that the manifest does not ask for.
    fn named_key(&self, name: &str) -> Result<(), Stop> {
        if self.call.plugin.asks_for(Capability::Crypto, name) {
            return Ok(());
        }
        Err(Broken::Scope { capability: Capability::Crypto, asked: name.to_owned() }.into())
    }
}

/// Whether a signature is good under a public key, a SubjectPublicKeyInfo (RFC 5280 §4.1.2.7) of the algorithm's kind.
fn is_good(algorithm: Algorithm, public_key: &[u8], data: &[u8], signature: &[u8]) -> bool {
    // The library also takes bare keys, which the contract does not have.
    if SubjectPublicKeyInfoRef::from_der(public_key).is_err() {
        return false;
    }
    let algorithm: &'static dyn VerificationAlgorithm = match algorithm {
        Algorithm::Ed25519 => &signature::ED25519,
        Algorithm::EcdsaP256Sha256 => &signature::ECDSA_P256_SHA256_ASN1,
        Algorithm::EcdsaP384Sha384 => &signature::ECDSA_P384_SHA384_ASN1,
        Algorithm::RsaPkcs1Sha256 => &signature::RSA_PKCS1_2048_8192_SHA256,
        Algorithm::RsaPssSha256 => &signature::RSA_PSS_2048_8192_SHA256,
    };
    UnparsedPublicKey::new(algorithm, public_key).verify(data, signature).is_ok()
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
    use aws_lc_rs::rand::SystemRandom;
    use aws_lc_rs::rsa::KeySize;
    use aws_lc_rs::signature::{
        ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P384_SHA384_ASN1_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair,
        RSA_PKCS1_SHA256, RSA_PSS_SHA256, RsaKeyPair,
    };

    use super::*;
    use crate::sandbox::Access;
    use crate::testing::{Stage, broken};

    fn spki(key: &impl AsDer<PublicKeyX509Der<'static>>) -> Vec<u8> {
        key.as_der().expect("a key has an X.509 form").as_ref().to_vec()
    }

    /// A good one, one over other data, one under another algorithm's name, and one under a key without its frame.
    fn check(algorithm: Algorithm, public_key: &[u8], bare_key: &[u8], signature: &[u8]) {
        assert!(is_good(algorithm, public_key, b"data", signature), "{algorithm:?}");
        assert!(!is_good(algorithm, public_key, b"other data", signature), "{algorithm:?}");
        assert!(!is_good(algorithm, bare_key, b"data", signature), "{algorithm:?}");
        assert!(!is_good(algorithm, b"no key", b"data", signature), "{algorithm:?}");
        let others = [
            Algorithm::Ed25519,
            Algorithm::EcdsaP256Sha256,
            Algorithm::EcdsaP384Sha384,
            Algorithm::RsaPkcs1Sha256,
            Algorithm::RsaPssSha256,
        ];
        for other in others.into_iter().filter(|other| *other != algorithm) {
            assert!(!is_good(other, public_key, b"data", signature), "{other:?} for {algorithm:?}");
        }
    }

    #[test]
    fn believes_good_signatures_of_each_algorithm_and_no_others() {
        let random = SystemRandom::new();
        let key = Ed25519KeyPair::generate().expect("a key");
        let public = key.public_key();
        check(Algorithm::Ed25519, &spki(public), public.as_ref(), key.sign(b"data").as_ref());

        for (algorithm, signing) in [
            (Algorithm::EcdsaP256Sha256, &ECDSA_P256_SHA256_ASN1_SIGNING),
            (Algorithm::EcdsaP384Sha384, &ECDSA_P384_SHA384_ASN1_SIGNING),
        ] {
            let key = EcdsaKeyPair::generate(signing).expect("a key");
            let signature = key.sign(&random, b"data").expect("a signature");
            check(algorithm, &spki(key.public_key()), key.public_key().as_ref(), signature.as_ref());
        }

        let key = RsaKeyPair::generate(KeySize::Rsa2048).expect("a key");
        let mut signature = vec![0; key.public_modulus_len()];
        key.sign(&RSA_PKCS1_SHA256, &random, b"data", &mut signature).expect("a signature");
        check(Algorithm::RsaPkcs1Sha256, &spki(key.public_key()), key.public_key().as_ref(), &signature);
        key.sign(&RSA_PSS_SHA256, &random, b"data", &mut signature).expect("a signature");
        check(Algorithm::RsaPssSha256, &spki(key.public_key()), key.public_key().as_ref(), &signature);
    }

    #[tokio::test]
    async fn seals_and_opens_under_a_key_that_the_manifest_asks_for() {
        let stage = Stage::new().await;
        let opened = stage.call(Access::Read, |sandbox| {
            let sealed = sandbox.seal("tokens".to_owned(), b"Ana".to_vec(), b"secret".to_vec())?;
            assert_ne!(sandbox.mac("tokens".to_owned(), b"data".to_vec())?, sandbox.sha256(b"data".to_vec())?);
            assert_eq!(sandbox.open("tokens".to_owned(), b"Beto".to_vec(), sealed.clone())?, None);
            sandbox.open("tokens".to_owned(), b"Ana".to_vec(), sealed)
        });
        assert_eq!(opened.await.expect("it is called").as_deref(), Some(b"secret".as_slice()));
    }

    #[tokio::test]
    async fn stops_a_plugin_that_uses_a_key_that_it_did_not_ask_for() {
        let stage = Stage::new().await;
        let called = stage.call(Access::Read, |sandbox| sandbox.mac("others".to_owned(), Vec::new()));
        let asked = "others".to_owned();
        assert_eq!(broken(called.await), Broken::Scope { capability: Capability::Crypto, asked });
    }

    #[tokio::test]
    async fn stops_a_plugin_that_passes_more_than_is_allowed() {
        let stage = Stage::new().await;
        let called = stage.call(Access::Read, |sandbox| sandbox.sha256(vec![0; MAX_DATA_BYTES + 1]));
        let rule = "the data has 4194305 bytes, and may have 4194304".to_owned();
        assert_eq!(broken(called.await), Broken::Argument { function: "crypto.sha256", rule });
    }
}
