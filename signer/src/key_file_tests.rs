use super::*;
use crate::private_key::PrivateKey;
use crate::{KeyAlgorithm, Signer};

fn encrypted() -> (Pkcs8, KeyFile) {
    let private_key = PrivateKey::generate(KeyAlgorithm::P256).unwrap();
    let public_key = PrivateKey::from_pkcs8(&private_key).unwrap().public_key().to_vec();
    let iterations = Iterations::new(Iterations::FLOOR).unwrap();
    let file = KeyFile::encrypt(&private_key, public_key, &Pin::new("1234"), iterations).unwrap();
    (private_key, file)
}

#[test]
fn reads_what_it_writes() {
    let (private_key, file) = encrypted();
    let read = KeyFile::from_pem(&file.to_pem().unwrap()).unwrap();
    assert_eq!(read.public_key, file.public_key);
    assert!(read.decrypt(&Pin::new("1234")).unwrap() == private_key);
}

#[test]
fn never_gives_the_key_to_another_pin() {
    let (private_key, file) = encrypted();
    // Wrong padding is noticed at once; one time in 256 the padding fits by chance and the content is noise.
    assert!(file.decrypt(&Pin::new("1235")).is_none_or(|noise| noise != private_key));
}

#[test]
fn refuses_a_file_without_its_public_key() {
    let (_, file) = encrypted();
    let pem = file.to_pem().unwrap();
    let private_key_only = &pem[..pem.find("-----BEGIN PUBLIC KEY-----").unwrap()];
    assert!(KeyFile::from_pem(private_key_only).is_none());
    assert!(KeyFile::from_pem("").is_none());
}

#[test]
fn refuses_trailing_bytes_in_the_encrypted_structure() {
    let (_, mut file) = encrypted();
    file.encrypted.push(0);
    assert!(file.decrypt(&Pin::new("1234")).is_none());
}

proptest::proptest! {
    #[test]
    fn never_panics_on_any_text(text in ".{0,400}") {
        KeyFile::from_pem(&text);
    }

    #[test]
    fn never_panics_on_any_bytes(encrypted in proptest::collection::vec(proptest::num::u8::ANY, 0..200)) {
        let file = KeyFile { encrypted, public_key: Vec::new() };
        assert!(file.decrypt(&Pin::new("1234")).is_none());
    }
}
