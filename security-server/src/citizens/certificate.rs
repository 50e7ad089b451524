//! What browsers are shown: a key of the token, and a certificate that is renewed without a restart.

use crate::settings::CertifiedKey;
use crate::start::{StartError, read_chain};
use arc_swap::ArcSwap;
use listener::Tls;
use rustls::ServerConfig;
use rustls::sign::SingleCertAndKey;
use signer::{Signer, SoftwareToken};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use trust::certificate::Certificate;

/// The certificate in a file, for as long as it stays the same.
pub(super) struct Shown {
    path: PathBuf,
    signer: Arc<dyn Signer>,
    current: Arc<ArcSwap<Current>>,
}

struct Current {
    chain: Vec<Certificate>,
    config: Arc<ServerConfig>,
}

impl Shown {
    /// Reads a certificate whose key is in the token.
    ///
    /// # Errors
    /// When they do not belong together, or cannot be read.
    pub(super) fn open(folder: &Path, key: &CertifiedKey, token: &SoftwareToken) -> Result<Self, StartError> {
        let path = folder.join(&key.certificate);
        let signer = token.signer(&key.key)?;
        let current = Current::new(read_chain(&path)?, signer.clone())?;
        Ok(Self { path, signer, current: Arc::new(ArcSwap::from_pointee(current)) })
    }

    /// TLS with the certificate that is shown at the moment.
    pub(super) fn tls(&self) -> Tls {
        let current = self.current.clone();
        Tls::reloading(move || current.load().config.clone())
    }

    /// Shows what the file holds now, if that is another certificate. One that cannot be shown is not.
    pub(super) fn look_again(&self) {
        let newer = match read_chain(&self.path) {
            Ok(chain)
                if chain.iter().map(Certificate::der).eq(self.current.load().chain.iter().map(Certificate::der)) =>
            {
                return;
            }
            read => read.and_then(|chain| Current::new(chain, self.signer.clone())),
        };
        match newer {
            Ok(newer) => {
                self.current.store(Arc::new(newer));
                tracing::info!(path = %self.path.display(), "browsers are shown another certificate");
            }
            Err(error) => {
                let why = crate::upkeep::words(&error);
                tracing::error!(path = %self.path.display(), error = %why, "the certificate for browsers is not taken");
            }
        }
    }
}

impl Current {
    fn new(chain: Vec<Certificate>, signer: Arc<dyn Signer>) -> Result<Self, StartError> {
        let ders = chain.iter().map(|certificate| certificate.der().to_vec().into()).collect();
        let key = signer::tls::certified_key(signer, ders)?;
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        // Cheap phones have old browsers: TLS 1.2 stays, with the library's choice of suites, all of which are ephemeral.
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])?
            .with_no_client_auth()
            .with_cert_resolver(Arc::new(SingleCertAndKey::from(key)));
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        config.ticketer = rustls::crypto::aws_lc_rs::Ticketer::new()?;
        Ok(Self { chain, config: Arc::new(config) })
    }
}
