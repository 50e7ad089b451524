//! The issuer that says who people are: what the settings say of it, and the way to it.

use super::CitizensError;
use crate::secrets;
use crate::settings::{Level, SignInSettings};
use citizens_gateway::{ClientSecret, IssuerAccess, IssuerSettings, OverNetwork};
use listener::client::{Client, ClientTls};
use plugin_host::manifest::Assurance;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use std::path::Path;
use std::sync::Arc;

/// The issuer as the gateway knows it.
pub(super) fn settings(folder: &Path, sign_in: &SignInSettings) -> Result<IssuerSettings, CitizensError> {
    let assurance = |level: &Level| match level {
        Level::Low => Assurance::Low,
        Level::Substantial => Assurance::Substantial,
        Level::High => Assurance::High,
    };
    let named = |levels: &std::collections::BTreeMap<String, Level>| {
        levels.iter().map(|(acr, level)| (acr.clone(), assurance(level))).collect()
    };
    Ok(IssuerSettings {
        url: sign_in.issuer.clone(),
        client_id: sign_in.client.clone(),
        credentials: ClientSecret::new(secrets::read(&folder.join(&sign_in.secret))?),
        levels: sign_in.levels.as_ref().map_or_else(IssuerSettings::usual_levels, named),
        account: sign_in.account.clone(),
    })
}

/// The way to the issuer over the network.
pub(super) fn access(folder: &Path, sign_in: &SignInSettings) -> Result<Arc<dyn IssuerAccess>, CitizensError> {
    Ok(Arc::new(OverNetwork(client(folder, &sign_in.trust)?)))
}

/// A client that knows servers by the certification authorities in a file.
pub(super) fn client(folder: &Path, trust: &Path) -> Result<Client, CitizensError> {
    let path = folder.join(trust);
    let refused = |why: String| CitizensError::Trust { path: path.clone(), why };
    let mut roots = RootCertStore::empty();
    let certificates = CertificateDer::pem_file_iter(&path).map_err(|error| refused(error.to_string()))?;
    for certificate in certificates {
        let certificate = certificate.map_err(|error| refused(error.to_string()))?;
        // A system's collection holds some that the library does not take.
        let _ = roots.add(certificate);
    }
    if roots.is_empty() {
        return Err(refused("it holds none".to_owned()));
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| refused(error.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Client::new(ClientTls::Rustls(Arc::new(config))))
}
