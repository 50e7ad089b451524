//! How the administrators' port is set up: where it listens, and the certificate that it shows.

use clock::Timestamp;
use rustls::ServerConfig;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use serde::{Deserialize, Serialize};
use signer::{PortCertificate, SoftwareToken, TokenError};
use std::fs;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// `[administration]`: the administrators' port.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PortSettings {
    /// Where it listens, over HTTPS; on loopback, unless administrators come from elsewhere.
    pub listen: SocketAddr,
    /// The names and addresses by which browsers reach it: `localhost` and the one that it listens on. They stand in the
    /// certificate that is made where there is none.
    #[serde(default)]
    pub names: Vec<String>,
    /// The label of its key in the token: `administration`. Made where there is none.
    #[serde(default = "key")]
    pub key: String,
    /// Its certificate chain, PEM, relative to the data folder: `administration.pem`. Where there is none, one is made that
    /// the key signs itself.
    #[serde(default = "certificate")]
    pub certificate: PathBuf,
}

/// Why the port cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum PortError {
    /// The token has no such key, and none could be made.
    #[error("the key of the administrators' port cannot be used")]
    Token(#[from] TokenError),
    /// The certificate's file cannot be read.
    #[error("failed to read {}", path.display())]
    Read {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The certificate's file holds none.
    #[error("{} is no chain of PEM certificates", path.display())]
    Chain {
        /// Which file.
        path: PathBuf,
    },
    /// No certificate could be made.
    #[error("the certificate of the administrators' port could not be made")]
    SelfSigned(#[from] signer::SelfSignedError),
    /// Key and certificate do not belong together.
    #[error("key and certificate of the administrators' port do not belong together")]
    CertifiedKey(#[from] signer::tls::CertifiedKeyError),
}

/// So long the certificate is good that is made; browsers refuse such as are good for longer than 398 days.
const CERTIFICATE_DAYS: u32 = 397;

impl PortSettings {
    /// A port that listens there, with what else is said of it by default.
    #[must_use]
    pub fn at(listen: SocketAddr) -> Self {
        Self { listen, names: Vec::new(), key: key(), certificate: certificate() }
    }

    /// TLS 1.3 with the key and certificate of the port, both of which are made where they are missing. Blocks.
    ///
    /// # Errors
    /// When there is no key or certificate and none can be made, or they do not belong together.
    pub fn tls(&self, folder: &Path, token: &SoftwareToken, now: Timestamp) -> Result<Arc<ServerConfig>, PortError> {
        let path = folder.join(&self.certificate);
        let names = self.all_names();
        PortCertificate { key: &self.key, path: &path, names: &names, days: CERTIFICATE_DAYS }
            .make_where_missing(token, now.into())?;
        let pem = fs::read(&path).map_err(|source| PortError::Read { path: path.clone(), source })?;
        let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
        let chain = chain.ok().filter(|chain| !chain.is_empty()).ok_or(PortError::Chain { path })?;
        Ok(signer::tls::server_config(token.signer(&self.key)?, chain)?)
    }

    fn all_names(&self) -> Vec<String> {
        if !self.names.is_empty() {
            return self.names.clone();
        }
        let mut names = vec!["localhost".to_owned()];
        if !self.listen.ip().is_unspecified() {
            names.push(self.listen.ip().to_string());
        }
        names
    }
}

fn key() -> String {
    "administration".to_owned()
}

fn certificate() -> PathBuf {
    "administration.pem".into()
}
