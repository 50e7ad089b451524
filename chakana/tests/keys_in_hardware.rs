//! Keys in hardware by the commands of the real binary, which loads the module in a process of its own.

#![allow(clippy::unwrap_used, reason = "in a test, what cannot be unwrapped is what failed")]

use std::fs;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

const MODULE: &str = "/usr/lib/softhsm/libsofthsm2.so";
const PIN: &str = "2468-2468";

/// A folder with a token of SoftHSM2; `None`, said aloud, where that is not installed.
fn token() -> Option<TempDir> {
    if !Path::new(MODULE).exists() {
        println!("skipped: SoftHSM2 is not installed (scripts/install hardware)");
        return None;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    fs::create_dir(path("tokens")).unwrap();
    fs::write(path("softhsm2.conf"), format!("directories.tokendir = {}\n", path("tokens").display())).unwrap();
    fs::write(path("pin"), PIN).unwrap();
    let made = Command::new("softhsm2-util")
        .env("SOFTHSM2_CONF", path("softhsm2.conf"))
        .args(["--init-token", "--free", "--label", "state", "--pin", PIN, "--so-pin", "13571357"])
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    Some(folder)
}

/// Runs `chakana keys` with this token; what it says, and whether it did it.
fn keys(folder: &Path, arguments: &[&str], pin_file: &str) -> (String, bool) {
    let configuration = format!("SOFTHSM2_CONF={}", folder.join("softhsm2.conf").display());
    let output = Command::new(env!("CARGO_BIN_EXE_chakana"))
        .current_dir(folder)
        .arg("keys")
        .args(arguments)
        .args(["--module", MODULE, "--token-label", "state", "--environment", &configuration, "--pin-file", pin_file])
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    (text, output.status.success())
}

fn openssl(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new("openssl").current_dir(folder).args(arguments).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}");
    text
}

#[test]
fn keys_are_made_listed_shown_requested_and_imported() {
    let Some(folder) = token() else { return };
    let folder = folder.path();
    let done = |arguments: &[&str]| {
        let (text, done) = keys(folder, arguments, "pin");
        assert!(done, "{arguments:?}: {text}");
        text
    };
    for algorithm in ["p256", "p384", "ed25519", "rsa"] {
        let listed = done(&["create", algorithm, "--algorithm", algorithm, "--json"]);
        let listed: serde_json::Value = serde_json::from_str(&listed).unwrap();
        assert_eq!(listed["token"], "state");
        let keys = listed["keys"].as_array().unwrap();
        let made = keys.iter().find(|key| key["name"] == algorithm).unwrap();
        assert_eq!((&made["algorithm"], made["public_key_sha256"].as_str().unwrap().len()), (&algorithm.into(), 64));
        done(&["request", algorithm, "--common-name", "ss1.example", "--out", "request.csr"]);
        assert!(openssl(folder, &["req", "-in", "request.csr", "-verify", "-noout"]).contains("verify OK"));
        done(&["show", algorithm, "--out", "public.pem"]);
        openssl(folder, &["pkey", "-pubin", "-in", "public.pem", "-noout"]);
    }
    assert!(done(&["list"]).contains("ed25519"));

    fs::write(
        folder.join("old.pem"),
        openssl(folder, &["genpkey", "-quiet", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"]),
    )
    .unwrap();
    assert!(done(&["import", "old", "old.pem"]).contains("delete old.pem"));
    done(&["show", "old", "--out", "imported.pem"]);
    let public = openssl(folder, &["pkey", "-in", "old.pem", "-pubout"]);
    assert_eq!(fs::read_to_string(folder.join("imported.pem")).unwrap(), public);
}

#[test]
fn what_is_refused_says_why_and_what_to_do() {
    let Some(folder) = token() else { return };
    let folder = folder.path();
    fs::write(folder.join("wrong"), "1357").unwrap();
    for (arguments, pin_file, says) in [
        (&["list"][..], "wrong", "refused the PIN"),
        (&["create", "wrap", "--algorithm", "encryption"], "pin", "kept in the software token"),
        (&["show", "nobody"], "pin", "has no key nobody"),
        (&["import", "a", "pin"], "pin", "no unencrypted PKCS#8"),
    ] {
        let (text, done) = keys(folder, arguments, pin_file);
        assert!(!done && text.contains(says) && !text.contains(PIN), "{arguments:?}: {text}");
    }
    let nowhere = Command::new(env!("CARGO_BIN_EXE_chakana"))
        .current_dir(folder)
        .args(["keys", "list", "--module", "/nowhere.so", "--token-label", "state", "--pin-file", "pin"])
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&nowhere.stderr);
    assert!(text.contains("/nowhere.so cannot be used") && text.contains("next: "), "{text}");
}

#[test]
fn the_signer_process_does_nothing_for_who_is_no_server() {
    let asked = Command::new(env!("CARGO_BIN_EXE_chakana")).arg("signer-process").output().unwrap();
    assert!(!asked.status.success());
}
