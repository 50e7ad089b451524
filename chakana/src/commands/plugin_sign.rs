//! Signing a package.

use super::keys;
use crate::arguments::{PluginSign, SignAs};
use crate::output::{self, Audience};
use crate::{Exit, files, pin};
use anyhow::{Context as _, Result, anyhow, ensure};
use clock::{Clock as _, SystemClock};
use jiff::Timestamp;
use listener::client::{Client, ClientTls};
use plugin_host::package::Package;
use security_server::TrustServices;
use security_server::credentials::own::{OcspSource, ask_status};
use serde_json::json;
use signer::{Signer, SoftwareToken, signer_from_pem};
use std::sync::Arc;
use std::time::Duration;
use trust::cades::{self, ToBeSigned};
use trust::certificate::Certificate;

pub(super) async fn run(asked: PluginSign) -> Result<Exit> {
    let package = super::plugin::read(&asked.package)?;
    check_part(&package, asked.part)?;
    let key = open_key(&asked)?;
    let chain = keys::chain(&asked.certificate)?;
    let source = TrustServices::new(Client::new(ClientTls::Plain));
    let signing = Signing { key, chain, ocsp_url: asked.ocsp_url.clone(), now: SystemClock.now() };
    let signed = signing.sign(package, &source).await?;
    files::replace(&asked.package, &signed.write()?)?;
    match Audience::of(&asked.json) {
        Audience::Machine => output::json(&json!({
            "package": asked.package.display().to_string(),
            "digest": signed.digest().to_string(),
            "signatures": signed.container().signature_count(),
        })),
        Audience::Person => {
            println!("Signed {}, as {}.", asked.package.display(), part(asked.part));
            output::next(&format!("chakana plugin inspect {}", asked.package.display()));
        }
    }
    Ok(Exit::Success)
}

/// A key that signs now, and what it is proved by.
struct Signing {
    key: Arc<dyn Signer>,
    chain: Vec<Certificate>,
    ocsp_url: Option<String>,
    now: Timestamp,
}

impl Signing {
    async fn sign(&self, package: Package, source: &dyn OcspSource) -> Result<Package> {
        let (leaf, issuer) = match self.chain.as_slice() {
            [leaf, issuer, ..] => (leaf, issuer),
            _ => {
                return Err(anyhow!(
                    "the certificate's issuer is missing: put it into the file, below the certificate"
                ));
            }
        };
        ensure!(
            leaf.public_key() == self.key.public_key(),
            "the first certificate, of {}, is of another key: the key's own certificate comes first",
            leaf.subject()
        );
        let urls = leaf.ocsp_urls().iter().map(String::as_str).chain(self.ocsp_url.as_deref());
        let (status, _) = ask_status(leaf, issuer, urls, MAX_STATUS_AGE, source, self.now)
            .await
            .map_err(|why| anyhow!("nobody says that the certificate of {} is good: {why}", leaf.subject()))?;
        let manifest = package.container().to_be_signed();
        let to_be_signed = ToBeSigned::new(manifest.as_bytes(), leaf, self.now)?;
        let value = self.key.sign(to_be_signed.bytes())?;
        let signature = cades::long_form(&to_be_signed.complete(&value), &self.chain, &[&status], None)?;
        Ok(package.with_signature(signature)?)
    }
}

/// The author signs first, and once; an authority approves what an author has signed.
fn check_part(package: &Package, part: SignAs) -> Result<()> {
    match (part, package.container().signature_count()) {
        (SignAs::Author, 0) | (SignAs::Authority, 1..) => Ok(()),
        (SignAs::Author, _) => {
            Err(anyhow!("the package has its author's signature: build it again, or sign with --as authority"))
        }
        (SignAs::Authority, _) => Err(anyhow!("the package is not signed by its author, who signs first")),
    }
}

fn open_key(asked: &PluginSign) -> Result<Arc<dyn Signer>> {
    match (&asked.key_file, &asked.token, &asked.key) {
        (Some(file), _, _) => {
            let pem = std::fs::read_to_string(file).with_context(|| format!("failed to read {}", file.display()))?;
            signer_from_pem(&pem).with_context(|| format!("{} is no key", file.display()))
        }
        (None, Some(folder), Some(name)) => {
            let token = SoftwareToken::open(folder, &pin::read(asked.pin_file.as_deref())?)?;
            Ok(token.signer(name)?)
        }
        _ => Err(anyhow!("no key: give --key NAME and --token DIR, or --key-file FILE")),
    }
}

fn part(part: SignAs) -> &'static str {
    match part {
        SignAs::Author => "its author",
        SignAs::Authority => "the authority that approves it",
    }
}

/// As most instances have it: an answer that is older proves too little to whoever installs the package.
const MAX_STATUS_AGE: Duration = Duration::from_secs(3600);
