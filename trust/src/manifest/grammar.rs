//! The one form of an ASiC manifest, whatever it lists.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use protocol::hash::Sha512Hash;

/// What a manifest says of one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Reference<'a> {
    /// The file's name in the container: nothing in it needs escaping in XML.
    pub(crate) name: &'a str,
    /// What the file is, where that is said; the same holds for it.
    pub(crate) content_type: Option<&'a str>,
    /// Of the file.
    pub(crate) digest: Sha512Hash,
}

/// Writes the manifest that the signature of this name covers.
pub(crate) fn write<'a>(signature_name: &str, references: impl Iterator<Item = Reference<'a>>) -> String {
    let mut text = String::with_capacity(1536);
    text.push_str(OPENING);
    text.push_str(signature_name);
    text.push_str(SIGNATURE_END);
    for reference in references {
        text.push_str(REFERENCE);
        text.push_str(reference.name);
        if let Some(content_type) = reference.content_type {
            text.push_str(CONTENT_TYPE);
            text.push_str(content_type);
        }
        text.push_str(DIGEST);
        STANDARD.encode_string(reference.digest.as_bytes(), &mut text);
        text.push_str(REFERENCE_END);
    }
    text.push_str(CLOSING);
    text
}

/// Reads a manifest; `None` if the bytes are not exactly what [`write`] writes for some references.
pub(crate) fn read<'a>(signature_name: &str, bytes: &'a [u8]) -> Option<Vec<Reference<'a>>> {
    let text = std::str::from_utf8(bytes).ok()?;
    let mut rest = text.strip_prefix(OPENING)?.strip_prefix(signature_name)?.strip_prefix(SIGNATURE_END)?;
    let mut references = Vec::new();
    while let Some(after) = rest.strip_prefix(REFERENCE) {
        let (reference, after) = take(after)?;
        references.push(reference);
        rest = after;
    }
    (rest == CLOSING).then_some(references)
}

/// Takes a reference off a text that follows its opening.
fn take(text: &str) -> Option<(Reference<'_>, &str)> {
    let (attributes, rest) = text.split_once(DIGEST)?;
    let (name, content_type) = match attributes.split_once(CONTENT_TYPE) {
        Some((name, content_type)) => (name, Some(content_type)),
        None => (attributes, None),
    };
    let (digest, rest) = rest.split_once(REFERENCE_END)?;
    // Whatever would be markup in an attribute is no name; and the decoder refuses every second form of the same bytes.
    let is_plain = [name, content_type.unwrap_or_default()].iter().all(|text| !text.contains(['"', '<', '>', '&']));
    let digest = STANDARD.decode(digest).ok()?.try_into().ok().filter(|_| is_plain)?;
    Some((Reference { name, content_type, digest: Sha512Hash::from_bytes(digest) }, rest))
}

const OPENING: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
    <asic:ASiCManifest xmlns:asic=\"http://uri.etsi.org/02918/v1.2.1#\" xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\">\n\
    <asic:SigReference URI=\"";
const SIGNATURE_END: &str = "\" MimeType=\"application/pkcs7-signature\"/>\n";
const REFERENCE: &str = "<asic:DataObjectReference URI=\"";
const CONTENT_TYPE: &str = "\" MimeType=\"";
const DIGEST: &str = "\">\n<ds:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha512\"/>\n<ds:DigestValue>";
const REFERENCE_END: &str = "</ds:DigestValue>\n</asic:DataObjectReference>\n";
const CLOSING: &str = "</asic:ASiCManifest>\n";
