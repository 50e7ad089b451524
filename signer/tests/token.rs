//! The software token: what it keeps, and whom it opens for.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use signer::{Iterations, KeyAlgorithm, Pin, SoftwareToken, TokenError};

mod common;

use common::{PIN, token};

#[test]
fn opens_again_with_all_its_keys() {
    let (_folder, token) = token();
    for (id, algorithm) in [("b", KeyAlgorithm::P256), ("a", KeyAlgorithm::P384), ("c", KeyAlgorithm::Ed25519)] {
        token.generate(id, algorithm).unwrap();
    }
    let before = token.signer("a").unwrap().public_key().to_vec();

    let token = SoftwareToken::open(token.folder(), &Pin::new(PIN)).unwrap();
    token.open_all().unwrap();
    let keys = token.keys().unwrap();
    assert_eq!(keys.iter().map(|key| key.id().as_ref()).collect::<Vec<_>>(), ["a", "b", "c"]);
    assert_eq!(keys[0].public_key(), before);
    assert_eq!(token.signer("a").unwrap().public_key(), before);
    assert_eq!(token.signer("c").unwrap().algorithm(), KeyAlgorithm::Ed25519);
}

#[test]
fn stretches_the_pin_by_600_000_iterations_unless_told_otherwise() {
    let folder = tempfile::tempdir().unwrap();
    SoftwareToken::create(folder.path(), &Pin::new(PIN)).unwrap();
    let file = fs::read_to_string(folder.path().join("token.json")).unwrap();
    assert!(file.contains("\"iterations\": 600000"));
    assert_eq!(Iterations::RECOMMENDED.count(), 600_000);
}

#[test]
fn refuses_a_wrong_pin() {
    let (_folder, token) = token();
    let refused = SoftwareToken::open(token.folder(), &Pin::new("1357")).unwrap_err();
    assert!(matches!(refused, TokenError::WrongPin { .. }), "{refused}");
}

#[test]
fn refuses_an_empty_pin() {
    let folder = tempfile::tempdir().unwrap();
    assert!(matches!(SoftwareToken::create(folder.path(), &Pin::new("")), Err(TokenError::EmptyPin)));
}

#[test]
fn refuses_to_replace_a_token() {
    let (_folder, token) = token();
    let refused = SoftwareToken::create(token.folder(), &Pin::new(PIN)).unwrap_err();
    assert!(matches!(refused, TokenError::AlreadyExists { .. }), "{refused}");
}

#[test]
fn refuses_a_folder_without_a_token() {
    let folder = tempfile::tempdir().unwrap();
    assert!(matches!(SoftwareToken::open(folder.path(), &Pin::new(PIN)), Err(TokenError::NotFound { .. })));
}

#[test]
fn refuses_a_damaged_token_file() {
    let (_folder, token) = token();
    let path = token.folder().join("token.json");
    let intact = fs::read_to_string(&path).unwrap();
    let fewer = intact.replace(&Iterations::FLOOR.to_string(), "1");
    let more = intact.replace("{\n", "{\n  \"unknown\": 1,\n");
    for damaged in [&intact[..intact.len() / 2], "", &fewer, &more] {
        fs::write(&path, damaged).unwrap();
        let refused = SoftwareToken::open(token.folder(), &Pin::new(PIN)).unwrap_err();
        assert!(matches!(refused, TokenError::Damaged { .. }), "{refused}");
    }
}

#[test]
fn refuses_to_replace_a_key() {
    let (_folder, token) = token();
    token.generate("signing", KeyAlgorithm::P256).unwrap();
    let refused = token.generate("signing", KeyAlgorithm::P256).unwrap_err();
    assert!(matches!(refused, TokenError::KeyExists { .. }), "{refused}");
}

#[test]
fn refuses_an_unknown_key() {
    let (_folder, token) = token();
    assert!(matches!(token.signer("signing").err(), Some(TokenError::NoSuchKey { .. })));
    assert!(matches!(token.key_encryption_key("log").err(), Some(TokenError::NoSuchKey { .. })));
}

