//! What a fault of the provider's server proves about the effect of a request.

use protocol::fault::{FaultCode, Layer, Reason};

/// What a fault proves, from most to least.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Certainty {
    /// Refused before the provider's server looked whether it had seen the request: the message had no effect, but an
    /// earlier copy of it may have had one.
    NotConsidered,
    /// Taken up under its id, and the service was certainly not called.
    NotCalled,
    /// The service may have acted.
    Open,
}

impl Certainty {
    /// What a fault with this code proves.
    ///
    /// Faults of the client's own server prove nothing here: it also refuses responses, after the service has acted.
    pub(crate) fn of(code: FaultCode) -> Self {
        match code.layer {
            Layer::ServerProxy => Self::of_reason(code.reason),
            // Only the length of the request's body is refused there in the caller's name.
            Layer::Client if code.reason == Reason::BodyTooLarge => Self::NotConsidered,
            Layer::Client | Layer::ClientProxy => Self::Open,
        }
    }

    fn of_reason(reason: Reason) -> Self {
        match reason {
            Reason::AccessDenied
            | Reason::InvalidProtocolVersion
            | Reason::InvalidClientIdentifier
            | Reason::BodyTooLarge
            | Reason::InvalidBody
            | Reason::SslAuthenticationFailed
            | Reason::UnknownMember
            | Reason::UnknownService
            | Reason::ServiceDisabled
            | Reason::InvalidSecurityServer
            | Reason::MaintenanceMode
            | Reason::GlobalConfOutdated
            | Reason::MalformedGlobalConf
            | Reason::InvalidSignatureValue
            | Reason::MalformedSignature
            | Reason::CertValidation
            | Reason::IncorrectValidationInfo
            | Reason::InvalidMessage
            | Reason::MessageTooOld
            | Reason::UnknownCredentials
            | Reason::TimestampingFailed
            | Reason::Overloaded
            | Reason::RateLimitExceeded
            // The log and the signing key are tried before the service is called; what fails later is an unknown outcome.
            | Reason::LoggingFailed => Self::NotConsidered,
            Reason::CannotSign
            | Reason::NetworkError
            | Reason::UnknownHost
            | Reason::InvalidRequest
            | Reason::ServiceType => Self::NotCalled,
            Reason::InvalidHttpMethod
            | Reason::MissingHeader
            | Reason::DuplicateHeader
            | Reason::InvalidHeader
            | Reason::ServiceFailed
            | Reason::Timeout
            | Reason::InconsistentResponse
            | Reason::ReplayedRequest
            | Reason::OutcomeUnknown
            | Reason::IdempotencyConflict
            | Reason::InternalError => Self::Open,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(code: &str) -> Certainty {
        Certainty::of(code.parse().unwrap())
    }

    #[test]
    fn only_the_providers_server_can_say_that_nothing_happened() {
        assert_eq!(of("server.serverproxy.access_denied"), Certainty::NotConsidered);
        assert_eq!(of("client.body_too_large"), Certainty::NotConsidered);
        assert_eq!(of("server.serverproxy.network_error"), Certainty::NotCalled);
        for open in [
            "server.clientproxy.invalid_signature_value",
            "server.clientproxy.logging_failed",
            "server.serverproxy.timeout",
            "server.serverproxy.service_failed",
            "server.serverproxy.outcome_unknown",
            "server.serverproxy.internal_error",
        ] {
            assert_eq!(of(open), Certainty::Open, "{open}");
        }
    }
}
