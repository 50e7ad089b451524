//! What a server and its signer process say to each other: frames of a length (four bytes, big endian) and a payload over a
//! socket.
//!
//! A payload is the version, one byte, and a [`Frame`] in postcard. Each request has an id that its reply repeats, so many
//! can be under way at once and replies come in any order. Both sides are the same binary; the version is there for the
//! moment in which a new binary was installed and the old server starts it.

use std::fmt;
use std::io::{self, Read, Write};

use serde::{Deserialize, Serialize};
use thiserror::Error;
use zeroize::{Zeroize, Zeroizing};

use crate::KeyAlgorithm;

/// The version of the protocol.
const VERSION: u8 = 1;
/// The longest payload: a list of [`MAX_KEYS`] RSA keys with their names fits.
pub const MAX_PAYLOAD_BYTES: usize = 1024 * 1024;
/// The longest message that is signed. What is signed here are attributes, transcripts and certificates, never bodies.
pub const MAX_MESSAGE_BYTES: usize = 64 * 1024;
/// Keys of one token that are listed, at most.
pub const MAX_KEYS: usize = 1024;
/// The longest name of a key or a token.
pub const MAX_NAME_BYTES: usize = 255;
/// Sessions of one token, at most.
pub const MAX_SESSIONS: u16 = 64;

/// What is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Frame {
    /// From the server.
    Request {
        /// What the reply repeats.
        id: u32,
        /// What is asked.
        ask: Ask,
    },
    /// From the signer process.
    Reply {
        /// The request's.
        id: u32,
        /// What is answered.
        answer: Answer,
    },
}

/// What a server asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ask {
    /// Load the module, find the token and log in: the first request, and only that.
    Open {
        /// Path of the module.
        module: String,
        /// The token's label, or `serial:` and its serial number.
        token: String,
        /// The token's PIN.
        pin: SecretBytes,
        /// How many sessions sign at once.
        sessions: u16,
    },
    /// See whether the token is there and the login holds.
    Examine,
    /// Sign a message.
    Sign {
        /// The key's label.
        key: String,
        /// How an RSA key pads.
        purpose: Purpose,
        /// What is signed; the hash is the signer process's or the token's.
        message: Vec<u8>,
    },
    /// Make a key in the token that never leaves it.
    Generate {
        /// The new key's label.
        key: String,
        /// Its kind.
        algorithm: KeyAlgorithm,
    },
    /// Put a private key into the token.
    Import {
        /// The new key's label.
        key: String,
        /// The private key as DER `PrivateKeyInfo`.
        private_key: SecretBytes,
    },
    /// List the keys of the token.
    Keys,
}

/// What a signature is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Purpose {
    /// A document, a certificate or a message: RSA keys pad by PKCS#1 v1.5.
    Document,
    /// A TLS handshake: RSA keys pad by PSS.
    Handshake,
}

/// What a signer process answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Answer {
    /// The PIN is tried now: whoever hears nothing more does not know whether it was refused.
    LoggingIn,
    /// The token is open.
    Opened(TokenFacts),
    /// The token is there, and logged in to.
    Well,
    /// The signature, in the form that X.509 and CMS carry.
    Signature(Vec<u8>),
    /// A key.
    Key(KeyFacts),
    /// All keys, in the order of their names.
    Keys(Vec<KeyFacts>),
    /// It was not done.
    Failed(Failure),
}

/// What a token says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenFacts {
    /// Its label.
    pub label: String,
    /// Its serial number.
    pub serial: String,
    /// Who made it, and what.
    pub model: String,
}

/// What is known of a key in a token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyFacts {
    /// Its label.
    pub label: String,
    /// Its kind.
    pub algorithm: KeyAlgorithm,
    /// The public key as DER `SubjectPublicKeyInfo`.
    pub public_key: Vec<u8>,
    /// Whether the token gives it out.
    pub extraction: Extraction,
}

/// Whether a private key can leave its token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Extraction {
    /// The token never gives it out.
    Never,
    /// The token gives it out, to who is logged in.
    Possible,
}

/// Why something was not done, by who must act.
#[derive(Debug, Clone, PartialEq, Eq, Error, Serialize, Deserialize)]
pub enum Failure {
    /// The module cannot be loaded or set up.
    #[error("the PKCS#11 module {module} cannot be used: {why}")]
    Module {
        /// Its path.
        module: String,
        /// What the loader or the module says.
        why: String,
    },
    /// No slot has the token.
    #[error("there is no token {token}; the module shows {shown}")]
    TokenMissing {
        /// Which.
        token: String,
        /// Those that are there, in words.
        shown: String,
    },
    /// Several tokens have the label.
    #[error("several tokens are called {token}: name it as serial:NUMBER, of {serials}")]
    AmbiguousToken {
        /// The label.
        token: String,
        /// Their serial numbers.
        serials: String,
    },
    /// The token refused the PIN, or refused it before and was not asked again.
    #[error("the token refused the PIN, which is not tried again")]
    WrongPin,
    /// The token is locked.
    #[error("the token's PIN is locked")]
    PinLocked,
    /// One more wrong PIN would lock the token, so none is tried.
    #[error("the token has one try left before it locks, and it is not spent")]
    LastTry,
    /// The token has no key of this name.
    #[error("the token has no private key {key}")]
    NoSuchKey {
        /// Which.
        key: String,
    },
    /// The token has several keys of this name.
    #[error("the token has several private keys {key}")]
    AmbiguousKey {
        /// Which.
        key: String,
    },
    /// A key of this name is there already.
    #[error("the token has a key {key} already")]
    KeyExists {
        /// Which.
        key: String,
    },
    /// The key is not one that signs here.
    #[error("the key {key} cannot be used: {why}")]
    UnusableKey {
        /// Which.
        key: String,
        /// Why.
        why: String,
    },
    /// The token has no mechanism for it.
    #[error("the token has no mechanism for {what}")]
    NoMechanism {
        /// For what.
        what: String,
    },
    /// The token was taken out, or does not work any more.
    #[error("the token does not work: {why}")]
    TokenGone {
        /// What the module says.
        why: String,
    },
    /// The module refused.
    #[error("the module refused: {why}")]
    Refused {
        /// The function and its code.
        why: String,
    },
    /// The request was not one of this moment.
    #[error("the signer process was asked what it does not do then")]
    OutOfOrder,
}

