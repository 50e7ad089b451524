//! TLS between security servers: version 1.3, both sides authenticated by certificates that the registry has now.

use crate::configuration::Configuration;
use clock::SharedClock;
use protocol::hash::CertificateHash;
use protocol::identifier::ServerId;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{ClientConfig, Resumption};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::server::{NoServerSessionStorage, ServerConfig};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{CertificateError, DigitallySignedStruct, DistinguishedName, Error, SignatureScheme};
use std::sync::Arc;
use trust::certificate::{Certificate, Role};
use trust::path::{self, PathError};

/// Verifies that a peer's certificate leads to an approved service and is registered for a security server.
///
/// Names in certificates do not count: who a peer is, the registry says by the certificate's hash.
#[derive(Debug)]
pub struct RegisteredPeers {
    configuration: Arc<Configuration>,
    clock: SharedClock,
    provider: Arc<CryptoProvider>,
}

impl RegisteredPeers {
    /// Verifies by the newest usable snapshot.
    #[must_use]
    pub fn new(configuration: Arc<Configuration>, clock: SharedClock, provider: Arc<CryptoProvider>) -> Arc<Self> {
        Arc::new(Self { configuration, clock, provider })
    }

    fn verify(&self, leaf: &CertificateDer<'_>, intermediates: &[CertificateDer<'_>]) -> Result<(), Error> {
        let refused = |why: CertificateError| Error::InvalidCertificate(why);
        let judgement = self.configuration.usable().map_err(|error| Error::General(error.to_string()))?;
        let certificate = Certificate::from_der(leaf).map_err(|_| refused(CertificateError::BadEncoding))?;
        let chain: Vec<Certificate> = intermediates.iter().filter_map(|der| Certificate::from_der(der).ok()).collect();
        path::verify(&certificate, &chain, judgement.anchors(), Role::Authentication, self.clock.now())
            .map_err(|error| refused(reason(&error)))?;
        match judgement.global().server_of_certificate(&certificate.hash()) {
            Some(_) => Ok(()),
            None => Err(refused(CertificateError::ApplicationVerificationFailure)),
        }
    }
}

/// What the other side is told by an alert: an administrator sees at once which of the two it is.
fn reason(error: &PathError) -> CertificateError {
    match error {
        PathError::OutsideValidity { not_after, at, .. } if at > not_after => CertificateError::Expired,
        PathError::OutsideValidity { .. } => CertificateError::NotValidYet,
        _ => CertificateError::UnknownIssuer,
    }
}

impl ClientCertVerifier for RegisteredPeers {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        leaf: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        _now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        self.verify(leaf, intermediates).map(|()| ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signature, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signature, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

impl ServerCertVerifier for RegisteredPeers {
    fn verify_server_cert(
        &self,
        leaf: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        _name: &ServerName<'_>,
        _ocsp: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        self.verify(leaf, intermediates).map(|()| ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signature, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signature, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

/// How this server accepts others.
///
/// No session is resumed: a resumed one would skip the verifier, and connections live long enough without.
///
/// # Errors
/// When the provider lacks TLS 1.3.
pub fn server_config(key: Arc<CertifiedKey>, peers: Arc<RegisteredPeers>) -> Result<ServerConfig, Error> {
    let mut config = ServerConfig::builder_with_provider(peers.provider.clone())
        .with_protocol_versions(&[&rustls::version::TLS13])?
        .with_client_cert_verifier(peers)
        .with_cert_resolver(Arc::new(SingleCertAndKey::from(key)));
    config.session_storage = Arc::new(NoServerSessionStorage {});
    config.send_tls13_tickets = 0;
    config.alpn_protocols = vec![b"h2".to_vec()];
    Ok(config)
}

/// How this server calls others.
///
/// # Errors
/// When the provider lacks TLS 1.3.
pub fn client_config(key: Arc<CertifiedKey>, peers: Arc<RegisteredPeers>) -> Result<ClientConfig, Error> {
    let mut config = ClientConfig::builder_with_provider(peers.provider.clone())
        .with_protocol_versions(&[&rustls::version::TLS13])?
        .dangerous()
        .with_custom_certificate_verifier(peers)
        .with_client_cert_resolver(Arc::new(SingleCertAndKey::from(key)));
    config.resumption = Resumption::disabled();
    config.alpn_protocols = vec![b"h2".to_vec()];
    Ok(config)
}

/// A connection's peer, as the registry knows it *now*.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthenticatedPeer {
    server: ServerId,
    certificate: CertificateHash,
}

impl AuthenticatedPeer {
    /// Looks the certificate up in the snapshot that judges the message at hand.
    #[must_use]
    pub fn by_certificate(
        certificate: CertificateHash,
        configuration: &protocol::global_configuration::GlobalConfiguration,
    ) -> Option<Self> {
        let server = configuration.server_of_certificate(&certificate)?.clone();
        Some(Self { server, certificate })
    }

    /// Which server it is.
    #[must_use]
    pub fn server(&self) -> &ServerId {
        &self.server
    }

    /// The certificate that authenticated the connection.
    #[must_use]
    pub fn certificate(&self) -> &CertificateHash {
        &self.certificate
    }
}
