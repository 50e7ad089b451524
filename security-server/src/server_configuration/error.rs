//! Why a document is refused: where, by which rule, and what to do.

use super::{UrlError, limits};
use protocol::access::{GlobError, RateError, WindowError};
use protocol::global_configuration::limits::TEXT_CHARACTERS;
use protocol::identifier::{IdentifierError, SubsystemId};
use std::fmt;
use thiserror::Error;
use trust::certificate::CertificateError;

/// Why a text is no server configuration.
#[derive(Debug, Error)]
pub enum ServerConfigurationError {
    /// It is longer than any honest one.
    #[error("the server configuration has {size_bytes} bytes, allowed are {}", limits::DOCUMENT_BYTES)]
    TooLarge {
        /// Its length.
        size_bytes: usize,
    },
    /// It is no TOML, or has a key or a kind of value that the document does not have; the source says where.
    #[error("the server configuration is not a document of its form")]
    Syntax {
        /// What the TOML reader says, with line and column.
        source: Box<toml::de::Error>,
    },
    /// One of its items breaks a rule.
    #[error("the server configuration is refused at {place}")]
    Refused {
        /// Which item.
        place: Place,
        /// Which rule, and what to do.
        source: Rule,
    },
}

/// Where in the document: tables with their number (from 1) and name, outermost first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place(String);

