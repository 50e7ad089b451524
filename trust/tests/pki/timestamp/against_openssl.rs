//! `openssl ts` as client and as authority.

use super::*;
use crate::openssl::OpenSsl;

#[test]
fn a_policy_is_an_object_identifier_and_another_one_is_not_accepted() {
    assert!(Policy::new("no policy", Duration::ZERO).is_err());
    let Some(openssl) = OpenSsl::if_installed() else { return };
    let scene = Scene::new();
    openssl.write("content", CONTENT);
    openssl.run("ts -query -data content -sha256 -tspolicy 1.2.3.99 -out request").must_accept("");
    let request = authority::parse_request(&openssl.read("request")).unwrap();
    let refused = ToBeSigned::new(&request, &scene.tsa.certificate, &policy(), 1, now());
    assert_eq!(refused.unwrap_err(), FailureReason::UnacceptedPolicy);
}

#[test]
fn openssl_as_the_client_accepts_what_our_authority_issues() {
    let Some(openssl) = OpenSsl::if_installed() else { return };
    let pki = Pki::new();
    openssl.write("content", CONTENT);
    openssl.write_pem("chain.pem", &[&pki.root.certificate, &pki.issuing.certificate]);
    let with_fraction = time("2026-11-20T01:20:03.125Z");
    for key in [Key::P256, Key::P384, Key::Rsa2048] {
        let tsa = pki.issuing.issue_to(key, &Profile::time_stamping(), "tsa");
        openssl.write_pem("tsa.pem", &[&tsa.certificate]);
        for options in
            ["-sha256 -cert", "-sha384", "-sha512 -cert -no_nonce", "-sha256 -cert -tspolicy 1.3.6.1.4.1.1.2"]
        {
            openssl.run(&format!("ts -query -data content {options} -out request")).must_accept("");
            let request = authority::parse_request(&openssl.read("request")).unwrap();
            openssl.write("response", &respond(&tsa, &request, with_fraction));
            for compared_with in ["-data content", "-queryfile request"] {
                let verify = format!("ts -verify -in response {compared_with} -CAfile chain.pem -untrusted tsa.pem");
                openssl.run(&verify).must_accept("Verification: OK");
            }
            let printed = openssl.run("ts -reply -in response -text");
            printed.must_accept("Accuracy: 0x01 seconds, 0x01F4 millis");
            printed.must_accept("Time stamp: Nov 20 01:20:03.125 2026 GMT");
            printed.must_accept("TSA: DirName:/O=Chakana tests/CN=tsa");
            printed.must_accept("Ordering: no");
        }
    }
    openssl.run("ts -query -data content -sha1 -out request").must_accept("");
    let reason = authority::parse_request(&openssl.read("request")).unwrap_err();
    openssl.write("response", &authority::rejection(reason));
    openssl.run("ts -reply -in response -text").must_accept("unrecognized or unsupported algorithm identifier");
}

/// An authority run by openssl, with fractions of a second in its tokens.
fn openssl_authority(openssl: &OpenSsl, scene: &Scene) {
    openssl.write("request", &timestamp::request(&imprint(), NONCE));
    openssl.write_pem("tsa.pem", &[&scene.tsa.certificate]);
    openssl.write_pem("chain.pem", &[&scene.pki.issuing.certificate]);
    openssl.write("tsa.key", scene.tsa.key_pem().as_bytes());
    openssl.write("serial", b"01\n");
    let configuration = "[tsa]\ndefault_tsa = this\n[this]\nserial = serial\nsigner_cert = tsa.pem\nsigner_key = tsa.key\n\
                         certs = chain.pem\nsigner_digest = sha256\ndefault_policy = 1.2.3.4\ndigests = sha256\n\
                         accuracy = secs:1\nclock_precision_digits = 6\ness_cert_id_alg = sha256\n";
    openssl.write("tsa.cnf", configuration.as_bytes());
}

/// The machine's own clock is in such tokens: far in the future nothing is from the future.
fn judged_much_later(scene: &Scene, token: &[u8]) -> Result<VerifiedTimestamp, TimestampError> {
    let authorities = [scene.tsa.certificate.clone()];
    timestamp::verify(token, &imprint(), &authorities, &scene.pki.anchors(), time("2098-01-01T00:00:00Z"))
}

#[test]
fn openssl_as_the_authority_convinces_us() {
    let Some(openssl) = OpenSsl::if_installed() else { return };
    let scene = Scene::new();
    openssl_authority(&openssl, &scene);
    for essential in ["sha1", "sha256"] {
        let configuration = String::from_utf8(openssl.read("tsa.cnf")).unwrap();
        let configuration =
            configuration.replace("ess_cert_id_alg = sha256", &format!("ess_cert_id_alg = {essential}"));
        openssl.write("tsa.cnf", configuration.as_bytes());
        openssl.run("ts -reply -config tsa.cnf -queryfile request -out response").must_accept("");
        let token = timestamp::token_of(&openssl.read("response"), &imprint(), NONCE).unwrap();
        let verified = judged_much_later(&scene, &token).unwrap();
        assert!(verified.time() > time("2026-01-01T00:00:00Z"));
    }
}

#[test]
fn a_token_in_ber_is_read_and_its_signature_still_holds() {
    let Some(openssl) = OpenSsl::if_installed() else { return };
    let scene = Scene::new();
    openssl_authority(&openssl, &scene);
    openssl.run("ts -reply -config tsa.cnf -queryfile request -token_out -out token").must_accept("");
    openssl.run("cms -verify -noverify -inform DER -in token -out tst-info -binary").must_accept("");
    openssl
        .run("cms -sign -cades -stream -binary -nodetach -in tst-info -econtent_type 1.2.840.113549.1.9.16.1.4 -signer tsa.pem -inkey tsa.key -certfile chain.pem -md sha256 -outform DER -out ber")
        .must_accept("");
    let ber = openssl.read("ber");
    assert_eq!(&ber[..2], [0x30, 0x80], "openssl streams with indefinite lengths");
    judged_much_later(&scene, &ber).unwrap();

    let response = [&[0x30, 0x80, 0x30, 3, 2, 1, 0][..], &ber, &[0, 0]].concat();
    let token = timestamp::token_of(&response, &imprint(), NONCE).unwrap();
    assert_ne!(token, ber);
    assert_eq!(judged_much_later(&scene, &token), judged_much_later(&scene, &ber));
}
