//! The ASiC manifest: what a message's signature covers, namely the SHA-512 digests of its parts (ETSI EN 319 162-1).
//!
//! One exact grammar: the manifest never travels, the receiver writes it again from the parts it got, and a reader
//! accepts nothing but what this module writes. So no XML parser stands between a signature and what it signs.

pub(crate) mod grammar;

use std::fmt;

use protocol::hash::Sha512Hash;

use grammar::Reference;

/// The longest manifest of a message.
pub const MAX_MANIFEST_BYTES: usize = 4096;

/// Where the signature stands in the container.
pub const SIGNATURE_NAME: &str = "META-INF/signature001.p7s";

/// The parts of a message, in the order in which they are signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// The message head in its byte form.
    Head,
    /// The context: what the two security servers say to each other about the message.
    Context,
    /// The body, where there is one.
    Body,
    /// The 32 random bytes that keep commitments from being guessed.
    Salt,
}

/// The digests of a message's parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Manifest {
    /// Of the head.
    pub head: Sha512Hash,
    /// Of the context.
    pub context: Sha512Hash,
    /// Of the body, where there is one.
    pub body: Option<Sha512Hash>,
    /// Of the salt.
    pub salt: Sha512Hash,
}

/// The digests that a message is signed and logged by: of its parts, and of the manifest that lists them. Made together with
/// the manifest's bytes, and small enough to be handed on where these are not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SignedDigests {
    parts: Manifest,
    manifest: Sha512Hash,
}

/// The bytes are not a manifest as this module writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a manifest in the one form that is accepted")]
pub struct ManifestError;

impl Part {
    /// Every part, in the order in which they are signed.
    pub const ALL: [Self; 4] = [Self::Head, Self::Context, Self::Body, Self::Salt];

    /// The part's name in manifest and container.
    #[must_use]
    pub const fn file_name(self) -> &'static str {
        match self {
            Self::Head => "head.txt",
            Self::Context => "context.txt",
            Self::Body => "body.bin",
            Self::Salt => "salt.bin",
        }
    }
}

impl Manifest {
    /// The digests of these parts; that of the body is known from when it was taken in.
    #[must_use]
    pub fn of(head: &[u8], context: &[u8], body: Option<Sha512Hash>, salt: &[u8]) -> Self {
        Self { head: Sha512Hash::of(head), context: Sha512Hash::of(context), body, salt: Sha512Hash::of(salt) }
    }

    /// The digest of a part; `None` for the body of a message without one.
    #[must_use]
    pub const fn digest(&self, part: Part) -> Option<&Sha512Hash> {
        match part {
            Part::Head => Some(&self.head),
            Part::Context => Some(&self.context),
            Part::Body => self.body.as_ref(),
            Part::Salt => Some(&self.salt),
        }
    }

    /// The hash by which a response names the request that these are the digests of.
    #[must_use]
    pub fn request_hash(&self) -> Sha512Hash {
        protocol::head::request_hash(&self.head, self.body.as_ref())
    }

    /// The manifest's bytes: what is signed.
    #[must_use]
    pub fn render(&self) -> String {
        let references = Part::ALL.into_iter().filter_map(|part| {
            let digest = *self.digest(part)?;
            Some(Reference { name: part.file_name(), content_type: None, digest })
        });
        grammar::write(SIGNATURE_NAME, references)
    }

    /// The manifest's bytes, and the digests that stand for them from here on.
    #[must_use]
    pub fn digested(self) -> (String, SignedDigests) {
        let text = self.render();
        let manifest = Sha512Hash::of(text.as_bytes());
        (text, SignedDigests { parts: self, manifest })
    }

    /// Reads a manifest.
    ///
    /// # Errors
    /// When the bytes are not exactly what [`Self::render`] writes for some digests.
    pub fn parse(bytes: &[u8]) -> Result<Self, ManifestError> {
        if bytes.len() > MAX_MANIFEST_BYTES {
            return Err(ManifestError);
        }
        let mut references = grammar::read(SIGNATURE_NAME, bytes).ok_or(ManifestError)?.into_iter().peekable();
        let mut digest = |part: Part| {
            let of_part =
                |reference: &Reference<'_>| reference.name == part.file_name() && reference.content_type.is_none();
            references.next_if(of_part).map(|reference| reference.digest)
        };
        let manifest = Self {
            head: digest(Part::Head).ok_or(ManifestError)?,
            context: digest(Part::Context).ok_or(ManifestError)?,
            body: digest(Part::Body),
            salt: digest(Part::Salt).ok_or(ManifestError)?,
        };
        if references.next().is_none() { Ok(manifest) } else { Err(ManifestError) }
    }
}

impl SignedDigests {
    /// Of the parts.
    #[must_use]
    pub const fn parts(&self) -> &Manifest {
        &self.parts
    }

    /// Of the manifest's bytes.
    #[must_use]
    pub const fn manifest(&self) -> &Sha512Hash {
        &self.manifest
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.file_name())
    }
}

#[cfg(test)]
mod tests;
