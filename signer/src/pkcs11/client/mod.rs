//! A server's side of a hardware token.

mod connection;
mod error;
mod hardware_signer;
mod health;
mod supervisor;

use std::fmt;
use std::ops::Deref;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::public_key::PublicKey;
use super::wire::{Answer, Ask, KeyFacts, MAX_SESSIONS, SecretBytes, TokenFacts};
use crate::key_file::plain_pkcs8_from_pem;
use crate::{KeyAlgorithm, Pin, Signer, Subject, certificate_request};
pub use error::HardwareError;
use hardware_signer::HardwareSigner;
pub use health::Health;
use supervisor::Supervised;

/// Which token, and how its signer process is run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenSettings {
    /// What the token is called here, in errors and logs.
    pub name: String,
    /// The program that serves, see [`serve`](super::serve).
    pub program: PathBuf,
    /// Its arguments.
    pub arguments: Vec<String>,
    /// Its environment, which is empty but for these: nothing of the server's own is a vendor's business.
    pub environment: Vec<(String, String)>,
    /// Path of the PKCS#11 module.
    pub module: PathBuf,
    /// The token's label, or `serial:` and its serial number.
    pub token: String,
    /// Sessions that sign at once, 1 to 64.
    pub sessions: u16,
    /// How long the token has for one signature. One that takes longer hangs: its process is killed and started again.
    pub timeout: Duration,
    /// How long the process has to load the module, find the token and log in.
    pub start_within: Duration,
}

/// A token whose keys sign in a signer process.
///
/// The process is started at once, and again whenever it ends; dropping this and all its signers ends it. What is asked meanwhile waits for a
/// process that is starting, and is refused at once by one that cannot start.
pub struct HardwareToken {
    supervised: Arc<Running>,
}

/// A process that is looked after for as long as a token or one of its keys is in use.
struct Running(Arc<Supervised>);

impl HardwareToken {
    /// Starts the signer process of a token. That it cannot log in or finds no token is its [health](Self::health).
    ///
    /// # Errors
    /// When the thread that looks after the process cannot be started.
    pub fn start(mut settings: TokenSettings, pin: Pin) -> Result<Self, HardwareError> {
        settings.sessions = settings.sessions.clamp(1, MAX_SESSIONS);
        Ok(Self { supervised: Arc::new(Running(Supervised::start(settings, pin)?)) })
    }

    /// What the token is called here.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.supervised.settings().name
    }

    /// How the token is, as the last that was asked of it showed.
    #[must_use]
    pub fn health(&self) -> Health {
        self.supervised.health()
    }

    /// How the token is once it is no longer starting, waited for no longer than this.
    #[must_use]
    pub fn settled(&self, within: Duration) -> Health {
        self.supervised.settled(within)
    }

    /// The number of the process that signs now.
    #[must_use]
    pub fn process_id(&self) -> Option<u32> {
        self.supervised.process_id()
    }

    /// How the token is now: it is asked, which blocks for the token's timeout at most.
    #[must_use]
    pub fn examine(&self) -> Health {
        // What goes wrong changes the health, and that is what was asked for.
        let _ = self.supervised.ask(Ask::Examine);
        self.health()
    }

    /// What the token says of itself, once it was opened.
    #[must_use]
    pub fn facts(&self) -> Option<TokenFacts> {
        self.supervised.facts()
    }

    /// Takes the PIN that an administrator gives anew. The one that was refused last is not tried again.
    pub fn give_pin(&self, pin: Pin) {
        self.supervised.give_pin(pin);
    }

    /// The keys of the token that can sign here.
    ///
    /// # Errors
    /// When the token does not answer.
    pub fn keys(&self) -> Result<Vec<KeyFacts>, HardwareError> {
        match self.supervised.ask(Ask::Keys)? {
            Answer::Keys(keys) => Ok(keys),
            _ => Err(self.supervised.nonsense()),
        }
    }

    /// Makes a key in the token, which never leaves it.
    ///
    /// # Errors
    /// When there is one of this name, the token has no such kind, or does not answer.
    pub fn generate(&self, key: &str, algorithm: KeyAlgorithm) -> Result<KeyFacts, HardwareError> {
        self.key(Ask::Generate { key: key.to_owned(), algorithm })
    }

    /// Puts a private key from PEM (unencrypted PKCS#8) into the token.
    ///
    /// # Errors
    /// When it is no such key, there is one of this name, or the token takes none from outside.
    pub fn import(&self, key: &str, pem: &str) -> Result<KeyFacts, HardwareError> {
        let der = plain_pkcs8_from_pem(pem).ok_or_else(|| HardwareError::NotImportable { key: key.to_owned() })?;
        self.key(Ask::Import { key: key.to_owned(), private_key: SecretBytes::new(der.to_vec()) })
    }

    /// The signer of a key that the token has now.
    ///
    /// # Errors
    /// When it has none of this name, or does not answer.
    pub fn signer(&self, key: &str) -> Result<Arc<dyn Signer>, HardwareError> {
        let found = self.keys()?.into_iter().find(|known| known.label == key);
        let found =
            found.ok_or_else(|| HardwareError::NoSuchKey { token: self.name().to_owned(), key: key.to_owned() })?;
        self.signer_of(key, &found.public_key)
    }

    /// The signer of a key whose public key (DER `SubjectPublicKeyInfo`) is known, as from its certificate. The token is
    /// not asked, so that it may be away; what it signs later is verified by this public key.
    ///
    /// # Errors
    /// When the public key is none of a kind that signs here.
    pub fn signer_of(&self, key: &str, public_key: &[u8]) -> Result<Arc<dyn Signer>, HardwareError> {
        let unusable = || HardwareError::PublicKey { key: key.to_owned() };
        let public_key = PublicKey::new(public_key).ok_or_else(unusable)?;
        Ok(Arc::new(HardwareSigner::new(self.supervised.clone(), key.to_owned(), public_key)))
    }

    /// A certificate request (PKCS#10, DER) for a key, signed by it.
    ///
    /// # Errors
    /// When there is no such key, or it cannot sign.
    pub fn certificate_request(&self, key: &str, subject: &Subject) -> Result<Vec<u8>, HardwareError> {
        let failed = |source| HardwareError::Request { key: key.to_owned(), source };
        certificate_request(self.signer(key)?, subject).map_err(failed)
    }

    fn key(&self, ask: Ask) -> Result<KeyFacts, HardwareError> {
        match self.supervised.ask(ask)? {
            Answer::Key(key) => Ok(key),
            _ => Err(self.supervised.nonsense()),
        }
    }
}

impl Deref for Running {
    type Target = Supervised;

    fn deref(&self) -> &Supervised {
        &self.0
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.stop();
    }
}

impl fmt::Debug for HardwareToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HardwareToken").field("name", &self.name()).finish_non_exhaustive()
    }
}
