//! A hardware token that is none: SoftHSM2, in a folder of the test.

use crate::plugin::built;
use security_server::settings::HardwareTokenSettings;
use signer::pkcs11::TokenSettings;
use signer::{HardwareToken, Pin};
use std::collections::BTreeMap;
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// A token of SoftHSM2.
pub struct SoftHsm {
    folder: TempDir,
}

const MODULE: &str = "/usr/lib/softhsm/libsofthsm2.so";
const PIN: &str = "2468-2468";

impl SoftHsm {
    /// A new token; `None`, said aloud, where SoftHSM2 is not installed.
    ///
    /// # Panics
    /// When it is installed and does not work.
    #[must_use]
    pub fn new() -> Option<Self> {
        if !Path::new(MODULE).exists() {
            println!("skipped: SoftHSM2 is not installed (scripts/install hardware)");
            return None;
        }
        let folder = tempfile::tempdir().expect("a temporary folder");
        let token = Self { folder };
        std::fs::create_dir(token.path("tokens")).expect("a folder");
        let configuration = format!("directories.tokendir = {}\n", token.path("tokens").display());
        std::fs::write(token.path("softhsm2.conf"), configuration).expect("a file");
        std::fs::write(token.path("pin"), PIN).expect("a file");
        std::fs::set_permissions(token.path("pin"), Permissions::from_mode(0o600)).expect("a file of our own");
        let made = Command::new("softhsm2-util")
            .envs(token.environment())
            .args(["--init-token", "--free", "--label", "state", "--pin", PIN, "--so-pin", "13571357"])
            .output()
            .expect("softhsm2-util");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        Some(token)
    }

    /// As a server's settings name it: `hsm`.
    #[must_use]
    pub fn settings(&self) -> HardwareTokenSettings {
        HardwareTokenSettings {
            name: "hsm".to_owned(),
            module: MODULE.into(),
            token: "state".to_owned(),
            pin_file: self.path("pin"),
            sessions: 4,
            timeout_seconds: 20,
            start_seconds: 60,
            environment: self.environment(),
        }
    }

    /// Opens it, beside any server.
    ///
    /// # Panics
    /// When its process cannot be looked after.
    #[must_use]
    pub fn open(&self) -> HardwareToken {
        let settings = self.settings();
        let (timeout, start_within) = (settings.timeout(), settings.start_within());
        let settings = TokenSettings {
            name: settings.name,
            program: built("signer-process"),
            arguments: Vec::new(),
            environment: settings.environment.into_iter().collect(),
            module: settings.module,
            token: settings.token,
            sessions: settings.sessions,
            timeout,
            start_within,
        };
        HardwareToken::start(settings, Pin::new(PIN)).expect("a thread")
    }

    /// Takes the token out.
    ///
    /// # Panics
    /// When it is not there.
    pub fn remove(&self) {
        std::fs::rename(self.path("tokens"), self.path("pocket")).expect("a folder");
        std::fs::create_dir(self.path("tokens")).expect("a folder");
    }

    /// Puts it back.
    ///
    /// # Panics
    /// When it was not taken out.
    pub fn put_back(&self) {
        std::fs::remove_dir(self.path("tokens")).expect("an empty folder");
        std::fs::rename(self.path("pocket"), self.path("tokens")).expect("a folder");
    }

    /// The program that loads modules for the servers of a test.
    ///
    /// # Panics
    /// When the test does not know where it lies.
    #[must_use]
    pub fn process() -> Vec<String> {
        vec![built("signer-process").to_str().expect("a path in UTF-8").to_owned()]
    }

    fn environment(&self) -> BTreeMap<String, String> {
        let configuration = self.path("softhsm2.conf").to_str().expect("a path in UTF-8").to_owned();
        BTreeMap::from([("SOFTHSM2_CONF".to_owned(), configuration)])
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}
