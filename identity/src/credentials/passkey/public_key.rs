//! The public key of a passkey (RFC 9053), and signatures by it.

use super::PasskeyError;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ED25519, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ciborium::Value;
use serde::{Deserialize, Serialize};

/// A public key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub(crate) enum PublicKey {
    /// ECDSA on P-256 with SHA-256; the point, uncompressed.
    Es256 { point: Text },
    /// Ed25519.
    Eddsa { key: Text },
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256 { modulus: Text, exponent: Text },
}

/// Bytes in base64url.
type Text = String;

/// What of a COSE key is used; which is which depends on its kind (RFC 9053 §7).
#[derive(Default)]
struct Fields {
    kind: Option<i64>,
    algorithm: Option<i64>,
    curve: Option<i64>,
    minus_one: Option<Vec<u8>>,
    minus_two: Option<Vec<u8>>,
    minus_three: Option<Vec<u8>>,
}

impl PublicKey {
    /// The algorithms that are asked for, the preferred one first, by their COSE numbers.
    pub(crate) const ALGORITHMS: [i64; 3] = [-7, -8, -257];

    pub(crate) fn from_cose(cose: &[u8]) -> Result<Self, PasskeyError> {
        let fields = Fields::read(cose).ok_or(PasskeyError::Form)?;
        let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        match (fields.kind, fields.algorithm, fields.curve) {
            (Some(2), Some(-7), Some(1)) => {
                let (Some(x), Some(y)) = (fields.minus_two, fields.minus_three) else { return Err(PasskeyError::Form) };
                if x.len() != 32 || y.len() != 32 {
                    return Err(PasskeyError::Form);
                }
                Ok(Self::Es256 { point: text(&[&[4], x.as_slice(), &y].concat()) })
            }
            (Some(1), Some(-8), Some(6)) => {
                let key = fields.minus_two.filter(|key| key.len() == 32).ok_or(PasskeyError::Form)?;
                Ok(Self::Eddsa { key: text(&key) })
            }
            (Some(3), Some(-257), None) => {
                let (Some(modulus), Some(exponent)) = (fields.minus_one, fields.minus_two) else {
                    return Err(PasskeyError::Form);
                };
                if !(256..=1024).contains(&modulus.len()) || !(1..=8).contains(&exponent.len()) {
                    return Err(PasskeyError::Form);
                }
                Ok(Self::Rs256 { modulus: text(&modulus), exponent: text(&exponent) })
            }
            _ => Err(PasskeyError::Algorithm),
        }
    }

    pub(crate) fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), PasskeyError> {
        let bytes = |text: &Text| URL_SAFE_NO_PAD.decode(text).map_err(|_| PasskeyError::Form);
        let right = match self {
            Self::Es256 { point } => {
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, bytes(point)?).verify(message, signature)
            }
            Self::Eddsa { key } => UnparsedPublicKey::new(&ED25519, bytes(key)?).verify(message, signature),
            Self::Rs256 { modulus, exponent } => {
                let key = RsaPublicKeyComponents { n: bytes(modulus)?, e: bytes(exponent)? };
                key.verify(&RSA_PKCS1_2048_8192_SHA256, message, signature)
            }
        };
        right.map_err(|_| PasskeyError::Signature)
    }
}

impl Fields {
    fn read(mut cose: &[u8]) -> Option<Self> {
        let Value::Map(entries) = ciborium::from_reader(&mut cose).ok()? else { return None };
        if !cose.is_empty() || entries.len() > MAX_FIELDS {
            return None;
        }
        let mut fields = Self::default();
        for (label, value) in entries {
            let number = |value: &Value| value.as_integer().and_then(|number| i64::try_from(number).ok());
            match number(&label) {
                Some(1) => fields.kind = Some(number(&value)?),
                Some(3) => fields.algorithm = Some(number(&value)?),
                Some(-1) if value.is_bytes() => fields.minus_one = value.into_bytes().ok(),
                Some(-1) => fields.curve = Some(number(&value)?),
                Some(-2) => fields.minus_two = Some(value.into_bytes().ok()?),
                Some(-3) => fields.minus_three = Some(value.into_bytes().ok()?),
                _ => {}
            }
        }
        Some(fields)
    }
}

const MAX_FIELDS: usize = 16;
