//! Keys are made, listed, imported and used, and openssl agrees.

use std::fs;
use std::path::Path;
use std::process::Command;

use signer::pkcs11::wire::Extraction;
use signer::pkcs11::{Failure, Health};
use signer::{HardwareError, KeyAlgorithm, PemLabel, Place, SignError, Subject, pem};

use crate::softhsm::{SoftHsm, settled};

const KINDS: [KeyAlgorithm; 4] = [KeyAlgorithm::P256, KeyAlgorithm::P384, KeyAlgorithm::Ed25519, KeyAlgorithm::Rsa];

#[test]
fn openssl_verifies_signatures_of_every_kind_of_key() {
    let Some(hsm) = SoftHsm::new() else { return };
    let token = hsm.open();
    for algorithm in KINDS {
        let key = token.generate(&algorithm.to_string(), algorithm).unwrap();
        assert_eq!((key.algorithm, key.extraction), (algorithm, Extraction::Never));
        let signer = token.signer(&key.label).unwrap();
        assert_eq!((signer.algorithm(), signer.public_key()), (algorithm, key.public_key.as_slice()));
        assert_eq!(signer.place(), Place::Device);
        let folder = hsm.path("");
        fs::write(folder.join("public.pem"), pem(PemLabel::PublicKey, signer.public_key())).unwrap();
        fs::write(folder.join("message"), b"a message").unwrap();
        fs::write(folder.join("signature"), signer.sign(b"a message").unwrap()).unwrap();
        let verify: &[&str] = match algorithm {
            KeyAlgorithm::Ed25519 => &[
                "pkeyutl",
                "-verify",
                "-rawin",
                "-pubin",
                "-inkey",
                "public.pem",
                "-in",
                "message",
                "-sigfile",
                "signature",
            ],
            KeyAlgorithm::P384 => &["dgst", "-sha384", "-verify", "public.pem", "-signature", "signature", "message"],
            _ => &["dgst", "-sha256", "-verify", "public.pem", "-signature", "signature", "message"],
        };
        assert!(openssl(&folder, verify).contains("Verified"), "{algorithm}");
    }
    // PSS, which TLS demands of RSA keys.
    let signature = token.signer("rsa").unwrap().sign_handshake(b"a message").unwrap();
    let folder = hsm.path("");
    fs::write(folder.join("signature"), signature).unwrap();
    let pss = ["-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:32"];
    let verify = ["dgst", "-sha256", "-verify", "public.pem", "-signature", "signature"];
    assert!(openssl(&folder, &[&verify[..], &pss, &["message"]].concat()).contains("Verified OK"));
}

#[test]
fn openssl_verifies_certificate_requests() {
    let Some(hsm) = SoftHsm::new() else { return };
    let token = hsm.open();
    for algorithm in KINDS {
        token.generate(&algorithm.to_string(), algorithm).unwrap();
        let request = token.certificate_request(&algorithm.to_string(), &Subject::common_name("ss1.example")).unwrap();
        fs::write(hsm.path("request.der"), request).unwrap();
        let text =
            openssl(&hsm.path(""), &["req", "-inform", "DER", "-in", "request.der", "-verify", "-noout", "-text"]);
        assert!(text.contains("verify OK") && text.contains("ss1.example"), "{text}");
    }
}

