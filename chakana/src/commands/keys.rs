//! Keys, certificate requests and tokens.

use crate::arguments::{Keys, KeysCommand, Request, Token};
use crate::output::{self, Audience};
use crate::{Exit, files, pin};
use anyhow::{Context as _, Result, bail, ensure};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject as _;
use serde_json::json;
use signer::{Key, KeyAlgorithm, PemLabel, SoftwareToken, Subject, TokenError, UnknownAlgorithm, pem};
use std::path::Path;
use std::str::FromStr;
use trust::certificate::Certificate;

pub(super) fn run(asked: Keys) -> Result<Exit> {
    match asked.what {
        KeysCommand::Init(asked) => {
            let token = open_or_create(&asked)?;
            for (name, kind) in OF_A_SERVER {
                match generate(&token, name, kind) {
                    Ok(()) | Err(TokenError::KeyExists { .. }) => {}
                    Err(error) => return Err(error.into()),
                }
            }
            list(&token, &asked)?;
            if Audience::of(&asked.json) == Audience::Person {
                output::next("chakana keys request for authentication, signing and internal");
            }
        }
        KeysCommand::Create { name, algorithm, token: asked } => {
            let kind = algorithm.parse()?;
            let token = open_or_create(&asked)?;
            generate(&token, &name, kind)?;
            list(&token, &asked)?;
        }
        KeysCommand::List(asked) => list(&open(&asked)?, &asked)?,
        KeysCommand::Show { name, out, token: asked } => {
            let key = key(&open(&asked)?, &name)?;
            let public_key = pem(PemLabel::PublicKey, key.public_key());
            match (Audience::of(&asked.json), &out) {
                (Audience::Machine, None) => output::json(&json!({ "name": name, "public_key": public_key })),
                _ => files::give(out.as_deref(), public_key.as_bytes())?,
            }
        }
        KeysCommand::Request(asked) => request(asked)?,
        KeysCommand::Import { name, file, token: asked } => {
            let pem = std::fs::read_to_string(&file).with_context(|| format!("failed to read {}", file.display()))?;
            let token = open_or_create(&asked)?;
            token.import(&name, &pem)?;
            list(&token, &asked)?;
            if Audience::of(&asked.json) == Audience::Person {
                output::next(&format!("delete {}: the key is in it, in the clear", file.display()));
            }
        }
        KeysCommand::Certificate { name, file, out, token: asked } => {
            certificate(&key(&open(&asked)?, &name)?, &file, &out, Audience::of(&asked.json))?;
        }
    }
    Ok(Exit::Success)
}

pub(super) fn open(asked: &Token) -> Result<SoftwareToken> {
    Ok(SoftwareToken::open(&asked.token, &pin::read(asked.pin_file.as_deref())?)?)
}

fn open_or_create(asked: &Token) -> Result<SoftwareToken> {
    let pin = pin::read(asked.pin_file.as_deref())?;
    match SoftwareToken::open(&asked.token, &pin) {
        Err(TokenError::NotFound { .. }) => Ok(SoftwareToken::create(&asked.token, &pin)?),
        opened => Ok(opened?),
    }
}

/// What a key is for.
#[derive(Debug, Clone, Copy)]
enum KeyKind {
    /// It signs.
    Signing(KeyAlgorithm),
    /// It wraps a log's data keys.
    Encryption,
}

impl FromStr for KeyKind {
    type Err = UnknownAlgorithm;

    fn from_str(word: &str) -> Result<Self, UnknownAlgorithm> {
        if word == ENCRYPTION { Ok(Self::Encryption) } else { word.parse().map(Self::Signing) }
    }
}

fn generate(token: &SoftwareToken, name: &str, kind: KeyKind) -> Result<(), TokenError> {
    match kind {
        KeyKind::Signing(algorithm) => token.generate(name, algorithm).map(drop),
        KeyKind::Encryption => token.generate_key_encryption_key(name).map(drop),
    }
}

fn key(token: &SoftwareToken, name: &str) -> Result<Key> {
    let keys = token.keys()?;
    let known = keys.iter().map(|key| key.id().to_string()).collect::<Vec<_>>().join(", ");
    let found = keys.into_iter().find(|key| key.id().to_string() == name);
    found.with_context(|| format!("{} has no key {name}: it has {known}", token.folder().display()))
}

