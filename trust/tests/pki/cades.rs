use crate::{authority::*, openssl::OpenSsl};
use jiff::Timestamp;
use trust::{
    cades::{self, EmbeddedError, LongFormError, SignatureError, ToBeSigned},
    certificate::{Certificate, Role},
    signature::{SignatureAlgorithm, VerifyError},
};

const MANIFEST: &[u8] = b"<asic:ASiCManifest/>";

fn sign(signer: &Party, manifest: &[u8], at: Timestamp) -> Vec<u8> {
    let to_be_signed = ToBeSigned::new(manifest, &signer.certificate, at).unwrap();
    to_be_signed.complete(&signer.sign(to_be_signed.bytes()))
}

fn short_form(signer: &Party) -> Vec<u8> {
    sign(signer, MANIFEST, now())
}

fn verify(signature: &[u8], signer: &Party) -> Result<cades::VerifiedSignature, SignatureError> {
    cades::verify(signature, MANIFEST, &signer.certificate)
}

#[test]
fn a_short_form_verifies_for_every_supported_key() {
    let pki = Pki::new();
    for key in Key::SUPPORTED {
        let signer = pki.issuing.issue_to(key, &Profile::signing(), "member");
        let to_be_signed = ToBeSigned::new(MANIFEST, &signer.certificate, now()).unwrap();
        assert_eq!(to_be_signed.algorithm(), SignatureAlgorithm::of_key(signer.certificate.key_algorithm()));
        let value = signer.sign(to_be_signed.bytes());
        let short = to_be_signed.complete(&value);
        let verified = verify(&short, &signer).unwrap();
        assert_eq!(verified.signing_time(), now());
        assert_eq!(verified.signature_value(), value);
        assert!(short.len() < 550 || matches!(key, Key::Rsa2048 | Key::P384), "{key:?}: {} bytes", short.len());
    }
}

#[test]
fn the_signing_time_has_whole_seconds_and_may_be_after_2049() {
    let signer = Pki::new().signer();
    for (given, kept) in [
        ("2026-11-21T01:20:03.999999Z", "2026-11-21T01:20:03Z"),
        ("2049-12-31T23:59:59Z", "2049-12-31T23:59:59Z"),
        ("2050-01-01T00:00:00Z", "2050-01-01T00:00:00Z"),
    ] {
        let short = sign(&signer, MANIFEST, time(given));
        assert_eq!(verify(&short, &signer).unwrap().signing_time(), time(kept));
    }
}

#[test]
fn every_changed_byte_of_a_short_form_is_refused() {
    let pki = Pki::new();
    for key in Key::SUPPORTED {
        let signer = pki.issuing.issue_to(key, &Profile::signing(), "member");
        let short = short_form(&signer);
        for index in 0..short.len() {
            for mask in [0x01, 0x80, 0xff] {
                let mut changed = short.clone();
                changed[index] ^= mask;
                assert!(verify(&changed, &signer).is_err(), "{key:?}: byte {index} changed by {mask:#x}");
            }
        }
    }
}

#[test]
fn every_changed_byte_of_a_long_form_is_refused_here_or_by_who_reads_the_part() {
    let pki = Pki::new();
    let signer = pki.signer();
    let chain = [signer.certificate.clone(), pki.issuing.certificate.clone()];
    let response = crate::ocsp::good_response(&pki, &signer.certificate);
    let token = crate::timestamp::token(&pki, b"imprint");
    let long = cades::long_form(&short_form(&signer), &chain, &[&response], Some(&token)).unwrap();
    let original = cades::embedded(&long).unwrap();
    for index in 0..long.len() {
        let mut changed = long.clone();
        changed[index] ^= 1;
        if verify(&changed, &signer).is_ok() {
            // The signature stands; then the change lies in an embedded part, whose reader sees other bytes.
            assert_ne!(cades::embedded(&changed).as_ref(), Ok(&original), "byte {index}");
        }
    }
}

#[test]
fn trailing_and_missing_bytes_are_refused() {
    let signer = Pki::new().signer();
    let short = short_form(&signer);
    let longer = [short.as_slice(), &[0]].concat();
    for bytes in [&longer, &short[..short.len() - 1], b"", b"signature"] {
        assert!(matches!(verify(bytes, &signer), Err(SignatureError::Malformed(_))));
    }
}

