//! The `openssl` command line as an independent judge. Where it is not installed, the tests that ask it say so and pass.

use std::{path::PathBuf, process::Command};
use tempfile::TempDir;
use trust::certificate::Certificate;

/// A folder with the files that openssl is asked about.
pub(crate) struct OpenSsl(TempDir);

/// What it said.
pub(crate) struct Answer {
    pub(crate) accepted: bool,
    pub(crate) text: String,
}

impl Answer {
    #[track_caller]
    pub(crate) fn must_accept(&self, said: &str) {
        assert!(self.accepted && self.text.contains(said), "openssl said: {}", self.text);
    }

    #[track_caller]
    pub(crate) fn must_refuse(&self) {
        assert!(!self.accepted, "openssl said: {}", self.text);
    }
}

impl OpenSsl {
    /// None, with a word on the terminal, if openssl is not installed.
    pub(crate) fn if_installed() -> Option<Self> {
        let installed = Command::new("openssl").arg("version").output().is_ok_and(|output| output.status.success());
        if !installed {
            println!("skipped: openssl is not installed");
        }
        installed.then(|| Self(tempfile::tempdir().unwrap()))
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, bytes: &[u8]) {
        std::fs::write(self.path(name), bytes).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).unwrap()
    }

    /// Writes certificates as one PEM file.
    pub(crate) fn write_pem(&self, name: &str, certificates: &[&Certificate]) {
        let pem: String = certificates.iter().map(|one| pem("CERTIFICATE", one.der())).collect();
        self.write(name, pem.as_bytes());
    }

    /// Runs `openssl` with these words in the folder.
    pub(crate) fn run(&self, arguments: &str) -> Answer {
        let output = Command::new("openssl")
            .args(arguments.split_whitespace())
            .current_dir(self.0.path())
            .env("OPENSSL_CONF", "/dev/null")
            .output()
            .unwrap();
        let text = [output.stdout, output.stderr].concat();
        Answer { accepted: output.status.success(), text: String::from_utf8_lossy(&text).into_owned() }
    }
}

fn pem(label: &str, der: &[u8]) -> String {
    use base64::Engine as _;
    let text = base64::engine::general_purpose::STANDARD.encode(der);
    let lines: Vec<&str> = text.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}
