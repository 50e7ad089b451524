//! C2SP signed notes: a text and the Ed25519 signatures under it.
//!
//! This crate holds no private key: [`NoteText::as_bytes`] is what a signer signs, [`NoteText::signed`] puts the
//! signature under it.

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use protocol::hash::Sha256Hash;

/// The longest note that is read.
pub const MAX_NOTE_BYTES: usize = 64 * 1024;

/// The most signatures a note may carry (the specification demands that 16 be accepted).
pub const MAX_SIGNATURES: usize = 32;

/// The signature type "Ed25519 over the note text".
const ED25519_TYPE: u8 = 0x01;

/// RFC 8410: what comes before the 32 bytes of an Ed25519 key in a SubjectPublicKeyInfo.
const ED25519_SPKI_PREFIX: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

/// A public key that notes are verified with; printed and read as `name+hash+base64`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NoteKey {
    name: String,
    public_key: [u8; 32],
}

/// The text of a note: UTF-8 lines, each ended by a line feed, without other control characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteText(String);

/// One signature line, of a type that may be unknown here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteSignature {
    name: String,
    key_id: u32,
    value: Vec<u8>,
}

/// A text and its signatures, not yet verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    text: NoteText,
    signatures: Vec<NoteSignature>,
}

/// Why a note, or a key, is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// Longer than [`MAX_NOTE_BYTES`].
    #[error("the note is longer than {MAX_NOTE_BYTES} bytes")]
    TooLong,
    /// Not UTF-8, empty, without a final line feed, or with control characters.
    #[error("the note's text is not lines of UTF-8, each ended by a line feed")]
    Text,
    /// Not a text, an empty line and signature lines.
    #[error("the note does not end in an empty line and signature lines")]
    NoSignatures,
    /// More than [`MAX_SIGNATURES`].
    #[error("the note has more than {MAX_SIGNATURES} signatures")]
    TooManySignatures,
    /// A signature line of another form.
    #[error("signature line {position} of the note is malformed")]
    SignatureLine {
        /// Counted from 1.
        position: usize,
    },
    /// A name that a key may not have.
    #[error("a key name is not empty and has no spaces and no '+'")]
    KeyName,
    /// Not `name+hash+base64` of an Ed25519 key.
    #[error("not the verifier key of an Ed25519 key")]
    Key,
    /// A known key's signature does not verify.
    #[error("the signature of {key} does not verify")]
    Signature {
        /// Name and hash of the key.
        key: String,
    },
    /// No known key signed the note.
    #[error("no known key signed the note; its signatures name {}", .named.join(", "))]
    Unsigned {
        /// Name and hash of the keys that claim to have signed.
        named: Vec<String>,
    },
}

impl NoteKey {
    /// An Ed25519 key under a name.
    ///
    /// # Errors
    /// When a key may not have this name.
    pub fn new(name: &str, public_key: [u8; 32]) -> Result<Self, NoteError> {
        check_name(name)?;
        Ok(Self { name: name.to_owned(), public_key })
    }

    /// An Ed25519 key in its X.509 form (DER of SubjectPublicKeyInfo) under a name.
    ///
    /// # Errors
    /// When it is no Ed25519 key or may not have this name.
    pub fn from_public_key_der(name: &str, spki: &[u8]) -> Result<Self, NoteError> {
        let key = spki.strip_prefix(&ED25519_SPKI_PREFIX[..]).ok_or(NoteError::Key)?;
        Self::new(name, key.try_into().map_err(|_| NoteError::Key)?)
    }

    /// The key's name; for a log, the origin of its checkpoints.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The Ed25519 public key.
    #[must_use]
    pub const fn public_key(&self) -> &[u8; 32] {
        &self.public_key
    }

    /// The short hash of name and key that signature lines carry.
    #[must_use]
    pub fn key_id(&self) -> u32 {
        let hash = Sha256Hash::of_parts(&[self.name.as_bytes(), b"\n", &[ED25519_TYPE], &self.public_key]);
        let [first, second, third, fourth, ..] = *hash.as_bytes();
        u32::from_be_bytes([first, second, third, fourth])
    }

    fn check(&self, text: &NoteText, signature: &[u8]) -> Result<(), NoteError> {
        let verified = UnparsedPublicKey::new(&ED25519, &self.public_key).verify(text.as_bytes(), signature);
        verified.map_err(|_| NoteError::Signature { key: named(&self.name, self.key_id()) })
    }
}

impl NoteText {
    /// Checks that a note can have this text.
    ///
    /// # Errors
    /// When it is empty, does not end in a line feed, holds other control characters or is too long.
    pub fn new(text: String) -> Result<Self, NoteError> {
        if text.len() > MAX_NOTE_BYTES {
            return Err(NoteError::TooLong);
        }
        let control = text.bytes().any(|byte| byte < b' ' && byte != b'\n');
        if control || !text.ends_with('\n') { Err(NoteError::Text) } else { Ok(Self(text)) }
    }