/// Bytes that are wiped when they are dropped, and never shown: a PIN or a private key on its way.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SecretBytes(Vec<u8>);

/// A payload that is no frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum WireError {
    /// Another version.
    #[error("the other side speaks version {0} of the signer's protocol, not {VERSION}")]
    Version(u8),
    /// Not a frame.
    #[error("a frame of the signer's protocol is malformed")]
    Malformed,
    /// A part is longer than it may be.
    #[error("the {0} of a frame of the signer's protocol is too long")]
    TooLong(&'static str),
}

/// Reads a payload.
///
/// # Errors
/// When it is of another version, is no frame, has bytes after it, or a part that is too long.
pub fn parse(payload: &[u8]) -> Result<Frame, WireError> {
    let (version, frame) = payload.split_first().ok_or(WireError::Malformed)?;
    if *version != VERSION {
        return Err(WireError::Version(*version));
    }
    match postcard::take_from_bytes::<Frame>(frame) {
        Ok((frame, [])) => frame.checked(),
        Ok(_) | Err(_) => Err(WireError::Malformed),
    }
}

impl Frame {
    /// The payload. It is wiped when it is dropped: it may hold a PIN.
    ///
    /// # Errors
    /// When a part is too long.
    pub fn encode(self) -> Result<Zeroizing<Vec<u8>>, WireError> {
        let frame = self.checked()?;
        // Room for all of it at once, so that no part of it is left behind by a growing buffer.
        let size = postcard::experimental::serialized_size(&frame).map_err(|_| WireError::Malformed)?;
        if size >= MAX_PAYLOAD_BYTES {
            return Err(WireError::TooLong("payload"));
        }
        let mut payload = Zeroizing::new(vec![VERSION; size + 1]);
        postcard::to_slice(&frame, &mut payload[1..]).map_err(|_| WireError::Malformed)?;
        Ok(payload)
    }

    fn checked(self) -> Result<Self, WireError> {
        let within = |what, length: usize, most| if length > most { Err(WireError::TooLong(what)) } else { Ok(()) };
        match &self {
            Self::Request { ask: Ask::Open { module, token, pin, sessions }, .. } => {
                within("module's path", module.len(), 4096)?;
                within("token's name", token.len(), MAX_NAME_BYTES)?;
                within("PIN", pin.0.len(), 1024)?;
                within("number of sessions", usize::from(*sessions), usize::from(MAX_SESSIONS))?;
            }
            Self::Request { ask: Ask::Sign { key, message, .. }, .. } => {
                within("key's name", key.len(), MAX_NAME_BYTES)?;
                within("message", message.len(), MAX_MESSAGE_BYTES)?;
            }
            Self::Request { ask: Ask::Generate { key, .. }, .. } => within("key's name", key.len(), MAX_NAME_BYTES)?,
            Self::Request { ask: Ask::Import { key, private_key }, .. } => {
                within("key's name", key.len(), MAX_NAME_BYTES)?;
                within("private key", private_key.0.len(), 16 * 1024)?;
            }
            Self::Reply { answer: Answer::Keys(keys), .. } => within("list of keys", keys.len(), MAX_KEYS)?,
            Self::Request { ask: Ask::Examine | Ask::Keys, .. } | Self::Reply { .. } => {}
        }
        Ok(self)
    }
}

/// Writes a frame.
///
/// # Errors
/// When the socket fails, or the frame is none that may be sent.
pub fn write(socket: &mut impl Write, frame: Frame) -> io::Result<()> {
    let payload = frame.encode().map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))?;
    let length = u32::try_from(payload.len()).map_err(|_| io::ErrorKind::InvalidInput)?;
    let mut bytes = Zeroizing::new(Vec::with_capacity(4 + payload.len()));
    bytes.extend_from_slice(&length.to_be_bytes());
    bytes.extend_from_slice(&payload);
    socket.write_all(&bytes)
}

/// Reads a frame; `None` when the other side has closed the socket between two.
///
/// # Errors
/// When the socket fails, ends within a frame, or what comes is no frame.
pub fn read(socket: &mut impl Read) -> io::Result<Option<Frame>> {
    let mut length = [0; 4];
    match socket.read(&mut length)? {
        0 => return Ok(None),
        some => socket.read_exact(&mut length[some..])?,
    }
    let length = usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX);
    if length > MAX_PAYLOAD_BYTES {
        return Err(io::Error::new(io::ErrorKind::InvalidData, WireError::TooLong("payload")));
    }
    let mut payload = Zeroizing::new(vec![0; length]);
    socket.read_exact(&mut payload)?;
    parse(&payload).map(Some).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
}

impl SecretBytes {
    /// Keeps these bytes.
    #[must_use]
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// The bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl Drop for SecretBytes {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for SecretBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretBytes(…)")
    }
}

#[cfg(test)]
#[path = "wire_tests.rs"]
mod tests;