#[test]
fn a_signature_over_another_manifest_is_refused() {
    let signer = Pki::new().signer();
    let refused = cades::verify(&short_form(&signer), b"another", &signer.certificate);
    assert_eq!(refused, Err(SignatureError::OtherManifest));
}

#[test]
fn a_signature_for_another_certificate_is_refused_even_with_the_same_key() {
    let pki = Pki::new();
    let signer = pki.signer();
    let renewed = pki.issuing.reissue(&signer, &Profile::signing(), "member");
    for other in [renewed, pki.signer().certificate] {
        let refused = cades::verify(&short_form(&signer), MANIFEST, &other);
        let subject = "CN=member,O=Chakana tests".to_owned();
        assert_eq!(refused, Err(SignatureError::OtherSigner { subject }));
    }
}

#[test]
fn a_signature_value_of_another_key_or_over_other_bytes_is_refused() {
    let pki = Pki::new();
    let (signer, other) = (pki.signer(), pki.signer());
    let to_be_signed = ToBeSigned::new(MANIFEST, &signer.certificate, now()).unwrap();
    let key = signer.certificate.key_algorithm();
    for value in [other.sign(to_be_signed.bytes()), signer.sign(b"other bytes"), vec![], vec![0; 64]] {
        let refused = verify(&to_be_signed.complete(&value), &signer).unwrap_err();
        let (subject, source) = ("CN=member,O=Chakana tests".to_owned(), VerifyError::Invalid { key });
        assert_eq!(refused, SignatureError::Value { subject, source });
    }
}

#[test]
fn only_a_signing_certificate_signs() {
    let pki = Pki::new();
    let roles = [
        (Profile::authentication(), Some(Role::Authentication)),
        (Profile::authority(), Some(Role::Authority)),
        (Profile::ocsp_responder(), Some(Role::OcspResponder)),
        (Profile::time_stamping(), Some(Role::TimeStamping)),
        (Profile::new(&[NonRepudiation, DigitalSignature], &[]), None),
    ];
    let short = short_form(&pki.signer());
    for (profile, role) in roles {
        let party = pki.issuing.issue(&profile, "somebody");
        let expected = SignatureError::NotASigner { subject: "CN=somebody,O=Chakana tests".to_owned(), role };
        assert_eq!(ToBeSigned::new(MANIFEST, &party.certificate, now()).unwrap_err(), expected);
        assert_eq!(verify(&short, &party).unwrap_err(), expected);
    }
}

#[test]
fn the_same_content_in_another_encoding_is_refused() {
    let signer = Pki::new().signer();
    let short = short_form(&signer);
    // SignedData.version is the first INTEGER of the message.
    let version = short.windows(3).position(|window| window == [2, 1, 1]).unwrap();
    let mut changed = short;
    changed[version + 2] = 3;
    assert_eq!(verify(&changed, &signer), Err(SignatureError::NotCanonical));
}

#[test]
fn without_its_attributes_a_signature_is_refused() {
    let signer = Pki::new().signer();
    let short = short_form(&signer);
    // The last byte of the object identifier of each attribute.
    let attributes = [(3, "message-digest", 4), (5, "signing-time", 5), (47, "signing-certificate-v2", 47)];
    for (_, attribute, arc) in attributes {
        let mut changed = short.clone();
        let prefix: &[u8] = if arc == 47 { &[0x09, 0x10, 0x02, 47] } else { &[0x0d, 0x01, 0x09, arc] };
        let position = changed.windows(4).position(|window| window == prefix).unwrap();
        changed[position + 3] = 99;
        let refused = verify(&changed, &signer).unwrap_err();
        assert_eq!(refused, SignatureError::Attribute { attribute });
    }
}

#[test]
fn what_is_too_long_is_refused() {
    let pki = Pki::new();
    let signer = pki.signer();
    let to_be_signed = ToBeSigned::new(MANIFEST, &signer.certificate, now()).unwrap();
    let refused = verify(&to_be_signed.complete(&vec![1; 9_000]), &signer);
    assert!(matches!(refused, Err(SignatureError::TooLarge { limit_bytes: 8_192, .. })));
    let refused = verify(&vec![0x30; 300_000], &signer);
    assert!(matches!(refused, Err(SignatureError::TooLarge { limit_bytes: 262_144, .. })));
}

