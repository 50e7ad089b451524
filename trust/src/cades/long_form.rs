//! The long form: the signature with everything a later reader needs to judge it.

use super::{
    SignatureError,
    to_be_signed::WITHOUT_OTHER_FORMATS,
    verify::{MAX_LONG_BYTES, Parsed},
};
use crate::{
    asn1::{
        ber,
        cms::{self, Attributes},
        oid,
        raw::{Raw, RawSet},
        write,
    },
    certificate::{Certificate, CertificateError},
};
use der::{Decode, asn1::AnyRef};

/// More certificates than a chain with its intermediates has.
const MAX_CERTIFICATES: usize = 16;
/// More OCSP responses than a chain needs.
const MAX_OCSP_RESPONSES: usize = 16;
/// `SignedData.version` when OCSP responses are embedded (RFC 5652 §5.1).
const WITH_OTHER_FORMATS: u64 = 5;
const CERTIFICATES: u8 = 0;
const REVOCATION_INFOS: u8 = 1;
const UNSIGNED_ATTRIBUTES: u8 = 1;

/// Why no long form can be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LongFormError {
    /// The signature to start from cannot be read.
    #[error("not a signature in short form")]
    Signature(#[source] SignatureError),
    /// The signature to start from is a long form already.
    #[error("the signature is a long form already")]
    AlreadyLong,
    /// An OCSP response is not in DER form.
    #[error("OCSP response number {} is not in DER form", index + 1)]
    OcspResponse {
        /// Which one, counted from zero.
        index: usize,
    },
    /// The signature timestamp is not a token.
    #[error("the signature timestamp is not a timestamp token")]
    Timestamp,
    /// The parts are more or longer than a verifier would read.
    #[error(
        "the long form would have {certificates} certificates, {ocsp_responses} OCSP responses and {size_bytes} bytes, more than a verifier reads"
    )]
    TooLarge {
        /// Number of certificates.
        certificates: usize,
        /// Number of OCSP responses.
        ocsp_responses: usize,
        /// Length of the result.
        size_bytes: usize,
    },
}

/// What a long form carries besides the signature. Nothing of it is verified by having been taken out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Embedded {
    /// The certificates, in no particular order.
    pub certificates: Vec<Certificate>,
    /// The OCSP responses, in no particular order.
    pub ocsp_responses: Vec<Vec<u8>>,
    /// The signature timestamp token.
    pub signature_timestamp: Option<Vec<u8>>,
    signer: Option<usize>,
}

impl Embedded {
    /// The embedded certificate that the signature names as its signer's.
    #[must_use]
    pub fn signer(&self) -> Option<&Certificate> {
        self.certificates.get(self.signer?)
    }
}

/// Why nothing can be taken out of a signature.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EmbeddedError {
    /// The signature cannot be read.
    #[error("not a signature")]
    Signature(#[source] SignatureError),
    /// An embedded certificate cannot be read.
    #[error("an embedded certificate cannot be read")]
    Certificate(#[source] CertificateError),
    /// Something is embedded that is not of our profile, or too much of it.
    #[error("the embedded {what} are not of the permitted form")]
    NotPermitted {
        /// Of what.
        what: &'static str,
    },
}

/// Adds the chain (leaf first), the OCSP responses and the signature timestamp to a signature in short form.
///
/// # Errors
/// [`LongFormError`] if the parts are not what they should be.
pub fn long_form(
    short: &[u8],
    chain: &[Certificate],
    ocsp_responses: &[&[u8]],
    signature_timestamp: Option<&[u8]>,
) -> Result<Vec<u8>, LongFormError> {
    let parsed = Parsed::from_der(short).map_err(LongFormError::Signature)?;
    if !parsed.is_short() {
        return Err(LongFormError::AlreadyLong);
    }
    for (index, response) in ocsp_responses.iter().enumerate() {
        AnyRef::from_der(response).map_err(|_| LongFormError::OcspResponse { index })?;
    }
    // Only the framing of a BER token changes, nothing its authority signed.
    let token =
        signature_timestamp.map(|token| ber::to_der(token).map_err(|_| LongFormError::Timestamp)).transpose()?;
    let certificates: Vec<&[u8]> = chain.iter().map(Certificate::der).collect();
    let parts = Parts { certificates, ocsp_responses: ocsp_responses.to_vec(), token: token.as_deref() };
    let long = parts.around(&parsed);
    if parts.certificates.len() > MAX_CERTIFICATES
        || parts.ocsp_responses.len() > MAX_OCSP_RESPONSES
        || long.len() > MAX_LONG_BYTES
    {
        return Err(LongFormError::TooLarge {
            certificates: parts.certificates.len(),
            ocsp_responses: parts.ocsp_responses.len(),
            size_bytes: long.len(),
        });
    }
    Ok(long)
}

/// Takes out what a signature carries besides itself; from a short form nothing.
///
/// # Errors
/// [`EmbeddedError`] if the signature or a part cannot be read.
pub fn embedded(long: &[u8]) -> Result<Embedded, EmbeddedError> {
    let parsed = Parsed::from_der(long).map_err(EmbeddedError::Signature)?;
    let parts = Parts::of(&parsed)?;
    let certificates: Vec<Certificate> = parts
        .certificates
        .iter()
        .map(|der| Certificate::from_der(der))
        .collect::<Result<_, _>>()
        .map_err(EmbeddedError::Certificate)?;
    let named = parsed.named_certificate().map_err(EmbeddedError::Signature)?;
    Ok(Embedded {
        signer: certificates.iter().position(|certificate| named.names(certificate.der())),
        certificates,
        ocsp_responses: parts.ocsp_responses.iter().map(|response| response.to_vec()).collect(),
        signature_timestamp: parts.token.map(<[u8]>::to_vec),
    })
}

/// The long form with the parts of `parsed` around `short`; none if they are not of the permitted form.
pub(super) fn rewritten(parsed: &Parsed<'_>, short: &[u8]) -> Option<Vec<u8>> {
    let parts = Parts::of(parsed).ok()?;
    Some(parts.around(&Parsed::from_der(short).ok()?))
}

struct Parts<'a> {
    certificates: Vec<&'a [u8]>,
    ocsp_responses: Vec<&'a [u8]>,
    token: Option<&'a [u8]>,
}

