//! `openssl ocsp` as client and as responder.

use super::*;
use crate::openssl::OpenSsl;

#[test]
fn openssl_as_the_client_reads_what_our_responder_writes() {
    let Some(openssl) = OpenSsl::if_installed() else { return };
    let scene = Scene::new();
    openssl.write_pem("issuer.pem", &[&scene.pki.issuing.certificate]);
    openssl.write_pem("chain.pem", &[&scene.pki.root.certificate, &scene.pki.issuing.certificate]);
    openssl.write_pem("member.pem", &[&scene.member.certificate]);
    let revoked = CertificateStatus::Revoked { at: now(), reason: Some(RevocationReason::KeyCompromise) };
    for digest in ["-sha1", "-sha256"] {
        let ask = format!("ocsp {digest} -issuer issuer.pem -cert member.pem");
        openssl.run(&format!("{ask} -reqout request")).must_accept("");
        let request = parse_request(&openssl.read("request")).unwrap();
        for (status, said) in [
            (CertificateStatus::Good, "member.pem: good"),
            (revoked, "keyCompromise"),
            (CertificateStatus::Unknown, "member.pem: unknown"),
        ] {
            let answer = Answer { certificate: request.certificates()[0].clone(), ..scene.answer(status) };
            let response = scene.response().with(|response| {
                response.answers = vec![answer];
                response.nonce = request.nonce();
            });
            openssl.write("response", &response.bytes());
            // Against the request for the nonce, against the certificate for the status.
            let answer = openssl.run("ocsp -reqin request -respin response -CAfile chain.pem");
            answer.must_accept("Response verify OK");
            assert!(!answer.text.contains("nonce"), "{}", answer.text);
            let answer = openssl.run(&format!("{ask} -no_nonce -respin response -CAfile chain.pem"));
            answer.must_accept("Response verify OK");
            answer.must_accept(said);
        }
    }
    openssl.write("response", &error_response(ErrorStatus::Unauthorized));
    let answer = openssl.run("ocsp -issuer issuer.pem -cert member.pem -respin response -CAfile chain.pem");
    assert!(answer.text.contains("unauthorized (6)"), "{}", answer.text);
}

#[test]
fn openssl_as_the_responder_understands_our_request_and_convinces_us() {
    let Some(openssl) = OpenSsl::if_installed() else { return };
    let scene = Scene::new();
    openssl.write_pem("issuer.pem", &[&scene.pki.issuing.certificate]);
    openssl.write_pem("responder.pem", &[&scene.responder.certificate]);
    openssl.write("responder.key", scene.responder.key_pem().as_bytes());
    let nonce = b"sixteen bytes ok";
    let issuer = &scene.pki.issuing.certificate;
    openssl.write("request", &ocsp::request(&scene.member.certificate, issuer, Some(nonce)));
    let serial = scene.member.certificate.serial_hex().to_uppercase();
    for (status, revoked) in [("V\t990101000000Z\t", ""), ("R\t990101000000Z\t", "261120120000Z")] {
        openssl.write("index.txt", format!("{status}{revoked}\t{serial}\tunknown\t/CN=member\n").as_bytes());
        openssl
            .run("ocsp -index index.txt -CA issuer.pem -rsigner responder.pem -rkey responder.key -reqin request -respout response -ndays 1")
            .must_accept("");
        let response = openssl.read("response");
        // The machine's own clock is in the response: judge it at that moment.
        let at =
            ocsp::verify(&response, &scene.member.certificate, issuer, time("2020-06-01T00:00:00Z"), HOUR, Some(nonce));
        let Err(OcspError::FromTheFuture { from, .. }) = at else { panic!("{at:?}") };
        let verdict = ocsp::verify(&response, &scene.member.certificate, issuer, from, HOUR, Some(nonce));
        if revoked.is_empty() {
            assert_eq!(verdict.unwrap().this_update(), from);
        } else {
            let at = time("2026-11-20T12:00:00Z");
            assert_eq!(verdict, Err(OcspError::Revoked { subject: member(), at }));
        }
    }
}
