//! The doors: what they let in, and what they refuse.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use certs::{Misbehaviour, Profile, Reach, RunError, Service};
use clock::Clock;
use http::StatusCode;
use listener::client::ClientError;
use listener::{Drained, Socket};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use protocol::hash::Sha256Hash;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use trust::certificate::Certificate;
use trust::ocsp::{self, ErrorStatus, OcspError};
use trust::path::Anchors;
use trust::timestamp::{self, FailureReason, TimestampError};

mod common;

use common::{BEARER, Fixture, Running, SOON, manual_clock};

const HOUR: Duration = Duration::from_secs(3_600);

#[tokio::test]
async fn answers_ocsp_by_post_and_by_get() {
    let clock = manual_clock();
    let running = Running::start(clock.clone()).await;
    let certificate = running.fixture.certificate("signing", Profile::Signing);
    let issuing = running.services().issuing();
    let request = ocsp::request(&certificate, issuing, Some(b"a nonce of 16 by"));
    let path = STANDARD.encode(&request);
    let path = format!("/ocsp/{}", utf8_percent_encode(&path, NON_ALPHANUMERIC));
    for response in [running.post("/ocsp", request).await, running.get(&path).await] {
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()["content-type"], "application/ocsp-response");
        let good = ocsp::verify(response.body(), &certificate, issuing, clock.now(), HOUR, Some(b"a nonce of 16 by"));
        assert_eq!(good.unwrap().this_update(), clock.now());
    }
}

#[tokio::test]
async fn says_nothing_about_certificates_of_others() {
    let running = Running::start(manual_clock()).await;
    let (other, clock) = Fixture::with_manual_clock();
    let certificate = other.certificate("signing", Profile::Signing);
    let response = running.post("/ocsp", ocsp::request(&certificate, other.services.issuing(), None)).await;
    let refused =
        ocsp::verify(response.body(), &certificate, other.services.issuing(), clock.now(), HOUR, None).unwrap_err();
    assert_eq!(refused, OcspError::Refused(ErrorStatus::Unauthorized));
}

#[tokio::test]
async fn says_that_a_certificate_of_its_issuer_is_unknown() {
    let clock = manual_clock();
    let running = Running::start(clock.clone()).await;
    let certificate = running.fixture.certificate("signing", Profile::Signing);
    // What it issued is forgotten: another folder with the same keys.
    let index = running.fixture.path().join("services/issued.jsonl");
    std::fs::write(index, "").unwrap();
    let folder = running.fixture.path().join("services");
    let services =
        certs::TrustServices::open(folder, &common::settings(&running.url), &common::pin(), clock.clone()).unwrap();
    let response = services.answer_ocsp(&ocsp::request(&certificate, services.issuing(), None));
    let refused = ocsp::verify(&response, &certificate, services.issuing(), clock.now(), HOUR, None).unwrap_err();
    assert!(matches!(refused, OcspError::Unknown { .. }), "{refused}");
}

#[tokio::test]
async fn stamps_what_trust_verifies() {
    let clock = manual_clock();
    let running = Running::start(clock.clone()).await;
    let imprint = Sha256Hash::of(b"checkpoint");
    let response = running.post("/tsa", timestamp::request(&imprint, 7)).await;
    assert_eq!(response.headers()["content-type"], "application/timestamp-reply");
    let token = timestamp::token_of(response.body(), &imprint, 7).unwrap();
    let anchors = Anchors::new(vec![running.services().root().clone()]);
    let authorities = [running.services().time_stamping_certificate().clone()];
    let verified = timestamp::verify(&token, &imprint, &authorities, &anchors, clock.now()).unwrap();
    assert_eq!(verified.time(), clock.now());
}

#[tokio::test]
async fn refuses_to_stamp_while_the_clock_is_behind() {
    let clock = manual_clock();
    let running = Running::start(clock.clone()).await;
    let imprint = Sha256Hash::of(b"checkpoint");
    running.post("/tsa", timestamp::request(&imprint, 7)).await;
    clock.set(clock.now() - jiff::SignedDuration::from_secs(5));
    let response = running.post("/tsa", timestamp::request(&imprint, 8)).await;
    let refused = timestamp::token_of(response.body(), &imprint, 8).unwrap_err();
    assert!(matches!(refused, TimestampError::Refused { reason: FailureReason::TimeNotAvailable, .. }), "{refused}");
}

