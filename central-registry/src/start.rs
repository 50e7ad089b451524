//! Starting: what can go wrong before the registry runs, and what is read from its folder.

use crate::settings::{ManagementSettings, Settings, SettingsError};
use crate::{JournalError, publication::PublishError};
use rustls::pki_types::{CertificateDer, pem::PemObject as _};
use signer::{PortCertificate, SoftwareToken, TokenError};
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::net::TcpListener;
use trust::certificate::{Certificate, CertificateError};

/// Why a registry does not start.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "each variant's text says what it is")]
pub enum StartError {
    #[error(transparent)]
    Settings(#[from] SettingsError),
    #[error("there is a registry in {} already", folder.display())]
    AlreadyExists { folder: PathBuf },
    #[error("failed to {action} {}", path.display())]
    File { action: &'static str, path: PathBuf, source: io::Error },
    #[error("{} is no chain of PEM certificates", path.display())]
    Chain { path: PathBuf },
    #[error("a certificate of {} cannot be read", path.display())]
    Certificate { path: PathBuf, source: CertificateError },
    #[error("the keys cannot be used")]
    Token(#[from] TokenError),
    #[error("the certificate of the port for management requests could not be made")]
    SelfSigned(#[from] signer::SelfSignedError),
    #[error("key and certificate of the port for management requests do not belong together")]
    CertifiedKey(#[from] signer::tls::CertifiedKeyError),
    #[error("the store cannot be opened")]
    Store(#[from] storage::OpenError),
    #[error("the state cannot be rebuilt")]
    Journal(#[from] JournalError),
    #[error("the publication cannot be opened")]
    Publish(#[from] PublishError),
    #[error("failed to listen on {address} for {purpose}")]
    Listen { address: SocketAddr, purpose: &'static str, source: io::Error },
    #[error("the administrator's socket cannot be made")]
    Admin(#[from] admin::BindError),
    #[error("the administrators cannot be opened")]
    Administrators(#[from] admin::SecretError),
    #[error(transparent)]
    AdministrationPort(#[from] admin::PortError),
    #[error("starting was interrupted")]
    Interrupted,
}

/// Bound ports.
#[derive(Debug)]
pub struct Sockets {
    /// Management requests over HTTPS.
    pub management: TcpListener,
    /// The published files over HTTP.
    pub public: TcpListener,
    /// Administrators, over HTTPS.
    pub administration: Option<TcpListener>,
}

impl Sockets {
    /// Binds what the settings name.
    ///
    /// # Errors
    /// When a port cannot be had.
    pub async fn bind(settings: &Settings) -> Result<Self, StartError> {
        let administration = match &settings.administration {
            Some(port) => Some(bind(port.listen, "administrators").await?),
            None => None,
        };
        Ok(Self {
            administration,
            management: bind(settings.management.listen, "management requests").await?,
            public: bind(settings.public.listen, "the published files").await?,
        })
    }
}

async fn bind(address: SocketAddr, purpose: &'static str) -> Result<TcpListener, StartError> {
    TcpListener::bind(address).await.map_err(|source| StartError::Listen { address, purpose, source })
}

/// Makes the key of the port for management requests and, where there is none, a certificate signed by itself.
pub(crate) fn create_door(
    folder: &Path,
    settings: &ManagementSettings,
    token: &SoftwareToken,
    now: jiff::Timestamp,
) -> Result<(), StartError> {
    let names = [settings.public_address()?.host().to_owned()];
    let (key, path) = (&settings.key, &folder.join(&settings.certificate));
    Ok(PortCertificate { key, path, names: &names, days: CERTIFICATE_DAYS }.make_where_missing(token, now.into())?)
}

/// Reads a chain of certificates, the own one first.
pub(crate) fn read_chain(path: &Path) -> Result<Vec<Certificate>, StartError> {
    let read = |source| StartError::File { action: "read", path: path.to_owned(), source };
    let pem = std::fs::read(path).map_err(read)?;
    let malformed = || StartError::Chain { path: path.to_owned() };
    let ders = CertificateDer::pem_slice_iter(&pem).collect::<Result<Vec<_>, _>>().map_err(|_| malformed())?;
    if ders.is_empty() {
        return Err(malformed());
    }
    let certificate = |der: &CertificateDer<'_>| {
        Certificate::from_der(der).map_err(|source| StartError::Certificate { path: path.to_owned(), source })
    };
    ders.iter().map(certificate).collect()
}

/// TLS 1.3 with the key of the token. Who asks proves it by signatures, not by a client certificate.
pub(crate) fn server_config(
    token: &SoftwareToken,
    key: &str,
    chain: &[Certificate],
) -> Result<Arc<rustls::ServerConfig>, StartError> {
    let chain = chain.iter().map(|certificate| certificate.der().to_vec().into()).collect();
    Ok(signer::tls::server_config(token.signer(key)?, chain)?)
}

/// Writes a file that was not there, whole and flushed.
pub(crate) fn write_new(path: &Path, content: &[u8]) -> Result<(), StartError> {
    use std::io::Write as _;
    let failed = |source| StartError::File { action: "write", path: path.to_owned(), source };
    let mut draft = path.as_os_str().to_owned();
    draft.push(".new");
    let mut file = std::fs::File::create(&draft).map_err(failed)?;
    file.write_all(content).and_then(|()| file.sync_all()).map_err(failed)?;
    std::fs::rename(&draft, path).map_err(failed)?;
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed)
}

/// Ten years: it is known by its hash, and nobody else vouches for it.
const CERTIFICATE_DAYS: u32 = 3650;
