//! Folders of this version, of a newer one, damaged ones, and what is none.

use super::*;
use signer::{Iterations, Pin, SoftwareToken};
use std::fs;
use storage::Format;
use tempfile::TempDir;

const SERVER: &str = r#"
server = "BO/GOV/1001/ss1"
address = "127.0.0.1:5500"

[listen]
transport = "127.0.0.1:5500"

[global_configuration]
trust_anchor = "root.json"
mirrors = ["http://127.0.0.1:4000/"]

[keys.authentication]
key = "authentication"
certificate = "authentication.pem"

[[keys.signing]]
member = "BO/GOV/1001"
key = "signing"
certificate = "signing.pem"
"#;

fn server() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    fs::write(at.join("server.toml"), SERVER).unwrap();
    let pin = Pin::new("1234");
    SoftwareToken::create_with(at.join("token"), &pin, Iterations::new(Iterations::FLOOR).unwrap()).unwrap();
    fs::create_dir_all(at.join("message-log")).unwrap();
    fs::write(at.join("message-log/format"), "chakana-message-log/1\nserver: BO/GOV/1001/ss1\n").unwrap();
    fs::write(at.join("state.redb"), "the store of a running server is not opened").unwrap();
    folder
}

/// The only part that is a problem after `change`.
fn problem_after(change: impl FnOnce(&Path)) -> Part {
    let folder = server();
    assert!(Examination::of(folder.path()).unwrap().can_be_opened(), "it was ready before");
    change(folder.path());
    let examined = Examination::of(folder.path()).unwrap();
    assert!(!examined.can_be_opened());
    let problems: Vec<_> = examined.parts.into_iter().filter(|part| part.verdict == Verdict::Problem).collect();
    let [problem] = problems.as_slice() else { panic!("{problems:?}") };
    assert!(!problem.next.is_empty(), "{problem:?}");
    problem.clone()
}

#[test]
fn a_folder_of_this_version_is_ready_and_stays_as_it_was() {
    let folder = server();
    let listed = || {
        let mut names: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        names
    };
    let before = listed();
    let examined = Examination::of(folder.path()).unwrap();
    assert_eq!(examined.kind, Kind::SecurityServer);
    assert!(examined.can_be_opened(), "{examined:?}");
    let part = |what: &str| examined.parts.iter().find(|part| part.what == what).unwrap().found.clone();
    assert_eq!(part("message log"), "chakana-message-log/1");
    assert_eq!(part("server configuration"), "no mark");
    assert_eq!(part("plugins' data"), "not made yet");
    assert_eq!(listed(), before);
}

#[test]
fn names_each_part_that_a_newer_version_wrote() {
    let mark =
        |file: &'static str, says: &'static str| move |folder: &Path| fs::write(folder.join(file), says).unwrap();
    let log = problem_after(mark("message-log/format", "chakana-message-log/2\n"));
    assert_eq!((log.what.as_str(), log.found.as_str()), ("message log", "chakana-message-log/2"));
    let token = problem_after(mark("token/token.json", r#"{"format":"chakana-token/2"}"#));
    assert_eq!((token.what.as_str(), token.needed.as_str()), ("token", "chakana-token/1"));
    let store = problem_after(mark("state.redb.format", "chakana-server-state/2\n"));
    assert_eq!(store.found, "chakana-server-state/2");
    let snapshot = problem_after(|folder| {
        fs::create_dir(folder.join("global-configuration")).unwrap();
        fs::write(folder.join("global-configuration/current.json"), r#"{"format":"chakana-snapshot/2"}"#).unwrap();
    });
    assert_eq!(snapshot.what, "global configuration");
    let data = problem_after(|folder| {
        fs::create_dir(folder.join("plugins")).unwrap();
        fs::write(folder.join("plugins/state.format"), "chakana-plugin-data/2\n").unwrap();
    });
    assert_eq!(data.what, "plugins' data");
}

#[test]
fn names_what_it_cannot_read() {
    let token = problem_after(|folder| fs::write(folder.join("token/token.json"), "damaged").unwrap());
    assert!(token.found.starts_with("cannot be read"), "{token:?}");
    let package = problem_after(|folder| {
        fs::create_dir_all(folder.join("plugins/packages")).unwrap();
        let name = format!("plugins/packages/{}.chakana", "0a".repeat(32));
        fs::write(folder.join(name), "no package").unwrap();
    });
    assert!(package.what.contains("0a0a0a") && package.next.contains("plugins/packages"), "{package:?}");
}

#[test]
fn settings_that_this_version_does_not_know_are_a_problem() {
    let settings =
        problem_after(|folder| fs::write(folder.join("server.toml"), format!("{SERVER}\nspeed = 11")).unwrap());
    assert_eq!(settings.what, "server.toml");
    let floor = format!("{SERVER}\n[message_log]\nfree_bytes_floor = {}", u64::MAX >> 1);
    let room = problem_after(|folder| fs::write(folder.join("server.toml"), floor).unwrap());
    assert_eq!(room.what, "free on the disk");
}

#[test]
fn knows_registries_and_trust_services_too() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("registry-server.toml"), "").unwrap();
    let examined = Examination::of(folder.path()).unwrap();
    assert!(examined.kind == Kind::CentralRegistry && examined.can_be_opened(), "{examined:?}");
    fs::write(folder.path().join("registry.redb.format"), "chakana-registry-state/2\n").unwrap();
    assert!(!Examination::of(folder.path()).unwrap().can_be_opened());

    let folder = tempfile::tempdir().unwrap();
    let settings = folder.path().join(TRUST_SETTINGS);
    fs::write(&settings, "url = \"http://127.0.0.1:4010\"\nname = \"Pruebas\"\n").unwrap();
    let examined = Examination::of(folder.path()).unwrap();
    assert!(examined.kind == Kind::TrustServices && examined.can_be_opened(), "{examined:?}");
    fs::write(&settings, "speed = 11").unwrap();
    assert!(!Examination::of(folder.path()).unwrap().can_be_opened());
}

#[test]
fn refuses_a_folder_that_is_no_servers() {
    let folder = tempfile::tempdir().unwrap();
    let refused = Examination::of(folder.path()).unwrap_err().to_string();
    assert!(refused.contains("server.toml") && refused.contains("registry-server.toml"), "{refused}");
}

#[test]
fn a_store_that_was_marked_by_its_owner_is_read_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("registry.redb");
    fs::write(folder.path().join("registry-server.toml"), "").unwrap();
    let store = Format::new("chakana-registry-state", 1).open(&path, &storage::Settings::default()).unwrap();
    let examined = Examination::of(folder.path()).unwrap();
    assert!(examined.can_be_opened(), "while it is open: {examined:?}");
    drop(store);
}
