//! The fault that each refusal becomes: its code, and what the wire gets to read.

use super::Refusal;
use protocol::fault::{Fault, FaultCode, Layer, Reason};
use protocol::head::HeadError;
use protocol::request_uri::RequestUriError;

impl Refusal {
    /// The fault code, given the side of the exchange that refuses.
    #[must_use]
    pub fn code(&self, side: Layer) -> FaultCode {
        if let Self::PeerFault(fault) = self {
            return fault.code;
        }
        let reason = self.reason();
        let layer = if self.is_the_callers() { Layer::Client } else { side };
        FaultCode::new(layer, reason)
    }

    /// The fault, with the id under which the log has more.
    #[must_use]
    pub fn fault(&self, side: Layer, detail: String) -> Fault {
        match self {
            Self::PeerFault(fault) => fault.clone(),
            other => Fault { code: self.code(side), message: other.words(), detail },
        }
    }

    /// What the wire gets: the rule. Addresses, figures of the disk and what broke inside are for the log.
    fn words(&self) -> String {
        match self {
            Self::Internal(_) => "internal error; the server's log has more under the detail id".to_owned(),
            Self::LogFull(_) => "the message log has no room".to_owned(),
            Self::LogFailed(_) => "the message log took no record, or cannot be read".to_owned(),
            Self::AnswerLost { request_id, .. } => Self::OutcomeUnknown(request_id.clone()).to_string(),
            Self::PeersUnreachable { subsystem, servers, .. } => {
                let servers: Vec<String> = servers.iter().map(ToString::to_string).collect();
                format!("no security server of {subsystem} could be reached; tried: {}", servers.join(", "))
            }
            other => other.to_string(),
        }
    }

    /// Whether the information system that called must change its request.
    fn is_the_callers(&self) -> bool {
        matches!(
            self,
            Self::Uri(_)
                | Self::Method(_)
                | Self::Head(_)
                | Self::ClientNotHere(_)
                | Self::ClientAuthentication { .. }
                | Self::BodyTooLarge { .. }
                | Self::BodyBroken
                | Self::BodyTooSlow(_)
                | Self::IdempotencyMismatch
                | Self::IdempotencyInProgress
                | Self::IdempotencyKey
        )
    }

    fn reason(&self) -> Reason {
        match self {
            Self::Uri(RequestUriError::ProtocolVersion { .. }) => Reason::InvalidProtocolVersion,
            Self::Uri(_) => Reason::InvalidRequest,
            Self::Method(_) => Reason::InvalidHttpMethod,
            Self::Head(error) => head_reason(error),
            Self::ClientNotHere(_) => Reason::InvalidClientIdentifier,
            Self::ClientAuthentication { .. } | Self::PeerNotRegistered => Reason::SslAuthenticationFailed,
            Self::BodyTooLarge { .. } => Reason::BodyTooLarge,
            Self::BodyBroken | Self::BodyTooSlow(_) => Reason::InvalidBody,
            Self::IdempotencyMismatch | Self::IdempotencyInProgress => Reason::IdempotencyConflict,
            Self::IdempotencyKey => Reason::InvalidHeader,
            Self::UnknownProvider(_) | Self::NotServed(_) => Reason::UnknownMember,
            Self::NotServedThere { .. } => Reason::InvalidSecurityServer,
            Self::Maintenance { .. } => Reason::MaintenanceMode,
            Self::AccessDenied(_) => Reason::AccessDenied,
            Self::RateExceeded { .. } => Reason::RateLimitExceeded,
            Self::UnknownService(_) => Reason::UnknownService,
            Self::ServiceDisabled { .. } => Reason::ServiceDisabled,
            Self::Metaservice(_) => Reason::InvalidRequest,
            Self::ServiceType(_) => Reason::ServiceType,
            Self::NoConfiguration => Reason::MalformedGlobalConf,
            Self::ConfigurationExpired(_) => Reason::GlobalConfOutdated,
            Self::CannotSign(_) => Reason::CannotSign,
            Self::LogFull(_) | Self::LogFailed(_) => Reason::LoggingFailed,
            Self::TimestampsMissing(_) => Reason::TimestampingFailed,
            Self::Overloaded | Self::PluginBusy { .. } => Reason::Overloaded,
            Self::Internal(_) => Reason::InternalError,
            Self::PeersUnreachable { .. } | Self::ProviderUnreachable(_) | Self::PluginUnavailable { .. } => {
                Reason::NetworkError
            }
            Self::NoCommonVersion { .. } => Reason::InvalidProtocolVersion,
            Self::PeerBroke(_) | Self::OutcomeUnknown(_) | Self::AnswerLost { .. } => Reason::OutcomeUnknown,
            Self::PeerSilent { .. } | Self::ProviderTimeout { .. } => Reason::Timeout,
            Self::PeerFault(fault) => fault.code.reason,
            Self::Message(refusal) => refusal.reason(),
            Self::InconsistentResponse(_) => Reason::InconsistentResponse,
            Self::ClientNotBehindPeer { .. } | Self::ClientNotRegistered(_) => Reason::InvalidClientIdentifier,
            Self::Replayed(_) => Reason::ReplayedRequest,
            Self::ProviderHost(_) => Reason::UnknownHost,
            Self::ProviderMalformed { .. } | Self::PluginFailed { .. } => Reason::ServiceFailed,
        }
    }
}

fn head_reason(error: &HeadError) -> Reason {
    match error {
        HeadError::Missing { .. } => Reason::MissingHeader,
        HeadError::Duplicate { .. } => Reason::DuplicateHeader,
        HeadError::Identifier { name: protocol::head::names::CLIENT, .. } => Reason::InvalidClientIdentifier,
        HeadError::Identifier { .. }
        | HeadError::Value { .. }
        | HeadError::Field { .. }
        | HeadError::HopByHop { .. } => Reason::InvalidHeader,
        HeadError::TooLarge | HeadError::Lines | HeadError::FirstLine | HeadError::Uri(_) => Reason::InvalidRequest,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(refusal: &Refusal) -> String {
        refusal.fault(Layer::ServerProxy, String::new()).message
    }

    #[test]
    fn what_is_inside_never_reaches_the_wire() {
        let address = "10.1.2.3:5500";
        let unreachable = Refusal::PeersUnreachable {
            subsystem: "BO/GOV/1001/civil".parse().unwrap(),
            servers: vec!["BO/GOV/1001/ss1".parse().unwrap()],
            reasons: format!("{address} is not reachable"),
        };
        assert!(unreachable.to_string().contains(address), "the log has it");
        assert!(words(&unreachable).contains("BO/GOV/1001/ss1"));
        let full = || Refusal::LogFull(format!("4096 bytes needed at {address}"));
        let lost = Refusal::AnswerLost { request_id: "r".to_owned(), why: Box::new(full()) };
        for refusal in
            [unreachable, full(), lost, Refusal::LogFailed(address.to_owned()), Refusal::Internal(address.to_owned())]
        {
            assert!(!words(&refusal).contains(address) && !words(&refusal).contains("4096"), "{}", words(&refusal));
        }
    }
}
