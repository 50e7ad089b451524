//! X.509 certificates: parsed once, cheap to clone, never trusted by themselves (see [`crate::path`]).

mod role;

pub use role::{Role, RoleError};

use crate::{
    asn1::{
        oid,
        raw::Raw,
        time,
        x509::{CertificateFields, TbsCertificate},
    },
    signature::{KeyAlgorithm, KeyError, SignatureAlgorithm, VerifyingKey},
};
use der::Decode;
use jiff::Timestamp;
use protocol::hash::CertificateHash;
use std::{fmt, hash, ops::Range, sync::Arc};
use x509_cert::{
    ext::{
        Extension, Extensions,
        pkix::{AuthorityInfoAccessSyntax, name::GeneralName},
    },
    name::Name,
};

/// A certificate as it was received, with what its fields say.
///
/// Two certificates are equal if their bytes are.
#[derive(Clone)]
pub struct Certificate(Arc<Fields>);

struct Fields {
    der: Box<[u8]>,
    hash: CertificateHash,
    serial: Range<usize>,
    issuer: Range<usize>,
    subject: Range<usize>,
    public_key: Range<usize>,
    tbs: Range<usize>,
    signature_algorithm: Option<SignatureAlgorithm>,
    signature: Box<[u8]>,
    issuer_text: String,
    subject_text: String,
    not_before: Timestamp,
    not_after: Timestamp,
    key: VerifyingKey,
    role: Result<Role, RoleError>,
    ocsp_urls: Vec<String>,
}

/// Why bytes are not a certificate we can use.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CertificateError {
    /// Longer than any certificate in use.
    #[error("a certificate of {size_bytes} bytes, more than the limit of {limit_bytes}")]
    TooLarge {
        /// Its length.
        size_bytes: usize,
        /// The limit.
        limit_bytes: usize,
    },
    /// Not the DER form of an X.509 certificate.
    #[error("not a certificate in DER form")]
    Malformed(#[source] der::Error),
    /// Two extensions of the same kind.
    #[error("the extension {0} appears twice")]
    DuplicateExtension(String),
    /// A key we cannot check signatures with.
    #[error("unusable key of {subject}")]
    Key {
        /// Whose key.
        subject: String,
        /// What is wrong with it.
        source: KeyError,
    },
}

/// More than the largest certificates in use (RSA-4096 with policies) need.
const MAX_SIZE_BYTES: usize = 16 * 1024;
/// More locations than any certificate names.
const MAX_OCSP_URLS: usize = 8;

impl Certificate {
    /// Parses a certificate in DER form; nothing may follow it.
    ///
    /// # Errors
    /// [`CertificateError`] if it is not an X.509 certificate or its key is not one of [`KeyAlgorithm`].
    pub fn from_der(bytes: &[u8]) -> Result<Self, CertificateError> {
        if bytes.len() > MAX_SIZE_BYTES {
            return Err(CertificateError::TooLarge { size_bytes: bytes.len(), limit_bytes: MAX_SIZE_BYTES });
        }
        Fields::parse(bytes).map(|fields| Self(Arc::new(fields)))
    }

    /// The bytes it was parsed from.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.0.der
    }

    /// The SHA-256 of the bytes.
    #[must_use]
    pub fn hash(&self) -> CertificateHash {
        self.0.hash
    }

    /// The subject, in the form of RFC 4514.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.0.subject_text
    }

    /// The issuer, in the form of RFC 4514.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.0.issuer_text
    }

    /// The serial number in hexadecimal, lower case, whole bytes.
    #[must_use]
    pub fn serial_hex(&self) -> String {
        hex_of_integer(self.serial_der())
    }

    /// From when it is valid.
    #[must_use]
    pub fn not_before(&self) -> Timestamp {
        self.0.not_before
    }

    /// Until when it is valid, this moment included.
    #[must_use]
    pub fn not_after(&self) -> Timestamp {
        self.0.not_after
    }

    /// The one role its key usages allow.
    ///
    /// # Errors
    /// [`RoleError`] if they allow none of our roles, or mix several.
    pub fn role(&self) -> Result<Role, RoleError> {
        self.0.role.clone()
    }

    /// The kind of its key.
    #[must_use]
    pub fn key_algorithm(&self) -> KeyAlgorithm {
        self.0.key.algorithm()
    }

    /// Its `SubjectPublicKeyInfo` in DER form.
    #[must_use]
    pub fn public_key(&self) -> &[u8] {
        &self.0.der[self.0.public_key.clone()]
    }

    /// Where its status can be asked (authority information access), in order.
    #[must_use]
    pub fn ocsp_urls(&self) -> &[String] {
        &self.0.ocsp_urls
    }

    /// Is it valid at this moment, by its own dates?
    pub(crate) fn covers(&self, at: Timestamp) -> bool {
        // The dates count whole seconds: not_after holds until its second is over.
        (self.not_before().as_second()..=self.not_after().as_second()).contains(&at.as_second())
    }

    /// Does it name itself as its issuer?
    pub(crate) fn is_self_issued(&self) -> bool {
        self.issuer_der() == self.subject_der()
    }

    /// Did the owner of the key in `issuer` sign it? Names and dates are not looked at.
    pub(crate) fn is_signed_by(&self, issuer: &Self) -> bool {
        let Some(algorithm) = self.0.signature_algorithm else { return false };
        let tbs = &self.0.der[self.0.tbs.clone()];
        issuer.verifying_key().verify(algorithm, tbs, &self.0.signature).is_ok()
    }

    pub(crate) fn serial_der(&self) -> &[u8] {
        &self.0.der[self.0.serial.clone()]
    }

    pub(crate) fn issuer_der(&self) -> &[u8] {
        &self.0.der[self.0.issuer.clone()]
    }

    pub(crate) fn subject_der(&self) -> &[u8] {
        &self.0.der[self.0.subject.clone()]
    }

    pub(crate) fn verifying_key(&self) -> &VerifyingKey {
        &self.0.key
    }
}

