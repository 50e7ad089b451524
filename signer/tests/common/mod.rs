//! What the tests of this crate share.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used, reason = "shared by tests, each of which uses another part")]

use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;

use signer::{Iterations, Pin, SoftwareToken};
use tempfile::TempDir;

pub const PIN: &str = "2468";

/// An empty token that is quick to open, and its folder.
pub fn token() -> (TempDir, SoftwareToken) {
    let folder = tempfile::tempdir().unwrap();
    let iterations = Iterations::new(Iterations::FLOOR).unwrap();
    let token = SoftwareToken::create_with(folder.path().join("token"), &Pin::new(PIN), iterations).unwrap();
    (folder, token)
}

/// Runs openssl in `folder` and gives what it prints; `None`, said aloud, when it is not installed.
pub fn openssl(folder: &Path, arguments: &[impl AsRef<OsStr>]) -> Option<String> {
    let Ok(output) = Command::new("openssl").current_dir(folder).args(arguments).output() else {
        println!("skipped: openssl is not installed");
        return None;
    };
    let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "openssl failed: {text}");
    Some(text)
}
