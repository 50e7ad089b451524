//! Named files, signed together: ASiC-E with CAdES (ETSI EN 319 162-1) in one strict form.
//!
//! A stored ZIP with exactly these entries in this order; what differs from it is refused.
//! ```text
//! mimetype · the files in ascending order of their names
//! META-INF/ASiCManifest001.xml · META-INF/signature001.p7s · META-INF/ASiCManifest002.xml · META-INF/signature002.p7s …
//! ```
//! Each signature covers all files, through the manifest before it; the manifests differ only in the signature that they
//! name. So a container says one thing, to whoever signed it and to whoever reads it.

mod file;
mod read;
#[cfg(test)]
mod tests;
mod write;

pub use file::{ContentType, File, FileName, NameError};

use crate::long_signature::{LongSignature, LongSignatureError};
use crate::manifest::grammar::{self, Reference};
use crate::zip::{self, ZipError};
use protocol::hash::Sha256Hash;
use std::collections::BTreeMap;

/// The most files.
pub const MAX_FILES: usize = zip::MAX_ENTRIES - 1 - 2 * MAX_SIGNATURES;

/// The most signatures.
pub const MAX_SIGNATURES: usize = 8;

/// Files, and signatures over them. What the signatures say has not been judged, only that they fit the files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileContainer {
    files: BTreeMap<FileName, File>,
    signatures: Vec<Vec<u8>>,
}

/// Why a container is not made, or is refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FileContainerError {
    /// It is not a strict ZIP file.
    #[error("the container's ZIP file is refused")]
    Zip(#[from] ZipError),
    /// An entry stands where another should.
    #[error("the container's entries are not those of its form: {} instead of {expected}", .found.as_deref().unwrap_or("the end"))]
    Entries {
        /// Which entry; `None` at the end.
        found: Option<String>,
        /// What may stand there.
        expected: String,
    },
    /// `mimetype` does not name ASiC-E.
    #[error("mimetype is not {}", crate::asic::MIME_TYPE)]
    MimeType,
    /// More files than a container holds.
    #[error("{count} files, more than the {MAX_FILES} that a container holds")]
    TooManyFiles {
        /// How many.
        count: usize,
    },
    /// Two files of one name.
    #[error("there are two files named {name}")]
    Duplicate {
        /// The name.
        name: FileName,
    },
    /// More signatures than a container holds.
    #[error("a container holds at most {MAX_SIGNATURES} signatures")]
    TooManySignatures,
    /// What a file is can only be said where it is signed.
    #[error("the content type of {name} is said in a signature's manifest, and there is no signature")]
    Unsigned {
        /// Which file.
        name: FileName,
    },
    /// A file is not what was signed.
    #[error("{name} was changed after signature {number}: the manifest lists another SHA-512 digest")]
    Changed {
        /// Which file.
        name: FileName,
        /// Which signature, from 1.
        number: usize,
    },
    /// A manifest is not in its one form, or does not list exactly the files.
    #[error("the manifest of signature {number} does not list exactly the files of the container, in its one form")]
    Manifest {
        /// Of which signature, from 1.
        number: usize,
    },
    /// A signature does not fit its manifest and certificate.
    #[error("signature {number} is refused")]
    Signature {
        /// Which one, from 1.
        number: usize,
        /// Why.
        source: LongSignatureError,
    },
}

impl FileContainer {
    /// A container of these files, without a signature.
    ///
    /// # Errors
    /// When there are too many, or two of one name.
    pub fn new(files: impl IntoIterator<Item = (FileName, File)>) -> Result<Self, FileContainerError> {
        let mut named = BTreeMap::new();
        for (name, file) in files {
            if named.len() == MAX_FILES {
                return Err(FileContainerError::TooManyFiles { count: named.len() + 1 });
            }
            if let Some(_other) = named.insert(name.clone(), file) {
                return Err(FileContainerError::Duplicate { name });
            }
        }
        Ok(Self { files: named, signatures: Vec::new() })
    }

    /// The files, in ascending order of their names.
    pub fn files(&self) -> impl Iterator<Item = (&FileName, &File)> {
        self.files.iter()
    }

    /// The content of a file, where there is one of this name.
    #[must_use]
    pub fn content(&self, name: &str) -> Option<&[u8]> {
        self.files.get(name).map(File::content)
    }

    /// The digest that names the files, whoever has signed them: of what a first signature signs.
    #[must_use]
    pub fn digest(&self) -> Sha256Hash {
        Sha256Hash::of(self.manifest(1).as_bytes())
    }

    /// How many signatures there are.
    #[must_use]
    pub fn signature_count(&self) -> usize {
        self.signatures.len()
    }

    /// The signatures, the oldest first: each fits the files and the certificate that it carries.
    ///
    /// # Errors
    /// When one does not.
    pub fn signatures(&self) -> Result<Vec<LongSignature>, FileContainerError> {
        let opened = self.signatures.iter().enumerate().map(|(index, signature)| self.open(index + 1, signature));
        opened.collect()
    }

    /// What the next signature signs.
    #[must_use]
    pub fn to_be_signed(&self) -> String {
        self.manifest(self.signatures.len() + 1)
    }

    /// The container with one signature more, in its long form, over [`Self::to_be_signed`].
    ///
    /// # Errors
    /// When it does not fit, or there are as many as a container holds.
    pub fn with_signature(mut self, long_form: Vec<u8>) -> Result<Self, FileContainerError> {
        if self.signatures.len() == MAX_SIGNATURES {
            return Err(FileContainerError::TooManySignatures);
        }
        self.open(self.signatures.len() + 1, &long_form)?;
        self.signatures.push(long_form);
        Ok(self)
    }

    fn open(&self, number: usize, signature: &[u8]) -> Result<LongSignature, FileContainerError> {
        LongSignature::open(signature, self.manifest(number).as_bytes())
            .map_err(|source| FileContainerError::Signature { number, source })
    }

    /// What signature `number` signs.
    fn manifest(&self, number: usize) -> String {
        let references = self.files.iter().map(|(name, file)| Reference {
            name: name.as_str(),
            content_type: file.content_type().map(ContentType::as_str),
            digest: *file.digest(),
        });
        grammar::write(&signature_name(number), references)
    }
}

fn manifest_name(number: usize) -> String {
    format!("META-INF/ASiCManifest{number:03}.xml")
}

fn signature_name(number: usize) -> String {
    format!("META-INF/signature{number:03}.p7s")
}

const MIME_TYPE_NAME: &str = "mimetype";
