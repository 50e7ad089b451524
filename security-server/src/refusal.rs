//! Why the exchange refuses a message, grouped by who must act. `fault` says which fault each refusal becomes.

mod fault;
mod message;

pub use message::MessageRefusal;

use protocol::access::Rate;
use protocol::fault::Fault;
use protocol::head::HeadError;
use protocol::identifier::{ClientId, MemberId, ServerId, ServiceId, SubsystemId};
use protocol::request_uri::RequestUriError;
use std::time::Duration;

/// Why a message is refused, with the facts that an operator needs.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    // The information system that calls must act.
    /// The request target names no service.
    #[error("the request target is refused: {0}")]
    Uri(RequestUriError),
    /// Not one of the eight methods.
    #[error("the method {0} is not relayed")]
    Method(String),
    /// The headers make no message head.
    #[error("the request's headers are refused: {0}")]
    Head(HeadError),
    /// The client is not one of this server's.
    #[error("client {0} is not registered at this security server")]
    ClientNotHere(ClientId),
    /// The client did not authenticate as its registration demands.
    #[error("client {client} must authenticate by {rule}")]
    ClientAuthentication {
        /// Who claimed to call.
        client: ClientId,
        /// What its registration demands.
        rule: &'static str,
    },
    /// The body is over the limit.
    #[error("the body exceeds the limit of {limit} bytes")]
    BodyTooLarge {
        /// What is allowed.
        limit: u64,
    },
    /// The body broke off, or is not as long as announced.
    #[error("the body broke off before its end")]
    BodyBroken,
    /// The body stopped coming.
    #[error("the body did not come on within {0:?}")]
    BodyTooSlow(Duration),
    /// An `Idempotency-Key` with another request than before.
    #[error("the Idempotency-Key was used with another request; use a new key for a new request")]
    IdempotencyMismatch,
    /// The first call with the key has not ended.
    #[error("the first call with this Idempotency-Key is still under way; ask again later")]
    IdempotencyInProgress,
    /// The key is empty or too long.
    #[error("the Idempotency-Key is empty, longer than 255 bytes or not printable")]
    IdempotencyKey,

    // The provider's name or right.
    /// Nobody of that name.
    #[error("unknown member or subsystem: {0}")]
    UnknownProvider(SubsystemId),
    /// The registry has the subsystem, but on no server that may answer.
    #[error("security server {server} does not serve {subsystem}")]
    NotServedThere {
        /// The server named.
        server: ServerId,
        /// What it does not serve.
        subsystem: SubsystemId,
    },
    /// The subsystem is registered on no server.
    #[error("no security server serves {0}")]
    NotServed(SubsystemId),
    /// All servers that could answer are in maintenance.
    #[error("security server {server} is in maintenance: {notice}")]
    Maintenance {
        /// One of them.
        server: ServerId,
        /// What its operator says.
        notice: String,
    },
    /// No right opens the call.
    #[error("Request is not allowed: SERVICE:{0}")]
    AccessDenied(ServiceId),
    /// The rights that open the call are used up for now.
    #[error("{client} has called {service} as often as its right allows ({rate}); try again later")]
    RateExceeded {
        /// Who calls.
        client: ClientId,
        /// What.
        service: ServiceId,
        /// How often it may.
        rate: Rate,
    },
    /// The provider has no such service.
    #[error("Unknown service: {0}")]
    UnknownService(ServiceId),
    /// The provider has switched it off.
    #[error("Service {service} is disabled: {notice}")]
    ServiceDisabled {
        /// Which.
        service: ServiceId,
        /// What its administrator says.
        notice: String,
    },
    /// A metaservice cannot answer.
    #[error("{0}")]
    Metaservice(String),
    /// A metaservice was asked for a document that the service does not have.
    #[error("Invalid service type: {0}")]
    ServiceType(String),

    // This server, or its configuration.
    /// There is no global configuration yet.
    #[error("there is no global configuration: none could be fetched yet")]
    NoConfiguration,
    /// The global configuration has expired, and the policy is to refuse.
    #[error("the global configuration expired at {0}")]
    ConfigurationExpired(jiff::Timestamp),
    /// No usable signing key and certificate.
    #[error("member {0} cannot sign here: no key with a registered certificate of good status")]
    CannotSign(MemberId),
    /// The log has no room.
    #[error("the message log has no room: {0}")]
    LogFull(String),
    /// The log failed.
    #[error("the message log took no record: {0}")]
    LogFailed(String),
    /// Timestamps have been missing for too long.
    #[error("no time-stamping service has answered since {0}")]
    TimestampsMissing(jiff::Timestamp),
    /// As much under way as can be held.
    #[error("the server has as many exchanges under way as it can hold; try again")]
    Overloaded,
    /// A defect of ours.
    #[error("internal error: {0}")]
    Internal(String),

    // The other server.
    /// No connection to any server of the provider.
    #[error("no security server of {subsystem} could be reached: {reasons}")]
    PeersUnreachable {
        /// Whose.
        subsystem: SubsystemId,
        /// Those tried.
        servers: Vec<ServerId>,
        /// Each one tried, and why not.
        reasons: String,
    },
    /// The peer speaks no version of the transport that this server speaks.
    #[error(
        "security server {server} speaks the transport versions {theirs:?}, this one {ours:?}: one of them must be updated"
    )]
    NoCommonVersion {
        /// Which.
        server: ServerId,
        /// What it says it speaks.
        theirs: String,
        /// What we speak.
        ours: String,
    },
    /// The connection broke after the request was sent.
    #[error("security server {0} broke off: whether the service acted is not known")]
    PeerBroke(ServerId),
    /// No response in time.
    #[error("security server {server} did not answer within {within:?}: whether the service acted is not known")]
    PeerSilent {
        /// Which.
        server: ServerId,
        /// How long it had.
        within: Duration,
    },
    /// The other server refused; its fault is passed on.
    #[error("the provider's security server refused: {}", .0.message)]
    PeerFault(Fault),
    /// A message of the other server is refused.
    #[error(transparent)]
    Message(#[from] MessageRefusal),
    /// A response is not the answer to its request.
    #[error("the response disagrees with the request in {0}")]
    InconsistentResponse(&'static str),

    // The peer that calls us.
    /// The TLS certificate is not registered now.
    #[error("the authentication certificate is not registered for any security server")]
    PeerNotRegistered,
    /// The client is not behind the server that sent the message.
    #[error("client {client} is not registered at security server {server}")]
    ClientNotBehindPeer {
        /// Who is said to call.
        client: ClientId,
        /// Which server said so.
        server: ServerId,
    },
    /// The client is registered at no security server.
    #[error("client {0} is not registered at any security server")]
    ClientNotRegistered(ClientId),
    /// The request id came before with another content.
    #[error("request id {0} was used for another request")]
    Replayed(String),
    /// Whether the first call with this id had an effect is not known.
    #[error("whether request {0} acted is not known: its answer was lost before it was logged")]
    OutcomeUnknown(String),
    /// The service may have acted, and its answer could not be signed or logged.
    #[error("whether request {request_id} acted is not known: {why}")]
    AnswerLost {
        /// Which.
        request_id: String,
        /// Why.
        why: Box<Refusal>,
    },

    // The provider's information system.
    /// Its name does not resolve.
    #[error("the host of service {0} is unknown")]
    ProviderHost(ServiceId),
    /// It cannot be reached.
    #[error("the information system of service {0} cannot be reached")]
    ProviderUnreachable(ServiceId),
    /// It did not answer in time.
    #[error("the information system of service {service} did not answer within {within:?}")]
    ProviderTimeout {
        /// Which.
        service: ServiceId,
        /// How long it had.
        within: Duration,
    },
    /// It did not answer as HTTP demands.
    #[error("the information system of service {service} gave no usable answer: {rule}")]
    ProviderMalformed {
        /// Which.
        service: ServiceId,
        /// The rule that its answer breaks.
        rule: String,
    },

    // The plugin that answers a service.
    /// It gets no calls now.
    #[error("the plugin of service {service} cannot answer now: {why}")]
    PluginUnavailable {
        /// Which service.
        service: ServiceId,
        /// Why.
        why: String,
    },
    /// It gets too many.
    #[error("the plugin of service {service} has too much to do: {why}; try again")]
    PluginBusy {
        /// Which service.
        service: ServiceId,
        /// Which bound was reached.
        why: String,
    },
    /// It gave none; nothing of the call was kept.
    #[error("the plugin of service {service} gave no answer, and nothing was kept of the call: {rule}")]
    PluginFailed {
        /// Which service.
        service: ServiceId,
        /// The rule that it broke.
        rule: String,
    },
}
