use super::*;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
use proptest::prelude::*;

/// An authenticator in memory.
struct Device {
    pair: EcdsaKeyPair,
    counter: u32,
    flags: u8,
}

fn text(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn party() -> RelyingParty {
    RelyingParty::new(&"https://ingreso.example/".parse().expect("an address")).expect("a party")
}

fn client_data(kind: &str, origin: &str) -> Vec<u8> {
    format!(r#"{{"type":"webauthn.{kind}","challenge":"abc","origin":"{origin}","crossOrigin":false,"other":1}}"#)
        .into_bytes()
}

impl Device {
    fn new() -> Self {
        Self { pair: EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).expect("a key"), counter: 0, flags: 0b101 }
    }

    fn data(&self, party: &str, credential: &[u8]) -> Vec<u8> {
        let flags = self.flags | if credential.is_empty() { 0 } else { 1 << 6 };
        [&digest_of(party)[..], &[flags], &self.counter.to_be_bytes(), credential].concat()
    }

    fn cose(&self) -> Vec<u8> {
        let point = self.pair.public_key().as_ref();
        [&[0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32], &point[1..33], &[0x22, 0x58, 32], &point[33..]].concat()
    }

    fn attestation(&self) -> Vec<u8> {
        let credential = [&[0; 16][..], &[0, 4], b"cred", &self.cose()].concat();
        let data = self.data("ingreso.example", &credential);
        [b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58", &[u8::try_from(data.len()).expect("short")][..], &data]
            .concat()
    }

    fn register(&self) -> Result<Passkey, PasskeyError> {
        let client = text(&client_data("create", "https://ingreso.example"));
        let attestation = text(&self.attestation());
        let made = Made { client_data: &client, attestation: &attestation };
        party().registered(&made, "Teléfono", 1, |challenge| challenge == "abc")
    }

    fn answer(&self, passkey: &Passkey, client: &[u8], id: &str) -> Result<Passkey, PasskeyError> {
        let data = self.data(id, b"");
        let message = [data.as_slice(), &digest_of(client)].concat();
        let signature = self.pair.sign(&SystemRandom::new(), &message).expect("a signature");
        let (client, data, signature) = (text(client), text(&data), text(signature.as_ref()));
        let used = Used { client_data: &client, authenticator_data: &data, signature: &signature };
        passkey.used(&party(), &used, 2, |challenge| challenge == "abc")
    }
}

#[test]
fn a_passkey_that_was_made_here_is_believed_when_it_is_used() {
    let mut device = Device::new();
    let passkey = device.register().expect("a passkey");
    assert_eq!((passkey.id.as_str(), passkey.name.as_str()), (text(b"cred").as_str(), "Teléfono"));
    let get = client_data("get", "https://ingreso.example");
    let passkey = device.answer(&passkey, &get, "ingreso.example").expect("one that does not count");
    device.counter = 7;
    let passkey = device.answer(&passkey, &get, "ingreso.example").expect("one that counts");
    assert_eq!(device.answer(&passkey, &get, "ingreso.example").err(), Some(PasskeyError::Counter));
    device.counter = 8;
    assert!(device.answer(&passkey, &get, "ingreso.example").is_ok());
}

#[test]
fn each_thing_that_is_not_as_it_should_be_is_refused() {
    let mut device = Device::new();
    let passkey = device.register().expect("a passkey");
    let get = client_data("get", "https://ingreso.example");
    let refused = |device: &Device, client: &[u8], id| device.answer(&passkey, client, id).err();
    assert_eq!(
        refused(&device, &client_data("create", "https://ingreso.example"), "ingreso.example"),
        Some(PasskeyError::Ceremony)
    );
    assert_eq!(
        refused(&device, &client_data("get", "https://otro.example"), "ingreso.example"),
        Some(PasskeyError::Origin)
    );
    assert_eq!(refused(&device, &get, "otro.example"), Some(PasskeyError::RelyingParty));
    assert_eq!(refused(&Device::new(), &get, "ingreso.example"), Some(PasskeyError::Signature));
    assert_eq!(refused(&device, b"{}", "ingreso.example"), Some(PasskeyError::Form));
    let framed = br#"{"type":"webauthn.get","challenge":"abc","origin":"https://ingreso.example","crossOrigin":true}"#;
    assert_eq!(refused(&device, framed, "ingreso.example"), Some(PasskeyError::Origin));
    let other = br#"{"type":"webauthn.get","challenge":"abd","origin":"https://ingreso.example"}"#;
    assert_eq!(refused(&device, other, "ingreso.example"), Some(PasskeyError::Ceremony));
    device.flags = 1;
    assert_eq!(refused(&device, &get, "ingreso.example"), Some(PasskeyError::UserVerification));
    assert_eq!(device.register().err(), Some(PasskeyError::UserVerification));
}

#[test]
fn a_key_of_another_kind_is_refused() {
    let mut cose = Device::new().cose();
    cose[4] = 0x27;
    assert_eq!(PublicKey::from_cose(&cose).err(), Some(PasskeyError::Algorithm));
}

proptest! {
    #[test]
    fn nothing_breaks_the_parsers(bytes in prop::collection::vec(any::<u8>(), 0..300), at in 0_usize..200, byte in any::<u8>()) {
        parse_passkey(&bytes);
        let mut attestation = Device::new().attestation();
        let at = at % attestation.len();
        attestation[at] = byte;
        parse_passkey(&attestation);
        parse_passkey(&attestation[..at]);
    }
}
