//! A timestamp token taken apart.

use super::TimestampError;
use crate::asn1::{
    algorithm::HashAlgorithm,
    ber,
    cms::{SignedData, SignerInfo},
    oid, time,
    tsp::{MessageImprint, TstInfo},
};
use der::{
    Decode,
    asn1::{AnyRef, OctetStringRef},
};
use jiff::Timestamp;
use protocol::hash::Sha256Hash;

/// The longest response or token: a chain of RSA-4096 certificates and a CRL fit.
const MAX_BYTES: usize = 64 * 1024;

/// Brings a response or token to DER.
pub(super) fn normalised(bytes: &[u8]) -> Result<Vec<u8>, TimestampError> {
    if bytes.len() > MAX_BYTES {
        return Err(TimestampError::TooLarge { size_bytes: bytes.len(), limit_bytes: MAX_BYTES });
    }
    ber::to_der(bytes).map_err(|_| TimestampError::Malformed)
}

/// The parts of a token in DER form; nothing of it is believed yet.
pub(super) struct Token<'a> {
    pub(super) signed_data: SignedData<'a>,
    pub(super) signer_info: SignerInfo<'a>,
    /// The bytes of `TSTInfo`.
    pub(super) content: &'a [u8],
    pub(super) info: TstInfo<'a>,
    pub(super) time: Timestamp,
}

impl<'a> Token<'a> {
    pub(super) fn from_der(der: &'a [u8]) -> Result<Self, TimestampError> {
        let malformed = |_| TimestampError::Malformed;
        let signed_data = SignedData::from_content_info(der).map_err(malformed)?;
        let (_, signer_info) = signed_data.only_signer().map_err(malformed)?;
        if signed_data.encapsulated.content_type != oid::TST_INFO {
            return Err(TimestampError::Unsupported { what: "a type of content" });
        }
        let content =
            signed_data.encapsulated.content.map(OctetStringRef::as_bytes).ok_or(TimestampError::Malformed)?;
        let info = TstInfo::from_der(content).map_err(malformed)?;
        if info.version != 1 {
            return Err(TimestampError::Unsupported { what: "a version" });
        }
        if info.extensions.as_ref().is_some_and(|all| all.iter().any(|extension| extension.critical)) {
            return Err(TimestampError::Unsupported { what: "a critical extension" });
        }
        let time = info.time.decode_as::<AnyRef<'_>>().and_then(time::read).map_err(malformed)?;
        Ok(Self { signed_data, signer_info, content, info, time })
    }

    /// Checks that the token stamps this digest.
    pub(super) fn check_imprint(&self, imprint: &Sha256Hash) -> Result<(), TimestampError> {
        let MessageImprint { hash_algorithm, hashed_message } = &self.info.imprint;
        let is_sha256 = HashAlgorithm::from_identifier(*hash_algorithm) == Some(HashAlgorithm::Sha256);
        if is_sha256 && hashed_message.as_bytes() == imprint.as_bytes() {
            Ok(())
        } else {
            Err(TimestampError::OtherContent)
        }
    }
}
