//! Where the server's keys are: the software token, and the tokens in hardware that the settings name.

mod off_worker;

use crate::settings::{HardwareTokenSettings, KeyPlace, Keys};
use off_worker::OffWorker;
use signer::pkcs11::{Health, TokenSettings};
use signer::{HardwareError, HardwareToken, Pin, Signer, SoftwareToken, TokenError};
use std::collections::BTreeMap;
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use trust::certificate::Certificate;

/// The tokens of a server, as the settings name them.
pub(crate) struct KeyStore {
    folder: PathBuf,
    software: Arc<SoftwareToken>,
    hardware: BTreeMap<String, Connected>,
}

/// A token in hardware, by the settings it was started with.
#[derive(Clone)]
struct Connected {
    settings: HardwareTokenSettings,
    token: Arc<HardwareToken>,
}

/// Why a key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyStoreError {
    /// The software token refuses.
    #[error(transparent)]
    Software(#[from] TokenError),
    /// A hardware token refuses.
    #[error(transparent)]
    Hardware(#[from] HardwareError),
    /// No token of this name.
    #[error("there is no hardware token {token}, which the key {key} is in: add it under keys.hardware")]
    NoSuchToken {
        /// Which token.
        token: String,
        /// Which key.
        key: String,
    },
    /// The PIN file cannot be read.
    #[error("failed to read the PIN of the hardware token {token} from {}", path.display())]
    Pin {
        /// Which token.
        token: String,
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Others may read the PIN file.
    #[error("others may read {} (mode {mode:o}), the PIN of the hardware token {token}: chmod 600 it", path.display())]
    Exposed {
        /// Which token.
        token: String,
        /// Which file.
        path: PathBuf,
        /// Its permissions.
        mode: u32,
    },
    /// This program does not find itself.
    #[error("the program itself is not found, which loads the module of the hardware token {token}")]
    Program {
        /// Which token.
        token: String,
        /// Why.
        source: io::Error,
    },
}

/// The command of this program that loads a PKCS#11 module.
const SIGNER_PROCESS: &str = "signer-process";

impl KeyStore {
    /// Opens the tokens. A hardware token that is away, or refuses its PIN, is no failure: its keys do not sign meanwhile.
    ///
    /// # Errors
    /// When a PIN file cannot be read, or others may read it.
    pub(crate) fn open(folder: &Path, keys: &Keys, software: Arc<SoftwareToken>) -> Result<Self, KeyStoreError> {
        Self { folder: folder.to_owned(), software, hardware: BTreeMap::new() }.succeeded_by(keys)
    }

    /// The tokens that the settings name now: new ones are started, and the others given their PINs anew. A token that they
    /// name no more ends with the last of its keys that is in use.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub(crate) fn succeeded_by(&self, keys: &Keys) -> Result<Self, KeyStoreError> {
        let pins = keys.hardware.iter().map(|settings| Ok((settings, read_pin(&self.folder, settings)?)));
        let mut hardware = BTreeMap::new();
        for (settings, pin) in pins.collect::<Result<Vec<_>, KeyStoreError>>()? {
            let connected = match self.hardware.get(&settings.name) {
                Some(before) if before.settings == *settings => {
                    before.token.give_pin(pin);
                    before.clone()
                }
                _ => {
                    let token = Arc::new(HardwareToken::start(of_token(settings, keys)?, pin)?);
                    Connected { settings: settings.clone(), token }
                }
            };
            hardware.insert(settings.name.clone(), connected);
        }
        Ok(Self { folder: self.folder.clone(), software: self.software.clone(), hardware })
    }

    /// The signer of a key, whose certificate chain begins with its own: a hardware token need not be there to know the key.
    ///
    /// # Errors
    /// When the software token does not open it, or no such hardware token is in the settings.
    pub(crate) fn signer(&self, name: &str, chain: &[Certificate]) -> Result<Arc<dyn Signer>, KeyStoreError> {
        match KeyPlace::of(name) {
            KeyPlace::Software(name) => Ok(self.software.signer(name)?),
            KeyPlace::Hardware { token, label } => {
                let missing = || KeyStoreError::NoSuchToken { token: token.to_owned(), key: name.to_owned() };
                let connected = self.hardware.get(token).ok_or_else(missing)?;
                let public_key = chain.first().map(Certificate::public_key).unwrap_or_default();
                Ok(Arc::new(OffWorker(connected.token.signer_of(label, public_key)?)))
            }
        }
    }

    /// How each hardware token was when it was last asked.
    pub(crate) fn healths(&self) -> Vec<(String, Health)> {
        self.hardware.iter().map(|(name, connected)| (name.clone(), connected.token.health())).collect()
    }

    /// Asks each hardware token how it is now, all at once: this blocks for as long as the slowest has to answer.
    pub(crate) fn examine(&self) -> Vec<(String, Health)> {
        std::thread::scope(|scope| {
            let examined = |(name, connected): (&String, &Connected)| (name.clone(), connected.token.examine());
            let asked: Vec<_> = self.hardware.iter().map(|one| scope.spawn(move || examined(one))).collect();
            asked.into_iter().filter_map(|thread| thread.join().ok()).collect()
        })
    }
}

fn of_token(settings: &HardwareTokenSettings, keys: &Keys) -> Result<TokenSettings, KeyStoreError> {
    let (program, arguments) = match keys.signer_process.split_first() {
        Some((program, arguments)) => (PathBuf::from(program), arguments.to_vec()),
        None => {
            let missing = |source| KeyStoreError::Program { token: settings.name.clone(), source };
            (std::env::current_exe().map_err(missing)?, vec![SIGNER_PROCESS.to_owned()])
        }
    };
    Ok(TokenSettings {
        name: settings.name.clone(),
        program,
        arguments,
        environment: settings.environment.clone().into_iter().collect(),
        module: settings.module.clone(),
        token: settings.token.clone(),
        sessions: settings.sessions,
        timeout: settings.timeout(),
        start_within: settings.start_within(),
    })
}

/// The PIN, from a file that is its owner's alone.
fn read_pin(folder: &Path, settings: &HardwareTokenSettings) -> Result<Pin, KeyStoreError> {
    let path = folder.join(&settings.pin_file);
    let token = || settings.name.clone();
    let failed = |source| KeyStoreError::Pin { token: token(), path: path.clone(), source };
    let mode = std::fs::metadata(&path).map_err(failed)?.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        return Err(KeyStoreError::Exposed { token: token(), path, mode });
    }
    Pin::from_file(&path).map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> HardwareTokenSettings {
        toml::from_str("name = \"hsm\"\nmodule = \"/m.so\"\ntoken = \"t\"\npin_file = \"pin\"").unwrap()
    }

    #[test]
    fn refuses_a_pin_file_that_others_may_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pin");
        assert!(matches!(read_pin(folder.path(), &settings()), Err(KeyStoreError::Pin { .. })));
        std::fs::write(&path, "1234\n").unwrap();
        for (mode, is_taken) in [(0o600, true), (0o400, true), (0o640, false), (0o604, false), (0o666, false)] {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
            let read = read_pin(folder.path(), &settings());
            assert_eq!(read.is_ok(), is_taken, "{mode:o}");
            if let Err(refused) = read {
                assert!(matches!(refused, KeyStoreError::Exposed { .. }), "{refused}");
            }
        }
    }
}
