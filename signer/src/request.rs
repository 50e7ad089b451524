//! Certificate requests (PKCS#10).

use std::sync::Arc;

use rcgen::string::PrintableString;
use rcgen::{CertificateParams, DistinguishedName, DnType, DnValue, SanType};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{RcgenKey, Signer};

/// Whom a certificate names.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Subject {
    /// Common name (CN).
    pub common_name: String,
    /// Organization (O).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization: Option<String>,
    /// Organization identifier (2.5.4.97), such as a tax number: `NTRBO-1023456789`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization_identifier: Option<String>,
    /// Country (C), two letters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// Serial number (2.5.4.5) of the subject, such as a server identifier; letters, digits and `'()+,-./:=?` only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub serial_number: Option<String>,
    /// Host names and IP addresses, for certificates of TLS servers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub host_names: Vec<String>,
}

/// A subject that no certificate can name.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("certificate subject has an invalid {field}: {value:?}")]
pub struct SubjectError {
    field: &'static str,
    value: String,
}

/// Why no certificate request could be made.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum RequestError {
    /// The subject is invalid.
    #[error(transparent)]
    Subject(#[from] SubjectError),
    /// The key could not sign.
    #[error("failed to sign the certificate request")]
    Sign {
        /// What the certificate library says about it.
        source: rcgen::Error,
    },
    /// The public key of the signer cannot be read.
    #[error("the signer's public key is unreadable")]
    PublicKey,
}

/// A certificate request (DER) for the key of `signer`, signed by it to prove its possession.
///
/// # Errors
/// When the subject is invalid or the signer cannot sign.
pub fn certificate_request(signer: Arc<dyn Signer>, subject: &Subject) -> Result<Vec<u8>, RequestError> {
    let mut parameters = CertificateParams::default();
    parameters.distinguished_name = subject.distinguished_name()?;
    parameters.subject_alt_names = subject.alternative_names()?;
    let key = RcgenKey::new(signer).ok_or(RequestError::PublicKey)?;
    let request = parameters.serialize_request(&key).map_err(|source| RequestError::Sign { source })?;
    Ok(request.der().to_vec())
}

impl Subject {
    /// A subject with a common name only.
    #[must_use]
    pub fn common_name(name: impl Into<String>) -> Self {
        Self { common_name: name.into(), ..Self::default() }
    }

    /// The distinguished name, in the order country, organization, organization identifier, common name, serial number.
    ///
    /// # Errors
    /// When a field is empty, too long or has characters it must not have.
    pub fn distinguished_name(&self) -> Result<DistinguishedName, SubjectError> {
        let mut name = DistinguishedName::new();
        if let Some(country) = &self.country {
            let is_country = country.len() == 2 && country.bytes().all(|byte| byte.is_ascii_uppercase());
            let country = if is_country { country } else { return Err(SubjectError::new("country", country)) };
            name.push(DnType::CountryName, printable("country", country)?);
        }
        if let Some(organization) = &self.organization {
            name.push(DnType::OrganizationName, utf8("organization", organization)?);
        }
        if let Some(identifier) = &self.organization_identifier {
            let kind = DnType::CustomDnType(ORGANIZATION_IDENTIFIER.to_vec());
            name.push(kind, utf8("organization identifier", identifier)?);
        }
        name.push(DnType::CommonName, utf8("common name", &self.common_name)?);
        if let Some(number) = &self.serial_number {
            let kind = DnType::CustomDnType(SERIAL_NUMBER.to_vec());
            name.push(kind, printable("serial number", number)?);
        }
        Ok(name)
    }

    /// The host names as subject alternative names.
    ///
    /// # Errors
    /// When one is no host name and no IP address, or there are too many.
    pub fn alternative_names(&self) -> Result<Vec<SanType>, SubjectError> {
        if let Some(excess) = self.host_names.get(MAX_HOST_NAMES) {
            return Err(SubjectError::new("number of host names", excess));
        }
        let parameters = CertificateParams::new(self.host_names.clone());
        let names = parameters.map_err(|_| SubjectError::new("host name", &self.host_names.join(" ")))?;
        match self.host_names.iter().find(|name| name.is_empty() || name.len() > MAX_HOST_NAME_BYTES) {
            Some(name) => Err(SubjectError::new("host name", name)),
            None => Ok(names.subject_alt_names),
        }
    }
}

impl SubjectError {
    fn new(field: &'static str, value: &str) -> Self {
        Self { field, value: value.chars().take(100).collect() }
    }
}

fn utf8(field: &'static str, value: &str) -> Result<DnValue, SubjectError> {
    match checked(field, value)? {
        value if value.chars().any(char::is_control) => Err(SubjectError::new(field, value)),
        value => Ok(DnValue::Utf8String(value.to_owned())),
    }
}

fn printable(field: &'static str, value: &str) -> Result<DnValue, SubjectError> {
    let printable = PrintableString::try_from(checked(field, value)?);
    printable.map(DnValue::PrintableString).map_err(|_| SubjectError::new(field, value))
}

fn checked<'a>(field: &'static str, value: &'a str) -> Result<&'a str, SubjectError> {
    let length = value.chars().count();
    if length == 0 || length > MAX_NAME_CHARACTERS { Err(SubjectError::new(field, value)) } else { Ok(value) }
}

const ORGANIZATION_IDENTIFIER: [u64; 4] = [2, 5, 4, 97];
const SERIAL_NUMBER: [u64; 4] = [2, 5, 4, 5];
/// X.520 bounds names to 64 characters.
const MAX_NAME_CHARACTERS: usize = 64;
const MAX_HOST_NAMES: usize = 16;
const MAX_HOST_NAME_BYTES: usize = 253;
