//! Faults: what X-Road itself answers instead of a provider.

use std::fmt;
use std::str::FromStr;

/// Where in the exchange a fault arose: the first part of its code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Layer {
    /// The information system that called did something wrong.
    Client,
    /// The client's security server.
    ClientProxy,
    /// The provider's security server.
    ServerProxy,
}

macro_rules! reasons {
    ($($(#[$doc:meta])* $variant:ident = $code:literal,)+) => {
        /// What went wrong: the last part of a fault code, in the spelling of X-Road 7.8.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Reason {
            $($(#[$doc])* $variant,)+
        }

        impl Reason {
            /// Every reason.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The word in the code.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $code,)+
                }
            }
        }
    };
}

reasons! {
    /// The subject has no right to the service.
    AccessDenied = "access_denied",
    /// The request is malformed in a way that no other code names.
    InvalidRequest = "invalid_request",
    /// The path does not begin with a protocol version that is spoken.
    InvalidProtocolVersion = "invalid_protocol_version",
    /// A method that is not relayed.
    InvalidHttpMethod = "invalid_http_method",
    /// `X-Road-Client` is no identifier, or names nobody behind this server.
    InvalidClientIdentifier = "invalid_client_identifier",
    /// A header that must be there is missing.
    MissingHeader = "missing_header",
    /// A header that may be there once is repeated.
    DuplicateHeader = "duplicate_header_field",
    /// A header is malformed.
    InvalidHeader = "invalid_header",
    /// The body is longer than the limit.
    BodyTooLarge = "body_too_large",
    /// The body is shorter than announced, broken off, or too slow.
    InvalidBody = "invalid_body",
    /// The information system did not authenticate as its registration demands.
    SslAuthenticationFailed = "ssl_authentication_failed",
    /// No such member or subsystem in the global configuration.
    UnknownMember = "unknown_member",
    /// No such service at the provider.
    UnknownService = "unknown_service",
    /// The provider has switched the service off.
    ServiceDisabled = "service_disabled",
    /// The service is of another type than the call needs.
    ServiceType = "service_type",
    /// The provider's information system did not answer as HTTP demands.
    ServiceFailed = "service_failed",
    /// No connection to the other side.
    NetworkError = "network_error",
    /// The other side did not answer in time.
    Timeout = "timeout",
    /// The other side's host name does not resolve.
    UnknownHost = "unknown_host",
    /// The security server named by the client is not one of the provider's, or not this one.
    InvalidSecurityServer = "invalid_security_server",
    /// The provider's server takes no messages for now.
    MaintenanceMode = "maintenance_mode",
    /// The global configuration is older than its policy allows.
    GlobalConfOutdated = "global_conf_outdated",
    /// There is no global configuration yet.
    MalformedGlobalConf = "malformed_global_conf",
    /// No signing key of the member is at hand.
    CannotSign = "cannot_create_signature",
    /// A signature does not verify.
    InvalidSignatureValue = "invalid_signature_value",
    /// A signature is not of its form.
    MalformedSignature = "malformed_signature",
    /// A certificate does not lead to an approved certification service, or is not registered.
    CertValidation = "cert_validation",
    /// A certificate's status is missing, stale or not good.
    IncorrectValidationInfo = "incorrect_validation_info",
    /// A message between servers is malformed.
    InvalidMessage = "invalid_message",
    /// A response is not the answer to its request.
    InconsistentResponse = "inconsistent_response",
    /// A message was made too long ago, or in the future.
    MessageTooOld = "message_outside_time_window",
    /// A request id came again with another content.
    ReplayedRequest = "replayed_request",
    /// The server died between calling and logging: whether the service acted is not known.
    OutcomeUnknown = "outcome_unknown",
    /// The `Idempotency-Key` was used with another request, or its first call is still under way.
    IdempotencyConflict = "idempotency_conflict",
    /// The receiver does not hold the credentials that were named; send them whole.
    UnknownCredentials = "unknown_credentials",
    /// The message log could not take the record.
    LoggingFailed = "logging_failed",
    /// Timestamps have been missing for longer than the policy allows.
    TimestampingFailed = "timestamping_failed",
    /// The server has as much to do as it can hold.
    Overloaded = "server_overloaded",
    /// The client has used its right as often as it may, for now.
    RateLimitExceeded = "rate_limit_exceeded",
    /// A defect of the server.
    InternalError = "internal_error",
}

/// A fault code: a layer and a reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FaultCode {
    /// Where it arose.
    pub layer: Layer,
    /// What went wrong.
    pub reason: Reason,
}

/// Which spelling of fault codes an information system expects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Spelling {
    /// X-Road 7.8 and later: `server.serverproxy.access_denied`.
    #[default]
    Snake,
    /// X-Road up to 7.7: `Server.ServerProxy.AccessDenied`.
    Camel,
}

/// A fault as an information system gets it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The code.
    pub code: FaultCode,
    /// What was refused and by which rule, in one sentence.
    pub message: String,
    /// The id under which the logs of the server that made the fault have more.
    pub detail: String,
}

impl FaultCode {
    /// A code of two parts.
    #[must_use]
    pub const fn new(layer: Layer, reason: Reason) -> Self {
        Self { layer, reason }
    }

    /// The code in the spelling that the information system expects.
    #[must_use]
    pub fn spelled(self, spelling: Spelling) -> String {
        match spelling {
            Spelling::Snake => self.to_string(),
            Spelling::Camel => format!("{}.{}", self.layer.camel(), camel(self.reason.as_str())),
        }
    }

    /// The HTTP status: 500 for `server.*`, else 400.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self.layer {
            Layer::Client => 400,
            Layer::ClientProxy | Layer::ServerProxy => 500,
        }
    }
}

