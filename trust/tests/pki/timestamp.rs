mod against_openssl;

use crate::authority::*;
use jiff::{SignedDuration, Timestamp};
use protocol::hash::Sha256Hash;
use std::time::Duration;
use trust::{
    certificate::Certificate,
    path::{Anchors, PathError},
    signature::VerifyError,
    timestamp::{
        self, FailureReason, TimestampError, VerifiedTimestamp,
        authority::{self, Policy, Request, ToBeSigned},
    },
};

const CONTENT: &[u8] = b"a checkpoint";
const NONCE: u64 = 0xfedc_ba98_7654_3210;

fn imprint() -> Sha256Hash {
    Sha256Hash::of(CONTENT)
}

fn policy() -> Policy {
    Policy::new("1.3.6.1.4.1.1.2", Duration::from_millis(1500)).unwrap()
}

fn request() -> Request {
    authority::parse_request(&timestamp::request(&imprint(), NONCE)).unwrap()
}

fn respond(tsa: &Party, request: &Request, at: Timestamp) -> Vec<u8> {
    let token = ToBeSigned::new(request, &tsa.certificate, &policy(), 1, at).unwrap();
    token.complete(&tsa.sign(token.bytes()), std::slice::from_ref(&tsa.certificate))
}

/// An authority of a PKI, and what it stamped.
struct Scene {
    pki: Pki,
    tsa: Party,
}

impl Scene {
    fn new() -> Self {
        let pki = Pki::new();
        let tsa = pki.issuing.issue(&Profile::time_stamping(), "tsa");
        Self { pki, tsa }
    }

    fn token_at(&self, at: Timestamp) -> Vec<u8> {
        timestamp::token_of(&respond(&self.tsa, &request(), at), &imprint(), NONCE).unwrap()
    }

    fn verify(&self, token: &[u8]) -> Result<VerifiedTimestamp, TimestampError> {
        self.verify_by(token, std::slice::from_ref(&self.tsa.certificate))
    }

    fn verify_by(&self, token: &[u8], authorities: &[Certificate]) -> Result<VerifiedTimestamp, TimestampError> {
        timestamp::verify(token, &imprint(), authorities, &self.anchors(), now())
    }

    fn anchors(&self) -> Anchors {
        Anchors::new(vec![self.pki.root.certificate.clone(), self.pki.issuing.certificate.clone()])
    }
}

/// A token over this content by an authority made for it.
pub(crate) fn token(pki: &Pki, content: &[u8]) -> Vec<u8> {
    let tsa = pki.issuing.issue(&Profile::time_stamping(), "tsa");
    let imprint = Sha256Hash::of(content);
    let request = authority::parse_request(&timestamp::request(&imprint, 7)).unwrap();
    timestamp::token_of(&respond(&tsa, &request, now()), &imprint, 7).unwrap()
}

#[test]
fn a_token_proves_the_time_to_the_millisecond() {
    let scene = Scene::new();
    for (given, kept) in [
        ("2026-11-21T01:20:03Z", "2026-11-21T01:20:03Z"),
        ("2026-11-21T01:20:02.250Z", "2026-11-21T01:20:02.25Z"),
        ("2026-11-21T01:20:02.123999Z", "2026-11-21T01:20:02.123Z"),
    ] {
        let verified = scene.verify(&scene.token_at(time(given))).unwrap();
        assert_eq!(verified.time(), time(kept));
        assert_eq!(verified.authority(), &scene.tsa.certificate);
    }
}

#[test]
fn an_authority_may_have_any_supported_key() {
    for key in Key::SUPPORTED {
        let pki = Pki::new();
        let tsa = pki.issuing.issue_to(key, &Profile::time_stamping(), "tsa");
        let scene = Scene { pki, tsa };
        assert!(scene.verify(&scene.token_at(now())).is_ok(), "{key:?}");
    }
}

#[test]
fn the_intermediates_may_come_in_the_token() {
    let scene = Scene::new();
    let token = ToBeSigned::new(&request(), &scene.tsa.certificate, &policy(), 1, now()).unwrap();
    let chain = [&scene.tsa, &scene.pki.issuing].map(|party| party.certificate.clone());
    let response = token.complete(&scene.tsa.sign(token.bytes()), &chain);
    let token = timestamp::token_of(&response, &imprint(), NONCE).unwrap();
    let authorities = [scene.tsa.certificate.clone()];
    assert!(timestamp::verify(&token, &imprint(), &authorities, &scene.pki.anchors(), now()).is_ok());
}

#[test]
fn a_token_over_other_content_is_refused() {
    let scene = Scene::new();
    let response = respond(&scene.tsa, &request(), now());
    let other = Sha256Hash::of(b"other content");
    assert_eq!(timestamp::token_of(&response, &other, NONCE), Err(TimestampError::OtherContent));
    let authorities = [scene.tsa.certificate.clone()];
    let refused = timestamp::verify(&scene.token_at(now()), &other, &authorities, &scene.anchors(), now());
    assert_eq!(refused, Err(TimestampError::OtherContent));
}

