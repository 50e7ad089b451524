//! The file of one key: PKCS#8 encrypted under the PIN (PBES2 of RFC 8018: PBKDF2-HMAC-SHA256, AES-256-CBC), so that
//! `openssl pkcs8` opens it, followed by the public key.
//!
//! The encryption has no integrity of its own. That is why the public key stands beside it: what was decrypted must
//! belong to it.

use aws_lc_rs::cipher::{
    AES_256, DecryptionContext, EncryptionContext, PaddedBlockDecryptingKey, PaddedBlockEncryptingKey, UnboundCipherKey,
};
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::iv::FixedLength;
use aws_lc_rs::rand;
use pkcs8::EncryptedPrivateKeyInfoRef;
use pkcs8::der::asn1::OctetStringRef;
use pkcs8::der::pem::{self, LineEnding};
use pkcs8::der::{Decode, Encode};
use pkcs8::pkcs5::EncryptionScheme;
use pkcs8::pkcs5::pbes2::{EncryptionScheme as Cipher, Kdf, Parameters, Pbkdf2Prf};
use zeroize::Zeroizing;

use crate::private_key::Pkcs8;
use crate::{Iterations, Pin};

/// The parts of a key file.
pub(crate) struct KeyFile {
    /// DER `EncryptedPrivateKeyInfo`.
    encrypted: Vec<u8>,
    /// DER `SubjectPublicKeyInfo`.
    pub(crate) public_key: Vec<u8>,
}

impl KeyFile {
    /// Encrypts a private key under `pin`.
    pub(crate) fn encrypt(
        private_key: &Pkcs8,
        public_key: Vec<u8>,
        pin: &Pin,
        iterations: Iterations,
    ) -> Result<Self, Unspecified> {
        let (mut salt, mut iv) = ([0; 16], [0; 16]);
        rand::fill(&mut salt)?;
        rand::fill(&mut iv)?;

        let key = UnboundCipherKey::new(&AES_256, pin.derive(iterations, &salt).as_slice())?;
        // Room for the padding, so that the buffer never moves and leaves a copy behind.
        let mut buffer = Zeroizing::new(Vec::with_capacity(private_key.len() + 16));
        buffer.extend_from_slice(private_key);
        PaddedBlockEncryptingKey::cbc_pkcs7(key)?
            .less_safe_encrypt(&mut *buffer, EncryptionContext::Iv128(FixedLength::from(&iv)))?;

        let parameters = Parameters::generate_pbkdf2_sha256_aes256cbc(iterations.count(), &salt, iv);
        let encrypted = parameters.map_err(|_| Unspecified).and_then(|parameters| {
            let encrypted_data = OctetStringRef::new(&buffer).map_err(|_| Unspecified)?;
            let info = EncryptedPrivateKeyInfoRef { encryption_algorithm: parameters.into(), encrypted_data };
            info.to_der().map_err(|_| Unspecified)
        })?;
        Ok(Self { encrypted, public_key })
    }

    /// Decrypts the private key; `None` when it does not open with `pin` or is encrypted in another way than ours.
    pub(crate) fn decrypt(&self, pin: &Pin) -> Option<Pkcs8> {
        let info = EncryptedPrivateKeyInfoRef::from_der(&self.encrypted).ok()?;
        let EncryptionScheme::Pbes2(Parameters { kdf: Kdf::Pbkdf2(kdf), encryption: Cipher::Aes256Cbc { iv } }) =
            info.encryption_algorithm
        else {
            return None;
        };
        if kdf.prf != Pbkdf2Prf::HmacWithSha256 || kdf.key_length.is_some_and(|length| length != 32) {
            return None;
        }
        let iterations = Iterations::new(kdf.iteration_count).ok()?;
        let key = UnboundCipherKey::new(&AES_256, pin.derive(iterations, kdf.salt.as_bytes()).as_slice()).ok()?;
        let mut buffer = Zeroizing::new(info.encrypted_data.as_bytes().to_vec());
        let private_key = PaddedBlockDecryptingKey::cbc_pkcs7(key)
            .and_then(|key| key.decrypt(&mut buffer, DecryptionContext::Iv128(FixedLength::from(&iv))))
            .ok()?;
        Some(Zeroizing::new(private_key.to_vec()))
    }

    /// The file's text.
    pub(crate) fn to_pem(&self) -> Result<String, pem::Error> {
        let private_key = pem::encode_string(PRIVATE_KEY, LineEnding::LF, &self.encrypted)?;
        let public_key = pem::encode_string(PUBLIC_KEY, LineEnding::LF, &self.public_key)?;
        Ok(private_key + &public_key)
    }

    /// Reads a file's text; `None` when it is no key file.
    pub(crate) fn from_pem(text: &str) -> Option<Self> {
        let boundary = text.find("-----BEGIN PUBLIC KEY-----")?;
        let (private_key, public_key) = text.split_at_checked(boundary)?;
        let block = |text: &str, expected: &str| match pem::decode_vec(text.as_bytes()) {
            Ok((label, der)) if label == expected => Some(der),
            _ => None,
        };
        Some(Self { encrypted: block(private_key, PRIVATE_KEY)?, public_key: block(public_key, PUBLIC_KEY)? })
    }
}

/// Reads an unencrypted PKCS#8 private key from PEM; `None` when it is something else.
pub(crate) fn plain_pkcs8_from_pem(text: &str) -> Option<Pkcs8> {
    match pem::decode_vec(text.as_bytes()) {
        Ok(("PRIVATE KEY", der)) => Some(Zeroizing::new(der)),
        _ => None,
    }
}

const PRIVATE_KEY: &str = "ENCRYPTED PRIVATE KEY";
const PUBLIC_KEY: &str = "PUBLIC KEY";

#[cfg(test)]
#[path = "key_file_tests.rs"]
mod tests;