#[test]
fn refuses_names_that_could_leave_the_folder() {
    let (_folder, token) = token();
    for name in ["", ".", "..", "../a", "a/b", ".hidden", "Ä", "a b", "A", &"a".repeat(65)] {
        let refused = token.generate(name, KeyAlgorithm::P256).unwrap_err();
        assert!(matches!(refused, TokenError::InvalidKeyId { .. }), "{name}: {refused}");
    }
}

#[test]
fn refuses_a_private_key_that_is_not_that_of_its_public_key() {
    let (_folder, token) = token();
    token.generate("one", KeyAlgorithm::P256).unwrap();
    token.generate("two", KeyAlgorithm::P256).unwrap();
    let read = |id: &str| fs::read_to_string(token.folder().join(format!("{id}.key.pem"))).unwrap();
    let (one, two) = (read("one"), read("two"));
    let boundary = |pem: &str| pem.find("-----BEGIN PUBLIC KEY").unwrap();
    let mixed = one[..boundary(&one)].to_owned() + &two[boundary(&two)..];
    fs::write(token.folder().join("one.key.pem"), mixed).unwrap();
    assert!(matches!(token.signer("one").err(), Some(TokenError::WrongPublicKey { .. })));
}

#[test]
fn refuses_a_key_of_another_token() {
    let (_folder, token) = token();
    let (_other_folder, other) = common::token();
    let other = SoftwareToken::create(other.folder().join("inner"), &Pin::new("other pin")).unwrap();
    other.generate("signing", KeyAlgorithm::P256).unwrap();
    fs::copy(other.folder().join("signing.key.pem"), token.folder().join("signing.key.pem")).unwrap();
    assert!(matches!(token.signer("signing").err(), Some(TokenError::Damaged { .. })));
}

#[test]
fn keeps_key_encryption_keys() {
    let (_folder, token) = token();
    token.generate_key_encryption_key("log").unwrap();
    let wrapped = token.key_encryption_key("log").unwrap().wrap(&[9; 32], b"record 1").unwrap();

    let token = SoftwareToken::open(token.folder(), &Pin::new(PIN)).unwrap();
    let data_key = token.key_encryption_key("log").unwrap().unwrap(&wrapped, b"record 1").unwrap();
    assert_eq!(*data_key, [9; 32]);

    token.generate("signing", KeyAlgorithm::P256).unwrap();
    let names = |ids: Vec<&signer::KeyId>| ids.into_iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(names(token.key_encryption_keys().unwrap().iter().collect()), ["log"], "each kind by itself");
    assert_eq!(names(token.keys().unwrap().iter().map(signer::Key::id).collect()), ["signing"]);
}

#[test]
fn refuses_a_key_encryption_key_under_another_name() {
    let (_folder, token) = token();
    token.generate_key_encryption_key("log").unwrap();
    fs::copy(token.folder().join("log.sealed"), token.folder().join("archive.sealed")).unwrap();
    assert!(matches!(token.key_encryption_key("archive").err(), Some(TokenError::Damaged { .. })));
}

#[test]
fn only_its_owner_may_read_it() {
    let (_folder, token) = token();
    token.generate("signing", KeyAlgorithm::P256).unwrap();
    token.generate_key_encryption_key("log").unwrap();
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(token.folder()), 0o700);
    for entry in fs::read_dir(token.folder()).unwrap() {
        assert_eq!(mode(&entry.unwrap().path()), 0o600);
    }
}

#[test]
fn generates_an_rsa_key_of_3072_bits() {
    let (_folder, token) = token();
    let signer = token.generate("old", KeyAlgorithm::Rsa).and_then(|id| token.signer(id)).unwrap();
    assert_eq!((signer.algorithm(), signer.sign(b"a message").unwrap().len()), (KeyAlgorithm::Rsa, 3072 / 8));
}
