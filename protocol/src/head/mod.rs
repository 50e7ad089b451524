//! The head of a message: X-Road's REST message in its byte form, the first part of what is signed.
//!
//! ```text
//! request:  VERB CRLF  path[?query] CRLF  name:value CRLF …
//! response: code CRLF  reason CRLF        name:value CRLF …
//! ```
//! UTF-8, no space after the colon, no blank line at the end. A head is kept as the bytes that
//! were built or received; what it says is read from them once.

mod fields;
mod request;
mod response;

pub use fields::{Field, Fields, is_hop_by_hop};
pub use request::{Method, RequestHead, RequestHeadBuilder, request_hash};
pub use response::{ResponseHead, ResponseHeadBuilder};

use crate::identifier::IdentifierError;
use crate::request_uri::RequestUriError;

/// Names of the headers of the X-Road Message Protocol for REST, in the lower case that is signed.
pub mod names {
    /// Who calls.
    pub const CLIENT: &str = "x-road-client";
    /// The message id, given by the client or made by its security server.
    pub const ID: &str = "x-road-id";
    /// Who called at the client, in free text.
    pub const USER_ID: &str = "x-road-userid";
    /// The matter that the call belongs to, in free text.
    pub const ISSUE: &str = "x-road-issue";
    /// The one security server that shall answer.
    pub const SECURITY_SERVER: &str = "x-road-security-server";
    /// For whom the client calls.
    pub const REPRESENTED_PARTY: &str = "x-road-represented-party";
    /// The service that answered.
    pub const SERVICE: &str = "x-road-service";
    /// The id of one relayed request, made by the client's security server.
    pub const REQUEST_ID: &str = "x-road-request-id";
    /// The hash of the request that a response answers.
    pub const REQUEST_HASH: &str = "x-road-request-hash";
    /// The fault code, where X-Road itself and not the provider answers.
    pub const ERROR: &str = "x-road-error";
}

/// Largest head, in bytes.
pub const MAX_HEAD_BYTES: usize = 60 * 1024;

/// Most header fields of a head.
pub const MAX_FIELDS: usize = 128;

/// Longest value of an `x-road-*` header, in bytes.
pub const MAX_VALUE_BYTES: usize = 1024;

/// Why bytes or fields are not a message head.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HeadError {
    /// Larger than [`MAX_HEAD_BYTES`] or more than [`MAX_FIELDS`].
    #[error("the message head exceeds {MAX_HEAD_BYTES} bytes or {MAX_FIELDS} fields")]
    TooLarge,
    /// Not lines of UTF-8 ended by CRLF.
    #[error("the message head is not lines of UTF-8 ended by CRLF")]
    Lines,
    /// The first line is no method, or no status code.
    #[error("the first line of the message head is malformed")]
    FirstLine,
    /// The request target names no service.
    #[error("the request target of the message head is malformed")]
    Uri(#[from] RequestUriError),
    /// A field without colon, with a name that is no token, or a value with control characters.
    #[error("header field {position} of the message head is malformed")]
    Field {
        /// Counted from 1.
        position: usize,
    },
    /// A hop-by-hop header, which must not be part of a message.
    #[error("the message head carries the hop-by-hop header {name}")]
    HopByHop {
        /// Its name.
        name: String,
    },
    /// A header that must be there once is missing.
    #[error("the header {name} is missing")]
    Missing {
        /// Its name.
        name: &'static str,
    },
    /// A header that may be there once is repeated.
    #[error("the header {name} stands more than once")]
    Duplicate {
        /// Its name.
        name: &'static str,
    },
    /// A header's value is no identifier.
    #[error("the header {name} is not an identifier")]
    Identifier {
        /// Its name.
        name: &'static str,
        /// What is wrong with it.
        source: IdentifierError,
    },
    /// A header's value is empty, too long, or not of its form.
    #[error("the header {name} is empty, too long or malformed")]
    Value {
        /// Its name.
        name: &'static str,
    },
}
