//! openssl opens what a token writes, and verifies what it signs.

use std::fs;

use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use signer::{KeyAlgorithm, RequestError, Subject, TokenError};

mod common;

use common::{PIN, openssl, token};

#[test]
fn openssl_opens_a_key_file_with_the_pin() {
    let (folder, token) = token();
    let kinds =
        [("a", KeyAlgorithm::P256), ("b", KeyAlgorithm::P384), ("c", KeyAlgorithm::Ed25519), ("d", KeyAlgorithm::Rsa)];
    for (id, algorithm) in kinds {
        token.generate(id, algorithm).unwrap();
        let (file, pin) = (format!("token/{id}.key.pem"), format!("pass:{PIN}"));
        let Some(opened) = openssl(folder.path(), &["pkcs8", "-in", &file, "-passin", &pin]) else { return };
        PrivateKeyDer::from_pem_slice(opened.as_bytes()).unwrap();
        fs::write(folder.path().join("plain.pem"), opened).unwrap();
        let public_key = openssl(folder.path(), &["pkey", "-in", "plain.pem", "-pubout"]).unwrap();
        assert!(fs::read_to_string(folder.path().join(file)).unwrap().ends_with(&public_key));
    }
}

#[test]
fn openssl_verifies_a_certificate_request() {
    let (folder, token) = token();
    for algorithm in [KeyAlgorithm::P256, KeyAlgorithm::P384, KeyAlgorithm::Ed25519] {
        let id = token.generate(algorithm.to_string(), algorithm).unwrap();
        let request = token.certificate_request(&id, &server()).unwrap();
        fs::write(folder.path().join("request.der"), request).unwrap();
        let arguments =
            ["req", "-inform", "DER", "-in", "request.der", "-verify", "-noout", "-text", "-nameopt", "utf8"];
        let Some(text) = openssl(folder.path(), &arguments) else { return };
        assert!(text.contains("verify OK"), "{text}");
        for part in ["Servicio de Impuestos", "NTRBO-1020703023", "ss1.sin.example", "BO/GOV/1002/ss1"] {
            assert!(text.contains(part), "{part} is missing in {text}");
        }
    }
}

#[test]
fn openssl_verifies_signatures_of_every_kind_of_key() {
    let (folder, token) = token();
    for algorithm in [KeyAlgorithm::P256, KeyAlgorithm::P384, KeyAlgorithm::Rsa] {
        let id = algorithm.to_string();
        match algorithm {
            KeyAlgorithm::Rsa => {
                let Some(pem) = openssl(folder.path(), &["genpkey", "-quiet", "-algorithm", "RSA"]) else { return };
                token.import(&id, &pem).unwrap();
            }
            _ => drop(token.generate(&id, algorithm).unwrap()),
        }
        let signature = token.signer(&id).unwrap().sign(b"a message").unwrap();
        fs::write(folder.path().join("message"), b"a message").unwrap();
        fs::write(folder.path().join("signature"), signature).unwrap();
        let pem = fs::read_to_string(folder.path().join(format!("token/{id}.key.pem"))).unwrap();
        fs::write(folder.path().join("public.pem"), &pem[pem.find("-----BEGIN PUBLIC").unwrap()..]).unwrap();
        let hash = if algorithm == KeyAlgorithm::P384 { "-sha384" } else { "-sha256" };
        let arguments = ["dgst", hash, "-verify", "public.pem", "-signature", "signature", "message"];
        let Some(text) = openssl(folder.path(), &arguments) else { return };
        assert!(text.contains("Verified OK"));
    }
}

