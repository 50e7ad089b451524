//! Reading a container: the small parts into memory, the body never.

use std::io::{Read, Seek, Write};

use aws_lc_rs::digest;
use protocol::hash::Sha512Hash;

use super::entries::EntryName;
use super::{ContainerError, Contents, LogProof, MIME_TYPE};
use crate::leaf::SALT_BYTES;
use crate::zip::ZipReader;

/// A container in the strict profile; what its parts say has not been judged.
#[derive(Debug)]
pub struct Reader<R> {
    zip: ZipReader<R>,
    contents: Contents,
    body: Option<Body>,
}

/// Where the body is.
#[derive(Debug, Clone, Copy)]
struct Body {
    index: usize,
    size: u64,
}

impl<R: Read + Seek> Reader<R> {
    /// Checks the container's form and reads everything but the body.
    ///
    /// # Errors
    /// When reading fails or the file is not a container in the strict profile.
    pub fn open(input: R) -> Result<Self, ContainerError> {
        let mut zip = ZipReader::open(input)?;
        let entries = EntryName::recognise(zip.entries().map(|entry| entry.name))?;
        for (entry, found) in entries.iter().zip(zip.entries()) {
            entry.check_size(found.size)?;
        }
        let body_index = entries.iter().position(|entry| *entry == EntryName::Body);
        let body = body_index.and_then(|index| Some(Body { index, size: zip.entries().nth(index)?.size }));
        let mut read = |wanted: EntryName| {
            let index = entries.iter().position(|entry| *entry == wanted);
            index.map(|index| zip.read(index, wanted.limit())).transpose()
        };
        if read(EntryName::MimeType)?.as_deref() != Some(MIME_TYPE.as_bytes()) {
            return Err(ContainerError::MimeType);
        }
        let contents = Contents {
            head: read(EntryName::Head)?.unwrap_or_default(),
            context: read(EntryName::Context)?.unwrap_or_default(),
            salt: salt(&read(EntryName::Salt)?.unwrap_or_default())?,
            manifest: read(EntryName::Manifest)?.unwrap_or_default(),
            signature: read(EntryName::Signature)?.unwrap_or_default(),
            leaf: read(EntryName::Leaf)?.unwrap_or_default(),
            log: match (read(EntryName::Proof)?, read(EntryName::Checkpoint)?) {
                (Some(proof), Some(checkpoint)) => {
                    Some(LogProof { proof, checkpoint, timestamp: read(EntryName::Timestamp)? })
                }
                _ => None,
            },
        };
        Ok(Self { zip, contents, body })
    }

    /// Everything but the body.
    #[must_use]
    pub const fn contents(&self) -> &Contents {
        &self.contents
    }

    /// How many bytes the body has; `None` if the container holds none.
    #[must_use]
    pub fn body_bytes(&self) -> Option<u64> {
        self.body.map(|body| body.size)
    }

    /// The digest of the body, which is read piece by piece; `None` if the container holds none.
    ///
    /// # Errors
    /// When reading fails or the body's checksum is wrong.
    pub fn body_digest(&mut self) -> Result<Option<Sha512Hash>, ContainerError> {
        let Some(body) = self.body else { return Ok(None) };
        let mut context = digest::Context::new(&digest::SHA512);
        self.zip.stream(body.index, |piece| {
            context.update(piece);
            Ok(())
        })?;
        let mut bytes = [0; Sha512Hash::SIZE];
        bytes.copy_from_slice(context.finish().as_ref());
        Ok(Some(Sha512Hash::from_bytes(bytes)))
    }

    /// Copies the body piece by piece, if the container holds one.
    ///
    /// # Errors
    /// When reading or writing fails or the body's checksum is wrong; what was written is then worth nothing.
    pub fn copy_body(&mut self, out: &mut dyn Write) -> Result<(), ContainerError> {
        let Some(body) = self.body else { return Ok(()) };
        Ok(self.zip.stream(body.index, |piece| out.write_all(piece))?)
    }
}

fn salt(bytes: &[u8]) -> Result<[u8; SALT_BYTES], ContainerError> {
    let wrong = |_| ContainerError::Size { name: EntryName::Salt.as_str(), size: bytes.len() as u64 };
    bytes.try_into().map_err(wrong)
}
