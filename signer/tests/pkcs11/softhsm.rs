//! Tokens of SoftHSM2, each in a folder of its own, and a module around it that fails when it is told to.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use signer::pkcs11::{Health, TokenSettings};
use signer::{HardwareToken, Pin};
use tempfile::TempDir;

pub const PIN: &str = "2468-2468";
const MODULE: &str = "/usr/lib/softhsm/libsofthsm2.so";

/// A token of SoftHSM2.
pub struct SoftHsm {
    folder: TempDir,
    module: PathBuf,
}

impl SoftHsm {
    /// A new token; `None`, said aloud, where SoftHSM2 is not installed.
    pub fn new() -> Option<Self> {
        if !Path::new(MODULE).exists() {
            println!("skipped: SoftHSM2 is not installed (scripts/install hardware)");
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("tokens")).unwrap();
        let tokens = folder.path().join("tokens");
        let configuration = format!("directories.tokendir = {}\nobjectstore.backend = file\n", tokens.display());
        fs::write(folder.path().join("softhsm2.conf"), configuration).unwrap();
        let token = Self { folder, module: MODULE.into() };
        token.init("state");
        Some(token)
    }

    /// The same, behind a module that fails as [`Self::fault`] says; `None`, said aloud, where there is no C compiler.
    pub fn behind_faults() -> Option<Self> {
        let mut token = Self::new()?;
        let module = token.path("faulty.so");
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pkcs11/faulty.c");
        let compiled =
            Command::new("cc").args(["-shared", "-fPIC", "-O1", "-w", "-o"]).arg(&module).arg(source).output();
        let Ok(compiled) = compiled else {
            println!("skipped: cc is not installed");
            return None;
        };
        assert!(compiled.status.success(), "{}", String::from_utf8_lossy(&compiled.stderr));
        token.module = module;
        Some(token)
    }

    /// Makes a token of this label.
    pub fn init(&self, label: &str) {
        let arguments = ["--init-token", "--free", "--label", label, "--pin", PIN, "--so-pin", "13571357"];
        self.run("softhsm2-util", &arguments);
    }

    /// Runs a tool that is to find this token.
    pub fn run(&self, tool: &str, arguments: &[impl AsRef<OsStr>]) -> String {
        let configuration = self.path("softhsm2.conf");
        let output = Command::new(tool).env("SOFTHSM2_CONF", configuration).args(arguments).output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{tool}: {text}");
        text
    }

    pub fn settings(&self) -> TokenSettings {
        let value = |path: PathBuf| path.to_str().unwrap().to_owned();
        TokenSettings {
            name: "hsm".to_owned(),
            program: program(),
            arguments: Vec::new(),
            environment: vec![
                ("SOFTHSM2_CONF".to_owned(), value(self.path("softhsm2.conf"))),
                ("WRAPPED_MODULE".to_owned(), MODULE.to_owned()),
                ("FAULT".to_owned(), value(self.path("fault"))),
                ("LOGINS".to_owned(), value(self.path("logins"))),
            ],
            module: self.module.clone(),
            token: "state".to_owned(),
            sessions: 4,
            timeout: Duration::from_secs(10),
            start_within: Duration::from_secs(20),
        }
    }

    /// Opens the token.
    pub fn open(&self) -> HardwareToken {
        self.open_with(self.settings(), PIN)
    }

    pub fn open_with(&self, settings: TokenSettings, pin: &str) -> HardwareToken {
        HardwareToken::start(settings, Pin::new(pin)).unwrap()
    }

    /// From now on, the module fails in this way.
    pub fn fault(&self, fault: &str) {
        // Whole or not at all: the module reads it at any moment.
        fs::write(self.path("fault.new"), fault).unwrap();
        fs::rename(self.path("fault.new"), self.path("fault")).unwrap();
    }

    /// From now on, the module does not fail.
    pub fn mend(&self) {
        fs::remove_file(self.path("fault")).unwrap();
    }

    /// How often a PIN was tried.
    pub fn logins(&self) -> usize {
        fs::read_to_string(self.path("logins")).map_or(0, |lines| lines.lines().count())
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

/// What it is once it is no longer starting.
pub fn settled(token: &HardwareToken) -> Health {
    token.settled(Duration::from_secs(60))
}

/// The example beside the tests, which cargo builds with them.
pub fn program() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    test.parent().and_then(Path::parent).unwrap().join("examples/signer-process")
}
