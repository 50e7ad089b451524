//! The certificates that are issued, judged by the crate that the servers judge with.

use certs::{CertificateRequestError, IssueError, Profile, RevocationReason, RevokeError, TrustServices};
use jiff::ToSpan;
use signer::{KeyAlgorithm, Subject};
use trust::certificate::{Certificate, Role};
use trust::path::{self, Anchors};

mod common;

use common::{Fixture, pin, server, settings};

#[test]
fn each_profile_has_exactly_its_role() {
    let (fixture, clock) = Fixture::with_manual_clock();
    let now = clock::Clock::now(&*clock);
    let anchors = Anchors::new(vec![fixture.services.root().clone()]);
    let intermediates = [fixture.services.issuing().clone()];
    let roles = [
        (Profile::Signing, Role::Signing),
        (Profile::Authentication, Role::Authentication),
        (Profile::OcspResponder, Role::OcspResponder),
        (Profile::TimeStamping, Role::TimeStamping),
    ];
    for (profile, role) in roles {
        let certificate = fixture.certificate(&profile.to_string(), profile);
        assert_eq!(certificate.role(), Ok(role));
        let path = path::verify(&certificate, &intermediates, &anchors, role, now).unwrap();
        assert_eq!(path.chain().len(), 3);
        for (_, other) in roles.into_iter().filter(|(_, other)| *other != role) {
            assert!(path::verify(&certificate, &intermediates, &anchors, other, now).is_err());
        }
    }
    assert_eq!(fixture.services.root().role(), Ok(Role::Authority));
    assert_eq!(fixture.services.ocsp_certificate().role(), Ok(Role::OcspResponder));
    assert_eq!(fixture.services.time_stamping_certificate().role(), Ok(Role::TimeStamping));
}

#[test]
fn certificates_for_tls_servers_have_no_role_between_servers() {
    let (fixture, _) = Fixture::with_manual_clock();
    assert!(fixture.certificate("internal", Profile::TlsServer).role().is_err());
}

#[test]
fn names_the_subject_and_the_ocsp_responder() {
    let (fixture, _) = Fixture::with_manual_clock();
    let certificate = fixture.certificate("signing", Profile::Signing);
    for part in ["CN=ss1.sin.example", "O=Servicio de Impuestos", "C=BO"] {
        assert!(certificate.subject().contains(part), "{part} is missing in {}", certificate.subject());
    }
    assert_eq!(certificate.ocsp_urls(), ["http://127.0.0.1:1/ocsp"]);
}

#[test]
fn the_caller_decides_the_name_and_not_the_request() {
    let (fixture, _) = Fixture::with_manual_clock();
    let request = fixture.request("signing");
    let other = Subject::common_name("another");
    let chain = fixture.services.issue(&request, Profile::Signing, &other).unwrap();
    assert_eq!(Certificate::from_der(&chain[0]).unwrap().subject(), "CN=another");

    let as_requested = fixture.services.issue_as_requested(&request, Profile::Signing).unwrap();
    let as_caller_says = fixture.services.issue(&request, Profile::Signing, &server()).unwrap();
    let subject = |chain: &[Vec<u8>]| Certificate::from_der(&chain[0]).unwrap().subject().to_owned();
    assert_eq!(subject(&as_requested), subject(&as_caller_says));
}

#[test]
fn certifies_every_kind_of_key() {
    let (fixture, _) = Fixture::with_manual_clock();
    for algorithm in [KeyAlgorithm::P256, KeyAlgorithm::P384, KeyAlgorithm::Ed25519] {
        let id = fixture.token.generate(algorithm.to_string(), algorithm).unwrap();
        let request = fixture.token.certificate_request(&id, &server()).unwrap();
        let chain = fixture.services.issue(&request, Profile::Signing, &server()).unwrap();
        let public_key = fixture.token.signer(&id).unwrap().public_key().to_vec();
        assert_eq!(Certificate::from_der(&chain[0]).unwrap().public_key(), public_key);
        assert_eq!(chain[1], fixture.services.issuing().der());
    }
}

#[test]
fn refuses_a_request_that_was_changed_anywhere() {
    let (fixture, _) = Fixture::with_manual_clock();
    // Several requests, because what a changed bit does may depend on the signature's own bits.
    for number in 0..4 {
        let request = fixture.request(&format!("signing-{number}"));
        for position in 0..request.len() {
            let mut changed = request.clone();
            changed[position] ^= 1;
            assert!(fixture.services.issue(&changed, Profile::Signing, &server()).is_err(), "byte {position}");
        }
    }
}

