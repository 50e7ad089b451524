//! Why documents are not a global configuration.

use super::limits;
use crate::hash::CertificateHash;
use crate::identifier::{IdentifierError, ServerId};

/// Why documents are not a global configuration. The registry's signature was good when this is
/// met, so it is the registry that must act.
#[derive(Debug, thiserror::Error)]
pub enum ConfigurationError {
    /// A document is longer than any honest one.
    #[error("{document} has {size} bytes, more than the {} allowed", limits::DOCUMENT_BYTES)]
    TooLarge {
        /// The target's name.
        document: String,
        /// How long it is.
        size: usize,
    },
    /// Not JSON, an unknown field, a field twice, bytes after the end, an identifier that is none.
    #[error("{document} is not the document its name promises")]
    Malformed {
        /// The target's name.
        document: String,
        /// What the reader met.
        source: serde_json::Error,
    },
    /// A document of a version this server does not know.
    #[error("{document} has the format {found:?}, expected {expected:?}")]
    Format {
        /// The target's name.
        document: String,
        /// What it says of itself.
        found: String,
        /// What it should say.
        expected: &'static str,
    },
    /// A name of another instance.
    #[error("{document} names instance {found:?} in a configuration of {expected:?}")]
    Instance {
        /// The target's name.
        document: String,
        /// The instance it names.
        found: String,
        /// The instance of `shared.json`.
        expected: String,
    },
    /// A code inside a document is no part of an identifier.
    #[error("{document} holds the code {code:?}, which no identifier can have")]
    Code {
        /// The target's name.
        document: String,
        /// The code.
        code: String,
        /// Why not.
        source: IdentifierError,
    },
    /// A member lies in a bin where nobody would look for it.
    #[error("{document} holds member {member}, who belongs into {expected}")]
    WrongBin {
        /// The target's name.
        document: String,
        /// The member.
        member: String,
        /// The target it belongs into.
        expected: String,
    },
    /// A list is not in strictly ascending order, so something may be in it twice.
    #[error("{document}: {list} is not in ascending order or names {entry} twice")]
    Order {
        /// The target's name.
        document: String,
        /// Which list.
        list: &'static str,
        /// The entry at which it shows.
        entry: String,
    },
    /// A list is longer than allowed.
    #[error("{document}: {list} has {found} entries, more than the {limit} allowed")]
    TooMany {
        /// The target's name.
        document: String,
        /// Which list.
        list: &'static str,
        /// How many it has.
        found: usize,
        /// How many it may have.
        limit: usize,
    },
    /// A value that its field cannot have.
    #[error("{document}: {field} cannot be {value:?}")]
    Value {
        /// The target's name.
        document: String,
        /// Which field.
        field: &'static str,
        /// Its value.
        value: String,
    },
    /// One certificate would speak for two servers.
    #[error("authentication certificate {certificate} is registered for {first} and for {second}")]
    SharedCertificate {
        /// The certificate.
        certificate: CertificateHash,
        /// One server.
        first: ServerId,
        /// The other.
        second: ServerId,
    },
    /// A document that a configuration must have was not given.
    #[error("the configuration lacks {document}")]
    Missing {
        /// The target's name.
        document: String,
    },
}
