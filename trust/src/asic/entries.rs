//! The entries of a container: names, order and limits.

use super::ContainerError;
use crate::leaf::{MAX_LEAF_BYTES, SALT_BYTES};
use crate::manifest::MAX_MANIFEST_BYTES;
use crate::note::MAX_NOTE_BYTES;

/// Names an entry; the order of the variants is the order in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum EntryName {
    MimeType,
    Head,
    Context,
    Body,
    Salt,
    Manifest,
    Signature,
    Leaf,
    Proof,
    Checkpoint,
    Timestamp,
}

/// Head and context together, as the transport limits them; and what a long signature needs with room for long chains.
const MAX_PART_BYTES: usize = 64 * 1024;
const MAX_SIGNATURE_BYTES: usize = 256 * 1024;

impl EntryName {
    /// In the order in which they stand in the file.
    pub(super) const ALL: [Self; 11] = [
        Self::MimeType,
        Self::Head,
        Self::Context,
        Self::Body,
        Self::Salt,
        Self::Manifest,
        Self::Signature,
        Self::Leaf,
        Self::Proof,
        Self::Checkpoint,
        Self::Timestamp,
    ];

    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::MimeType => "mimetype",
            Self::Head => "head.txt",
            Self::Context => "context.txt",
            Self::Body => "body.bin",
            Self::Salt => "salt.bin",
            Self::Manifest => "META-INF/ASiCManifest001.xml",
            Self::Signature => "META-INF/signature001.p7s",
            Self::Leaf => "META-INF/leaf.txt",
            Self::Proof => "META-INF/leaf.tlog-proof",
            Self::Checkpoint => "META-INF/checkpoint.txt",
            Self::Timestamp => "META-INF/checkpoint.tst",
        }
    }

    /// What must stand before an entry, if the entry is there; `None` where nothing else is needed.
    const fn needs(self) -> Option<Self> {
        match self {
            Self::Checkpoint => Some(Self::Proof),
            Self::Timestamp => Some(Self::Checkpoint),
            _ => None,
        }
    }

    const fn is_optional(self, has_proof: bool) -> bool {
        match self {
            Self::Body | Self::Proof | Self::Timestamp => true,
            Self::Checkpoint => !has_proof,
            _ => false,
        }
    }

    /// How many bytes of the entry are ever held in memory.
    pub(super) const fn limit(self) -> usize {
        match self {
            Self::MimeType => super::MIME_TYPE.len(),
            Self::Head | Self::Context | Self::Timestamp => MAX_PART_BYTES,
            Self::Body => 0,
            Self::Salt => SALT_BYTES,
            Self::Manifest => MAX_MANIFEST_BYTES,
            Self::Signature => MAX_SIGNATURE_BYTES,
            Self::Leaf => MAX_LEAF_BYTES,
            Self::Proof => 2 * MAX_NOTE_BYTES,
            Self::Checkpoint => MAX_NOTE_BYTES,
        }
    }

    pub(super) fn check_size(self, size: u64) -> Result<(), ContainerError> {
        let fits = match self {
            Self::Body => true,
            Self::MimeType | Self::Salt => size == self.limit() as u64,
            _ => size <= self.limit() as u64,
        };
        if fits { Ok(()) } else { Err(ContainerError::Size { name: self.as_str(), size }) }
    }

    /// Which entries these names are, if they are those of the profile in their order.
    pub(super) fn recognise<'a>(names: impl Iterator<Item = &'a str>) -> Result<Vec<Self>, ContainerError> {
        let mut names = names.peekable();
        let mut recognised: Vec<Self> = Vec::with_capacity(Self::ALL.len());
        for entry in Self::ALL {
            let possible = entry.needs().is_none_or(|needed| recognised.contains(&needed));
            if possible && names.next_if(|name| *name == entry.as_str()).is_some() {
                recognised.push(entry);
            } else if !entry.is_optional(recognised.contains(&Self::Proof)) {
                let expected = entry.as_str().to_owned();
                return Err(ContainerError::Entries { found: names.next().map(shown), expected });
            }
        }
        match names.next() {
            None => Ok(recognised),
            Some(name) => Err(ContainerError::Entries { found: Some(shown(name)), expected: "the end".to_owned() }),
        }
    }
}

fn shown(name: &str) -> String {
    name.to_owned()
}
