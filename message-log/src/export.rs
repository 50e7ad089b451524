//! Export: the evidence container of one message.

use crate::body::{Body, BodyReader};
use crate::checkpoints::ProofError;
use crate::log::MessageLog;
use crate::read::{Content, ReadError, StoredBody, StoredMessage};
use bytes::Bytes;
use protocol::credentials::{Credentials, CredentialsError};
use protocol::hash::Sha256Hash;
use std::io::{self, Read, Seek, Write};
use trust::asic::{self, ContainerError, Contents, LogProof};
use trust::cades::{LongFormError, long_form};
use trust::certificate::{Certificate, CertificateError};
use trust::merkle::leaf_hash;
use trust::tlog_proof::TlogProof;

/// Why no container was made.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The record could not be read.
    #[error("failed to read the record")]
    Read(#[from] ReadError),
    /// Its content was erased.
    #[error("the content of record {index} was erased")]
    Erased {
        /// The record.
        index: u64,
    },
    /// The log does not hold the credentials that the record names.
    #[error("the log has no credentials {credentials}")]
    NoCredentials {
        /// Their name.
        credentials: Sha256Hash,
    },
    /// The credentials are malformed.
    #[error("the credentials {credentials} are malformed")]
    Credentials {
        /// Their name.
        credentials: Sha256Hash,
        /// What is wrong.
        source: CredentialsError,
    },
    /// A certificate in the credentials is malformed.
    #[error("a certificate in the credentials {credentials} is malformed")]
    Certificate {
        /// The name of the credentials.
        credentials: Sha256Hash,
        /// What is wrong.
        source: CertificateError,
    },
    /// The long form of the signature could not be made.
    #[error("failed to complete the signature")]
    Signature(#[from] LongFormError),
    /// The record's place in the log could not be proved.
    #[error("failed to prove the record's place in the log")]
    Proof(#[from] ProofError),
    /// The disk failed.
    #[error("failed to read the log")]
    Disk(#[from] io::Error),
    /// The container could not be written.
    #[error("failed to write the container")]
    Container(#[from] ContainerError),
}

impl MessageLog {
    /// Writes the evidence container of the message record `index`: with the long form of its signature and, once a checkpoint
    /// covers it, its leaf, proof, checkpoint and that one's timestamp. Blocks.
    ///
    /// The checkpoint is the earliest one with a timestamp, which tells most about the time, else the newest.
    ///
    /// # Errors
    /// When the record is erased or damaged, or the container cannot be written.
    pub fn export<W: Write + Seek>(&self, index: u64, out: W) -> Result<W, ExportError> {
        let StoredMessage { leaf, leaf_bytes, content, .. } = self.read(index)?;
        let Content::Kept(kept) = content else { return Err(ExportError::Erased { index }) };
        let body = match kept.body {
            // The manifest lists the digest of a body that was not kept; the evidence then verifies for what it holds.
            StoredBody::None | StoredBody::LeftOut(_) => None,
            StoredBody::Kept(body) => Some(body),
        };
        let token = self.signature_timestamp(index)?;
        let signature = self.complete_signature(&kept.signature, leaf.credentials, token.as_deref())?;
        let log = self.log_proof(index, &leaf_bytes)?;
        let contents = Contents {
            head: kept.head,
            context: kept.context,
            salt: kept.salt,
            manifest: kept.manifest.into_bytes(),
            signature,
            leaf: leaf_bytes,
            log,
        };
        let mut body = body.as_ref().map(Reading::new);
        Ok(asic::write(out, &contents, body.as_mut().map(|body| body as &mut dyn Read))?)
    }

    fn complete_signature(&self, short: &[u8], name: Sha256Hash, token: Option<&[u8]>) -> Result<Vec<u8>, ExportError> {
        let unit = self.material(&name)?.ok_or(ExportError::NoCredentials { credentials: name })?;
        let credentials =
            Credentials::decode(&unit).map_err(|source| ExportError::Credentials { credentials: name, source })?;
        let chain =
            credentials.signing_chain.iter().map(|der| Certificate::from_der(der)).collect::<Result<Vec<_>, _>>();
        let chain = chain.map_err(|source| ExportError::Certificate { credentials: name, source })?;
        Ok(long_form(short, &chain, &[&credentials.signing_status], token)?)
    }

    fn log_proof(&self, index: u64, leaf: &[u8]) -> Result<Option<LogProof>, ExportError> {
        let Some((checkpoint, timestamp)) = self.checkpoint_for(index)? else { return Ok(None) };
        let hashes = self.checked_proof(index, &leaf_hash(leaf), checkpoint.claimed())?;
        let text = checkpoint.to_string().into_bytes();
        let proof = TlogProof { index, hashes, checkpoint }.to_string().into_bytes();
        Ok(Some(LogProof { proof, checkpoint: text, timestamp }))
    }
}

/// A body as the container's writer reads it.
struct Reading {
    reader: BodyReader,
    piece: Bytes,
}

impl Reading {
    fn new(body: &Body) -> Self {
        Self { reader: body.reader(), piece: Bytes::new() }
    }
}

impl Read for Reading {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.piece.is_empty() {
            self.piece = self.reader.next_chunk_blocking().map_err(io::Error::other)?.unwrap_or_default();
        }
        let count = buffer.len().min(self.piece.len());
        buffer[..count].copy_from_slice(&self.piece.split_to(count));
        Ok(count)
    }
}
