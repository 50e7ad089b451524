mod against_openssl;
mod request;

use crate::authority::*;
use jiff::{SignedDuration, Timestamp};
use std::time::Duration;
use trust::{
    certificate::{Certificate, CertificateError},
    ocsp::{
        self, ErrorStatus, GoodStatus, OcspError,
        responder::{
            Answer, CertificateStatus, RequestError, RevocationReason, ToBeSignedResponse, error_response,
            parse_request,
        },
    },
    path::PathError,
    signature::VerifyError,
};

const HOUR: Duration = Duration::from_secs(3600);

/// A member's certificate and a delegated responder, both of one issuing authority.
struct Scene {
    pki: Pki,
    member: Party,
    responder: Party,
}

/// A response to be varied.
struct Response<'a> {
    scene: &'a Scene,
    signed_by: &'a Party,
    sent_along: Vec<Certificate>,
    answers: Vec<Answer>,
    produced_at: Timestamp,
    nonce: Option<&'a [u8]>,
}

impl Scene {
    fn new() -> Self {
        let pki = Pki::new();
        let member = pki.signer();
        let responder = pki.issuing.issue(&Profile::ocsp_responder(), "responder");
        Self { pki, member, responder }
    }

    fn answer(&self, status: CertificateStatus) -> Answer {
        self.answer_for(&self.member.certificate, &self.pki.issuing.certificate, status)
    }

    fn answer_for(&self, certificate: &Certificate, issuer: &Certificate, status: CertificateStatus) -> Answer {
        let request = parse_request(&ocsp::request(certificate, issuer, None)).unwrap();
        Answer {
            certificate: request.certificates()[0].clone(),
            status,
            this_update: now(),
            next_update: Some(time("2098-01-01T00:00:00Z")),
        }
    }

    fn response(&self) -> Response<'_> {
        Response {
            scene: self,
            signed_by: &self.responder,
            sent_along: vec![self.responder.certificate.clone()],
            answers: vec![self.answer(CertificateStatus::Good)],
            produced_at: now(),
            nonce: None,
        }
    }

    fn verify(&self, response: &[u8], at: Timestamp) -> Result<GoodStatus, OcspError> {
        let issuer = &self.pki.issuing.certificate;
        ocsp::verify(response, &self.member.certificate, issuer, at, HOUR, None)
    }
}

impl Response<'_> {
    fn bytes(&self) -> Vec<u8> {
        let signer = &self.signed_by.certificate;
        let response = ToBeSignedResponse::new(signer, self.produced_at, &self.answers, self.nonce);
        response.complete(&self.signed_by.sign(response.bytes()), &self.sent_along)
    }

    fn verify(&self) -> Result<GoodStatus, OcspError> {
        self.scene.verify(&self.bytes(), now())
    }

    fn with(self, change: impl FnOnce(&mut Self)) -> Self {
        let mut changed = self;
        change(&mut changed);
        changed
    }
}

/// A response by a delegated responder, fresh for a long time.
pub(crate) fn good_response(pki: &Pki, certificate: &Certificate) -> Vec<u8> {
    let responder = pki.issuing.issue(&Profile::ocsp_responder(), "responder");
    let request = parse_request(&ocsp::request(certificate, &pki.issuing.certificate, None)).unwrap();
    let answer = Answer {
        certificate: request.certificates()[0].clone(),
        status: CertificateStatus::Good,
        this_update: now(),
        next_update: Some(time("2098-01-01T00:00:00Z")),
    };
    let response = ToBeSignedResponse::new(&responder.certificate, now(), &[answer], None);
    response.complete(&responder.sign(response.bytes()), std::slice::from_ref(&responder.certificate))
}

fn member() -> String {
    "CN=member,O=Chakana tests".to_owned()
}

#[test]
fn a_delegated_responder_and_the_authority_itself_may_say_good() {
    let scene = Scene::new();
    let by_delegate = scene.response().verify().unwrap();
    assert_eq!((by_delegate.produced_at(), by_delegate.this_update()), (now(), now()));
    assert_eq!(by_delegate.next_update(), Some(time("2098-01-01T00:00:00Z")));
    for sent_along in [vec![], vec![scene.pki.issuing.certificate.clone()]] {
        let by_authority = scene.response().with(|response| {
            response.signed_by = &scene.pki.issuing;
            response.sent_along = sent_along;
        });
        by_authority.verify().unwrap();
    }
}