    /// What is signed.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Puts a signature under the text.
    ///
    /// # Errors
    /// When it is not this key's signature of this text.
    pub fn signed(self, key: &NoteKey, signature: &[u8]) -> Result<Note, NoteError> {
        key.check(&self, signature)?;
        let line = NoteSignature { name: key.name.clone(), key_id: key.key_id(), value: signature.to_vec() };
        Ok(Note { text: self, signatures: vec![line] })
    }
}

impl NoteSignature {
    /// Name and key hash as verifier keys print them: `name+hash`.
    #[must_use]
    pub fn key(&self) -> String {
        named(&self.name, self.key_id)
    }

    /// Whether the line says that this key signed; it may say so wrongly.
    #[must_use]
    pub fn names(&self, key: &NoteKey) -> bool {
        self.key_id == key.key_id() && self.name == key.name
    }
}

impl Note {
    /// Reads a note.
    ///
    /// # Errors
    /// When it has another form; signatures are not verified.
    pub fn parse(bytes: &[u8]) -> Result<Self, NoteError> {
        if bytes.len() > MAX_NOTE_BYTES {
            return Err(NoteError::TooLong);
        }
        let note = std::str::from_utf8(bytes).map_err(|_| NoteError::Text)?;
        let (text, lines) = note.rsplit_once("\n\n").ok_or(NoteError::NoSignatures)?;
        let text = NoteText::new(format!("{text}\n"))?;
        let lines = lines.strip_suffix('\n').ok_or(NoteError::NoSignatures)?;
        if lines.split('\n').count() > MAX_SIGNATURES {
            return Err(NoteError::TooManySignatures);
        }
        let parsed = (1..)
            .zip(lines.split('\n'))
            .map(|(position, line)| parse_signature(line).ok_or(NoteError::SignatureLine { position }));
        Ok(Self { text, signatures: parsed.collect::<Result<_, _>>()? })
    }

    /// The text, which proves nothing before [`Note::verify`].
    #[must_use]
    pub const fn text(&self) -> &NoteText {
        &self.text
    }

    /// The signature lines.
    #[must_use]
    pub fn signatures(&self) -> &[NoteSignature] {
        &self.signatures
    }

    /// Checks the signatures of known keys; those of unknown keys are ignored, as the specification demands.
    ///
    /// # Errors
    /// When a known key's signature is wrong, or there is none of a known key.
    pub fn verify<'k>(&self, keys: &'k [NoteKey]) -> Result<&'k NoteKey, NoteError> {
        let mut signer = None;
        for signature in &self.signatures {
            for key in keys.iter().filter(|key| signature.names(key)) {
                key.check(&self.text, &signature.value)?;
                signer = signer.or(Some(key));
            }
        }
        let named = || self.signatures.iter().map(NoteSignature::key).collect();
        signer.ok_or_else(|| NoteError::Unsigned { named: named() })
    }
}

fn named(name: &str, key_id: u32) -> String {
    format!("{name}+{key_id:08x}")
}

fn check_name(name: &str) -> Result<(), NoteError> {
    let forbidden = |character: char| character.is_whitespace() || character.is_control() || character == '+';
    if name.is_empty() || name.len() > MAX_NOTE_BYTES || name.contains(forbidden) {
        return Err(NoteError::KeyName);
    }
    Ok(())
}

fn parse_signature(line: &str) -> Option<NoteSignature> {
    let (name, encoded) = line.strip_prefix("— ")?.split_once(' ')?;
    check_name(name).ok()?;
    let decoded = STANDARD.decode(encoded).ok()?;
    let (key_id, value) = decoded.split_first_chunk::<4>()?;
    if value.is_empty() {
        return None;
    }
    Some(NoteSignature { name: name.to_owned(), key_id: u32::from_be_bytes(*key_id), value: value.to_vec() })
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text.0)?;
        for NoteSignature { name, key_id, value } in &self.signatures {
            let bytes = [&key_id.to_be_bytes()[..], value].concat();
            writeln!(f, "— {name} {}", STANDARD.encode(bytes))?;
        }
        Ok(())
    }
}

impl fmt::Display for NoteKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = [&[ED25519_TYPE], &self.public_key[..]].concat();
        write!(f, "{}+{}", named(&self.name, self.key_id()), STANDARD.encode(key))
    }
}

impl fmt::Debug for NoteKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for NoteKey {
    type Err = NoteError;

    fn from_str(text: &str) -> Result<Self, NoteError> {
        if text.len() > MAX_NOTE_BYTES {
            return Err(NoteError::TooLong);
        }
        let (name, rest) = text.split_once('+').ok_or(NoteError::Key)?;
        // Base64 may hold a '+' itself: only the first one of the rest separates.
        let (_, encoded) = rest.split_once('+').ok_or(NoteError::Key)?;
        let bytes = STANDARD.decode(encoded).map_err(|_| NoteError::Key)?;
        let Some((&ED25519_TYPE, public_key)) = bytes.split_first() else { return Err(NoteError::Key) };
        let key = Self::new(name, public_key.try_into().map_err(|_| NoteError::Key)?)?;
        if key.to_string() == text { Ok(key) } else { Err(NoteError::Key) }
    }
}

#[cfg(test)]
mod tests;
