//! The kinds of keys.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The kind of a key, which also decides how it signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeyAlgorithm {
    /// ECDSA on P-256 with SHA-256.
    #[default]
    P256,
    /// ECDSA on P-384 with SHA-384.
    P384,
    /// Ed25519 (RFC 8032).
    Ed25519,
    /// RSA of 2048 to 4096 bits: PKCS#1 v1.5 with SHA-256, in TLS PSS with SHA-256. New ones have 3072.
    Rsa,
}

/// The text names no kind of key.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("unknown key algorithm {0:?}, expected p256, p384, ed25519 or rsa")]
pub struct UnknownAlgorithm(String);

impl fmt::Display for KeyAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::P256 => "p256",
            Self::P384 => "p384",
            Self::Ed25519 => "ed25519",
            Self::Rsa => "rsa",
        })
    }
}

impl FromStr for KeyAlgorithm {
    type Err = UnknownAlgorithm;

    fn from_str(text: &str) -> Result<Self, UnknownAlgorithm> {
        match text {
            "p256" => Ok(Self::P256),
            "p384" => Ok(Self::P384),
            "ed25519" => Ok(Self::Ed25519),
            "rsa" => Ok(Self::Rsa),
            other => Err(UnknownAlgorithm(other.chars().take(32).collect())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_prints() {
        for algorithm in [KeyAlgorithm::P256, KeyAlgorithm::P384, KeyAlgorithm::Ed25519, KeyAlgorithm::Rsa] {
            assert_eq!(algorithm.to_string().parse(), Ok(algorithm));
            assert_eq!(serde_json::to_string(&algorithm).unwrap(), format!("\"{algorithm}\""));
        }
    }

    #[test]
    fn refuses_an_unknown_algorithm() {
        assert!("P256".parse::<KeyAlgorithm>().is_err());
        assert!("dsa".parse::<KeyAlgorithm>().is_err());
    }
}
