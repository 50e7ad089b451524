//! The OCSP responder (RFC 6960): says of each certificate of the issuing authority whether it is good.

use jiff::{SignedDuration, Timestamp};
use trust::ocsp::responder::{
    Answer, CertificateStatus, RevocationReason as Reason, ToBeSignedResponse, error_response, parse_request,
};
use trust::ocsp::{CertificateId, ErrorStatus};

use crate::RevocationReason;
use crate::authority::Authority;
use crate::service_key::ServiceKey;

/// The OCSP responder of one issuing authority.
pub(crate) struct Responder {
    key: ServiceKey,
    validity: SignedDuration,
}

/// What becomes of the nonce of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NonceUse {
    /// It shows that the answer was made for the request (RFC 8954).
    Echoed,
    /// The answer could be one that was kept.
    LeftOut,
    /// The answer was made for another request.
    Replaced,
}

impl Responder {
    pub(crate) fn new(key: ServiceKey, validity: SignedDuration) -> Self {
        Self { key, validity }
    }

    pub(crate) fn key(&self) -> &ServiceKey {
        &self.key
    }

    /// Answers a request (DER) with a response (DER): there always is one.
    pub(crate) fn answer(&self, request: &[u8], authority: &Authority, now: Timestamp, nonce: NonceUse) -> Vec<u8> {
        let Ok(request) = parse_request(request) else {
            return error_response(ErrorStatus::MalformedRequest);
        };
        // About certificates of others nothing is said, not even that they are unknown: the authority has not
        // delegated that to this responder.
        if !request.certificates().iter().all(|certificate| certificate.is_issued_by(authority.issuing())) {
            return error_response(ErrorStatus::Unauthorized);
        }
        let answers: Vec<_> =
            request.certificates().iter().map(|certificate| self.answer_for(certificate, authority, now)).collect();
        let nonce = match nonce {
            NonceUse::Echoed => request.nonce(),
            NonceUse::LeftOut => None,
            NonceUse::Replaced => Some(&b"of another question"[..]),
        };
        let response = ToBeSignedResponse::new(self.key.certificate(), now, &answers, nonce);
        match self.key.sign(response.bytes()) {
            Ok(signature) => response.complete(&signature, std::slice::from_ref(self.key.certificate())),
            Err(error) => {
                tracing::error!(error = %error, "failed to sign an OCSP response");
                error_response(ErrorStatus::InternalError)
            }
        }
    }

    fn answer_for(&self, certificate: &CertificateId, authority: &Authority, now: Timestamp) -> Answer {
        let status = match authority.status(&certificate.serial_hex()) {
            None => CertificateStatus::Unknown,
            Some(None) => CertificateStatus::Good,
            Some(Some(revocation)) => {
                CertificateStatus::Revoked { at: revocation.at, reason: Some(reason(revocation.reason)) }
            }
        };
        let next_update = now.checked_add(self.validity).ok();
        Answer { certificate: certificate.clone(), status, this_update: now, next_update }
    }
}

fn reason(reason: RevocationReason) -> Reason {
    match reason {
        RevocationReason::KeyCompromise => Reason::KeyCompromise,
        RevocationReason::AffiliationChanged => Reason::AffiliationChanged,
        RevocationReason::Superseded => Reason::Superseded,
        RevocationReason::CessationOfOperation => Reason::CessationOfOperation,
    }
}