impl Layer {
    /// Every layer.
    pub const ALL: [Self; 3] = [Self::Client, Self::ClientProxy, Self::ServerProxy];

    /// The prefix in the code.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::ClientProxy => "server.clientproxy",
            Self::ServerProxy => "server.serverproxy",
        }
    }

    const fn camel(self) -> &'static str {
        match self {
            Self::Client => "Client",
            Self::ClientProxy => "Server.ClientProxy",
            Self::ServerProxy => "Server.ServerProxy",
        }
    }
}

impl fmt::Display for FaultCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.layer.as_str(), self.reason.as_str())
    }
}

/// A text that is no fault code of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a fault code")]
pub struct UnknownFaultCode;

impl FromStr for FaultCode {
    type Err = UnknownFaultCode;

    fn from_str(text: &str) -> Result<Self, UnknownFaultCode> {
        let (layer, reason) = text.rsplit_once('.').ok_or(UnknownFaultCode)?;
        let layer = Layer::ALL.into_iter().find(|known| known.as_str() == layer).ok_or(UnknownFaultCode)?;
        let reason = Reason::ALL.iter().copied().find(|known| known.as_str() == reason).ok_or(UnknownFaultCode)?;
        Ok(Self { layer, reason })
    }
}

impl Fault {
    /// The JSON body.
    #[must_use]
    pub fn json(&self, spelling: Spelling) -> String {
        let text = |value: &str| serde_json::Value::from(value).to_string();
        let code = self.code.spelled(spelling);
        format!(r#"{{"type":{},"message":{},"detail":{}}}"#, text(&code), text(&self.message), text(&self.detail))
    }

    /// The XML body.
    #[must_use]
    pub fn xml(&self, spelling: Spelling) -> String {
        let (code, message, detail) = (self.code.spelled(spelling), escape(&self.message), escape(&self.detail));
        format!("<error><type>{code}</type><message>{message}</message><detail>{detail}</detail></error>")
    }

    /// The value of a fault frame: code, detail and message, a line each.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut message = self.message.replace(['\r', '\n'], " ");
        while message.len() > MAX_MESSAGE_BYTES {
            message.pop();
        }
        format!("{}\n{}\n{message}", self.code, self.detail).into_bytes()
    }

    /// Reads a fault frame.
    ///
    /// # Errors
    /// When it is not three lines of UTF-8, or the code is not known.
    pub fn decode(bytes: &[u8]) -> Result<Self, UnknownFaultCode> {
        let text = std::str::from_utf8(bytes).map_err(|_| UnknownFaultCode)?;
        let mut lines = text.splitn(3, '\n');
        let (code, detail, message) = match (lines.next(), lines.next(), lines.next()) {
            (Some(code), Some(detail), Some(message)) => (code.parse()?, detail, message),
            _ => return Err(UnknownFaultCode),
        };
        let clean = |text: &str, most: usize| text.len() <= most && !text.chars().any(char::is_control);
        if !clean(detail, 64) || !clean(message, MAX_MESSAGE_BYTES) {
            return Err(UnknownFaultCode);
        }
        Ok(Self { code, message: message.to_owned(), detail: detail.to_owned() })
    }
}

/// Longest message that travels between servers, in bytes.
const MAX_MESSAGE_BYTES: usize = 2048;

fn camel(snake: &str) -> String {
    let mut word_begins = true;
    let mut camel = String::with_capacity(snake.len());
    for character in snake.chars() {
        if character == '_' {
            word_begins = true;
        } else if std::mem::take(&mut word_begins) {
            camel.push(character.to_ascii_uppercase());
        } else {
            camel.push(character);
        }
    }
    camel
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            // XML 1.0 §2.2 has no form for most control characters.
            control if control.is_control() => out.push(' '),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn fault() -> Fault {
        let code = FaultCode::new(Layer::ServerProxy, Reason::AccessDenied);
        Fault { code, message: "Request is not allowed: SERVICE:BO/GOV/1/s/x \"<&>\"".into(), detail: "d-1".into() }
    }

    #[test]
    fn has_both_spellings() {
        assert_eq!(fault().code.spelled(Spelling::Snake), "server.serverproxy.access_denied");
        assert_eq!(fault().code.spelled(Spelling::Camel), "Server.ServerProxy.AccessDenied");
    }

    #[test]
    fn servers_faults_are_500_and_clients_400() {
        assert_eq!(fault().code.status(), 500);
        assert_eq!(FaultCode::new(Layer::ClientProxy, Reason::Timeout).status(), 500);
        assert_eq!(FaultCode::new(Layer::Client, Reason::MissingHeader).status(), 400);
    }

    #[test]
    fn writes_json_and_xml() {
        let json: serde_json::Value = serde_json::from_str(&fault().json(Spelling::Snake)).unwrap();
        assert_eq!(json["type"], "server.serverproxy.access_denied");
        assert_eq!(json["message"], fault().message);
        assert!(fault().xml(Spelling::Snake).contains("\"&lt;&amp;&gt;\"</message><detail>d-1</detail></error>"));
    }

    #[test]
    fn every_code_is_unique_and_reads_back() {
        for layer in Layer::ALL {
            for reason in Reason::ALL {
                let code = FaultCode::new(layer, *reason);
                assert_eq!(code.to_string().parse(), Ok(code));
            }
        }
    }

    proptest! {
        #[test]
        fn a_fault_crosses_the_wire(message in "\\PC{0,900}") {
            let fault = Fault { message: message.clone(), ..fault() };
            prop_assert_eq!(Fault::decode(&fault.encode()), Ok(fault));
        }

        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..100)) {
            let _ = Fault::decode(&bytes);
        }
    }
}