#[test]
fn a_responder_may_have_any_supported_key() {
    let scene = Scene::new();
    for key in Key::SUPPORTED {
        let responder = scene.pki.issuing.issue_to(key, &Profile::ocsp_responder(), "responder");
        let response = scene.response().with(|response| {
            response.signed_by = &responder;
            response.sent_along = vec![responder.certificate.clone()];
        });
        assert!(response.verify().is_ok(), "{key:?}");
    }
}

#[test]
fn a_revoked_certificate_is_refused_with_the_time() {
    let scene = Scene::new();
    let at = time("2026-11-20T12:00:00Z");
    for reason in [None, Some(RevocationReason::KeyCompromise), Some(RevocationReason::CertificateHold)] {
        let answer = scene.answer(CertificateStatus::Revoked { at, reason });
        let refused = scene.response().with(|response| response.answers = vec![answer]).verify();
        assert_eq!(refused, Err(OcspError::Revoked { subject: member(), at }));
    }
}

#[test]
fn an_unknown_certificate_is_refused() {
    let scene = Scene::new();
    let answer = scene.answer(CertificateStatus::Unknown);
    let refused = scene.response().with(|response| response.answers = vec![answer]).verify();
    assert_eq!(refused, Err(OcspError::Unknown { subject: member() }));
}

#[test]
fn a_status_is_good_for_the_permitted_age_and_no_longer() {
    let scene = Scene::new();
    let response = scene.response().bytes();
    let after = |seconds| now() + SignedDuration::from_secs(seconds);
    assert!(scene.verify(&response, after(3600)).is_ok());
    let refused = scene.verify(&response, after(3601));
    assert_eq!(refused, Err(OcspError::Stale { this_update: now(), at: after(3601), max_age: HOUR }));
}

#[test]
fn a_response_past_its_own_next_update_is_refused() {
    let scene = Scene::new();
    let next_update = now() + SignedDuration::from_secs(60);
    let response = scene.response().with(|response| response.answers[0].next_update = Some(next_update)).bytes();
    assert!(scene.verify(&response, next_update).is_ok());
    let at = next_update + SignedDuration::from_secs(1);
    assert_eq!(scene.verify(&response, at), Err(OcspError::Expired { next_update, at }));
}

#[test]
fn a_response_without_next_update_is_good_for_the_permitted_age() {
    let scene = Scene::new();
    let response = scene.response().with(|response| response.answers[0].next_update = None);
    assert_eq!(response.verify().unwrap().next_update(), None);
}

#[test]
fn a_response_from_the_future_is_refused_beyond_what_clocks_differ() {
    let scene = Scene::new();
    let response = scene.response().bytes();
    let before = |seconds| now() - SignedDuration::from_secs(seconds);
    assert!(scene.verify(&response, before(60)).is_ok());
    let refused = scene.verify(&response, before(61));
    assert_eq!(refused, Err(OcspError::FromTheFuture { from: now(), at: before(61) }));
    // Signed later than the status it repeats.
    let later = now() + SignedDuration::from_secs(600);
    let refused = scene.response().with(|response| response.produced_at = later).verify();
    assert_eq!(refused, Err(OcspError::FromTheFuture { from: later, at: now() }));
}

#[test]
fn an_answer_has_our_nonce_or_none() {
    let scene = Scene::new();
    let issuer = &scene.pki.issuing.certificate;
    let check = |nonce| {
        let response = scene.response().with(|response| response.nonce = nonce).bytes();
        ocsp::verify_answer(&response, &scene.member.certificate, issuer, now(), HOUR, b"nonce").map(|_| ())
    };
    assert_eq!(check(Some(b"nonce")), Ok(()));
    assert_eq!(check(None), Ok(()), "from a cache");
    assert_eq!(check(Some(b"other")), Err(OcspError::Nonce));
}

#[test]
fn the_nonce_is_demanded_only_if_one_was_sent() {
    let scene = Scene::new();
    let issuer = &scene.pki.issuing.certificate;
    let with = |nonce| scene.response().with(|response| response.nonce = nonce).bytes();
    let check = |response: &[u8], nonce| {
        ocsp::verify(response, &scene.member.certificate, issuer, now(), HOUR, nonce).map(|_| ())
    };
    assert_eq!(check(&with(Some(b"nonce")), Some(b"nonce")), Ok(()));
    assert_eq!(check(&with(Some(b"nonce")), None), Ok(()));
    assert_eq!(check(&with(Some(b"other")), Some(b"nonce")), Err(OcspError::Nonce));
    assert_eq!(check(&with(None), Some(b"nonce")), Err(OcspError::Nonce));
}

