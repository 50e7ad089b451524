//! Starting: what can go wrong before the server runs, and the small things that are read from its folder.

mod certificates;
mod opened;
pub mod sockets;

pub(crate) use certificates::own_certificates;
pub(crate) use opened::{GLOBAL_CONFIGURATION, Opened, member_signers, open_source};

use std::io;
use std::path::{Path, PathBuf};
use trust::certificate::{Certificate, CertificateError};

/// Why a security server does not start, or did not end in order.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "each variant's text says what it is")]
pub enum StartError {
    #[error(transparent)]
    Settings(#[from] crate::settings::SettingsError),
    #[error("failed to read {}", path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error("{} is no chain of PEM certificates", path.display())]
    Chain { path: PathBuf },
    #[error("a certificate of {} cannot be read", path.display())]
    Certificate { path: PathBuf, source: CertificateError },
    #[error("the keys cannot be used")]
    Token(#[from] signer::TokenError),
    #[error("the keys cannot be used")]
    KeyStore(#[from] crate::key_store::KeyStoreError),
    #[error(transparent)]
    LogKey(#[from] crate::log_keys::LogKeyError),
    #[error("the first certificate of {} is of another key than {key}: the key's own certificate comes first", path.display())]
    OtherKey { key: String, path: PathBuf },
    #[error("a key and its certificate do not belong together")]
    CertifiedKey(#[from] signer::tls::CertifiedKeyError),
    #[error("TLS cannot be set up")]
    Tls(#[from] rustls::Error),
    #[error("the server's address {address} is not host:port")]
    Address { address: String },
    #[error("the mirror {url} is no URL")]
    Mirror { url: String },
    #[error("the global configuration cannot be opened")]
    GlobalConfiguration(#[from] global_configuration::OpenError),
    #[error("the message log cannot be opened")]
    Log(#[from] message_log::OpenError),
    #[error("the server configuration cannot be opened")]
    ServerConfiguration(#[source] Box<dyn std::error::Error + Send + Sync>),
    #[error("that the plugins' data come from a copy cannot be noted in {}", path.display())]
    Reconciliation { path: PathBuf, source: io::Error },
    #[error("failed to listen on {address} for {purpose}")]
    Listen { address: std::net::SocketAddr, purpose: &'static str, source: io::Error },
    #[error("listen.clients_https needs keys.internal")]
    NoInternalKey,
    #[error("the administrator's socket cannot be opened")]
    Administration(#[source] Box<dyn std::error::Error + Send + Sync>),
    #[error("the administrators cannot be opened")]
    Administrators(#[from] admin::SecretError),
    #[error(transparent)]
    AdministrationPort(#[from] admin::PortError),
    #[error("the message log could not be closed in order")]
    Close(#[source] message_log::AppendError),
}

/// Reads a PEM chain.
///
/// # Errors
/// When the file is not there, holds no certificate, or one that cannot be read.
pub fn read_chain(path: &Path) -> Result<Vec<Certificate>, StartError> {
    use rustls::pki_types::{CertificateDer, pem::PemObject};
    let pem = std::fs::read(path).map_err(|source| StartError::Read { path: path.to_owned(), source })?;
    let malformed = || StartError::Chain { path: path.to_owned() };
    let ders = CertificateDer::pem_slice_iter(&pem).collect::<Result<Vec<_>, _>>().map_err(|_| malformed())?;
    if ders.is_empty() {
        return Err(malformed());
    }
    let parsed = ders.iter().map(|der| Certificate::from_der(der));
    parsed.collect::<Result<_, _>>().map_err(|source| StartError::Certificate { path: path.to_owned(), source })
}
