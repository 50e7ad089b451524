//! A request on its way: the document, the signatures, and the certificates that made them.

use super::{DocumentError, RequestDocument, wire};
use crate::global_configuration::limits;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// A signed request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    document: RequestDocument,
    signatures: Vec<RequestSignature>,
}

/// One signature over a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestSignature {
    /// For whom it was made.
    pub by: ProofKind,
    /// The raw signature, in the form that follows from the key (DER for ECDSA).
    pub signature: Vec<u8>,
    /// The certificate that made it, then its intermediates; DER.
    pub certificates: Vec<Vec<u8>>,
}

/// For whom a signature was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProofKind {
    /// For the certificate that is to be registered.
    Possession,
    /// For the server.
    Server,
    /// For the member.
    Member,
}

/// Why bytes are not an envelope.
#[derive(Debug, thiserror::Error)]
pub enum EnvelopeError {
    /// Longer than any honest envelope.
    #[error("an envelope has at most {} bytes, this has {size}", Envelope::MAX_BYTES)]
    TooLarge {
        /// How long it is.
        size: usize,
    },
    /// Not JSON, an unknown or repeated field.
    #[error("not the envelope of a management request")]
    Malformed {
        /// What the reader met.
        source: serde_json::Error,
    },
    /// A version this registry does not know.
    #[error("an envelope of the format {found:?}, expected {:?}", wire::ENVELOPE_FORMAT)]
    Format {
        /// What it says of itself.
        found: String,
    },
    /// A field that should be base64 is not, or decodes to too much or nothing.
    #[error("{field} of the envelope is not base64 of a permitted length")]
    Encoding {
        /// Which field.
        field: &'static str,
    },
    /// No signature, one of a kind twice, or one without or with too many certificates.
    #[error("the envelope has an impossible set of signatures or certificates")]
    Signatures,
    /// The document inside is none.
    #[error("the envelope's document is refused")]
    Document {
        /// Why.
        source: DocumentError,
    },
}

impl Envelope {
    /// Longest permitted envelope in bytes.
    pub const MAX_BYTES: usize = 256 * 1024;

    /// Puts a document and its signatures together.
    ///
    /// # Errors
    /// When there is no signature, two of one kind, or one without certificate.
    pub fn new(document: RequestDocument, signatures: Vec<RequestSignature>) -> Result<Self, EnvelopeError> {
        let kinds: std::collections::BTreeSet<_> = signatures.iter().map(|signature| signature.by).collect();
        let certified = |signature: &RequestSignature| (1..=MAX_CERTIFICATES).contains(&signature.certificates.len());
        if signatures.is_empty() || kinds.len() != signatures.len() || !signatures.iter().all(certified) {
            return Err(EnvelopeError::Signatures);
        }
        Ok(Self { document, signatures })
    }

    /// Reads an envelope.
    ///
    /// # Errors
    /// When the bytes are not an envelope, or what is in it is not a request.
    pub fn parse(bytes: &[u8]) -> Result<Self, EnvelopeError> {
        if bytes.len() > Self::MAX_BYTES {
            return Err(EnvelopeError::TooLarge { size: bytes.len() });
        }
        let envelope: wire::Envelope =
            serde_json::from_slice(bytes).map_err(|source| EnvelopeError::Malformed { source })?;
        if envelope.format != wire::ENVELOPE_FORMAT {
            return Err(EnvelopeError::Format { found: envelope.format.chars().take(80).collect() });
        }
        let document = decode("document", &envelope.document, Self::MAX_BYTES)?;
        let document = RequestDocument::parse(&document).map_err(|source| EnvelopeError::Document { source })?;
        let signatures = envelope.signatures.iter().map(read_signature).collect::<Result<_, _>>()?;
        Self::new(document, signatures)
    }

    /// The bytes that are posted.
    #[must_use]
    pub fn render(&self) -> Vec<u8> {
        let signatures = self.signatures.iter().map(|signature| wire::Signature {
            by: match signature.by {
                ProofKind::Possession => wire::By::Possession,
                ProofKind::Server => wire::By::Server,
                ProofKind::Member => wire::By::Member,
            },
            signature: STANDARD.encode(&signature.signature),
            certificates: signature.certificates.iter().map(|certificate| STANDARD.encode(certificate)).collect(),
        });
        crate::global_configuration::wire::render(&wire::Envelope {
            format: wire::ENVELOPE_FORMAT.to_owned(),
            document: STANDARD.encode(self.document.bytes()),
            signatures: signatures.collect(),
        })
    }

    /// The request's document.
    #[must_use]
    pub fn document(&self) -> &RequestDocument {
        &self.document
    }

    /// The signature made for whom `kind` says.
    #[must_use]
    pub fn signature(&self, kind: ProofKind) -> Option<&RequestSignature> {
        self.signatures.iter().find(|signature| signature.by == kind)
    }

    /// All signatures.
    #[must_use]
    pub fn signatures(&self) -> &[RequestSignature] {
        &self.signatures
    }
}

fn read_signature(signature: &wire::Signature) -> Result<RequestSignature, EnvelopeError> {
    if signature.certificates.len() > MAX_CERTIFICATES {
        return Err(EnvelopeError::Signatures);
    }
    let certificate = |encoded: &String| decode("certificate", encoded, limits::CERTIFICATE_BYTES);
    Ok(RequestSignature {
        by: match signature.by {
            wire::By::Possession => ProofKind::Possession,
            wire::By::Server => ProofKind::Server,
            wire::By::Member => ProofKind::Member,
        },
        signature: decode("signature", &signature.signature, MAX_SIGNATURE_BYTES)?,
        certificates: signature.certificates.iter().map(certificate).collect::<Result<_, _>>()?,
    })
}

fn decode(field: &'static str, encoded: &str, limit: usize) -> Result<Vec<u8>, EnvelopeError> {
    let bytes = STANDARD.decode(encoded).map_err(|_| EnvelopeError::Encoding { field })?;
    if bytes.is_empty() || bytes.len() > limit {
        return Err(EnvelopeError::Encoding { field });
    }
    Ok(bytes)
}

const MAX_CERTIFICATES: usize = 8;
/// RSA with 4096 bits has 512.
const MAX_SIGNATURE_BYTES: usize = 1024;