#[test]
fn an_answer_about_another_certificate_is_refused() {
    let scene = Scene::new();
    let sibling = scene.pki.signer();
    let other_serial = scene.answer_for(&sibling.certificate, &scene.pki.issuing.certificate, CertificateStatus::Good);
    let other_issuer =
        scene.answer_for(&scene.member.certificate, &scene.pki.root.certificate, CertificateStatus::Good);
    for answers in [vec![other_serial.clone()], vec![other_issuer], vec![]] {
        let refused = scene.response().with(|response| response.answers = answers).verify();
        assert_eq!(refused, Err(OcspError::OtherCertificate { subject: member() }));
    }
    let among_others = vec![other_serial, scene.answer(CertificateStatus::Good)];
    assert!(scene.response().with(|response| response.answers = among_others).verify().is_ok());
}

#[test]
fn two_answers_for_one_certificate_are_refused() {
    let scene = Scene::new();
    let both = vec![scene.answer(CertificateStatus::Good), scene.answer(CertificateStatus::Unknown)];
    let refused = scene.response().with(|response| response.answers = both).verify();
    assert_eq!(refused, Err(OcspError::Unsupported { what: "two answers for one certificate" }));
    let many = vec![scene.answer(CertificateStatus::Good); 17];
    let refused = scene.response().with(|response| response.answers = many).verify();
    assert_eq!(refused, Err(OcspError::Unsupported { what: "more answers" }));
}

#[test]
fn a_responder_that_the_authority_did_not_delegate_is_refused() {
    let scene = Scene::new();
    let foreign = Party::root("foreign").issue(&Profile::ocsp_responder(), "responder");
    let of_the_root = scene.pki.root.issue(&Profile::ocsp_responder(), "responder");
    let expired = scene.pki.issuing.issue(&Profile::ocsp_responder().valid(2020, 2026), "responder");
    let wrong_roles = [Profile::signing(), Profile::authentication(), Profile::time_stamping()];
    let wrong_roles = wrong_roles.map(|profile| scene.pki.issuing.issue(&profile, "responder"));
    for responder in [foreign, of_the_root, expired].iter().chain(&wrong_roles) {
        let refused = scene.response().with(|response| {
            response.signed_by = responder;
            response.sent_along = vec![responder.certificate.clone()];
        });
        let Err(OcspError::Unauthorised { responder, issuer, source }) = refused.verify() else { panic!("accepted") };
        assert_eq!(
            (responder.as_str(), issuer.as_str()),
            ("CN=responder,O=Chakana tests", "CN=issuing,O=Chakana tests")
        );
        assert!(matches!(
            *source,
            PathError::WrongRole { .. } | PathError::UnknownIssuer { .. } | PathError::OutsideValidity { .. }
        ));
    }
}

#[test]
fn a_responder_that_does_not_show_its_certificate_is_refused() {
    let scene = Scene::new();
    for sent_along in [vec![], vec![scene.pki.root.certificate.clone()]] {
        let refused = scene.response().with(|response| response.sent_along = sent_along).verify();
        assert_eq!(refused, Err(OcspError::UnknownResponder { issuer: "CN=issuing,O=Chakana tests".to_owned() }));
    }
    let many = vec![scene.responder.certificate.clone(); 9];
    let refused = scene.response().with(|response| response.sent_along = many).verify();
    assert_eq!(refused, Err(OcspError::Unsupported { what: "more certificates" }));
}

#[test]
fn a_signature_by_another_key_is_refused() {
    let scene = Scene::new();
    let response =
        ToBeSignedResponse::new(&scene.responder.certificate, now(), &[scene.answer(CertificateStatus::Good)], None);
    let forged =
        response.complete(&scene.member.sign(response.bytes()), std::slice::from_ref(&scene.responder.certificate));
    let Err(OcspError::Signature { responder, source }) = scene.verify(&forged, now()) else { panic!("accepted") };
    assert_eq!(responder, "CN=responder,O=Chakana tests");
    assert!(matches!(source, VerifyError::Invalid { .. }));
}

#[test]
fn every_changed_byte_of_the_signed_part_is_refused() {
    let scene = Scene::new();
    let response = scene.response();
    let bytes = response.bytes();
    let to_be_signed = ToBeSignedResponse::new(&scene.responder.certificate, now(), &response.answers, response.nonce);
    let signed = to_be_signed.bytes();
    let start = bytes.windows(signed.len()).position(|window| window == signed).unwrap();
    for index in start..start + signed.len() {
        let mut changed = bytes.clone();
        changed[index] ^= 1;
        assert!(scene.verify(&changed, now()).is_err(), "byte {index}");
    }
}

