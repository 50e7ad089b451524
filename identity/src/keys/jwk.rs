//! A key as clients see it (RFC 7517), and signatures as they read them (RFC 7518).

use crate::clients::IdTokenAlgorithm;
use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use der::asn1::UintRef;
use der::{Decode, Reader, SliceReader};
use serde_json::{Value, json};
use signer::{KeyAlgorithm, Signer};
use spki::SubjectPublicKeyInfoRef;
use std::sync::Arc;

/// A key that is published.
pub(super) struct Published {
    signer: Arc<dyn Signer>,
    /// Its thumbprint (RFC 7638).
    pub(super) id: String,
    pub(super) jwk: Value,
}

impl Published {
    /// `None` when the key is not of the algorithm's kind.
    pub(super) fn of(algorithm: IdTokenAlgorithm, signer: Arc<dyn Signer>) -> Option<Self> {
        match algorithm {
            IdTokenAlgorithm::Es256 => Self::ec(signer),
            IdTokenAlgorithm::Rs256 => Self::rsa(signer),
        }
    }

    /// `None` when it is no P-256 key.
    fn ec(signer: Arc<dyn Signer>) -> Option<Self> {
        if signer.algorithm() != KeyAlgorithm::P256 {
            return None;
        }
        let key = SubjectPublicKeyInfoRef::from_der(signer.public_key()).ok()?;
        // SEC 1 §2.3.3: the uncompressed point.
        let point: &[u8; 65] = key.subject_public_key.as_bytes()?.try_into().ok()?;
        let (x, y) = (URL_SAFE_NO_PAD.encode(&point[1..33]), URL_SAFE_NO_PAD.encode(&point[33..]));
        let id = thumbprint(&format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#));
        let jwk = json!({ "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": id, "x": x, "y": y });
        Some(Self { signer, id, jwk })
    }

    /// `None` when it is no RSA key.
    fn rsa(signer: Arc<dyn Signer>) -> Option<Self> {
        if signer.algorithm() != KeyAlgorithm::Rsa {
            return None;
        }
        let key = SubjectPublicKeyInfoRef::from_der(signer.public_key()).ok()?;
        let (modulus, exponent) = two_numbers(key.subject_public_key.as_bytes()?)?;
        let (n, e) = (URL_SAFE_NO_PAD.encode(modulus), URL_SAFE_NO_PAD.encode(exponent));
        let id = thumbprint(&format!(r#"{{"e":"{e}","kty":"RSA","n":"{n}"}}"#));
        let jwk = json!({ "kty": "RSA", "use": "sig", "alg": "RS256", "kid": id, "n": n, "e": e });
        Some(Self { signer, id, jwk })
    }

    /// A signature in the form of JOSE.
    pub(super) fn sign(&self, said: &[u8]) -> Option<Vec<u8>> {
        let signature = self.signer.sign(said).ok()?;
        if self.signer.algorithm() == KeyAlgorithm::Rsa {
            return Some(signature);
        }
        // RFC 7518 §3.4: both numbers, of 32 bytes each; the signer gives them in DER.
        let (r, s) = two_numbers(&signature)?;
        let mut fixed = vec![0; 64];
        fixed[32_usize.checked_sub(r.len())?..32].copy_from_slice(r);
        fixed[64_usize.checked_sub(s.len()).filter(|start| *start >= 32)?..].copy_from_slice(s);
        Some(fixed)
    }
}

/// The two numbers of a sequence in DER.
fn two_numbers(sequence: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut reader = SliceReader::new(sequence).ok()?;
    let numbers = reader.sequence(|inner| Ok::<_, der::Error>((UintRef::decode(inner)?, UintRef::decode(inner)?)));
    let (first, second) = numbers.ok()?;
    Some((first.as_bytes(), second.as_bytes()))
}

fn thumbprint(json: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, json.as_bytes()))
}
