//! Requests: what we ask, and what a responder reads.

use super::*;

#[test]
fn a_request_comes_back_from_the_parser_as_it_was_made() {
    let scene = Scene::new();
    let issuer = &scene.pki.issuing.certificate;
    for nonce in [None, Some(&[7; 32][..])] {
        let request = parse_request(&ocsp::request(&scene.member.certificate, issuer, nonce)).unwrap();
        let [id] = request.certificates() else { panic!("one certificate was asked for") };
        assert_eq!(id.serial_hex(), scene.member.certificate.serial_hex());
        assert!(id.is_issued_by(issuer) && !id.is_issued_by(&scene.pki.root.certificate));
        assert_eq!(request.nonce(), nonce);
    }
}

#[test]
fn what_is_not_a_request_is_refused() {
    let scene = Scene::new();
    let good = ocsp::request(&scene.member.certificate, &scene.pki.issuing.certificate, Some(b"nonce"));
    let trailing = [good.as_slice(), &[0]].concat();
    for bytes in [&b""[..], b"request", &trailing, &good[..good.len() - 1]] {
        assert!(matches!(parse_request(bytes), Err(RequestError::Malformed(_))));
    }
    let refused = parse_request(&[0; 9_000]);
    assert_eq!(refused, Err(RequestError::TooLarge { size_bytes: 9_000, limit_bytes: 8_192 }));
    let unsupported = |bytes: &[u8]| match parse_request(bytes) {
        Err(RequestError::Unsupported { what }) => what,
        other => panic!("{other:?}"),
    };
    assert_eq!(unsupported(&[0x30, 4, 0x30, 2, 0x30, 0]), "a number of certificates");
    assert_eq!(unsupported(&[0x30, 9, 0x30, 7, 0xa0, 3, 2, 1, 1, 0x30, 0]), "a version");
    let empty = ocsp::request(&scene.member.certificate, &scene.pki.issuing.certificate, Some(b""));
    assert_eq!(unsupported(&empty), "a nonce");
    let long = ocsp::request(&scene.member.certificate, &scene.pki.issuing.certificate, Some(&[1; 129]));
    assert_eq!(unsupported(&long), "a nonce");
    // SHA-1 becomes something unknown.
    let mut changed = good;
    let sha1 = changed.windows(5).position(|window| window == [0x2b, 0x0e, 3, 2, 26]).unwrap();
    changed[sha1 + 4] = 27;
    assert_eq!(unsupported(&changed), "a certificate identifier");
}
