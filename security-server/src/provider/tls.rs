//! How a provider's certificate is judged, and which one we show.

use crate::server_configuration::ProviderTls;
use protocol::hash::CertificateHash;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, aws_lc_rs, verify_tls12_signature, verify_tls13_signature};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, Error, OtherError, SignatureScheme};
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};
use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

/// The certificate that providers see when they ask for one.
#[derive(Clone)]
pub enum InternalCertificate {
    /// None: a provider that insists on one refuses the connection.
    None,
    /// This one.
    Present(Arc<CertifiedKey>),
}

impl fmt::Debug for InternalCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "None",
            Self::Present(_) => "Present",
        })
    }
}

/// How to speak TLS with a provider; `None` where it is spoken to without.
pub(super) fn configuration(
    judgement: &ProviderTls,
    certificate: &InternalCertificate,
) -> Result<Option<Arc<ClientConfig>>, Error> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let verifier: Arc<dyn ServerCertVerifier> = match judgement {
        ProviderTls::Plain => return Ok(None),
        ProviderTls::Pinned(listed) => Arc::new(Pinned { listed: listed.clone(), provider: Arc::clone(&provider) }),
        ProviderTls::Unverified => Arc::new(Unverified { provider: Arc::clone(&provider) }),
    };
    // TLS 1.2 is spoken with those who know no other: many information systems are older than TLS 1.3.
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    let builder = builder.dangerous().with_custom_certificate_verifier(verifier);
    let mut configuration = match certificate {
        InternalCertificate::None => builder.with_no_client_auth(),
        InternalCertificate::Present(key) => {
            builder.with_client_cert_resolver(Arc::new(SingleCertAndKey::from(Arc::clone(key))))
        }
    };
    configuration.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Some(Arc::new(configuration)))
}

/// How to call a server that shows one of the listed certificates, and no other.
///
/// # Errors
/// When the TLS library lacks a protocol version.
pub fn pinned_client_config(listed: &[CertificateHash]) -> Result<Arc<ClientConfig>, Error> {
    let listed = ProviderTls::Pinned(listed.iter().copied().collect());
    let configuration = configuration(&listed, &InternalCertificate::None)?;
    configuration.ok_or_else(|| Error::General("a pinned connection is always encrypted".to_owned()))
}

/// Accepts the listed certificates and no other.
///
/// Their names and dates are not looked at: the administrator has listed exactly these, often self-signed ones.
#[derive(Debug)]
struct Pinned {
    listed: BTreeSet<CertificateHash>,
    provider: Arc<CryptoProvider>,
}

/// A provider showed a certificate that is not among its listed ones.
#[derive(Debug, thiserror::Error)]
#[error("the certificate {shown} is not listed for the service")]
struct NotListed {
    shown: CertificateHash,
}

impl ServerCertVerifier for Pinned {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let shown = CertificateHash::of(end_entity);
        match self.listed.contains(&shown) {
            true => Ok(ServerCertVerified::assertion()),
            false => Err(Error::InvalidCertificate(CertificateError::Other(OtherError(Arc::new(NotListed { shown }))))),
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

/// Accepts whatever is shown, because the administrator has said `verify_provider = "off"`.
#[derive(Debug)]
struct Unverified {
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Unverified {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    // Whoever may show any certificate may show one of its own key: a check would prove nothing.
    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