#[test]
fn an_answer_to_another_request_is_refused() {
    let scene = Scene::new();
    let response = respond(&scene.tsa, &request(), now());
    assert_eq!(timestamp::token_of(&response, &imprint(), NONCE + 1), Err(TimestampError::Nonce));
}

#[test]
fn only_a_registered_authority_is_believed() {
    let scene = Scene::new();
    let token = scene.token_at(now());
    let other = scene.pki.issuing.issue(&Profile::time_stamping(), "tsa").certificate;
    let renewed = scene.pki.issuing.reissue(&scene.tsa, &Profile::time_stamping(), "tsa");
    assert_eq!(scene.verify_by(&token, &[]), Err(TimestampError::UnknownAuthority));
    assert_eq!(scene.verify_by(&token, &[other.clone(), renewed]), Err(TimestampError::UnknownAuthority));
    assert!(scene.verify_by(&token, &[other, scene.tsa.certificate.clone()]).is_ok());
}

#[test]
fn a_certificate_that_does_not_stamp_or_was_not_valid_then_is_refused() {
    let pki = Pki::new();
    let foreign = Party::root("foreign");
    for tsa in [
        pki.issuing.issue(&Profile::signing(), "tsa"),
        pki.issuing.issue(&Profile::authentication(), "tsa"),
        pki.issuing.issue(&Profile { extended_is_critical: false, ..Profile::time_stamping() }, "tsa"),
        pki.issuing.issue(&Profile::time_stamping().valid(2020, 2026), "tsa"),
        foreign.issue(&Profile::time_stamping(), "tsa"),
    ] {
        let scene = Scene { pki: Pki::new(), tsa };
        let anchors = Anchors::new(vec![pki.root.certificate.clone(), pki.issuing.certificate.clone()]);
        let token = scene.token_at(now());
        let authorities = [scene.tsa.certificate.clone()];
        let refused = timestamp::verify(&token, &imprint(), &authorities, &anchors, now());
        let Err(TimestampError::Unauthorised { authority, time, source }) = refused else { panic!("{refused:?}") };
        assert_eq!((authority.as_str(), time), ("CN=tsa,O=Chakana tests", now()));
        assert!(matches!(
            *source,
            PathError::WrongRole { .. }
                | PathError::NoRole { .. }
                | PathError::OutsideValidity { .. }
                | PathError::UnknownIssuer { .. }
        ));
    }
}

#[test]
fn a_token_outlives_the_certificate_of_its_authority() {
    let pki = Pki::new();
    let tsa = pki.issuing.issue(&Profile::time_stamping().valid(2026, 2027), "tsa");
    let scene = Scene { pki, tsa };
    let (token, authorities) = (scene.token_at(now()), [scene.tsa.certificate.clone()]);
    let years_later = time("2035-01-01T00:00:00Z");
    assert!(timestamp::verify(&token, &imprint(), &authorities, &scene.anchors(), years_later).is_ok());
}

#[test]
fn a_token_from_the_future_is_refused_beyond_what_clocks_differ() {
    let scene = Scene::new();
    let ahead = |seconds| now() + SignedDuration::from_secs(seconds);
    assert!(scene.verify(&scene.token_at(ahead(60))).is_ok());
    let refused = scene.verify(&scene.token_at(ahead(61)));
    assert_eq!(refused, Err(TimestampError::FromTheFuture { time: ahead(61), at: now() }));
}

#[test]
fn a_signature_by_another_key_is_refused() {
    let scene = Scene::new();
    let token = ToBeSigned::new(&request(), &scene.tsa.certificate, &policy(), 1, now()).unwrap();
    let response = token.complete(&scene.pki.issuing.sign(token.bytes()), &[]);
    let forged = timestamp::token_of(&response, &imprint(), NONCE).unwrap();
    let Err(TimestampError::Signature { authority, source }) = scene.verify(&forged) else { panic!("accepted") };
    assert_eq!(authority, "CN=tsa,O=Chakana tests");
    assert!(matches!(source, VerifyError::Invalid { .. }));
}

#[test]
fn every_changed_byte_of_what_is_signed_is_refused() {
    let scene = Scene::new();
    let token = scene.token_at(now());
    let signed = ToBeSigned::new(&request(), &scene.tsa.certificate, &policy(), 1, now()).unwrap();
    // The attributes follow their own tag; the content stands before the certificates.
    let attributes = &signed.bytes()[1..];
    let attributes = token.windows(attributes.len()).position(|window| window == attributes).unwrap();
    let content = token.windows(imprint().as_bytes().len()).position(|window| window == imprint().as_bytes()).unwrap();
    for index in (content - 20..content + 60).chain(attributes..attributes + signed.bytes().len() - 1) {
        let mut changed = token.clone();
        changed[index] ^= 1;
        assert!(scene.verify(&changed).is_err(), "byte {index}");
    }
}