fn list(token: &SoftwareToken, asked: &Token) -> Result<()> {
    let row = |key: &Key| -> Result<(String, String, Option<String>)> {
        let signer = token.signer(key.id())?;
        let public_key = protocol::hash::Sha256Hash::of(key.public_key()).to_string();
        Ok((key.id().to_string(), signer.algorithm().to_string(), Some(public_key)))
    };
    let mut rows = token.keys()?.iter().map(row).collect::<Result<Vec<_>>>()?;
    let encryption = token.key_encryption_keys()?;
    rows.extend(encryption.iter().map(|id| (id.to_string(), ENCRYPTION.to_owned(), None)));
    match Audience::of(&asked.json) {
        Audience::Machine => {
            let keys = rows.iter().map(|(name, algorithm, public_key)| {
                json!({ "name": name, "algorithm": algorithm, "public_key_sha256": public_key })
            });
            output::json(&json!({ "token": asked.token.display().to_string(), "keys": keys.collect::<Vec<_>>() }));
        }
        Audience::Person => {
            output::table(
                &["key", "algorithm", "SHA-256 of the public key"],
                rows.into_iter().map(|(name, algorithm, hash)| vec![name, algorithm, hash.unwrap_or_default()]),
            );
        }
    }
    Ok(())
}

fn request(asked: Request) -> Result<()> {
    let token = open(&asked.token)?;
    key(&token, &asked.name)?;
    let subject = Subject {
        common_name: asked.common_name,
        organization: asked.organization,
        organization_identifier: asked.organization_identifier,
        country: asked.country,
        serial_number: asked.serial_number,
        host_names: asked.host,
    };
    let request = token.certificate_request(&asked.name, &subject)?;
    files::replace(&asked.out, pem(PemLabel::CertificateRequest, &request).as_bytes())?;
    match Audience::of(&asked.token.json) {
        Audience::Machine => output::json(&json!({ "key": asked.name, "request": asked.out.display().to_string() })),
        Audience::Person => {
            println!("Wrote {}.", asked.out.display());
            output::next("send it to a certification service that the registry lists, then: chakana keys certificate");
        }
    }
    Ok(())
}

fn certificate(key: &Key, file: &Path, out: &Path, audience: Audience) -> Result<()> {
    let chain = chain(file)?;
    let Some(leaf) = chain.first() else { bail!("{} holds no PEM certificate", file.display()) };
    ensure!(
        leaf.public_key() == key.public_key(),
        "the first certificate of {} is of another key than {}: the key's own certificate comes first",
        file.display(),
        key.id()
    );
    let text: String = chain.iter().map(|one| pem(PemLabel::Certificate, one.der())).collect();
    files::replace(out, text.as_bytes())?;
    match audience {
        Audience::Machine => output::json(&json!({
            "key": key.id().to_string(),
            "subject": leaf.subject(),
            "issuer": leaf.issuer(),
            "not_after": leaf.not_after(),
            "certificate": leaf.hash().to_string(),
            "file": out.display().to_string(),
        })),
        Audience::Person => {
            let rows = [
                ("subject", leaf.subject().to_owned()),
                ("issuer", leaf.issuer().to_owned()),
                ("ends", output::moment(leaf.not_after())),
                ("SHA-256", leaf.hash().to_string()),
                ("file", out.display().to_string()),
            ];
            output::table(&["certificate", key.id().as_ref()], rows.map(|(what, is)| vec![what.to_owned(), is]));
        }
    }
    Ok(())
}

/// The certificates of a PEM file.
pub(super) fn chain(file: &Path) -> Result<Vec<Certificate>> {
    let bytes = std::fs::read(file).with_context(|| format!("failed to read {}", file.display()))?;
    let ders: Vec<CertificateDer<'_>> = CertificateDer::pem_slice_iter(&bytes)
        .collect::<Result<_, _>>()
        .with_context(|| format!("{} is no chain of PEM certificates", file.display()))?;
    Ok(ders.iter().map(|der| Certificate::from_der(der)).collect::<Result<_, _>>()?)
}

/// The word for a key that wraps a log's data keys.
const ENCRYPTION: &str = "encryption";
/// What a security server needs, by the names that `server.toml` has where it says nothing else.
const OF_A_SERVER: [(&str, KeyKind); 5] = [
    ("authentication", KeyKind::Signing(KeyAlgorithm::P256)),
    ("signing", KeyKind::Signing(KeyAlgorithm::P256)),
    ("internal", KeyKind::Signing(KeyAlgorithm::P256)),
    ("log", KeyKind::Signing(KeyAlgorithm::Ed25519)),
    ("log-encryption", KeyKind::Encryption),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_an_algorithm_that_it_does_not_know() {
        assert!(matches!("p384".parse(), Ok(KeyKind::Signing(KeyAlgorithm::P384))));
        assert!(matches!("encryption".parse(), Ok(KeyKind::Encryption)));
        assert!("p521".parse::<KeyKind>().is_err());
    }
}
