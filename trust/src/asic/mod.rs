//! The evidence container: ASiC-E with CAdES (ETSI EN 319 162-1) in a strict profile.
//!
//! A stored ZIP with exactly these entries in this order; those marked `?` may be absent, the last only together with
//! the two before it. Whatever else a file holds, it is no evidence container.
//! ```text
//! mimetype · head.txt · context.txt · body.bin? · salt.bin · META-INF/ASiCManifest001.xml · META-INF/signature001.p7s
//! META-INF/leaf.txt · META-INF/leaf.tlog-proof? · META-INF/checkpoint.txt? · META-INF/checkpoint.tst?
//! ```

mod entries;
mod reader;

pub use reader::Reader;

use std::io::{self, Read, Write};

use entries::EntryName;

use crate::leaf::SALT_BYTES;
use crate::zip::{ZipError, ZipWriter};

/// What `mimetype` holds.
pub const MIME_TYPE: &str = "application/vnd.etsi.asic-e+zip";

/// Everything in a container but the body, which may be larger than memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contents {
    /// `head.txt`: the message head in its byte form.
    pub head: Vec<u8>,
    /// `context.txt`: the context.
    pub context: Vec<u8>,
    /// `salt.bin`: the message's salt.
    pub salt: [u8; SALT_BYTES],
    /// `META-INF/ASiCManifest001.xml`: what is signed.
    pub manifest: Vec<u8>,
    /// `META-INF/signature001.p7s`: the signature's long form.
    pub signature: Vec<u8>,
    /// `META-INF/leaf.txt`: the record's leaf.
    pub leaf: Vec<u8>,
    /// The proof that the leaf is in the log, once a checkpoint covers it.
    pub log: Option<LogProof>,
}

/// The proof that a record is in a message log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogProof {
    /// `META-INF/leaf.tlog-proof`: the inclusion proof, with the checkpoint it leads to.
    pub proof: Vec<u8>,
    /// `META-INF/checkpoint.txt`: the same checkpoint, byte for byte.
    pub checkpoint: Vec<u8>,
    /// `META-INF/checkpoint.tst`: the timestamp token over the checkpoint, once there is one.
    pub timestamp: Option<Vec<u8>>,
}

/// The body of a container that is written: its length and checksum are known before it is read.
pub struct Body<'a> {
    length: u64,
    crc32: u32,
    content: &'a mut dyn Read,
}

/// Why a container is not written, or is refused.
#[derive(Debug, thiserror::Error)]
pub enum ContainerError {
    /// It is not a strict ZIP file, or reading or writing failed.
    #[error("the container's ZIP file is refused")]
    Zip(#[from] ZipError),
    /// Its entries are not those of the profile in their order.
    #[error("the container's entries are not those of the profile: {} instead of {expected}", .found.as_deref().unwrap_or("the end"))]
    Entries {
        /// Which entry stands in the wrong place; `None` at the end.
        found: Option<String>,
        /// What may stand there.
        expected: String,
    },
    /// An entry is larger than it may be, or of the wrong length.
    #[error("{name} has {size} bytes, which this entry cannot have")]
    Size {
        /// Which entry.
        name: &'static str,
        /// How many bytes it has.
        size: u64,
    },
    /// `mimetype` does not name ASiC-E.
    #[error("mimetype is not {MIME_TYPE}")]
    MimeType,
}

impl<'a> Body<'a> {
    /// A body that is read once, while it is written.
    pub fn new(length: u64, crc32: u32, content: &'a mut dyn Read) -> Self {
        Self { length, crc32, content }
    }

    /// A body that is in memory.
    pub fn in_memory(content: &'a mut &[u8]) -> Self {
        Self { length: content.len() as u64, crc32: crc32fast::hash(content), content }
    }
}

/// Writes a container in one pass; the body is read once and held in memory piece by piece.
///
/// # Errors
/// When reading or writing fails, the body has 4 GiB or more or is not what was announced, or a part is larger than a
/// reader would accept. What was written is then worth nothing.
pub fn write<W: Write>(out: W, contents: &Contents, body: Option<Body<'_>>) -> Result<W, ContainerError> {
    let mut zip = ZipWriter::new(out);
    let add = |zip: &mut ZipWriter<W>, name: EntryName, content: &[u8]| {
        name.check_size(content.len() as u64)?;
        Ok::<(), ContainerError>(zip.add(name.as_str(), content)?)
    };
    add(&mut zip, EntryName::MimeType, MIME_TYPE.as_bytes())?;
    add(&mut zip, EntryName::Head, &contents.head)?;
    add(&mut zip, EntryName::Context, &contents.context)?;
    if let Some(body) = body {
        let Body { length, crc32, content } = body;
        zip.add_known(EntryName::Body.as_str(), length, crc32, |out| io::copy(content, out).map(|_| ()))?;
    }
    add(&mut zip, EntryName::Salt, &contents.salt)?;
    add(&mut zip, EntryName::Manifest, &contents.manifest)?;
    add(&mut zip, EntryName::Signature, &contents.signature)?;
    add(&mut zip, EntryName::Leaf, &contents.leaf)?;
    if let Some(log) = &contents.log {
        add(&mut zip, EntryName::Proof, &log.proof)?;
        add(&mut zip, EntryName::Checkpoint, &log.checkpoint)?;
        if let Some(timestamp) = &log.timestamp {
            add(&mut zip, EntryName::Timestamp, timestamp)?;
        }
    }
    Ok(zip.finish()?)
}

#[cfg(test)]
mod tests;
