//! Files that information systems send: their kind is what stands in them, whatever their sender calls them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sdk::{Failure, blobs, ensure, evidence, limits};
use serde::Deserialize;

use crate::application::Attached;
use crate::definition::{Document, FileKind};

/// A file within a document of JSON.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sent {
    name: String,
    content: String,
}

impl Sent {
    /// Keeps the file, for a document that is asked for under a name.
    pub(super) fn kept(&self, at: &str, document: &Document) -> Result<Attached, Failure> {
        let content = decoded(&self.content).ok_or_else(|| Failure::invalid(at, "encoding", "is not base64"))?;
        fitting(at, document, kept(at, &self.name, &content)?)
    }
}

/// What stands in base64.
pub(super) fn decoded(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}

/// Keeps a file.
pub(super) fn kept(at: &str, name: &str, content: &[u8]) -> Result<Attached, Failure> {
    let named = (1..=limits::MAX_NAME_BYTES).contains(&name.len()) && !name.contains(['/', '\\', '\0']);
    ensure!(named, Failure::invalid(at, "name", "has no name of a file"));
    let short = content.len() <= limits::MAX_CONTENT_BYTES;
    ensure!(short, Failure::invalid(at, "length", format!("has more than {} bytes", limits::MAX_CONTENT_BYTES)));
    let kind = content_type(content);
    let kind = kind.ok_or_else(|| Failure::invalid(at, "kind", "is no PDF, JPEG, PNG, WebP or ASiC-E container"))?;
    let blob = blobs::create(Some(name), kind, content);
    let (name, content_type) = (name.to_owned(), kind.to_owned());
    Ok(Attached { blob: blob.id, name, content_type, bytes: blob.size, signer: None })
}

/// A file, if it is one that a document may be; a signed one is verified.
pub(super) fn fitting(at: &str, document: &Document, file: Attached) -> Result<Attached, Failure> {
    let kind = FileKind::of(&file.content_type).filter(|kind| document.kinds.contains(kind));
    let refused = || Failure::invalid(at, "kind", format!("is no file that {} may be", document.code));
    if kind.ok_or_else(refused)? != FileKind::Signed {
        return Ok(file);
    }
    let verified =
        evidence::verify(&file.blob).map_err(|error| Failure::invalid(at, "signature", error.to_string()))?;
    Ok(Attached { signer: Some(verified.signer), ..file })
}

/// What a content is, by how it begins.
pub(super) fn content_type(content: &[u8]) -> Option<&'static str> {
    let begins = |with: &[u8]| content.starts_with(with);
    let webp = || begins(b"RIFF") && content.get(8..12) == Some(b"WEBP");
    match () {
        () if begins(b"%PDF-") => Some("application/pdf"),
        () if begins(b"\xff\xd8\xff") => Some("image/jpeg"),
        () if begins(b"\x89PNG\r\n\x1a\n") => Some("image/png"),
        () if webp() => Some("image/webp"),
        // A container of signed documents names its type in its first entry, which is not compressed (EN 319 162-1, A.1).
        () if begins(b"PK\x03\x04") && content.get(30..69) == Some(b"mimetypeapplication/vnd.etsi.asic-e+zip") => {
            Some("application/vnd.etsi.asic-e+zip")
        }
        () => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_what_it_begins_with() {
        let container =
            [b"PK\x03\x04".as_slice(), &[0; 26], b"mimetypeapplication/vnd.etsi.asic-e+zip", b"..."].concat();
        for (content, expected) in [
            (b"%PDF-1.7".as_slice(), Some("application/pdf")),
            (b"\xff\xd8\xff\xe0", Some("image/jpeg")),
            (b"\x89PNG\r\n\x1a\n\0", Some("image/png")),
            (b"RIFF\x10\0\0\0WEBPVP8 ", Some("image/webp")),
            (&container, Some("application/vnd.etsi.asic-e+zip")),
            (b"PK\x03\x04a zip", None),
            (b"<html>", None),
            (b"", None),
        ] {
            assert_eq!(content_type(content), expected, "{content:?}");
        }
    }
}
