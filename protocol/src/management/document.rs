//! The document of a request, and its one byte form.

use super::{ManagementRequest, wire};
use crate::global_configuration::limits;
use crate::hash::Sha256Hash;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use std::sync::Arc;

/// A request with the time it was made, and the bytes that are signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestDocument {
    bytes: Arc<[u8]>,
    created: Timestamp,
    request: ManagementRequest,
}

/// Why bytes are not the document of a request.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// Longer than any honest request.
    #[error("a management request has at most {MAX_BYTES} bytes, this has {size}")]
    TooLarge {
        /// How long it is.
        size: usize,
    },
    /// Not JSON, an unknown kind or field, an identifier that is none.
    #[error("not a management request")]
    Malformed {
        /// What the reader met.
        source: serde_json::Error,
    },
    /// A version this registry does not know.
    #[error("a management request of the format {found:?}, expected {:?}", wire::DOCUMENT_FORMAT)]
    Format {
        /// What it says of itself.
        found: String,
    },
    /// A value that its field cannot have.
    #[error("{field} of the management request has a value it cannot have")]
    Value {
        /// Which field.
        field: &'static str,
    },
    /// The same facts in other bytes; a request has one hash, so it has one form.
    #[error("the management request is not in its canonical form")]
    NotCanonical,
}

impl RequestDocument {
    /// The document of a request made at `created`.
    ///
    /// # Errors
    /// When a name, notice or certificate is longer than the registry will take.
    pub fn new(request: ManagementRequest, created: Timestamp) -> Result<Self, DocumentError> {
        let document = wire::Document { format: wire::DOCUMENT_FORMAT.to_owned(), created, request: to_wire(&request) };
        let bytes = crate::global_configuration::wire::render(&document);
        Self::parse(&bytes)
    }

    /// Reads a document.
    ///
    /// # Errors
    /// When the bytes are not a request in its canonical form.
    pub fn parse(bytes: &[u8]) -> Result<Self, DocumentError> {
        if bytes.len() > MAX_BYTES {
            return Err(DocumentError::TooLarge { size: bytes.len() });
        }
        let document: wire::Document =
            serde_json::from_slice(bytes).map_err(|source| DocumentError::Malformed { source })?;
        if document.format != wire::DOCUMENT_FORMAT {
            return Err(DocumentError::Format { found: document.format.chars().take(80).collect() });
        }
        if crate::global_configuration::wire::render(&document) != bytes {
            return Err(DocumentError::NotCanonical);
        }
        Ok(Self { bytes: Arc::from(bytes), created: document.created, request: from_wire(document.request)? })
    }

    /// The canonical bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The name of the request: the hash of its bytes.
    #[must_use]
    pub fn hash(&self) -> Sha256Hash {
        Sha256Hash::of(&self.bytes)
    }

    /// What the signatures are made over.
    #[must_use]
    pub fn to_be_signed(&self) -> Vec<u8> {
        [SIGNATURE_PREFIX, &self.bytes].concat()
    }

    /// When the request was made, as its maker says.
    #[must_use]
    pub fn created(&self) -> Timestamp {
        self.created
    }

    /// What is asked.
    #[must_use]
    pub fn request(&self) -> &ManagementRequest {
        &self.request
    }
}

fn to_wire(request: &ManagementRequest) -> wire::Request {
    use ManagementRequest as R;
    use wire::Request as W;
    match request.clone() {
        R::RegisterAuthenticationCertificate { server, address, certificate } => W::RegisterAuthenticationCertificate {
            server,
            address: address.to_string(),
            certificate: STANDARD.encode(certificate),
        },
        R::DeleteAuthenticationCertificate { server, certificate } => {
            W::DeleteAuthenticationCertificate { server, certificate }
        }
        R::RegisterClient { server, subsystem, name } => W::RegisterClient { server, subsystem, name },
        R::DeleteClient { server, subsystem } => W::DeleteClient { server, subsystem },
        R::RegisterSigningCertificate { member, certificate } => {
            W::RegisterSigningCertificate { member, certificate: STANDARD.encode(certificate) }
        }
        R::DeleteSigningCertificate { member, certificate } => W::DeleteSigningCertificate { member, certificate },
        R::RegisterLogKey { server, key } => W::RegisterLogKey { server, key: key.to_string() },
        R::ChangeAddress { server, address } => W::ChangeAddress { server, address: address.to_string() },
        R::BeginMaintenance { server, notice } => W::BeginMaintenance { server, notice },
        R::EndMaintenance { server } => W::EndMaintenance { server },
        R::RenameSubsystem { server, subsystem, name } => W::RenameSubsystem { server, subsystem, name },
    }
}

fn from_wire(request: wire::Request) -> Result<ManagementRequest, DocumentError> {
    use ManagementRequest as R;
    use wire::Request as W;
    Ok(match request {
        W::RegisterAuthenticationCertificate { server, address, certificate } => R::RegisterAuthenticationCertificate {
            server,
            address: value("address", address.parse())?,
            certificate: der(&certificate)?,
        },
        W::DeleteAuthenticationCertificate { server, certificate } => {
            R::DeleteAuthenticationCertificate { server, certificate }
        }
        W::RegisterClient { server, subsystem, name } => R::RegisterClient { server, subsystem, name: text(name)? },
        W::DeleteClient { server, subsystem } => R::DeleteClient { server, subsystem },
        W::RegisterSigningCertificate { member, certificate } => {
            R::RegisterSigningCertificate { member, certificate: der(&certificate)? }
        }
        W::DeleteSigningCertificate { member, certificate } => R::DeleteSigningCertificate { member, certificate },
        W::RegisterLogKey { server, key } => R::RegisterLogKey { server, key: value("key", key.parse())? },
        W::ChangeAddress { server, address } => {
            R::ChangeAddress { server, address: value("address", address.parse())? }
        }
        W::BeginMaintenance { server, notice } => R::BeginMaintenance { server, notice: text(notice)? },
        W::EndMaintenance { server } => R::EndMaintenance { server },
        W::RenameSubsystem { server, subsystem, name } => R::RenameSubsystem { server, subsystem, name: text(name)? },
    })
}

fn value<T, E>(field: &'static str, parsed: Result<T, E>) -> Result<T, DocumentError> {
    parsed.map_err(|_| DocumentError::Value { field })
}

fn text(text: String) -> Result<String, DocumentError> {
    if text.chars().count() > limits::TEXT_CHARACTERS || text.chars().any(char::is_control) {
        return Err(DocumentError::Value { field: "name or notice" });
    }
    Ok(text)
}

fn der(encoded: &str) -> Result<Arc<[u8]>, DocumentError> {
    let der = value("certificate", STANDARD.decode(encoded))?;
    if der.len() > limits::CERTIFICATE_BYTES {
        return Err(DocumentError::Value { field: "certificate" });
    }
    Ok(Arc::from(der))
}

/// No other signed thing of the system begins with these bytes.
const SIGNATURE_PREFIX: &[u8] = b"chakana-management-request/1\n";
const MAX_BYTES: usize = 64 * 1024;