#[test]
fn refuses_to_import_what_is_no_key_of_ours() {
    let (folder, token) = token();
    let weak = ["genpkey", "-quiet", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024"];
    let large = ["genpkey", "-quiet", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-521"];
    let Some(weak) = openssl(folder.path(), &weak) else { return };
    let large = openssl(folder.path(), &large).unwrap();
    let other = token.generate("other", KeyAlgorithm::P256).unwrap();
    let encrypted = fs::read_to_string(token.folder().join(format!("{other}.key.pem"))).unwrap();
    let [begin, end] = ["BEGIN", "END"].map(|edge| format!("-----{edge} PRIVATE KEY-----\n"));
    let garbled = format!("{begin}AAAA\n{end}");
    for pem in [weak.as_str(), &large, &encrypted, "", &garbled] {
        let refused = token.import("old", pem).unwrap_err();
        assert!(matches!(refused, TokenError::NotImportable), "{refused}");
    }
}

#[test]
fn refuses_subjects_that_no_certificate_can_name() {
    let (_folder, token) = token();
    let id = token.generate("auth", KeyAlgorithm::P256).unwrap();
    let refusals = [
        Subject { common_name: String::new(), ..server() },
        Subject { common_name: "x".repeat(65), ..server() },
        Subject { organization: Some("line\nbreak".to_owned()), ..server() },
        Subject { country: Some("Bolivia".to_owned()), ..server() },
        // openssl refuses an underscore in a serial number (PrintableString).
        Subject { serial_number: Some("ss_1".to_owned()), ..server() },
        Subject { host_names: vec![String::new()], ..server() },
        Subject { host_names: vec!["ñ".to_owned()], ..server() },
        Subject { host_names: vec!["a".to_owned(); 17], ..server() },
    ];
    for subject in refusals {
        let refused = token.certificate_request(&id, &subject).unwrap_err();
        let is_subject = matches!(&refused, TokenError::Request { source: RequestError::Subject(_), .. });
        assert!(is_subject, "{subject:?}: {refused}");
    }
}

fn server() -> Subject {
    Subject {
        common_name: "ss1.sin.example".to_owned(),
        organization: Some("Servicio de Impuestos".to_owned()),
        organization_identifier: Some("NTRBO-1020703023".to_owned()),
        country: Some("BO".to_owned()),
        serial_number: Some("BO/GOV/1002/ss1".to_owned()),
        host_names: vec!["ss1.sin.example".to_owned(), "127.0.0.1".to_owned()],
    }
}

#[test]
fn an_rsa_signer_pads_handshakes_otherwise_than_documents() {
    let (folder, token) = token();
    let Some(pem) = openssl(folder.path(), &["genpkey", "-quiet", "-algorithm", "RSA"]) else { return };
    let signer = token.signer(token.import("old", &pem).unwrap()).unwrap();
    // PKCS#1 v1.5 is deterministic, PSS is not.
    assert_eq!(signer.sign(b"x").unwrap(), signer.sign(b"x").unwrap());
    assert_ne!(signer.sign_handshake(b"x").unwrap(), signer.sign_handshake(b"x").unwrap());
}

#[test]
fn certifies_only_the_key_of_the_certificate() {
    let (folder, token) = token();
    token.generate("one", KeyAlgorithm::P256).unwrap();
    token.generate("two", KeyAlgorithm::P256).unwrap();
    let key = rcgen::CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    let certificate = key.self_signed(&signer::RcgenKey::new(token.signer("one").unwrap()).unwrap()).unwrap();
    fs::write(folder.path().join("certificate.pem"), certificate.pem()).unwrap();
    if let Some(text) = openssl(folder.path(), &["verify", "-CAfile", "certificate.pem", "certificate.pem"]) {
        assert!(text.contains("OK"));
    }

    let certify = |id: &str, chain| signer::tls::certified_key(token.signer(id).unwrap(), chain);
    let chain = || vec![certificate.der().clone()];
    assert!(certify("one", chain()).is_ok());
    assert!(matches!(certify("two", chain()), Err(signer::tls::CertifiedKeyError::OtherKey)));
    assert!(matches!(certify("one", vec![]), Err(signer::tls::CertifiedKeyError::NoCertificate)));
    let unreadable = vec![CertificateDer::from(vec![1, 2, 3])];
    assert!(matches!(certify("one", unreadable), Err(signer::tls::CertifiedKeyError::Unreadable { .. })));
}