#[test]
fn attributes_that_are_missing_or_do_not_fit_are_named() {
    let scene = Scene::new();
    let token = scene.token_at(now());
    let change = |pattern: &[u8], offset: usize, value: u8| {
        let mut changed = token.clone();
        let position = changed.windows(pattern.len()).rposition(|window| window == pattern).unwrap();
        changed[position + offset] = value;
        scene.verify(&changed).unwrap_err()
    };
    let attribute = |attribute| TimestampError::Attribute { attribute };
    assert_eq!(change(&[0x0d, 1, 9, 3], 3, 99), attribute("content-type"));
    assert_eq!(change(&[0x0d, 1, 9, 4], 3, 99), attribute("message-digest"));
    assert_eq!(change(&[9, 16, 2, 47], 3, 99), attribute("signing-certificate"));
    assert_eq!(change(&[0x0d, 1, 9, 16, 1, 4], 5, 5), attribute("content-type"));
    let digest = [0x0d, 1, 9, 4, 0x31, 34, 4, 32];
    assert_eq!(change(&digest, 6, 5), attribute("message-digest"));
}

#[test]
fn what_is_not_a_token_is_refused() {
    let scene = Scene::new();
    let token = scene.token_at(now());
    let trailing = [token.as_slice(), &[0]].concat();
    for bytes in [&b""[..], b"token", &trailing, &token[..token.len() - 1]] {
        assert_eq!(scene.verify(bytes), Err(TimestampError::Malformed));
    }
    let refused = scene.verify(&vec![0; 70_000]);
    assert_eq!(refused, Err(TimestampError::TooLarge { size_bytes: 70_000, limit_bytes: 65_536 }));

    let change = |pattern: &[u8], offset: usize, value: u8| {
        let mut changed = token.clone();
        let position = changed.windows(pattern.len()).position(|window| window == pattern).unwrap();
        changed[position + offset] = value;
        scene.verify(&changed).unwrap_err()
    };
    let unsupported = |what| TimestampError::Unsupported { what };
    assert_eq!(change(&[9, 16, 1, 4], 3, 5), unsupported("a type of content"));
    assert_eq!(change(&[2, 1, 1, 6], 2, 2), unsupported("a version"));
}

#[test]
fn a_weak_or_unknown_algorithm_in_a_token_is_refused() {
    let scene = Scene::new();
    let token = scene.token_at(now());
    let change = |pattern: &[u8], offset: usize, value: u8| {
        let mut changed = token.clone();
        let position = changed.windows(pattern.len()).rposition(|window| window == pattern).unwrap();
        changed[position + offset] = value;
        scene.verify(&changed)
    };
    let unsupported = |what| Err(TimestampError::Unsupported { what });
    let sha256 = [0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1];
    assert_eq!(change(&sha256, 8, 9), unsupported("a hash algorithm"));
    let ecdsa_with_sha256 = [0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2];
    assert_eq!(change(&ecdsa_with_sha256, 7, 1), unsupported("a signature algorithm"));
}

#[test]
fn a_refusal_is_passed_on_with_its_reason() {
    for reason in [
        FailureReason::BadAlgorithm,
        FailureReason::BadRequest,
        FailureReason::BadFormat,
        FailureReason::TimeNotAvailable,
        FailureReason::UnacceptedPolicy,
        FailureReason::UnacceptedExtension,
        FailureReason::AdditionalInformationNotAvailable,
        FailureReason::SystemFailure,
        FailureReason::Unspecified,
    ] {
        let refused = timestamp::token_of(&authority::rejection(reason), &imprint(), NONCE);
        assert_eq!(refused, Err(TimestampError::Refused { reason, text: Some(reason.to_string()) }));
    }
}

#[test]
fn a_response_without_a_token_is_refused() {
    let granted = [0x30, 5, 0x30, 3, 2, 1, 0];
    assert_eq!(timestamp::token_of(&granted, &imprint(), NONCE), Err(TimestampError::Malformed));
}

#[test]
fn a_request_that_cannot_be_served_is_refused_with_the_right_reason() {
    let refused = |bytes: &[u8]| authority::parse_request(bytes).unwrap_err();
    let good = timestamp::request(&imprint(), NONCE);
    assert_eq!(refused(b""), FailureReason::BadFormat);
    assert_eq!(refused(&[good.as_slice(), &[0]].concat()), FailureReason::BadFormat);
    assert_eq!(refused(&[0x30; 2_000]), FailureReason::BadFormat);
    let change = |pattern: &[u8], offset: usize, value: u8| {
        let mut changed = good.clone();
        let position = changed.windows(pattern.len()).position(|window| window == pattern).unwrap();
        changed[position + offset] = value;
        refused(&changed)
    };
    assert_eq!(change(&[2, 1, 1, 0x30], 2, 2), FailureReason::BadRequest);
    // SHA-256 becomes an unknown algorithm, then SHA-384, whose digest is longer.
    let sha256 = [0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1];
    assert_eq!(change(&sha256, 8, 9), FailureReason::BadAlgorithm);
    assert_eq!(change(&sha256, 8, 2), FailureReason::BadFormat);
}