/// A rule of the document, as it was broken. Each says what to do.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Rule {
    /// The id of a client.
    #[error("id must name a subsystem or a member; write instance/class/member/subsystem, each part percent-encoded")]
    ClientId(#[source] IdentifierError),
    /// A client stands twice.
    #[error("the client has a table already; put everything of it into one")]
    DuplicateClient,
    /// What only subsystems have, at a member.
    #[error(
        "only a subsystem has a name, services, plugins and local groups here; move them to a subsystem of the member"
    )]
    OfMember,
    /// A name that the registry would refuse.
    #[error("name has 1 to {TEXT_CHARACTERS} characters in one line, without space at its ends; write another")]
    Name,
    /// A certificate that cannot be read.
    #[error("{key}, item {position}, must be one certificate in PEM form; paste it with its BEGIN and END lines")]
    Certificate {
        /// Which list.
        key: &'static str,
        /// Counted from 1.
        position: usize,
        /// What is wrong.
        source: PemError,
    },
    /// A certificate stands twice in a list.
    #[error("{key}, item {position}, stands in the list already; remove it")]
    DuplicateCertificate {
        /// Which list.
        key: &'static str,
        /// Counted from 1.
        position: usize,
    },
    /// The code of a local group.
    #[error(
        "the code of a local group has 1 to {} bytes and no control characters; choose another",
        limits::GROUP_CODE_BYTES
    )]
    GroupCode,
    /// A local group stands twice.
    #[error("the local group has a table already; put its members into one")]
    DuplicateGroup,
    /// A member of a local group.
    #[error("members, item {position}, must be a subsystem; write instance/class/member/subsystem")]
    GroupMember {
        /// Counted from 1.
        position: usize,
        /// What is wrong with it.
        source: IdentifierError,
    },
    /// A member stands twice in a local group.
    #[error("members, item {position}, stands in the group already; remove it")]
    DuplicateGroupMember {
        /// Counted from 1.
        position: usize,
    },
    /// The code of a service.
    #[error("code must be a service code; choose another")]
    ServiceCode(#[source] IdentifierError),
    /// The code of a metaservice.
    #[error("the service code is reserved for a metaservice; choose another")]
    ReservedServiceCode,
    /// A service stands twice.
    #[error("the service has a table already; remove one or choose another code")]
    DuplicateService,
    /// Neither a URL nor a plugin, or both.
    #[error("a service is answered by an information system or by a plugin; write either url = or plugin =")]
    Backend,
    /// What only services behind a URL have.
    #[error("{key} belongs to a service with a url, and a plugin answers this one; remove it")]
    OfUrl {
        /// Which key.
        key: &'static str,
    },
    /// A plugin that the client does not have.
    #[error("the client has no plugin {name:?}; add its [[client.plugin]] or correct the name")]
    UnknownPlugin {
        /// As written.
        name: String,
    },
    /// The name of a plugin.
    #[error("name must be the plugin's, of a-z, 0-9 and '-'; `chakana plugin inspect` shows it")]
    PluginName,
    /// A name of two plugins.
    #[error("{client} has a plugin of this name already, and each keeps its data under its name; remove one")]
    DuplicatePlugin {
        /// Whose it is.
        client: SubsystemId,
    },
    /// The digest of a package.
    #[error("{key} must be the SHA-256 of a package in 64 hexadecimal digits; `chakana plugin install` shows it")]
    Package {
        /// `package` or `trial.package`.
        key: &'static str,
    },
    /// The version in use, on trial.
    #[error("trial.package is the package in use; name another one, or remove the trial")]
    TrialOfItself,
    /// The share of a version on trial.
    #[error("trial.percent is {percent}, allowed are 1 to 99; to give it all calls, make it the plugin's package")]
    TrialPercent {
        /// As written.
        percent: u8,
    },
    /// Failed calls are to be kept for no time, or for too long.
    #[error(
        "failed_calls_days has {days}; write 1 to {most}, or nothing to keep no failed call",
        most = super::limits::FAILED_CALLS_DAYS
    )]
    FailedCallsDays {
        /// As written.
        days: u32,
    },
    /// A capability that there is not.
    #[error("grants has {grant:?}, which is no capability; write the keys of [capabilities] in the plugin's manifest")]
    UnknownGrant {
        /// As written.
        grant: String,
    },
    /// A capability twice.
    #[error("grants has {grant:?} twice; remove one")]
    DuplicateGrant {
        /// As written.
        grant: String,
    },
    /// A value that is too long.
    #[error("the value of config key {key:?} is longer than {} bytes; shorten it", limits::PLUGIN_VALUE_BYTES)]
    ConfigValue {
        /// Which.
        key: String,
    },
    /// Whose document it is.
    #[error("{document:?} names no identity document; write its type and its number, as in \"CI 1234567\"")]
    StaffDocument {
        /// What stands there.
        document: String,
    },
    /// What somebody may do.
    #[error("{role:?} is no role; write it as in the plugin's manifest")]
    StaffRole {
        /// What stands there.
        role: String,
    },
    /// Somebody who may do nothing.
    #[error("who has the document {document:?} has no role; name one, or take the table out")]
    StaffWithoutRole {
        /// Whose.
        document: String,
    },
    /// Somebody stands twice.
    #[error("the document {document:?} has a table already; put all roles into one")]
    DuplicateStaff {
        /// Whose.
        document: String,
    },
    /// Where a secret lies.
    #[error("secret {name:?} must be the absolute path of a file; write the path, never the secret itself")]
    SecretPath {
        /// Which.
        name: String,
    },
    /// A URL.
    #[error("{key} must be the URL of an information system; write http://host:port/path or https://host:port/path")]
    Url {
        /// `url` or `openapi`.
        key: &'static str,
        /// What is wrong with it.
        source: UrlError,
    },
    /// A query in a base URL.
    #[error("url is the base that calls are appended to and has no query; remove everything from '?' on")]
    BaseUrlWithQuery,
    /// A time-out.
    #[error(
        "timeout_seconds is {seconds}, allowed are 1 to {}; without the key it is {}",
        limits::TIMEOUT_SECONDS,
        limits::DEFAULT_TIMEOUT_SECONDS
    )]
    Timeout {
        /// As written.
        seconds: u32,
    },
    /// An `https` provider about whose certificate nothing is said.
    #[error(
        "an https provider is verified by its certificate; list it in provider_certificates, or say verify_provider = \"off\""
    )]
    UnsaidVerification,
    /// Certificates and `verify_provider = "off"`.
    #[error("provider_certificates and verify_provider = \"off\" contradict each other; remove one")]
    ContradictoryVerification,
    /// Verification of an `http` provider.
    #[error("an http provider shows no certificate; remove provider_certificates and verify_provider, or write https")]
    NothingToVerify,
    /// A notice.
    #[error(
        "disabled is the notice that callers get, of 1 to {} bytes in one line; write one, or remove the key to enable the service",
        limits::NOTICE_BYTES
    )]
    Notice,
    /// The subject of a right.
    #[error("subject must be a subsystem, \"local-group:code\" or \"global-group:instance/code\"")]
    Subject(#[source] IdentifierError),
    /// A member as subject.
    #[error("subject is a member, and rights are given to subsystems and groups; name one of its subsystems")]
    MemberSubject,
    /// A local group that the client does not have.
    #[error("the client has no local group {code:?}; add its [[client.local_group]] or correct the subject")]
    UnknownGroup {
        /// As written.
        code: String,
    },
    /// The method of a right.
    #[error(
        "method {method:?} is not relayed; write one of DELETE GET HEAD OPTIONS PATCH POST PUT TRACE, or remove the key for every method"
    )]
    Method {
        /// As written.
        method: String,
    },
    /// The path pattern of a right.
    #[error("path must be a pattern like /people/*; '*' is one segment, '**' is anything")]
    Path(#[source] GlobError),
    /// The expiry of a right.
    #[error("expires must be a moment like \"2027-01-01T00:00:00Z\", in quotes")]
    Expires(#[source] jiff::Error),
    /// The window of a right.
    #[error("when is no window")]
    When(#[source] WindowError),
    /// The rate of a right.
    #[error("rate is none")]
    Rate(#[source] RateError),
    /// A right stands twice.
    #[error("the same subject has a right to the same method and path already; remove one")]
    DuplicateRight,
    /// Too many of something.
    #[error("{found} {what}, allowed are {limit}; use groups, or split them")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// How many.
        found: usize,
        /// How many may be.
        limit: usize,
    },
}

/// Why a text is not one certificate.
#[derive(Debug, Error)]
pub enum PemError {
    /// Longer than any certificate.
    #[error("longer than {} bytes", limits::PEM_BYTES)]
    TooLong,
    /// No PEM, or another number of certificates than one, or something beside it.
    #[error("found {found} PEM blocks instead of one certificate")]
    Blocks {
        /// How many readable blocks there are.
        found: usize,
    },
    /// What is in it is no certificate.
    #[error("the PEM block holds no certificate that can be used")]
    Certificate(#[source] CertificateError),
}

impl Place {
    pub(super) fn table(name: &'static str, index: usize, item: &str) -> Self {
        Self(format!("[[{name}]] {} {}", index + 1, quoted(item)))
    }

    pub(super) fn inner(&self, name: &'static str, index: usize, item: &str) -> Self {
        Self(format!("{self}, [[{name}]] {} {}", index + 1, quoted(item)))
    }

    /// Turns a broken rule into the refusal at this place.
    pub(super) fn refused(&self, rule: Rule) -> ServerConfigurationError {
        ServerConfigurationError::Refused { place: self.clone(), source: rule }
    }

    pub(super) fn count(&self, what: &'static str, found: usize, limit: usize) -> Result<(), ServerConfigurationError> {
        if found > limit { Err(self.refused(Rule::TooMany { what, found, limit })) } else { Ok(()) }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Names come from the document: they are quoted, escaped and cut.
fn quoted(item: &str) -> String {
    format!("{:?}", item.chars().take(MAX_QUOTED_CHARACTERS).collect::<String>())
}

const MAX_QUOTED_CHARACTERS: usize = 120;