impl<'a> Parts<'a> {
    fn of(parsed: &Parsed<'a>) -> Result<Self, EmbeddedError> {
        let elements = |set: Option<RawSet<'a>>, limit, what| match set.map(|set| set.elements(limit)) {
            None => Ok(Vec::new()),
            Some(Ok(elements)) if !elements.is_empty() => Ok(elements),
            Some(_) => Err(EmbeddedError::NotPermitted { what }),
        };
        let certificates = elements(parsed.signed_data.certificates, MAX_CERTIFICATES, "certificates")?;
        let infos = elements(parsed.signed_data.revocation_infos, MAX_OCSP_RESPONSES, "OCSP responses")?;
        let ocsp_responses = infos.into_iter().map(cms::ocsp_response).collect::<Option<_>>();
        Ok(Self {
            certificates: certificates.into_iter().map(Raw::bytes).collect(),
            ocsp_responses: ocsp_responses.ok_or(EmbeddedError::NotPermitted { what: "OCSP responses" })?,
            token: token(parsed.signer_info.unsigned_attributes)
                .ok_or(EmbeddedError::NotPermitted { what: "unsigned attributes" })?,
        })
    }

    /// Writes the long form around the signature of a short form.
    fn around(&self, short: &Parsed<'_>) -> Vec<u8> {
        let version = if self.ocsp_responses.is_empty() { WITHOUT_OTHER_FORMATS } else { WITH_OTHER_FORMATS };
        let certificates = self.certificates.iter().map(|der| der.to_vec()).collect();
        let infos = self.ocsp_responses.iter().map(|response| cms::revocation_info(response)).collect();
        cms::content_info(&write::sequence(&[
            &write::integer(version),
            &write::set_of_one(short.signed_data.digest_algorithms.contents()),
            &write::sequence(&[&write::oid(oid::DATA)]),
            &optional_set(CERTIFICATES, certificates),
            &optional_set(REVOCATION_INFOS, infos),
            &write::set_of_one(&self.signer_info(short.raw_signer_info)),
        ]))
    }

    fn signer_info(&self, short: Raw<'_>) -> Vec<u8> {
        let Some(token) = self.token else { return short.bytes().to_vec() };
        let attribute = cms::attribute(oid::SIGNATURE_TIMESTAMP, token);
        // The unsigned attributes are the last field: they follow what the short form has.
        let fields = AnyRef::from_der(short.bytes()).map_or(&[][..], AnyRef::value);
        write::sequence(&[fields, &write::context(UNSIGNED_ATTRIBUTES, &[&attribute])])
    }
}

fn optional_set(number: u8, elements: Vec<Vec<u8>>) -> Vec<u8> {
    if elements.is_empty() { Vec::new() } else { write::implicit_set_of(number, elements) }
}

/// The signature timestamp, if there are unsigned attributes; none at all if they are anything else.
fn token(unsigned_attributes: Option<RawSet<'_>>) -> Option<Option<&[u8]>> {
    if unsigned_attributes.is_none() {
        return Some(None);
    }
    let attributes = Attributes::from_set(unsigned_attributes).ok()?;
    let token = attributes.value(oid::SIGNATURE_TIMESTAMP).ok()??.bytes();
    // One attribute and no freedom of encoding: what is not signed has only one form.
    let only_form = attributes.len() == 1 && ber::to_der(token).is_ok_and(|der| der == token);
    only_form.then_some(Some(token))
}