impl PartialEq for Certificate {
    fn eq(&self, other: &Self) -> bool {
        self.der() == other.der()
    }
}

impl Eq for Certificate {}

impl hash::Hash for Certificate {
    fn hash<H: hash::Hasher>(&self, state: &mut H) {
        self.0.hash.hash(state);
    }
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Certificate").field("subject", &self.subject()).field("hash", &self.hash()).finish()
    }
}

impl Fields {
    fn parse(bytes: &[u8]) -> Result<Self, CertificateError> {
        let certificate = CertificateFields::from_der(bytes).map_err(CertificateError::Malformed)?;
        let tbs: TbsCertificate<'_> = certificate.tbs.decode_as().map_err(CertificateError::Malformed)?;
        let extensions = tbs.extensions.as_ref();
        check_unique(extensions)?;
        let subject_text = name_text(tbs.subject).map_err(CertificateError::Malformed)?;
        let key = VerifyingKey::from_spki(tbs.public_key.bytes())
            .map_err(|source| CertificateError::Key { subject: subject_text.clone(), source })?;
        let read_time = |value| time::read(value).map_err(CertificateError::Malformed);
        Ok(Self {
            hash: CertificateHash::of(bytes),
            serial: range_of(bytes, tbs.serial),
            issuer: range_of(bytes, tbs.issuer),
            subject: range_of(bytes, tbs.subject),
            public_key: range_of(bytes, tbs.public_key),
            tbs: range_of(bytes, certificate.tbs),
            signature_algorithm: SignatureAlgorithm::from_identifier(certificate.signature_algorithm),
            signature: certificate.signature.raw_bytes().into(),
            issuer_text: name_text(tbs.issuer).map_err(CertificateError::Malformed)?,
            subject_text,
            not_before: read_time(tbs.validity.not_before)?,
            not_after: read_time(tbs.validity.not_after)?,
            key,
            role: role::of(extensions),
            ocsp_urls: ocsp_urls(extensions).map_err(CertificateError::Malformed)?,
            der: bytes.into(),
        })
    }
}

fn check_unique(extensions: Option<&Extensions>) -> Result<(), CertificateError> {
    let extensions = extensions.map_or(&[][..], Vec::as_slice);
    for (index, extension) in extensions.iter().enumerate() {
        if extensions[..index].iter().any(|earlier| earlier.extn_id == extension.extn_id) {
            return Err(CertificateError::DuplicateExtension(extension.extn_id.to_string()));
        }
    }
    Ok(())
}

fn name_text(name: Raw<'_>) -> der::Result<String> {
    Ok(name.decode_as::<Name>()?.to_string())
}

/// Where a piece lies in the bytes it was borrowed from.
fn range_of(bytes: &[u8], piece: Raw<'_>) -> Range<usize> {
    let start = piece.bytes().as_ptr().addr() - bytes.as_ptr().addr();
    start..start + piece.bytes().len()
}

fn ocsp_urls(extensions: Option<&Extensions>) -> der::Result<Vec<String>> {
    let Some(access) = extension::<AuthorityInfoAccessSyntax>(extensions)? else { return Ok(Vec::new()) };
    let locations = access.1.0.into_iter().filter(|description| description.access_method == oid::AD_OCSP);
    let urls = locations.filter_map(|description| match description.access_location {
        GeneralName::UniformResourceIdentifier(url) => Some(url.to_string()),
        _ => None,
    });
    Ok(urls.take(MAX_OCSP_URLS).collect())
}

/// The extension of this type and whether it is marked critical.
fn extension<'a, T>(extensions: Option<&'a Extensions>) -> der::Result<Option<(Criticality, T)>>
where
    T: Decode<'a, Error = der::Error> + const_oid::AssociatedOid,
{
    let found = extensions.and_then(|all| all.iter().find(|extension: &&Extension| extension.extn_id == T::OID));
    found
        .map(|extension| {
            let criticality = if extension.critical { Criticality::Critical } else { Criticality::NotCritical };
            Ok((criticality, T::from_der(extension.extn_value.as_bytes())?))
        })
        .transpose()
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Criticality {
    Critical,
    NotCritical,
}

/// The hexadecimal form of a DER INTEGER without its sign byte.
pub(crate) fn hex_of_integer(integer: &[u8]) -> String {
    let value = integer.get(2..).unwrap_or_default();
    hex::encode(value.strip_prefix(&[0]).filter(|rest| !rest.is_empty()).unwrap_or(value))
}