#[test]
fn a_long_form_verifies_and_gives_back_what_it_embeds() {
    let pki = Pki::new();
    let signer = pki.signer();
    let short = short_form(&signer);
    let chain = [&signer, &pki.issuing, &pki.root].map(|party| party.certificate.clone());
    let response = crate::ocsp::good_response(&pki, &signer.certificate);
    let token = crate::timestamp::token(&pki, b"imprint");
    for (ocsp, token) in [(vec![], None), (vec![response.as_slice()], None), (vec![&response, &response], Some(&token))]
    {
        let long = cades::long_form(&short, &chain, &ocsp, token.map(Vec::as_slice)).unwrap();
        assert_eq!(verify(&long, &signer), verify(&short, &signer));
        let embedded = cades::embedded(&long).unwrap();
        assert_eq!(embedded.signer(), Some(&signer.certificate));
        assert!(chain.iter().all(|one| embedded.certificates.contains(one)));
        assert_eq!(embedded.ocsp_responses.len(), ocsp.len().min(1));
        assert_eq!(embedded.signature_timestamp.as_ref(), token);
    }
}

#[test]
fn a_short_form_embeds_nothing() {
    let signer = Pki::new().signer();
    let embedded = cades::embedded(&short_form(&signer)).unwrap();
    assert_eq!((embedded.certificates.len(), embedded.signer()), (0, None));
    assert_eq!((embedded.ocsp_responses.len(), embedded.signature_timestamp), (0, None));
}

#[test]
fn a_long_form_is_not_made_of_improper_parts() {
    let signer = Pki::new().signer();
    let short = short_form(&signer);
    let chain = [signer.certificate.clone()];
    let long = cades::long_form(&short, &chain, &[], None).unwrap();
    assert_eq!(cades::long_form(&long, &chain, &[], None), Err(LongFormError::AlreadyLong));
    assert!(matches!(cades::long_form(b"", &chain, &[], None), Err(LongFormError::Signature(_))));
    let refused = cades::long_form(&short, &chain, &[&[5, 0], b"not DER"], None);
    assert_eq!(refused, Err(LongFormError::OcspResponse { index: 1 }));
    assert_eq!(cades::long_form(&short, &chain, &[], Some(b"token")), Err(LongFormError::Timestamp));
    let responses: Vec<Vec<u8>> = (0..17).map(|index| vec![2, 1, index]).collect();
    let responses: Vec<&[u8]> = responses.iter().map(Vec::as_slice).collect();
    let refused = cades::long_form(&short, &chain, &responses, None);
    assert!(matches!(refused, Err(LongFormError::TooLarge { ocsp_responses: 17, .. })));
}

#[test]
fn improper_embedded_parts_are_refused() {
    let pki = Pki::new();
    let signer = pki.signer();
    let token = crate::timestamp::token(&pki, b"imprint");
    let chain = [signer.certificate.clone()];
    let long = cades::long_form(&short_form(&signer), &chain, &[&[5, 0]], Some(&token)).unwrap();
    let change = |pattern: &[u8], offset: usize, value: u8| {
        let mut changed = long.clone();
        let position = changed.windows(pattern.len()).position(|window| window == pattern).unwrap();
        changed[position + offset] = value;
        assert!(verify(&changed, &signer).is_err());
        cades::embedded(&changed).unwrap_err()
    };
    // The format of the revocation information, the kind of unsigned attribute, the version of the certificate's key.
    let ocsp_format = [0x2b, 6, 1, 5, 5, 7, 16, 2];
    assert_eq!(change(&ocsp_format, 7, 4), EmbeddedError::NotPermitted { what: "OCSP responses" });
    let timestamp = [0x09, 0x10, 0x02, 14];
    assert_eq!(change(&timestamp, 3, 99), EmbeddedError::NotPermitted { what: "unsigned attributes" });
    let certificate_version = [0xa0, 3, 2, 1, 2];
    let changed = cades::embedded(&{
        let mut changed = long.clone();
        let position = changed.windows(5).position(|window| window == certificate_version).unwrap();
        changed[position + 2] = 4;
        changed
    });
    assert!(matches!(changed, Err(EmbeddedError::Certificate(_))));
    assert!(matches!(cades::embedded(b""), Err(EmbeddedError::Signature(_))));
}