#[test]
fn lists_keys_of_other_tools_and_names_what_is_not_there() {
    let Some(hsm) = SoftHsm::new() else { return };
    fs::write(
        hsm.path("key.pem"),
        openssl(&hsm.path(""), &["genpkey", "-quiet", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"]),
    )
    .unwrap();
    let key = hsm.path("key.pem");
    let import =
        ["--import", key.to_str().unwrap(), "--token", "state", "--label", "of another tool", "--id", "07", "--pin"];
    hsm.run("softhsm2-util", &[&import[..], &[crate::softhsm::PIN]].concat());
    let token = hsm.open();
    token.generate("ours", KeyAlgorithm::P384).unwrap();
    let labels: Vec<_> = token.keys().unwrap().into_iter().map(|key| key.label).collect();
    assert_eq!(labels, ["of another tool", "ours"]);
    assert!(token.signer("of another tool").unwrap().sign(b"x").is_ok());

    let refused = token.generate("ours", KeyAlgorithm::P256).unwrap_err();
    assert!(matches!(refused, HardwareError::Failed { failure: Failure::KeyExists { .. }, .. }), "{refused}");
    let Err(refused) = token.signer("theirs") else { panic!("there is no such key") };
    assert!(matches!(refused, HardwareError::NoSuchKey { .. }), "{refused}");
    assert_eq!(settled(&token), Health::Ready, "a key that is not there is no fault of the token");
}

#[test]
fn imports_keys_of_every_kind() {
    let Some(hsm) = SoftHsm::new() else { return };
    let token = hsm.open();
    let kinds: [(&str, &[&str]); 4] = [
        ("p256", &["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"]),
        ("p384", &["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"]),
        ("ed25519", &["-algorithm", "ED25519"]),
        ("rsa", &["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"]),
    ];
    for (name, arguments) in kinds {
        let private = openssl(&hsm.path(""), &[&["genpkey", "-quiet"], arguments].concat());
        let imported = token.import(name, &private).unwrap();
        assert_eq!((imported.algorithm.to_string().as_str(), imported.extraction), (name, Extraction::Never));
        let ours = signer::signer_from_pem(&private).unwrap();
        assert_eq!(imported.public_key, ours.public_key(), "{name}");
        // What the token signs is verified by the public key that was read from the file.
        let signer = token.signer_of(name, ours.public_key()).unwrap();
        signer.sign(b"a message").unwrap();
        signer.sign_handshake(b"a message").unwrap();
    }
    assert!(matches!(token.import("none", "no key"), Err(HardwareError::NotImportable { .. })));
}

#[test]
fn signs_by_the_certificate_of_a_key_and_never_by_another() {
    let Some(hsm) = SoftHsm::new() else { return };
    let token = hsm.open();
    token.generate("one", KeyAlgorithm::P256).unwrap();
    let other = token.generate("two", KeyAlgorithm::P256).unwrap();
    // The certificate is of the key `two`, and the settings name `one`.
    let signer = token.signer_of("one", &other.public_key).unwrap();
    let refused = signer.sign(b"a message").unwrap_err();
    assert!(matches!(refused, SignError::Hardware(HardwareError::OtherSignature { .. })), "{refused}");
    let too_long = signer.sign(&vec![0; 64 * 1024 + 1]).unwrap_err();
    assert!(matches!(too_long, SignError::Hardware(HardwareError::TooLong { .. })), "{too_long}");
    assert!(matches!(token.signer_of("one", b"no key"), Err(HardwareError::PublicKey { .. })));
}

#[test]
fn tells_tokens_apart_by_label_or_serial_number() {
    let Some(hsm) = SoftHsm::new() else { return };
    let serial = hsm.open_settled().serial;
    hsm.init("other");
    hsm.init("state");
    let twice = hsm.open();
    assert!(matches!(settled(&twice), Health::TokenMissing { why } if why.contains(&serial)), "{:?}", twice.health());
    let mut settings = hsm.settings();
    settings.token = format!("serial:{serial}");
    let by_serial = hsm.open_with(settings, crate::softhsm::PIN);
    assert_eq!(settled(&by_serial), Health::Ready);
    let facts = by_serial.facts().unwrap();
    assert_eq!((facts.label.as_str(), facts.serial), ("state", serial));
}

fn openssl(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new("openssl").current_dir(folder).args(arguments).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "openssl {arguments:?}: {text}");
    text
}

impl SoftHsm {
    fn open_settled(&self) -> signer::pkcs11::TokenFacts {
        let token = self.open();
        assert_eq!(settled(&token), Health::Ready);
        token.facts().unwrap()
    }
}
