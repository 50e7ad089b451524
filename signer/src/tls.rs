//! Lets rustls authenticate with a key it never sees.

use std::fmt;
use std::sync::Arc;

use rustls::sign::{CertifiedKey, SigningKey, SingleCertAndKey};
use rustls::{InconsistentKeys, ServerConfig, SignatureAlgorithm, SignatureScheme};
use rustls_pki_types::{CertificateDer, SubjectPublicKeyInfoDer};
use thiserror::Error;

use crate::{KeyAlgorithm, Signer};

/// The certificate chain does not fit the key.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CertifiedKeyError {
    /// There is no certificate.
    #[error("certificate chain is empty")]
    NoCertificate,
    /// The first certificate is unreadable.
    #[error("first certificate of the chain is unreadable")]
    Unreadable {
        /// What the TLS library says about it.
        source: rustls::Error,
    },
    /// The first certificate is for another key.
    #[error("first certificate of the chain is for another key")]
    OtherKey,
}

/// What rustls needs to authenticate as the first certificate of `chain`, which is followed by its issuers.
///
/// # Errors
/// When the first certificate is missing, unreadable or for another key.
pub fn certified_key(
    signer: Arc<dyn Signer>,
    chain: Vec<CertificateDer<'static>>,
) -> Result<Arc<CertifiedKey>, CertifiedKeyError> {
    if chain.is_empty() {
        return Err(CertifiedKeyError::NoCertificate);
    }
    let key = CertifiedKey::new(chain, Arc::new(TlsKey(signer)));
    match key.keys_match() {
        Ok(()) => Ok(Arc::new(key)),
        Err(rustls::Error::InconsistentKeys(InconsistentKeys::KeyMismatch)) => Err(CertifiedKeyError::OtherKey),
        Err(source) => Err(CertifiedKeyError::Unreadable { source }),
    }
}

/// TLS 1.3 for a server that asks for no client certificate, as the first certificate of `chain`, for HTTP/2 and HTTP/1.1.
///
/// # Errors
/// As [`certified_key`].
pub fn server_config(
    signer: Arc<dyn Signer>,
    chain: Vec<CertificateDer<'static>>,
) -> Result<Arc<ServerConfig>, CertifiedKeyError> {
    let key = certified_key(signer, chain)?;
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])
        .map_err(|source| CertifiedKeyError::Unreadable { source })?
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(SingleCertAndKey::from(key)));
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

/// A signer as rustls wants it.
struct TlsKey(Arc<dyn Signer>);

impl TlsKey {
    fn scheme(&self) -> SignatureScheme {
        match self.0.algorithm() {
            KeyAlgorithm::P256 => SignatureScheme::ECDSA_NISTP256_SHA256,
            KeyAlgorithm::P384 => SignatureScheme::ECDSA_NISTP384_SHA384,
            KeyAlgorithm::Ed25519 => SignatureScheme::ED25519,
            KeyAlgorithm::Rsa => SignatureScheme::RSA_PSS_SHA256,
        }
    }
}

impl SigningKey for TlsKey {
    fn choose_scheme(&self, offered: &[SignatureScheme]) -> Option<Box<dyn rustls::sign::Signer>> {
        offered.contains(&self.scheme()).then(|| Box::new(Self(self.0.clone())) as Box<dyn rustls::sign::Signer>)
    }

    fn public_key(&self) -> Option<SubjectPublicKeyInfoDer<'_>> {
        Some(self.0.public_key().into())
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        match self.0.algorithm() {
            KeyAlgorithm::P256 | KeyAlgorithm::P384 => SignatureAlgorithm::ECDSA,
            KeyAlgorithm::Ed25519 => SignatureAlgorithm::ED25519,
            KeyAlgorithm::Rsa => SignatureAlgorithm::RSA,
        }
    }
}

impl rustls::sign::Signer for TlsKey {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, rustls::Error> {
        self.0.sign_handshake(message).map_err(|error| rustls::Error::General(error.to_string()))
    }

    fn scheme(&self) -> SignatureScheme {
        TlsKey::scheme(self)
    }
}

impl fmt::Debug for TlsKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TlsKey").field(&self.0.algorithm()).finish()
    }
}