#[test]
fn openssl_accepts_the_long_form_and_refuses_it_for_another_manifest() {
    let Some(openssl) = OpenSsl::if_installed() else { return };
    let pki = Pki::new();
    openssl.write("manifest", MANIFEST);
    openssl.write("other", b"another manifest");
    openssl.write_pem("root.pem", &[&pki.root.certificate]);
    // OpenSSL 3.0 cannot verify Ed25519 in CMS; the next test asks it in another way.
    for key in [Key::P256, Key::P384, Key::Rsa2048] {
        let signer = pki.issuing.issue_to(key, &Profile::signing(), "member");
        let chain = [signer.certificate.clone(), pki.issuing.certificate.clone()];
        let response = crate::ocsp::good_response(&pki, &signer.certificate);
        let token = crate::timestamp::token(&pki, b"imprint");
        let long = cades::long_form(&short_form(&signer), &chain, &[&response], Some(&token)).unwrap();
        openssl.write("signature.p7s", &long);
        let verify = "cms -verify -cades -inform DER -in signature.p7s -binary -CAfile root.pem -out ignored -content";
        openssl.run(&format!("{verify} manifest")).must_accept("CAdES Verification successful");
        openssl.run(&format!("{verify} other")).must_refuse();
        let printed = openssl.run("cms -cmsout -print -noout -inform DER -in signature.p7s");
        printed.must_accept("1.3.6.1.5.5.7.16.2");
        printed.must_accept("id-smime-aa-timeStampToken");
    }
}

#[test]
fn openssl_accepts_an_ed25519_signature_over_the_signed_attributes() {
    let Some(openssl) = OpenSsl::if_installed() else { return };
    let signer = Pki::new().issuing.issue_to(Key::Ed25519, &Profile::signing(), "member");
    let to_be_signed = ToBeSigned::new(MANIFEST, &signer.certificate, now()).unwrap();
    let value = signer.sign(to_be_signed.bytes());
    let short = to_be_signed.complete(&value);
    openssl.write("key.der", signer.certificate.public_key());
    openssl.write("message", to_be_signed.bytes());
    openssl.write("value", verify(&short, &signer).unwrap().signature_value());
    openssl.write("signature.p7s", &short);
    let verify = "pkeyutl -verify -rawin -pubin -keyform DER -inkey key.der -in message -sigfile value";
    openssl.run(verify).must_accept("Signature Verified Successfully");
    openssl.run("cms -cmsout -print -noout -inform DER -in signature.p7s").must_accept("ED25519");
}

#[test]
fn the_short_form_with_the_certificate_beside_it_satisfies_openssl_too() {
    let Some(openssl) = OpenSsl::if_installed() else { return };
    let pki = Pki::new();
    let signer = pki.signer();
    openssl.write("manifest", MANIFEST);
    openssl.write("signature.p7s", &short_form(&signer));
    openssl.write_pem("chain.pem", &[&pki.root.certificate, &pki.issuing.certificate]);
    openssl.write_pem("signer.pem", &[&signer.certificate]);
    openssl
        .run("cms -verify -cades -inform DER -in signature.p7s -content manifest -binary -CAfile chain.pem -certfile signer.pem -out ignored")
        .must_accept("CAdES Verification successful");
}

#[test]
fn a_signature_by_openssl_is_valid_but_not_in_our_encoding() {
    let Some(openssl) = OpenSsl::if_installed() else { return };
    let pki = Pki::new();
    let signer = pki.signer();
    openssl.write("manifest", MANIFEST);
    openssl.write_pem("signer.pem", &[&signer.certificate]);
    openssl.write("key.pem", signer.key_pem().as_bytes());
    openssl
        .run("cms -sign -cades -in manifest -binary -signer signer.pem -inkey key.pem -md sha256 -nocerts -nosmimecap -outform DER -out theirs")
        .must_accept("");
    let theirs = openssl.read("theirs");
    assert_eq!(verify(&theirs, &signer), Err(SignatureError::NotCanonical));
}

/// `Certificate` is handed between threads with the messages it belongs to.
#[test]
fn certificates_are_shared_between_threads() {
    fn shared<T: Send + Sync + Clone + 'static>() {}
    shared::<Certificate>();
    shared::<ToBeSigned>();
}
