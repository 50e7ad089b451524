//! Asking for a timestamp and taking the token out of the answer.

use super::{
    FailureReason, TimestampError,
    token::{Token, normalised},
};
use crate::asn1::{
    algorithm::HashAlgorithm,
    tsp::{StatusInfo, TimeStampResponse},
    write,
};
use der::{
    Decode, Encode,
    asn1::{IntRef, Utf8StringRef},
};
use protocol::hash::Sha256Hash;

/// Longer explanations are cut.
const MAX_TEXT_CHARS: usize = 200;

/// The request for a timestamp over the content with this digest. The authority is asked to send its certificate
/// along, so that the token can be judged by itself.
#[must_use]
pub fn request(imprint: &Sha256Hash, nonce: u64) -> Vec<u8> {
    write::sequence(&[&write::integer(1), &message_imprint(imprint), &write::integer(nonce), &write::boolean_true()])
}

/// `MessageImprint` with SHA-256.
fn message_imprint(imprint: &Sha256Hash) -> Vec<u8> {
    write::sequence(&[&HashAlgorithm::Sha256.identifier_with_null(), &write::octet_string(imprint.as_bytes())])
}

/// The token in the answer to [`request`], if the authority granted it and it is over this digest with this nonce.
/// The token is returned in DER form; who signed it is a question for [`super::verify`].
///
/// # Errors
/// [`TimestampError`] if the authority refused or answered another request.
pub fn token_of(response: &[u8], imprint: &Sha256Hash, nonce: u64) -> Result<Vec<u8>, TimestampError> {
    let response = normalised(response)?;
    let response = TimeStampResponse::from_der(&response).map_err(|_| TimestampError::Malformed)?;
    check_granted(&response.status)?;
    let der = response.token.ok_or(TimestampError::Malformed)?.to_der().map_err(|_| TimestampError::Malformed)?;
    let token = Token::from_der(&der)?;
    token.check_imprint(imprint)?;
    let expected = write::integer(nonce);
    let expected = IntRef::from_der(&expected).map_err(|_| TimestampError::Malformed)?;
    if token.info.nonce != Some(expected) {
        return Err(TimestampError::Nonce);
    }
    Ok(der)
}

const GRANTED: u8 = 0;
const GRANTED_WITH_MODIFICATIONS: u8 = 1;

fn check_granted(status: &StatusInfo<'_>) -> Result<(), TimestampError> {
    if matches!(status.status, GRANTED | GRANTED_WITH_MODIFICATIONS) {
        return Ok(());
    }
    let reason = status.failure.and_then(|bits| {
        let is_set = |reason: &FailureReason| bits.bits().nth(usize::from(*reason as u8)).unwrap_or(false);
        FailureReason::SPECIFIED.into_iter().find(is_set)
    });
    let text = status.text.as_deref().and_then(|texts| texts.first()).map(printable);
    Err(TimestampError::Refused { reason: reason.unwrap_or(FailureReason::Unspecified), text })
}

/// What a foreign server says goes into logs: bounded, and without control characters.
fn printable(text: &Utf8StringRef<'_>) -> String {
    text.as_str().chars().take(MAX_TEXT_CHARS).map(|char| if char.is_control() { ' ' } else { char }).collect()
}
