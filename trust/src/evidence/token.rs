//! The frame of a timestamp token: the bytes around what its authority signed.
//!
//! A signature says nothing of the versions, names and certificates that stand beside it in a token. In evidence they
//! must have the one value that fits the authority, so that no byte can be changed unnoticed. Whoever keeps tokens for
//! evidence checks them with [`check_token`] when they arrive, while another can still be asked for.

use jiff::Timestamp;

use crate::asn1::algorithm::HashAlgorithm;
use crate::asn1::ber;
use crate::asn1::cms::{SIGNER_BY_ISSUER_AND_SERIAL, SignedData, SignerInfo};
use crate::asn1::raw::Raw;
use crate::asn1::write;
use crate::certificate::{Certificate, Role};
use crate::path::{self, Anchors, PathError};
use crate::timestamp::{TimestampError, VerifiedTimestamp, verify};
use protocol::hash::Sha256Hash;

/// `SignedData.version` for content that is not plain data (RFC 5652 §5.1).
const VERSION: u8 = 3;

/// An authority sends its own certificate and those above it.
const MAX_CERTIFICATES: usize = 8;

/// Why a timestamp token is no evidence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// The timestamp does not prove a time.
    #[error("the timestamp does not prove a time")]
    Timestamp(#[from] TimestampError),
    /// Something beside the signed bytes is not as it must be.
    #[error("the timestamp has {what} that nothing vouches for")]
    Frame {
        /// What.
        what: &'static str,
    },
    /// A certificate in the token cannot be judged.
    #[error("the path of the timestamp's authority cannot be repeated")]
    Path(#[from] PathError),
}

/// Verifies a timestamp token as [`crate::timestamp::verify`] does, and that nothing stands in it that nobody vouches
/// for: it is DER, names its signer by issuer and serial number, and carries no certificate beside the authority's
/// path, no revocation lists and no unsigned attributes.
///
/// # Errors
/// When the token proves no time, or has something else in it.
pub fn check_token(
    token: &[u8],
    imprint: &Sha256Hash,
    authorities: &[Certificate],
    anchors: &Anchors,
    at: Timestamp,
) -> Result<VerifiedTimestamp, TokenError> {
    let verified = verify(token, imprint, authorities, anchors, at)?;
    let authority = verified.authority();
    let frame = |what| TokenError::Frame { what };
    if !ber::to_der(token).is_ok_and(|der| der == token) {
        return Err(frame("an encoding"));
    }
    let signed_data = SignedData::from_content_info(token).map_err(|_| frame("an encoding"))?;
    let (_, signer_info) = signed_data.only_signer().map_err(|_| frame("an encoding"))?;
    check_frame(&signed_data, &signer_info, authority)?;
    let certificates = certificates(&signed_data).ok_or(frame("certificates"))?;
    let others: Vec<Certificate> = certificates.iter().filter(|one| *one != authority).cloned().collect();
    let path = path::verify(authority, &others, anchors, Role::TimeStamping, verified.time())?;
    if certificates.iter().all(|certificate| path.chain().contains(certificate)) {
        Ok(verified)
    } else {
        Err(frame("certificates"))
    }
}

fn check_frame(
    signed_data: &SignedData<'_>,
    signer_info: &SignerInfo<'_>,
    authority: &Certificate,
) -> Result<(), TokenError> {
    let named = write::sequence(&[authority.issuer_der(), authority.serial_der()]);
    let announced = signed_data.digest_algorithms.only().and_then(Raw::decode_as);
    let announced = announced.ok().and_then(HashAlgorithm::from_identifier);
    let facts = [
        ("a version", signed_data.version == VERSION),
        ("a version of its signer", u64::from(signer_info.version) == SIGNER_BY_ISSUER_AND_SERIAL),
        ("a name of its signer", signer_info.signer.bytes() == named),
        (
            "a hash algorithm",
            announced.is_some() && announced == HashAlgorithm::from_identifier(signer_info.digest_algorithm),
        ),
        ("revocation lists", signed_data.revocation_infos.is_none()),
        ("unsigned attributes", signer_info.unsigned_attributes.is_none()),
    ];
    match facts.into_iter().find(|(_, fits)| !fits) {
        Some((what, _)) => Err(TokenError::Frame { what }),
        None => Ok(()),
    }
}

fn certificates(signed_data: &SignedData<'_>) -> Option<Vec<Certificate>> {
    let Some(set) = signed_data.certificates else { return Some(Vec::new()) };
    let elements = set.elements(MAX_CERTIFICATES).ok()?;
    elements.into_iter().map(|element| Certificate::from_der(element.bytes()).ok()).collect()
}
