//! Reads certificate requests: who proves to hold which key, and what name is asked for.

use der::{Decode, Encode};
use rcgen::{CertificateSigningRequestParams, DnType, DnValue, PublicKey, PublicKeyData, SanType};
use rustls_pki_types::CertificateSigningRequestDer;
use signer::Subject;
use thiserror::Error;
use x509_cert::request::CertReq;

/// A certificate request whose sender has proved to hold the key.
pub(crate) struct CertificateRequest {
    parameters: CertificateSigningRequestParams,
}

/// Why a certificate request is refused.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CertificateRequestError {
    /// Longer than any request in use.
    #[error("certificate request is longer than {limit} bytes")]
    TooLarge {
        /// What is allowed, in bytes.
        limit: usize,
    },
    /// Not a certificate request, or its signature is not by the key it is about.
    #[error("not a certificate request that proves possession of its key")]
    Unproven {
        /// What the certificate library says about it.
        source: rcgen::Error,
    },
    /// The key is of a kind that is not certified, or signed in an unusual way.
    #[error(
        "certificate request is for a key that is not p-256, p-384, ed25519 or rsa, or was signed with another hash"
    )]
    Key,
    /// The name has parts that certificates of ours never have.
    #[error("certificate request asks for a name with {what}")]
    Name {
        /// What is wrong with the name.
        what: String,
    },
}

impl CertificateRequest {
    /// Reads a request (DER) and checks its signature.
    pub(crate) fn read(der: &[u8]) -> Result<Self, CertificateRequestError> {
        if der.len() > MAX_BYTES {
            return Err(CertificateRequestError::TooLarge { limit: MAX_BYTES });
        }
        // The strict reader goes first: the one that checks the signature is lenient about what follows the request.
        let strict = CertReq::from_der(der).map_err(|_| CertificateRequestError::Unproven {
            source: rcgen::Error::CouldNotParseCertificationRequest,
        })?;
        if strict.signature.unused_bits() != 0 {
            return Err(CertificateRequestError::Unproven {
                source: rcgen::Error::InvalidCertificationRequestSignature,
            });
        }
        let parameters = CertificateSigningRequestParams::from_der(&CertificateSigningRequestDer::from(der))
            .map_err(|source| CertificateRequestError::Unproven { source })?;
        // The library takes the kind of key from the signature; the certificate must be for the very key that was sent.
        let sent = strict.info.public_key.to_der().map_err(|_| CertificateRequestError::Key)?;
        if parameters.public_key.subject_public_key_info() != sent {
            return Err(CertificateRequestError::Key);
        }
        Ok(Self { parameters })
    }

    /// The key that a certificate is asked for.
    pub(crate) fn public_key(&self) -> &PublicKey {
        &self.parameters.public_key
    }

    /// The name that is asked for.
    pub(crate) fn subject(&self) -> Result<Subject, CertificateRequestError> {
        let mut subject = Subject::default();
        for (kind, value) in self.parameters.params.distinguished_name.iter() {
            let field = match kind {
                DnType::CommonName => Field::Required(&mut subject.common_name),
                DnType::OrganizationName => Field::Optional(&mut subject.organization),
                DnType::CountryName => Field::Optional(&mut subject.country),
                DnType::CustomDnType(oid) if oid == &ORGANIZATION_IDENTIFIER => {
                    Field::Optional(&mut subject.organization_identifier)
                }
                DnType::CustomDnType(oid) if oid == &SERIAL_NUMBER => Field::Optional(&mut subject.serial_number),
                other => return Err(CertificateRequestError::Name { what: format!("the part {other:?}") }),
            };
            field.set(text(value)?);
        }
        subject.host_names =
            self.parameters.params.subject_alt_names.iter().map(host_name).collect::<Result<_, _>>()?;
        Ok(subject)
    }
}

enum Field<'a> {
    Required(&'a mut String),
    Optional(&'a mut Option<String>),
}

impl Field<'_> {
    fn set(self, text: String) {
        match self {
            Self::Required(field) => *field = text,
            Self::Optional(field) => *field = Some(text),
        }
    }
}

fn text(value: &DnValue) -> Result<String, CertificateRequestError> {
    match value {
        DnValue::Utf8String(text) => Ok(text.clone()),
        DnValue::PrintableString(text) => Ok(text.as_str().to_owned()),
        other => Err(CertificateRequestError::Name { what: format!("the text {other:?}") }),
    }
}

fn host_name(name: &SanType) -> Result<String, CertificateRequestError> {
    match name {
        SanType::DnsName(name) => Ok(name.as_str().to_owned()),
        SanType::IpAddress(address) => Ok(address.to_string()),
        other => Err(CertificateRequestError::Name { what: format!("the alternative {other:?}") }),
    }
}

const ORGANIZATION_IDENTIFIER: [u64; 4] = [2, 5, 4, 97];
const SERIAL_NUMBER: [u64; 4] = [2, 5, 4, 5];
/// A request for an RSA key of 4096 bits has less than 2 KiB.
const MAX_BYTES: usize = 8 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn never_panics_and_never_believes_any_bytes(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..300)) {
            assert!(CertificateRequest::read(&bytes).is_err());
        }
    }
}
