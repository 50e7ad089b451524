//! Why a document is not imported.

use super::{YamlError, limits};
use protocol::access::GlobError;
use thiserror::Error;

/// Why a document is not imported.
#[derive(Debug, Error)]
pub enum ImportError {
    /// Larger than any honest one.
    #[error("the OpenAPI document has {size_bytes} bytes, allowed are {}", limits::DOCUMENT_BYTES)]
    TooLarge {
        /// Its length.
        size_bytes: usize,
    },
    /// Not UTF-8.
    #[error("the OpenAPI document is not UTF-8 text")]
    NotText,
    /// It begins like JSON and is none.
    #[error("the OpenAPI document begins with '{{' and is not JSON")]
    Json {
        /// What the reader says, with line and column.
        source: serde_json::Error,
    },
    /// It is no YAML of plain values.
    #[error("the OpenAPI document is not YAML")]
    Yaml(#[from] YamlError),
    /// It nests too deeply, or becomes too large when its aliases are expanded.
    #[error("the OpenAPI document exceeds its bounds: {what}")]
    Exceeds {
        /// Which bound.
        what: Bound,
    },
    /// No `openapi`.
    #[error("the document is no OpenAPI document: it has no text 'openapi' at its top (Swagger 2.0 must be converted)")]
    NoVersion,
    /// Neither 3.0 nor 3.1.
    #[error("OpenAPI version {found:?} is not supported, 3.0 and 3.1 are")]
    Version {
        /// As written.
        found: String,
    },
    /// A value of another kind than OpenAPI demands.
    #[error("{place} of the OpenAPI document must be an object")]
    NotAnObject {
        /// Where.
        place: String,
    },
    /// A path that no access right could name.
    #[error("path {path:?} of the OpenAPI document cannot be an endpoint")]
    Path {
        /// As written.
        path: String,
        /// Why not.
        source: PathRule,
    },
    /// A path item elsewhere.
    #[error("path {path:?} refers to {reference:?}; only references within the document ('#/…') are followed")]
    Reference {
        /// As written.
        path: String,
        /// As written.
        reference: String,
    },
    /// Too many endpoints.
    #[error("the OpenAPI document has more than {} endpoints", limits::ENDPOINTS)]
    TooManyEndpoints,
    /// The value of `servers` cannot be replaced without touching the rest.
    #[error(
        "the servers of the OpenAPI document cannot be replaced alone; write its top-level keys at the start of a line each, and 'servers' without anchor"
    )]
    Servers,
}

/// Why a path cannot be an endpoint.
#[derive(Debug, Error)]
pub enum PathRule {
    /// It does not begin with `/`.
    #[error("it does not begin with '/'")]
    Start,
    /// A brace without its other half.
    #[error("its braces do not pair")]
    Braces,
    /// With what no request path has.
    #[error("it has a '?', a '#', a backslash, a control character or broken percent-encoding")]
    Character,
    /// Not a pattern.
    #[error("it is no path pattern")]
    Glob(#[source] GlobError),
}

/// A bound of the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Bound {
    /// See [`limits::DEPTH`].
    #[error("nested deeper than {} levels", limits::DEPTH)]
    Depth,
    /// See [`limits::NODES`].
    #[error("more than {} values", limits::NODES)]
    Nodes,
    /// See [`limits::TEXT_BYTES`].
    #[error("more than {} bytes of text", limits::TEXT_BYTES)]
    Text,
}
