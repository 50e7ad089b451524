//! What a token keeps besides its keys: how its PIN is stretched, and sealed secrets.
//!
//! `token.json` holds the salt and an empty sealed message, by which a wrong PIN is told from a damaged key. Secrets that are
//! only for us (key-encryption keys) are sealed with AES-256-GCM under the same stretched PIN.

use aws_lc_rs::aead::{AES_256_GCM, Aad, Nonce, RandomizedNonceKey};
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::rand;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::{Iterations, Pin};

/// The key that the PIN of an open token gives.
pub(crate) struct TokenKey(RandomizedNonceKey);

/// The content of `token.json`; it knows its PIN but does not give it away.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TokenFile {
    format: Format,
    iterations: u32,
    salt: String,
    check: String,
}

#[derive(Serialize, Deserialize)]
enum Format {
    #[serde(rename = "chakana-token/1")]
    First,
}

/// How an attempt to open a token file ended.
pub(crate) enum Opened {
    Key(TokenKey, Iterations),
    WrongPin,
    Damaged,
}

impl TokenFile {
    /// Makes the file of a new token.
    pub(crate) fn new(pin: &Pin, iterations: Iterations) -> Result<Self, Unspecified> {
        let mut salt = [0; SALT_LENGTH];
        rand::fill(&mut salt)?;
        let check = TokenKey::derive(pin, iterations, &salt)?.seal(b"", CHECK)?;
        let (salt, check) = (hex::encode(salt), hex::encode(check));
        Ok(Self { format: Format::First, iterations: iterations.count(), salt, check })
    }

    /// Stretches `pin` and sees whether it is the right one.
    pub(crate) fn open(&self, pin: &Pin) -> Opened {
        let (Ok(iterations), Ok(salt), Ok(check)) =
            (Iterations::new(self.iterations), hex::decode(&self.salt), hex::decode(&self.check))
        else {
            return Opened::Damaged;
        };
        if salt.len() != SALT_LENGTH || check.len() != SEALED_OVERHEAD {
            return Opened::Damaged;
        }
        match TokenKey::derive(pin, iterations, &salt) {
            Ok(key) if key.open(&check, CHECK).is_some() => Opened::Key(key, iterations),
            Ok(_) => Opened::WrongPin,
            Err(Unspecified) => Opened::Damaged,
        }
    }
}

impl TokenKey {
    fn derive(pin: &Pin, iterations: Iterations, salt: &[u8]) -> Result<Self, Unspecified> {
        RandomizedNonceKey::new(&AES_256_GCM, pin.derive(iterations, salt).as_slice()).map(Self)
    }

    /// Seals `secret`; only who names the same `purpose` can open it.
    pub(crate) fn seal(&self, secret: &[u8], purpose: &[u8]) -> Result<Vec<u8>, Unspecified> {
        let mut body = Zeroizing::new(secret.to_vec());
        let (nonce, tag) = self.0.seal_in_place_separate_tag(Aad::from(purpose), &mut body)?;
        Ok([nonce.as_ref().as_slice(), body.as_slice(), tag.as_ref()].concat())
    }

    /// Opens a sealed secret; `None` when it was changed or sealed by another key or for another purpose.
    pub(crate) fn open(&self, sealed: &[u8], purpose: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (nonce, body) = sealed.split_at_checked(NONCE_LENGTH)?;
        let mut body = Zeroizing::new(body.to_vec());
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let secret_length = self.0.open_in_place(nonce, Aad::from(purpose), &mut body).ok()?.len();
        body.truncate(secret_length);
        Some(body)
    }
}

/// What this program reads and writes.
pub const TOKEN_FORMAT: &str = "chakana-token/1";

/// Of which format a token file says that it is, whatever else it holds.
pub(crate) fn format_of(content: &[u8]) -> serde_json::Result<String> {
    #[derive(Deserialize)]
    struct Marked {
        format: String,
    }
    Ok(serde_json::from_slice::<Marked>(content)?.format)
}

const CHECK: &[u8] = b"chakana-token/1 check";
const SALT_LENGTH: usize = 16;
const NONCE_LENGTH: usize = 12;
/// Nonce and tag.
const SEALED_OVERHEAD: usize = NONCE_LENGTH + 16;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_file_bears_the_format_that_is_read() {
        let file = TokenFile::new(&Pin::new("1234"), Iterations::new(Iterations::FLOOR).unwrap()).unwrap();
        assert_eq!(format_of(&serde_json::to_vec(&file).unwrap()).unwrap(), TOKEN_FORMAT);
    }

    #[test]
    fn the_format_of_a_newer_file_can_be_read_and_its_key_cannot() {
        let newer = br#"{"format":"chakana-token/2","memory":65536}"#;
        assert_eq!(format_of(newer).unwrap(), "chakana-token/2");
        assert!(serde_json::from_slice::<TokenFile>(newer).is_err());
        assert!(format_of(b"damaged").is_err());
    }
}
