//! The software token: a folder with one file per key, opened by a PIN.

use std::collections::HashMap;
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use aws_lc_rs::error::Unspecified;
use aws_lc_rs::rand;
use zeroize::Zeroizing;

use crate::key_file::{KeyFile, plain_pkcs8_from_pem};
use crate::private_key::{Pkcs8, PrivateKey};
use crate::token_file::{self, Opened, TokenFile, TokenKey};
use crate::{Iterations, KeyAlgorithm, KeyEncryptionKey, Pin, Signer, Subject, certificate_request, files};

mod error;
mod key_id;

pub use error::TokenError;
pub use key_id::KeyId;

/// What is known of a key without opening it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    id: KeyId,
    public_key: Vec<u8>,
}

/// An open software token.
///
/// Opening one checks the PIN; each key is decrypted when it is first asked for, about 60 ms each.
pub struct SoftwareToken {
    folder: PathBuf,
    pin: Pin,
    iterations: Iterations,
    key: TokenKey,
    // Decrypted keys. The lock is held for a look-up, never while a key is decrypted.
    open_keys: Mutex<HashMap<KeyId, Arc<dyn Signer>>>,
}

impl SoftwareToken {
    /// Makes an empty token in `folder`, which is created if it is missing, and opens it.
    ///
    /// # Errors
    /// When `folder` holds a token already, the PIN is empty, or the folder cannot be written.
    pub fn create(folder: impl Into<PathBuf>, pin: &Pin) -> Result<Self, TokenError> {
        Self::create_with(folder, pin, Iterations::RECOMMENDED)
    }

    /// Makes an empty token whose PIN is stretched by so many iterations.
    ///
    /// # Errors
    /// As [`Self::create`].
    pub fn create_with(folder: impl Into<PathBuf>, pin: &Pin, iterations: Iterations) -> Result<Self, TokenError> {
        let folder = folder.into();
        if pin.is_empty() {
            return Err(TokenError::EmptyPin);
        }
        let write_error = |path: PathBuf| move |source| TokenError::Write { path, source };
        files::create_folder(&folder).map_err(write_error(folder.clone()))?;
        let file = serde_json::to_vec_pretty(&TokenFile::new(pin, iterations)?).map_err(|_| Unspecified)?;
        match files::create(&folder, TOKEN_FILE, &file) {
            Ok(()) => Self::open(folder, pin),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(TokenError::AlreadyExists { folder }),
            Err(error) => Err(write_error(folder.join(TOKEN_FILE))(error)),
        }
    }