#[tokio::test]
async fn refuses_bodies_that_are_no_requests() {
    let running = Running::start(manual_clock()).await;
    let malformed = ocsp::responder::error_response(ErrorStatus::MalformedRequest);
    for body in [vec![], b"garbage".to_vec(), vec![0x30; 8_192]] {
        assert_eq!(running.post("/ocsp", body.clone()).await.body(), &malformed);
        let response = running.post("/tsa", body).await;
        let refused = timestamp::token_of(response.body(), &Sha256Hash::of(b""), 0).unwrap_err();
        assert!(matches!(refused, TimestampError::Refused { reason: FailureReason::BadFormat, .. }), "{refused}");
    }
    for path in ["/ocsp", "/tsa"] {
        assert_eq!(running.post(path, vec![0x30; 8_193]).await.status(), StatusCode::PAYLOAD_TOO_LARGE);
    }
    assert_eq!(running.get("/ocsp/not%20base64").await.status(), StatusCode::BAD_REQUEST);
    assert_eq!(running.get(&format!("/ocsp/{}", "A".repeat(25_000))).await.status(), StatusCode::URI_TOO_LONG);
}

#[tokio::test]
async fn refuses_other_paths_and_methods() {
    let running = Running::start(manual_clock()).await;
    for path in ["/ocsp", "/tsa", "/ca", "/ca/revoke"] {
        assert_eq!(running.get(path).await.status(), StatusCode::METHOD_NOT_ALLOWED, "{path}");
    }
    for path in ["/", "/ca/", "/ca/token", "/ca/../token/root.key.pem", "/ca/issued.jsonl"] {
        assert_eq!(running.get(path).await.status(), StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn issues_and_revokes_for_who_shows_the_token() {
    let clock = manual_clock();
    let running = Running::start(clock.clone()).await;
    let request = running.fixture.request("signing");
    let response = running.post_as(BEARER, "/ca?profile=signing", request.clone()).await;
    assert_eq!(response.status(), StatusCode::OK, "{:?}", response.body());
    let pem = String::from_utf8(response.body().to_vec()).unwrap();
    assert_eq!(pem.matches("BEGIN CERTIFICATE").count(), 2);
    let (_, leaf) = der::pem::decode_vec(&pem.as_bytes()[..pem.find("-----END").unwrap() + 26]).unwrap();
    let leaf = Certificate::from_der(&leaf).unwrap();

    let as_pem = der::pem::encode_string("CERTIFICATE REQUEST", der::pem::LineEnding::LF, &request).unwrap();
    let response = running.post_as(BEARER, "/ca?profile=authentication", as_pem.into_bytes()).await;
    assert_eq!(response.status(), StatusCode::OK);

    let revocation = format!("{{\"serial\":\"{}\",\"reason\":\"superseded\"}}", leaf.serial_hex());
    assert_eq!(running.post_as(BEARER, "/ca/revoke", revocation.into_bytes()).await.status(), StatusCode::NO_CONTENT);
    let issuing = running.services().issuing();
    let response = running.post("/ocsp", ocsp::request(&leaf, issuing, None)).await;
    let refused = ocsp::verify(response.body(), &leaf, issuing, clock.now(), HOUR, None).unwrap_err();
    assert!(matches!(refused, OcspError::Revoked { .. }), "{refused}");
}

#[tokio::test]
async fn issues_to_nobody_else() {
    let running = Running::start(manual_clock()).await;
    let request = running.fixture.request("signing");
    let unauthorized = StatusCode::UNAUTHORIZED;
    for path in ["/ca?profile=signing", "/ca/revoke"] {
        assert_eq!(running.post(path, request.clone()).await.status(), unauthorized);
        assert_eq!(running.post_as("0123456789abcdeF", path, request.clone()).await.status(), unauthorized);
        assert_eq!(running.post_as("", path, request.clone()).await.status(), unauthorized);
    }
    let closed = Running::start_with(manual_clock(), |settings| settings.certification.token = None).await;
    assert_eq!(closed.post_as(BEARER, "/ca?profile=signing", request.clone()).await.status(), StatusCode::FORBIDDEN);
    assert_eq!(closed.post_as("", "/ca?profile=signing", request).await.status(), StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn refuses_requests_for_what_it_does_not_issue() {
    let running = Running::start(manual_clock()).await;
    let request = running.fixture.request("signing");
    for path in ["/ca", "/ca?profile=", "/ca?profile=authority", "/ca?profile=signing&profile=signing"] {
        let response = running.post_as(BEARER, path, request.clone()).await;
        assert_eq!(response.status(), StatusCode::BAD_REQUEST, "{path}");
    }
    let response = running.post_as(BEARER, "/ca?profile=ocsp-responder", request.clone()).await;
    assert_eq!(response.status(), StatusCode::FORBIDDEN);
    for body in [&b""[..], b"garbage", b"-----BEGIN CERTIFICATE REQUEST-----\n", &request[1..]] {
        let response = running.post_as(BEARER, "/ca?profile=signing", body.to_vec()).await;
        assert_eq!(response.status(), StatusCode::BAD_REQUEST);
    }
    let unknown = br#"{"serial":"01","reason":"superseded"}"#;
    assert_eq!(running.post_as(BEARER, "/ca/revoke", unknown.to_vec()).await.status(), StatusCode::NOT_FOUND);
    for body in
        [&b"{}"[..], br#"{"serial":"01","reason":"boredom"}"#, br#"{"serial":"01","reason":"superseded","x":1}"#]
    {
        assert_eq!(running.post_as(BEARER, "/ca/revoke", body.to_vec()).await.status(), StatusCode::BAD_REQUEST);
    }
}

#[tokio::test]
async fn publishes_its_certificates() {
    let running = Running::start(manual_clock()).await;
    let services = running.services();
    let published = [
        ("root", services.root()),
        ("issuing", services.issuing()),
        ("ocsp", services.ocsp_certificate()),
        ("time-stamping", services.time_stamping_certificate()),
    ];
    for (name, certificate) in published {
        let response = running.get(&format!("/ca/{name}.pem")).await;
        let (_, der) = der::pem::decode_vec(response.body()).unwrap();
        assert_eq!(der, certificate.der());
    }
}

#[tokio::test]
async fn misbehaves_when_a_test_asks_for_it() {
    let clock = manual_clock();
    let running = Running::start(clock.clone()).await;
    let certificate = running.fixture.certificate("signing", Profile::Signing);
    let issuing = running.services().issuing();
    let request = || ocsp::request(&certificate, issuing, None);
    let verify = |body: &[u8]| ocsp::verify(body, &certificate, issuing, clock.now(), HOUR, None).unwrap_err();

    running.services().misbehave(Service::Ocsp, Misbehaviour::Status(StatusCode::SERVICE_UNAVAILABLE));
    assert_eq!(running.post("/ocsp", request()).await.status(), StatusCode::SERVICE_UNAVAILABLE);
    running.services().misbehave(Service::Ocsp, Misbehaviour::Refuse);
    assert_eq!(verify(running.post("/ocsp", request()).await.body()), OcspError::Refused(ErrorStatus::TryLater));
    running.services().misbehave(Service::Ocsp, Misbehaviour::Garbage);
    assert!(matches!(verify(running.post("/ocsp", request()).await.body()), OcspError::Malformed(_)));
    running.services().misbehave(Service::Ocsp, Misbehaviour::Stale(2 * HOUR));
    let stale = verify(running.post("/ocsp", request()).await.body());
    assert!(matches!(stale, OcspError::Stale { .. } | OcspError::Expired { .. }), "{stale}");
    running.services().misbehave(Service::Ocsp, Misbehaviour::Hang);
    let hung = running.try_post("/ocsp", request(), Duration::from_millis(200)).await.unwrap_err();
    assert!(matches!(hung, ClientError::TimedOut { .. }), "{hung}");
    running.services().misbehave(Service::Ocsp, Misbehaviour::None);
    let response = running.post("/ocsp", request()).await;
    ocsp::verify(response.body(), &certificate, issuing, clock.now(), HOUR, None).unwrap();

    running.services().misbehave(Service::TimeStamping, Misbehaviour::Refuse);
    let imprint = Sha256Hash::of(b"checkpoint");
    let response = running.post("/tsa", timestamp::request(&imprint, 7)).await;
    let refused = timestamp::token_of(response.body(), &imprint, 7).unwrap_err();
    assert!(matches!(refused, TimestampError::Refused { reason: FailureReason::SystemFailure, .. }), "{refused}");
}

#[tokio::test]
async fn runs_on_the_loopback_interface_unless_told_otherwise() {
    let (fixture, _) = Fixture::with_manual_clock();
    let socket = TcpListener::bind("0.0.0.0:0").await.unwrap();
    let refused = fixture.services.clone().run(Socket::Tcp(socket), CancellationToken::new()).await.unwrap_err();
    assert!(matches!(refused, RunError::NotLoopback { .. }), "{refused}");

    let mut settings = common::settings("http://127.0.0.1:1");
    settings.reach = Reach::Network;
    let fixture = Fixture::new(&settings, manual_clock());
    let socket = TcpListener::bind("0.0.0.0:0").await.unwrap();
    let shutdown = CancellationToken::new();
    shutdown.cancel();
    let ended = fixture.services.clone().run(Socket::Tcp(socket), shutdown).await.unwrap();
    assert_eq!(ended, Drained::Completely);
}

#[tokio::test]
async fn stops_when_told() {
    let running = Running::start(manual_clock()).await;
    running.get("/ca/root.pem").await;
    running.shutdown.cancel();
    let ended = tokio::time::timeout(SOON, running.ended).await.unwrap().unwrap();
    assert_eq!(ended.unwrap(), Drained::Completely);
}