#[test]
fn an_issuer_of_another_name_is_not_asked_further() {
    let scene = Scene::new();
    let response = scene.response().bytes();
    let issuer = &scene.pki.root.certificate;
    let refused = ocsp::verify(&response, &scene.member.certificate, issuer, now(), HOUR, None);
    let expected = OcspError::NotTheIssuer { subject: member(), issuer: "CN=root,O=Chakana tests".to_owned() };
    assert_eq!(refused, Err(expected));
}

#[test]
fn the_refusals_of_a_responder_are_passed_on() {
    let scene = Scene::new();
    for status in [
        ErrorStatus::MalformedRequest,
        ErrorStatus::InternalError,
        ErrorStatus::TryLater,
        ErrorStatus::SignatureRequired,
        ErrorStatus::Unauthorized,
    ] {
        assert_eq!(scene.verify(&error_response(status), now()), Err(OcspError::Refused(status)));
    }
    let unknown = [0x30, 3, 0x0a, 1, 4];
    assert_eq!(scene.verify(&unknown, now()), Err(OcspError::Unsupported { what: "a status" }));
}

#[test]
fn what_is_not_a_response_is_refused() {
    let scene = Scene::new();
    let good = scene.response().bytes();
    let trailing = [good.as_slice(), &[0]].concat();
    for bytes in [&b""[..], b"good", &trailing, &good[..good.len() - 1], &[0x30, 3, 0x0a, 1, 0]] {
        assert!(matches!(scene.verify(bytes, now()), Err(OcspError::Malformed(_))));
    }
    let refused = scene.verify(&vec![0; 40_000], now());
    assert_eq!(refused, Err(OcspError::TooLarge { size_bytes: 40_000, limit_bytes: 32_768 }));

    let change = |pattern: &[u8], offset: usize, value: u8| {
        let mut changed = good.clone();
        let position = changed.windows(pattern.len()).position(|window| window == pattern).unwrap();
        changed[position + offset] = value;
        scene.verify(&changed, now()).unwrap_err()
    };
    let basic = [0x2b, 6, 1, 5, 5, 7, 48, 1, 1];
    assert_eq!(change(&basic, 8, 9), OcspError::Unsupported { what: "a type of response" });
    // The first such algorithm identifier is that of the response.
    let ecdsa_with_sha256 = [0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2];
    assert_eq!(change(&ecdsa_with_sha256, 7, 1), OcspError::Unsupported { what: "a signature algorithm" });
    let version_of_the_certificate = [0xa0, 3, 2, 1, 2];
    let refused = change(&version_of_the_certificate, 2, 4);
    assert!(matches!(refused, OcspError::ResponderCertificate(CertificateError::Malformed(_))));
}

/// Puts a critical extension of an unknown kind in the place of the nonce `12345`, length for length.
fn with_critical_extension(bytes: &[u8]) -> Vec<u8> {
    let nonce = [&[6, 9, 0x2b, 6, 1, 5, 5, 7, 48, 1, 2, 4, 7, 4, 5][..], b"12345"].concat();
    let critical = [&[6, 6, 0x2b, 6, 1, 5, 5, 7, 1, 1, 0xff, 4, 7][..], b"unknown"].concat();
    let position = bytes.windows(nonce.len()).position(|window| window == nonce).unwrap();
    [&bytes[..position], &critical, &bytes[position + nonce.len()..]].concat()
}

#[test]
fn a_critical_extension_that_we_do_not_know_is_refused() {
    let scene = Scene::new();
    let answers = [scene.answer(CertificateStatus::Good)];
    let response = ToBeSignedResponse::new(&scene.responder.certificate, now(), &answers, Some(b"12345"));
    let signature = scene.responder.sign(&with_critical_extension(response.bytes()));
    let response = response.complete(&signature, std::slice::from_ref(&scene.responder.certificate));
    let refused = scene.verify(&with_critical_extension(&response), now());
    assert_eq!(refused, Err(OcspError::Unsupported { what: "a critical extension" }));

    let request = ocsp::request(&scene.member.certificate, &scene.pki.issuing.certificate, Some(b"12345"));
    let refused = parse_request(&with_critical_extension(&request));
    assert_eq!(refused, Err(RequestError::Unsupported { what: "a critical extension" }));
}