    /// Opens the token in `folder`.
    ///
    /// # Errors
    /// [`TokenError::WrongPin`] when the PIN is not its; else when there is none, or it is damaged.
    pub fn open(folder: impl Into<PathBuf>, pin: &Pin) -> Result<Self, TokenError> {
        let folder = folder.into();
        let path = folder.join(TOKEN_FILE);
        let content = match files::read(&path, MAX_FILE_BYTES) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Err(TokenError::NotFound { folder: folder.clone() })
            }
            read => read.map_err(|source| TokenError::Read { path: path.clone(), source }),
        }?;
        let file: TokenFile =
            serde_json::from_slice(&content).map_err(|_| TokenError::Damaged { path: path.clone() })?;
        match file.open(pin) {
            Opened::Key(key, iterations) => {
                Ok(Self { folder, pin: pin.clone(), iterations, key, open_keys: Mutex::default() })
            }
            Opened::WrongPin => Err(TokenError::WrongPin { folder }),
            Opened::Damaged => Err(TokenError::Damaged { path }),
        }
    }

    /// Makes a new key. An RSA key takes its time: half a second, more or less.
    ///
    /// # Errors
    /// When there is a key of that name, the name cannot be one, or the folder cannot be written.
    pub fn generate(&self, id: impl AsRef<str>, algorithm: KeyAlgorithm) -> Result<KeyId, TokenError> {
        let id = KeyId::new(id.as_ref())?;
        let private_key = PrivateKey::generate(algorithm)?;
        self.store(id, &private_key)
    }

    /// Takes in a key from PEM: unencrypted PKCS#8, as `openssl pkcs8 -topk8 -nocrypt` writes it.
    ///
    /// # Errors
    /// When it is no such key, or as [`Self::generate`].
    pub fn import(&self, id: impl AsRef<str>, pem: &str) -> Result<KeyId, TokenError> {
        let id = KeyId::new(id.as_ref())?;
        let private_key = plain_pkcs8_from_pem(pem).ok_or(TokenError::NotImportable)?;
        self.store(id, &private_key)
    }

    /// All keys, in the order of their names.
    ///
    /// # Errors
    /// When the folder or one of its files cannot be read.
    pub fn keys(&self) -> Result<Vec<Key>, TokenError> {
        let key = |id: KeyId| self.read_key(&id).map(|(file, _)| Key { id, public_key: file.public_key });
        self.ids(KEY_SUFFIX)?.into_iter().map(key).collect()
    }

    /// The names of all key-encryption keys, in order. None of them is opened.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn key_encryption_keys(&self) -> Result<Vec<KeyId>, TokenError> {
        self.ids(SEALED_SUFFIX)
    }

    /// The signer of a key, which is decrypted if this is the first time.
    ///
    /// # Errors
    /// When there is no such key, its file does not open with the PIN, or holds another private key than it says.
    pub fn signer(&self, id: impl AsRef<str>) -> Result<Arc<dyn Signer>, TokenError> {
        let id = KeyId::new(id.as_ref())?;
        if let Some(signer) = self.open_keys.lock().unwrap_or_else(PoisonError::into_inner).get(&id) {
            return Ok(signer.clone());
        }
        let (file, path) = self.read_key(&id)?;
        let private_key = file.decrypt(&self.pin).ok_or_else(|| TokenError::Damaged { path: path.clone() })?;
        let private_key =
            PrivateKey::from_pkcs8(&private_key).ok_or_else(|| TokenError::Damaged { path: path.clone() })?;
        if private_key.public_key() != file.public_key {
            return Err(TokenError::WrongPublicKey { path });
        }
        let signer: Arc<dyn Signer> = Arc::new(private_key);
        self.open_keys.lock().unwrap_or_else(PoisonError::into_inner).insert(id, signer.clone());
        Ok(signer)
    }

    /// Decrypts all keys now, on all cores, instead of each when it is first asked for.
    ///
    /// # Errors
    /// The first failure, as [`Self::signer`].
    pub fn open_all(&self) -> Result<(), TokenError> {
        let keys = self.keys()?;
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let share = keys.len().div_ceil(cores).max(1);
        std::thread::scope(|scope| {
            let open = |keys: &[Key]| keys.iter().try_for_each(|key| self.signer(&key.id).map(drop));
            let threads: Vec<_> = keys.chunks(share).map(|keys| scope.spawn(move || open(keys))).collect();
            threads.into_iter().try_for_each(|thread| thread.join().unwrap_or(Err(TokenError::Cryptography)))
        })
    }

    /// A certificate request (PKCS#10, DER) for a key, signed by it.
    ///
    /// # Errors
    /// When there is no such key, or it cannot sign.
    pub fn certificate_request(&self, id: impl AsRef<str>, subject: &Subject) -> Result<Vec<u8>, TokenError> {
        let id = KeyId::new(id.as_ref())?;
        certificate_request(self.signer(&id)?, subject).map_err(|source| TokenError::Request { id, source })
    }

    /// Makes a new key-encryption key.
    ///
    /// # Errors
    /// As [`Self::generate`].
    pub fn generate_key_encryption_key(&self, id: impl AsRef<str>) -> Result<KeyId, TokenError> {
        let id = KeyId::new(id.as_ref())?;
        let mut key = Zeroizing::new([0; 32]);
        rand::fill(key.as_mut())?;
        let sealed = self.key.seal(key.as_slice(), &id.purpose())?;
        self.write(id, SEALED_SUFFIX, &sealed)
    }

    /// A key-encryption key.
    ///
    /// There is none until it was generated: a lost one is never silently replaced by another that opens nothing.
    ///
    /// # Errors
    /// When there is no such key or its file is damaged.
    pub fn key_encryption_key(&self, id: impl AsRef<str>) -> Result<KeyEncryptionKey, TokenError> {
        let id = KeyId::new(id.as_ref())?;
        let (sealed, path) = self.read(&id, SEALED_SUFFIX)?;
        let damaged = || TokenError::Damaged { path };
        let key = self.key.open(&sealed, &id.purpose()).ok_or_else(damaged.clone())?;
        let key = key.as_slice().try_into().map_err(|_| damaged.clone()())?;
        KeyEncryptionKey::new(key).map_err(|_| TokenError::Cryptography)
    }

    /// The names in the folder with this suffix, in order.
    fn ids(&self, suffix: &str) -> Result<Vec<KeyId>, TokenError> {
        let read_error = |source| TokenError::Read { path: self.folder.clone(), source };
        let mut ids = Vec::new();
        for entry in fs::read_dir(&self.folder).map_err(read_error)? {
            let name = entry.map_err(read_error)?.file_name();
            let id = name.to_str().and_then(|name| name.strip_suffix(suffix)).map(KeyId::new);
            let Some(Ok(id)) = id else { continue };
            if ids.len() == MAX_KEYS {
                return Err(TokenError::TooManyKeys { folder: self.folder.clone(), limit: MAX_KEYS });
            }
            ids.push(id);
        }
        ids.sort();
        Ok(ids)
    }

    fn store(&self, id: KeyId, pkcs8: &Pkcs8) -> Result<KeyId, TokenError> {
        let private_key = PrivateKey::from_pkcs8(pkcs8).ok_or(TokenError::NotImportable)?;
        let public_key = private_key.public_key().to_vec();
        let file = KeyFile::encrypt(pkcs8, public_key, &self.pin, self.iterations)?;
        let pem = file.to_pem().map_err(|_| TokenError::Cryptography)?;
        self.write(id, KEY_SUFFIX, pem.as_bytes())
    }

    fn write(&self, id: KeyId, suffix: &str, content: &[u8]) -> Result<KeyId, TokenError> {
        let name = format!("{id}{suffix}");
        match files::create(&self.folder, &name, content) {
            Ok(()) => Ok(id),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                Err(TokenError::KeyExists { folder: self.folder.clone(), id })
            }
            Err(source) => Err(TokenError::Write { path: self.folder.join(name), source }),
        }
    }

    fn read(&self, id: &KeyId, suffix: &str) -> Result<(Vec<u8>, PathBuf), TokenError> {
        let path = self.folder.join(format!("{id}{suffix}"));
        match files::read(&path, MAX_FILE_BYTES) {
            Ok(content) => Ok((content, path)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Err(TokenError::NoSuchKey { folder: self.folder.clone(), id: id.clone() })
            }
            Err(source) => Err(TokenError::Read { path, source }),
        }
    }

    fn read_key(&self, id: &KeyId) -> Result<(KeyFile, PathBuf), TokenError> {
        let (content, path) = self.read(id, KEY_SUFFIX)?;
        match std::str::from_utf8(&content).ok().and_then(KeyFile::from_pem) {
            Some(file) => Ok((file, path)),
            None => Err(TokenError::Damaged { path }),
        }
    }

    /// Where the token is kept.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

impl Key {
    /// The name of the key.
    #[must_use]
    pub fn id(&self) -> &KeyId {
        &self.id
    }

    /// The public key as DER `SubjectPublicKeyInfo`.
    #[must_use]
    pub fn public_key(&self) -> &[u8] {
        &self.public_key
    }
}

impl fmt::Debug for SoftwareToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SoftwareToken").field("folder", &self.folder).finish_non_exhaustive()
    }
}

/// Of which format the token in `folder` is, if there is one. No PIN is asked for.
///
/// # Errors
/// When that cannot be read.
pub fn format_of_token(folder: &Path) -> io::Result<Option<String>> {
    match files::read(&folder.join(TOKEN_FILE), MAX_FILE_BYTES) {
        Ok(content) => Ok(Some(token_file::format_of(&content)?)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

const TOKEN_FILE: &str = "token.json";
const KEY_SUFFIX: &str = ".key.pem";
const SEALED_SUFFIX: &str = ".sealed";
/// An RSA key of 4096 bits takes less than 5 KiB.
const MAX_FILE_BYTES: u64 = 16 * 1024;
const MAX_KEYS: usize = 1_024;
