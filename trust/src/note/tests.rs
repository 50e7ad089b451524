use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use proptest::prelude::*;

use super::*;

fn key_pair(name: &str) -> (Ed25519KeyPair, NoteKey) {
    let pair = Ed25519KeyPair::from_seed_unchecked(Sha256Hash::of(name.as_bytes()).as_bytes()).unwrap();
    let public_key = pair.public_key().as_ref().try_into().unwrap();
    (pair, NoteKey::new(name, public_key).unwrap())
}

fn text(text: &str) -> NoteText {
    NoteText::new(text.to_owned()).unwrap()
}

fn signed(content: &str, name: &str) -> (Note, NoteKey) {
    let (pair, key) = key_pair(name);
    let note = text(content).signed(&key, pair.sign(content.as_bytes()).as_ref()).unwrap();
    (note, key)
}

/// The example of Go's package golang.org/x/mod/sumdb/note.
const EXAMPLE_KEY: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const EXAMPLE: &str = "If you think cryptography is the answer to your problem,\n\
     then you don't know what your problem is.\n\
     \n\
     — PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

#[test]
fn verifies_the_example_of_the_reference_implementation() {
    let key: NoteKey = EXAMPLE_KEY.parse().unwrap();
    assert_eq!(key.to_string(), EXAMPLE_KEY);
    let note = Note::parse(EXAMPLE.as_bytes()).unwrap();
    assert_eq!(note.verify(std::slice::from_ref(&key)), Ok(&key));
    assert_eq!(note.to_string(), EXAMPLE);
    let changed = Note::parse(EXAMPLE.replace("answer", "Answer").as_bytes()).unwrap();
    assert_eq!(changed.verify(&[key]), Err(NoteError::Signature { key: "PeterNeumann+c74f20a3".to_owned() }));
}

#[test]
fn a_note_without_a_known_signer_proves_nothing() {
    let (note, key) = signed("hello\n", "log.example");
    let (_, stranger) = key_pair("stranger.example");
    let named = vec![format!("log.example+{:08x}", key.key_id())];
    assert_eq!(note.verify(&[stranger]), Err(NoteError::Unsigned { named: named.clone() }));
    assert_eq!(note.verify(&[]), Err(NoteError::Unsigned { named }));
}

#[test]
fn ignores_signatures_of_unknown_keys_and_refuses_wrong_ones_of_known_keys() {
    let (note, key) = signed("hello\n", "log.example");
    let with_witness = format!("{note}— witness.example AAAAAAAAAAA=\n");
    let note = Note::parse(with_witness.as_bytes()).unwrap();
    assert_eq!(note.verify(std::slice::from_ref(&key)), Ok(&key));
    assert_eq!(note.to_string(), with_witness);
    let forged = STANDARD.encode([&key.key_id().to_be_bytes()[..], &[7; 64]].concat());
    let with_forgery = format!("{with_witness}— log.example {forged}\n");
    let keys = [key];
    let refused = Note::parse(with_forgery.as_bytes()).unwrap().verify(&keys);
    assert!(matches!(refused, Err(NoteError::Signature { .. })));
}

#[test]
fn refuses_a_signature_of_another_text() {
    let (pair, key) = key_pair("log.example");
    let refused = text("hello\n").signed(&key, pair.sign(b"hullo\n").as_ref());
    assert!(matches!(refused, Err(NoteError::Signature { .. })));
}

#[test]
fn refuses_notes_of_another_form() {
    let (note, _) = signed("hello\n", "log.example");
    let note = note.to_string();
    for bad in [
        String::new(),
        "hello\n".to_owned(),
        "hello\n\n".to_owned(),
        note.trim_end().to_owned(),
        format!("{note}\n"),
        format!("{note} "),
        note.replace("hello", "he\tllo"),
        note.replace("hello", "he\rllo"),
        note.replace("— ", "- "),
        note.replace("— ", "—  "),
        note.replace("log.example", "log+example"),
        note.replace("=\n", "\n"),
        "\n\n— a AAAAAAAA\n".replace("\n\n—", "\n—"),
        "hello\n\n— a AAAA\n".to_owned(),
        "hello\n\n— a AAAAAA==\n".to_owned(),
        format!("hello\n\n{}", "— a AAAAAAAA\n".repeat(MAX_SIGNATURES + 1)),
        format!("{}\n{note}", "x".repeat(MAX_NOTE_BYTES)),
    ] {
        assert!(Note::parse(bad.as_bytes()).is_err(), "{bad:?}");
    }
    assert!(Note::parse(&[0xff, b'\n', b'\n']).is_err());
}

#[test]
fn refuses_keys_of_another_form() {
    for bad in [
        "",
        "PeterNeumann",
        "PeterNeumann+c74f20a3",
        "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+AhpC2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+ARpc2Q==",
        "Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    ] {
        assert!(bad.parse::<NoteKey>().is_err(), "{bad}");
    }
    assert_eq!(NoteKey::new("a b", [0; 32]), Err(NoteError::KeyName));
    assert_eq!(NoteKey::new("", [0; 32]), Err(NoteError::KeyName));
    assert_eq!(NoteKey::from_public_key_der("a", &[0; 44]), Err(NoteError::Key));
    let (_, key) = key_pair("a");
    let spki = [&ED25519_SPKI_PREFIX[..], key.public_key()].concat();
    assert_eq!(NoteKey::from_public_key_der("a", &spki), Ok(key));
    assert!(NoteKey::from_public_key_der("a", &spki[..43]).is_err());
}

proptest! {
    #[test]
    fn what_is_signed_reads_back_and_verifies(content in "[^\\x00-\\x1f]{0,40}(\n[^\\x00-\\x1f]{0,20}){0,4}\n") {
        let (note, key) = signed(&content, "log.example");
        let read = Note::parse(note.to_string().as_bytes()).unwrap();
        prop_assert_eq!(&read, &note);
        prop_assert!(read.verify(&[key]).is_ok());
    }

    #[test]
    fn parsing_never_panics_and_what_is_read_prints_the_same(bytes: Vec<u8>, middle in "\\PC{0,20}", tail in "(— [a-z]{1,4} [A-Za-z0-9=+/]{0,12}\n){0,3}") {
        let _ = Note::parse(&bytes);
        let candidate = format!("{middle}\n\n{tail}");
        if let Ok(note) = Note::parse(candidate.as_bytes()) {
            prop_assert_eq!(note.to_string(), candidate);
        }
        let _ = middle.parse::<NoteKey>();
    }
}
