//! Public keys as JSON (RFC 7517, RFC 7518 §6), and signatures as tokens carry them.

use crate::client::SigningAlgorithm;
use crate::random;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use der::asn1::UintRef;
use der::{Decode as _, Sequence};
use serde_json::{Value, json};
use signer::{KeyAlgorithm, Signer};
use spki::SubjectPublicKeyInfoRef;

/// RFC 5480 §2.2 / RFC 3279 §2.2.3: r and s.
#[derive(Sequence)]
struct EcdsaSignature<'a> {
    r: UintRef<'a>,
    s: UintRef<'a>,
}

/// RFC 8017 §A.1.1.
#[derive(Sequence)]
struct RsaPublicKey<'a> {
    modulus: UintRef<'a>,
    exponent: UintRef<'a>,
}

const P256_BYTES: usize = 32;

/// A key as others see it; its id is its thumbprint (RFC 7638).
pub(super) fn of(signer: &dyn Signer) -> Option<Value> {
    let info = SubjectPublicKeyInfoRef::from_der(signer.public_key()).ok()?;
    let bits = info.subject_public_key.as_bytes()?;
    let encoded = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    // RFC 7638 §3.2: the required members, in this order.
    let (mut jwk, named) = match signer.algorithm() {
        KeyAlgorithm::P256 => {
            let point = bits.strip_prefix(&[4]).filter(|point| point.len() == 2 * P256_BYTES)?;
            let (x, y) = point.split_at(P256_BYTES);
            let (x, y) = (encoded(x), encoded(y));
            let named = format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#);
            (json!({ "kty": "EC", "crv": "P-256", "x": x, "y": y, "alg": "ES256" }), named)
        }
        KeyAlgorithm::Rsa => {
            let key = RsaPublicKey::from_der(bits).ok()?;
            let (n, e) = (encoded(key.modulus.as_bytes()), encoded(key.exponent.as_bytes()));
            let named = format!(r#"{{"e":"{e}","kty":"RSA","n":"{n}"}}"#);
            (json!({ "kty": "RSA", "n": n, "e": e, "alg": "RS256" }), named)
        }
        KeyAlgorithm::P384 | KeyAlgorithm::Ed25519 => return None,
    };
    jwk["kid"] = encoded(&random::sha256(named.as_bytes())).into();
    jwk["use"] = "sig".into();
    Some(jwk)
}

/// A signature as RFC 7518 §3.4 has it: both numbers, each in 32 bytes.
pub(super) fn jws_signature(algorithm: SigningAlgorithm, signature: Vec<u8>) -> Option<Vec<u8>> {
    if algorithm == SigningAlgorithm::Rs256 {
        return Some(signature);
    }
    let parts = EcdsaSignature::from_der(&signature).ok()?;
    let mut fixed = vec![0; 2 * P256_BYTES];
    for (half, number) in fixed.chunks_mut(P256_BYTES).zip([parts.r, parts.s]) {
        let at = P256_BYTES.checked_sub(number.as_bytes().len())?;
        half[at..].copy_from_slice(number.as_bytes());
    }
    Some(fixed)
}
