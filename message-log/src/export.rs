//! Export: the evidence container of one message.

use crate::body::{Body, BodyReader};
use crate::checkpoints::ProofError;
use crate::log::MessageLog;
use crate::read::{Content, ReadError, StoredBody, StoredMessage};
use bytes::Bytes;
use protocol::credentials::{Credentials, CredentialsError};
use protocol::hash::Sha256Hash;
use std::io::{self, Read, Write};
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
}

/// The evidence container of one message, ready to be written; the same bytes each time.
///
/// It holds everything but the body, whose file stays open.
pub struct Container {
    contents: Contents,
    body: Option<Body>,
}

/// What must be known of a container before it is put into another file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ContainerDigest {
    /// Its length in bytes.
    pub length: u64,
    /// Its CRC-32.
    pub crc32: u32,
}

impl MessageLog {
    /// The evidence container of the message record `index`: with the long form of its signature and, once a checkpoint
    /// covers it, its leaf, proof, checkpoint and that one's timestamp. Blocks.
    ///
    /// The checkpoint is the earliest one with a timestamp, which tells most about the time, else the newest.
    ///
    /// # Errors
    /// When the record is erased or damaged, or its place in the log cannot be proved.
    pub fn export(&self, index: u64) -> Result<Container, ExportError> {
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
        Ok(Container { contents, body })
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

impl Container {
    /// The bytes of its body: all of it but the body is far below 1 MiB.
    #[must_use]
    pub fn body_bytes(&self) -> u64 {
        self.body.as_ref().map_or(0, |body| body.digest().length)
    }

    /// Writes the container in one pass, the body piece by piece. Blocks.
    ///
    /// # Errors
    /// When writing fails, or the body's file is not what was logged. What was written is then worth nothing.
    pub fn write<W: Write>(&self, out: W) -> Result<W, ContainerError> {
        let mut reading = self.body.as_ref().map(Reading::new);
        let body = self.body.as_ref().zip(reading.as_mut());
        let body = body.map(|(body, reading)| asic::Body::new(body.digest().length, body.digest().crc32, reading));
        asic::write(out, &self.contents, body)
    }

    /// Length and checksum of what [`write`](Self::write) writes; takes as long. Blocks.
    ///
    /// # Errors
    /// When the body's file is not what was logged.
    pub fn digest(&self) -> Result<ContainerDigest, ContainerError> {
        let Measuring { length, crc32 } = self.write(Measuring::default())?;
        Ok(ContainerDigest { length, crc32: crc32.finalize() })
    }
}

/// Forgets what is written, but for its digest.
#[derive(Default)]
struct Measuring {
    length: u64,
    crc32: crc32fast::Hasher,
}

impl Write for Measuring {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.length += bytes.len() as u64;
        self.crc32.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
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
