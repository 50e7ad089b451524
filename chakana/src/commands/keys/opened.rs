//! A token that a command works with, in a folder or in hardware.

use super::KeyKind;
use crate::arguments::{AnyToken, Token};
use crate::pin;
use anyhow::{Context as _, Result, bail};
use signer::pkcs11::TokenSettings;
use signer::pkcs11::wire::Extraction;
use signer::{HardwareToken, KeyAlgorithm, SoftwareToken, Subject, TokenError};
use std::fmt;
use std::path::Path;
use std::time::Duration;

/// A token that is open.
pub(super) enum OpenedToken {
    Software(SoftwareToken),
    Hardware(HardwareToken),
}

/// A key of either.
pub(super) struct KeyRow {
    pub(super) name: String,
    pub(super) algorithm: KeyAlgorithm,
    pub(super) public_key: Vec<u8>,
    /// Of a key in hardware, whether it can leave.
    pub(super) extraction: Option<Extraction>,
}

/// What becomes of a software token that is not there. One in hardware is made by its vendor's tool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WhereNone {
    Make,
    Refuse,
}

/// Some tokens make an RSA key in half a minute.
const WITHIN: Duration = Duration::from_secs(120);

impl OpenedToken {
    pub(super) fn open(asked: &AnyToken, where_none: WhereNone) -> Result<Self> {
        let pin = pin::read(asked.pin_file.as_deref())?;
        match (&asked.token, &asked.module, &asked.token_label) {
            (Some(folder), None, None) => match (SoftwareToken::open(folder, &pin), where_none) {
                (Err(TokenError::NotFound { .. }), WhereNone::Make) => {
                    Ok(Self::Software(SoftwareToken::create(folder, &pin)?))
                }
                (opened, _) => Ok(Self::Software(opened?)),
            },
            (None, Some(module), Some(label)) => {
                let settings = settings(module, label, &asked.environment)?;
                Ok(Self::Hardware(HardwareToken::start(settings, pin)?))
            }
            _ => bail!("name a software token by --token, or one in hardware by --module and --token-label"),
        }
    }

    pub(super) fn generate(&self, name: &str, kind: KeyKind) -> Result<()> {
        match (self, kind) {
            (Self::Software(token), KeyKind::Signing(algorithm)) => drop(token.generate(name, algorithm)?),
            (Self::Software(token), KeyKind::Encryption) => drop(token.generate_key_encryption_key(name)?),
            (Self::Hardware(token), KeyKind::Signing(algorithm)) => drop(token.generate(name, algorithm)?),
            (Self::Hardware(_), KeyKind::Encryption) => {
                bail!("the key that wraps a log's data keys is kept in the software token: name it by --token")
            }
        }
        Ok(())
    }

    pub(super) fn generate_where_missing(&self, name: &str, kind: KeyKind) -> Result<()> {
        match self.generate(name, kind) {
            Err(error) if matches!(error.downcast_ref(), Some(TokenError::KeyExists { .. })) => Ok(()),
            made => made,
        }
    }

    pub(super) fn import(&self, name: &str, pem: &str) -> Result<()> {
        match self {
            Self::Software(token) => drop(token.import(name, pem)?),
            Self::Hardware(token) => drop(token.import(name, pem)?),
        }
        Ok(())
    }

    pub(super) fn keys(&self) -> Result<Vec<KeyRow>> {
        match self {
            Self::Software(token) => {
                let row = |key: &signer::Key| {
                    let (name, public_key) = (key.id().to_string(), key.public_key().to_vec());
                    Ok(KeyRow { name, algorithm: token.signer(key.id())?.algorithm(), public_key, extraction: None })
                };
                token.keys()?.iter().map(row).collect()
            }
            Self::Hardware(token) => {
                let rows = token.keys()?.into_iter().map(|key| KeyRow {
                    name: key.label,
                    algorithm: key.algorithm,
                    public_key: key.public_key,
                    extraction: Some(key.extraction),
                });
                Ok(rows.collect())
            }
        }
    }

    pub(super) fn key(&self, name: &str) -> Result<KeyRow> {
        let keys = self.keys()?;
        let known = keys.iter().map(|key| key.name.clone()).collect::<Vec<_>>().join(", ");
        let found = keys.into_iter().find(|key| key.name == name);
        found.with_context(|| format!("{self} has no key {name}: it has {known}"))
    }

    pub(super) fn key_encryption_keys(&self) -> Result<Vec<String>> {
        match self {
            Self::Software(token) => Ok(token.key_encryption_keys()?.iter().map(ToString::to_string).collect()),
            Self::Hardware(_) => Ok(Vec::new()),
        }
    }

    pub(super) fn certificate_request(&self, name: &str, subject: &Subject) -> Result<Vec<u8>> {
        match self {
            Self::Software(token) => Ok(token.certificate_request(name, subject)?),
            Self::Hardware(token) => Ok(token.certificate_request(name, subject)?),
        }
    }
}

impl fmt::Display for OpenedToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Software(token) => write!(f, "{}", token.folder().display()),
            Self::Hardware(token) => f.write_str(token.name()),
        }
    }
}

impl From<Token> for AnyToken {
    fn from(token: Token) -> Self {
        let Token { token, pin_file, json } = token;
        Self { token: Some(token), module: None, token_label: None, environment: Vec::new(), pin_file, json }
    }
}

fn settings(module: &Path, label: &str, environment: &[(String, String)]) -> Result<TokenSettings> {
    Ok(TokenSettings {
        name: label.to_owned(),
        program: std::env::current_exe().context("the program itself is not found")?,
        arguments: vec!["signer-process".to_owned()],
        environment: environment.to_vec(),
        module: module.to_owned(),
        token: label.to_owned(),
        sessions: 1,
        timeout: WITHIN,
        start_within: WITHIN,
    })
}
