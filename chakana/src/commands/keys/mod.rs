//! Keys, certificate requests and tokens.

mod opened;
mod reload;

use crate::arguments::{AnyToken, KeysCommand, Request, Token};
use crate::output::{self, Audience};
use crate::{Exit, files, pin};
use anyhow::{Context as _, Result, bail, ensure};
use opened::{KeyRow, OpenedToken, WhereNone};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject as _;
use serde_json::json;
use signer::pkcs11::wire::Extraction;
use signer::{KeyAlgorithm, PemLabel, SoftwareToken, Subject, UnknownAlgorithm, pem};
use std::os::fd::AsFd as _;
use std::path::Path;
use std::str::FromStr;
use trust::certificate::Certificate;

pub(super) async fn run(asked: KeysCommand) -> Result<Exit> {
    match asked {
        KeysCommand::Reload(server) => reload::run(&server).await?,
        // A token answers when it does; nothing else goes on meanwhile.
        asked => tokio::task::block_in_place(|| with_token(asked))?,
    }
    Ok(Exit::Success)
}

fn with_token(asked: KeysCommand) -> Result<()> {
    match asked {
        KeysCommand::Reload(_) => bail!("a running server reads its keys again, not a token"),
        KeysCommand::Init(asked) => init(&asked.into()),
        KeysCommand::Create { name, algorithm, token: asked } => {
            let kind = algorithm.parse()?;
            let token = OpenedToken::open(&asked, WhereNone::Make)?;
            token.generate(&name, kind)?;
            list(&token, &asked)
        }
        KeysCommand::List(asked) => list(&OpenedToken::open(&asked, WhereNone::Refuse)?, &asked),
        KeysCommand::Show { name, out, token: asked } => {
            let key = OpenedToken::open(&asked, WhereNone::Refuse)?.key(&name)?;
            let public_key = pem(PemLabel::PublicKey, &key.public_key);
            match (Audience::of(&asked.json), &out) {
                (Audience::Machine, None) => output::json(&json!({ "name": name, "public_key": public_key })),
                _ => files::give(out.as_deref(), public_key.as_bytes())?,
            }
            Ok(())
        }
        KeysCommand::Request(asked) => request(asked),
        KeysCommand::Import { name, file, token: asked } => {
            let pem = std::fs::read_to_string(&file).with_context(|| format!("failed to read {}", file.display()))?;
            let token = OpenedToken::open(&asked, WhereNone::Make)?;
            token.import(&name, &pem)?;
            list(&token, &asked)?;
            if Audience::of(&asked.json) == Audience::Person {
                output::next(&format!("delete {}: the key is in it, in the clear", file.display()));
            }
            Ok(())
        }
        KeysCommand::Certificate { name, file, out, token: asked } => {
            let key = OpenedToken::open(&asked, WhereNone::Refuse)?.key(&name)?;
            certificate(&key, &file, &out, Audience::of(&asked.json))
        }
    }
}

fn init(asked: &AnyToken) -> Result<()> {
    let token = OpenedToken::open(asked, WhereNone::Make)?;
    for (name, kind) in OF_A_SERVER {
        token.generate_where_missing(name, kind)?;
    }
    list(&token, asked)?;
    if Audience::of(&asked.json) == Audience::Person {
        output::next("chakana keys request for authentication, signing and internal");
    }
    Ok(())
}

/// Serves the server at the other end of standard input; it sees by the socket that this has ended.
pub(super) fn serve_signer() -> Exit {
    let socket = std::io::stdin().as_fd().try_clone_to_owned();
    match socket.map_err(signer::pkcs11::ServeError::from).and_then(signer::pkcs11::serve) {
        Ok(()) => Exit::Success,
        Err(error) => {
            eprintln!("chakana: {error}");
            Exit::Failure
        }
    }
}

pub(super) fn open(asked: &Token) -> Result<SoftwareToken> {
    Ok(SoftwareToken::open(&asked.token, &pin::read(asked.pin_file.as_deref())?)?)
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

fn list(token: &OpenedToken, asked: &AnyToken) -> Result<()> {
    let hash = |key: &KeyRow| protocol::hash::Sha256Hash::of(&key.public_key).to_string();
    let (keys, encryption) = (token.keys()?, token.key_encryption_keys()?);
    match Audience::of(&asked.json) {
        Audience::Machine => {
            let signing = keys.iter().map(|key| (&key.name, key.algorithm.to_string(), Some(hash(key))));
            let encryption = encryption.iter().map(|name| (name, ENCRYPTION.to_owned(), None));
            let keys = signing.chain(encryption).map(|(name, algorithm, public_key)| {
                json!({ "name": name, "algorithm": algorithm, "public_key_sha256": public_key })
            });
            output::json(&json!({ "token": token.to_string(), "keys": keys.collect::<Vec<_>>() }));
        }
        Audience::Person => {
            let signing = keys.iter().map(|key| vec![key.name.clone(), key.algorithm.to_string(), hash(key)]);
            let encryption = encryption.iter().map(|name| vec![name.clone(), ENCRYPTION.to_owned(), String::new()]);
            output::table(&["key", "algorithm", "SHA-256 of the public key"], signing.chain(encryption));
            for key in keys.iter().filter(|key| key.extraction == Some(Extraction::Possible)) {
                output::next(&format!(
                    "the token gives {} out to who is logged in; make another with keys create",
                    key.name
                ));
            }
        }
    }
    Ok(())
}

fn request(asked: Request) -> Result<()> {
    let token = OpenedToken::open(&asked.token, WhereNone::Refuse)?;
    token.key(&asked.name)?;
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

fn certificate(key: &KeyRow, file: &Path, out: &Path, audience: Audience) -> Result<()> {
    let chain = chain(file)?;
    let Some(leaf) = chain.first() else { bail!("{} holds no PEM certificate", file.display()) };
    ensure!(
        leaf.public_key() == key.public_key,
        "the first certificate of {} is of another key than {}: the key's own certificate comes first",
        file.display(),
        key.name
    );
    let text: String = chain.iter().map(|one| pem(PemLabel::Certificate, one.der())).collect();
    files::replace(out, text.as_bytes())?;
    match audience {
        Audience::Machine => output::json(&json!({
            "key": key.name,
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
            output::table(&["certificate", key.name.as_str()], rows.map(|(what, is)| vec![what.to_owned(), is]));
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