#[test]
fn refuses_what_is_no_request() {
    let (fixture, _) = Fixture::with_manual_clock();
    let request = fixture.request("signing");
    let longer = [&request[..], &[0]].concat();
    for wrong in [&b""[..], b"request", &longer, &request[..request.len() - 1]] {
        let refused = fixture.services.issue(wrong, Profile::Signing, &server()).unwrap_err();
        assert!(matches!(refused, IssueError::Request(CertificateRequestError::Unproven { .. })), "{refused}");
    }
    let refused = fixture.services.issue(&vec![0; 9_000], Profile::Signing, &server()).unwrap_err();
    assert!(matches!(refused, IssueError::Request(CertificateRequestError::TooLarge { .. })), "{refused}");
}

#[test]
fn refuses_a_key_signed_with_an_unusual_hash() {
    let (fixture, _) = Fixture::with_manual_clock();
    let generate = ["ecparam", "-name", "secp384r1", "-genkey", "-noout", "-out", "key.pem"];
    let Some((_, true)) = common::openssl(fixture.path(), &generate) else { return };
    let request =
        ["req", "-new", "-key", "key.pem", "-sha256", "-subj", "/CN=x", "-outform", "DER", "-out", "request.der"];
    assert!(common::openssl(fixture.path(), &request).unwrap().1);
    let request = std::fs::read(fixture.path().join("request.der")).unwrap();
    let refused = fixture.services.issue(&request, Profile::Signing, &server()).unwrap_err();
    assert!(matches!(refused, IssueError::Request(CertificateRequestError::Key)), "{refused}");
}

#[test]
fn refuses_names_with_parts_of_others() {
    let (fixture, _) = Fixture::with_manual_clock();
    let generate = ["ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "key.pem"];
    let Some((_, true)) = common::openssl(fixture.path(), &generate) else { return };
    let subject = "/CN=x/emailAddress=a@b.example";
    let request = ["req", "-new", "-key", "key.pem", "-subj", subject, "-outform", "DER", "-out", "request.der"];
    assert!(common::openssl(fixture.path(), &request).unwrap().1);
    let request = std::fs::read(fixture.path().join("request.der")).unwrap();
    let refused = fixture.services.issue_as_requested(&request, Profile::Signing).unwrap_err();
    assert!(matches!(refused, IssueError::Request(CertificateRequestError::Name { .. })), "{refused}");
}

#[test]
fn never_issues_beyond_its_own_end() {
    let (fixture, clock) = Fixture::with_manual_clock();
    let end = fixture.services.issuing().not_after();
    clock.set(end - 24.hours());
    assert_eq!(fixture.certificate("late", Profile::Signing).not_after(), end);
    clock.set(end + 1.second());
    let refused = fixture.services.issue(&fixture.request("later"), Profile::Signing, &server()).unwrap_err();
    assert!(matches!(refused, IssueError::Ended { .. }), "{refused}");
}

#[test]
fn revokes_only_what_it_issued() {
    let (fixture, _) = Fixture::with_manual_clock();
    let refused = fixture.services.revoke("0123", RevocationReason::KeyCompromise).unwrap_err();
    assert!(matches!(refused, RevokeError::Unknown { .. }), "{refused}");
    let serial = fixture.certificate("signing", Profile::Signing).serial_hex();
    fixture.services.revoke(&serial.to_uppercase(), RevocationReason::KeyCompromise).unwrap();
    fixture.services.revoke(&serial, RevocationReason::Superseded).unwrap();
}

#[test]
fn renews_the_certificates_of_its_services_when_they_end_soon() {
    let (fixture, clock) = Fixture::with_manual_clock();
    let folder = fixture.path().join("services");
    let open = || TrustServices::open(&folder, &settings("http://127.0.0.1:1"), &pin(), clock.clone()).unwrap();
    let before = fixture.services.time_stamping_certificate().clone();
    assert_eq!(open().time_stamping_certificate().hash(), before.hash());

    clock.set(before.not_after() - 240.hours());
    let renewed = open().time_stamping_certificate().clone();
    assert_ne!(renewed.hash(), before.hash());
    assert_eq!(renewed.public_key(), before.public_key());
    assert_eq!(open().time_stamping_certificate().hash(), renewed.hash());
}
