//! Management requests that are refused, over HTTPS, each with the words that say why; nothing of them is kept.

use crate::common::{Entity, World, pin, sign_with};
use certs::{Misbehaviour, Profile, Service, TrustServices};
use clock::Clock as _;
use http::StatusCode;
use jiff::SignedDuration;
use protocol::hash::CertificateHash;
use protocol::management::{Envelope, ManagementRequest as R, ProofKind, RequestState};
use std::time::Duration;

const AUTOMATIC: &str = "default = \"automatic\"";

#[tokio::test(flavor = "multi_thread")]
async fn refuses_what_is_no_request() {
    let world = World::configured(AUTOMATIC).await;
    for (path, body, status) in [
        ("/requests", b"{}".to_vec(), 400),
        ("/requests", Vec::new(), 400),
        ("/requests", vec![b' '; Envelope::MAX_BYTES + 1], 413),
        ("/", Vec::new(), 404),
        ("/requests/abc", Vec::new(), 405),
    ] {
        let response = world.post(path, body).await;
        assert_eq!(response.status(), status, "{path}: {:?}", response.body());
    }
    let url = format!("https://{}/requests", world.management);
    for (path, status) in [("", 405), ("/abc", 404), (&format!("/{}", CertificateHash::of(b"x")), 404)] {
        let response = world.ask(http::Request::get(format!("{url}{path}")), Vec::new()).await;
        assert_eq!(response.status(), status, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn refuses_everything_before_it_is_configured() {
    let world = World::unconfigured().await;
    let entity = Entity::new(&world, 1001);
    world.refused(&entity.ask(&world, entity.register_signing()), 503, "not configured").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn refuses_a_request_that_was_kept_back_or_is_from_the_future() {
    let world = World::configured(AUTOMATIC).await;
    let entity = Entity::new(&world, 1001);
    for (offset, status) in [(-61, 403), (61, 403)] {
        let created = world.clock.now() + SignedDuration::from_secs(offset);
        world.refused(&entity.sign(entity.register_signing(), created), status, "is not within").await;
    }
    let created = world.clock.now() - SignedDuration::from_secs(59);
    assert_eq!(world.submit(&entity.sign(entity.register_signing(), created)).await, RequestState::Applied);
}

#[tokio::test(flavor = "multi_thread")]
async fn refuses_signatures_that_are_missing_superfluous_or_of_others() {
    let world = World::configured(AUTOMATIC).await;
    let (entity, other) = (Entity::registered(&world, 1001).await, Entity::registered(&world, 1002).await);
    let now = world.clock.now();
    let client = || entity.register_client("portal");
    let by = |server: &Entity, member: &Entity| {
        vec![(ProofKind::Server, server.authentication.clone()), (ProofKind::Member, member.signing.clone())]
    };
    let cases = [
        (entity.sign_as(client(), now, &[ProofKind::Server]), "the proof of the member is not accepted: it is missing"),
        (entity.sign_as(client(), now, &[ProofKind::Member]), "the proof of the server is not accepted: it is missing"),
        (
            entity.sign_as(client(), now, &[ProofKind::Server, ProofKind::Member, ProofKind::Possession]),
            "possession is not accepted: a request of this kind has none",
        ),
        (sign_with(client(), now, by(&other, &entity)), "is not registered for BO/GOV/1001/ss1"),
        (sign_with(client(), now, by(&entity, &other)), "is not registered for BO/GOV/1001"),
    ];
    for (envelope, words) in cases {
        world.refused(&envelope, 403, words).await;
    }
    let end = R::EndMaintenance { server: entity.server.clone() };
    let foreign = sign_with(end, now, vec![(ProofKind::Server, other.authentication.clone())]);
    world.refused(&foreign, 403, "is not registered for").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn refuses_a_signature_over_another_request_and_another_certificate() {
    let world = World::configured(AUTOMATIC).await;
    let entity = Entity::new(&world, 1001);
    let genuine = entity.ask(&world, entity.register_signing());
    let other = R::RegisterSigningCertificate {
        member: "BO/GOV/1002".parse().unwrap(),
        certificate: entity.signing.chain[0].as_slice().into(),
    };
    let other = entity.ask(&world, other);
    let moved = Envelope::new(other.document().clone(), genuine.signatures().to_vec()).unwrap();
    world.refused(&moved, 403, "it is not a signature over this request").await;

    let keys = vec![(ProofKind::Possession, entity.key(&world, "next", Profile::Signing))];
    let envelope = sign_with(entity.register_signing(), world.clock.now(), keys);
    world.refused(&envelope, 403, "another certificate than the one to be registered").await;

    let mut broken = genuine.signatures().to_vec();
    broken[0].certificates[0] = vec![0x30, 0x00];
    let broken = Envelope::new(genuine.document().clone(), broken).unwrap();
    world.refused(&broken, 403, "its certificate cannot be read").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn refuses_certificates_of_another_role_or_of_nobody_approved() {
    let world = World::configured(AUTOMATIC).await;
    let entity = Entity::new(&world, 1001);
    let wrong = R::RegisterSigningCertificate {
        member: entity.member.clone(),
        certificate: entity.authentication.chain[0].as_slice().into(),
    };
    let keys = vec![(ProofKind::Possession, entity.authentication.clone())];
    let envelope = sign_with(wrong, world.clock.now(), keys);
    world.refused(&envelope, 403, "has a certificate for authentication, not for signing").await;

    let mut settings = certs::Settings::new("http://127.0.0.1:1");
    settings.key_iterations = crate::common::ITERATIONS;
    let of_same_name = settings.name.clone();
    for (name, words) in [("Foreign", "no approved certification authority issued"), (&of_same_name, "is not valid")] {
        settings.name = name.to_owned();
        let folder = tempfile::tempdir().unwrap();
        let foreign = TrustServices::create(folder.path(), &settings, &pin(), world.clock.clone()).unwrap();
        let foreign = Entity::of(&foreign, 1001);
        world.refused(&foreign.ask(&world, foreign.register_signing()), 403, words).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn refuses_certificates_that_are_revoked_or_over() {
    let world = World::configured(AUTOMATIC).await;
    let (revoked, over) = (Entity::new(&world, 1001), Entity::new(&world, 1002));
    let certificate = trust::certificate::Certificate::from_der(&revoked.signing.chain[0]).unwrap();
    world.trust.revoke(&certificate.serial_hex(), certs::RevocationReason::KeyCompromise).unwrap();
    let envelope = revoked.ask(&world, revoked.register_signing());
    world.refused(&envelope, 403, "was revoked at").await;
    world.clock.advance(Duration::from_secs(731 * 24 * 3600));
    let envelope = over.ask(&world, over.register_signing());
    world.refused(&envelope, 403, "is valid from").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn asks_to_come_again_when_nobody_says_whether_a_certificate_is_good() {
    let world = World::configured(AUTOMATIC).await;
    let entity = Entity::new(&world, 1001);
    for wrong in [
        Misbehaviour::Status(StatusCode::BAD_GATEWAY),
        Misbehaviour::Refuse,
        Misbehaviour::Garbage,
        Misbehaviour::Stale(Duration::from_secs(7200)),
    ] {
        world.trust.misbehave(Service::Ocsp, wrong);
        let envelope = entity.ask(&world, entity.register_signing());
        world.refused(&envelope, 503, "nobody can be asked about the certificate").await;
    }
    world.trust.misbehave(Service::Ocsp, Misbehaviour::None);
    assert_eq!(world.submit(&entity.ask(&world, entity.register_signing())).await, RequestState::Applied);
}

#[tokio::test(flavor = "multi_thread")]
async fn refuses_requests_of_nobody_we_know() {
    let world = World::configured(AUTOMATIC).await;
    let stranger = Entity::new(&world, 9999);
    world.refused(&stranger.ask(&world, stranger.register_signing()), 409, "BO/GOV/9999 is not a member").await;
    let other = R::RegisterSigningCertificate {
        member: "PE/GOV/1001".parse().unwrap(),
        certificate: stranger.signing.chain[0].as_slice().into(),
    };
    world.refused(&stranger.ask(&world, other), 409, "the registry is of instance BO").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn refuses_requests_that_do_not_fit_what_is_registered() {
    let world = World::configured(AUTOMATIC).await;
    let (entity, other) = (Entity::registered(&world, 1001).await, Entity::registered(&world, 1002).await);
    world.submit(&entity.ask(&world, entity.register_client("portal"))).await;
    world.clock.advance(Duration::from_secs(1));
    let (server, portal) = (entity.server.clone(), entity.subsystem("portal"));
    let elsewhere = R::RegisterSigningCertificate {
        member: other.member.clone(),
        certificate: entity.signing.chain[0].as_slice().into(),
    };
    let nowhere = R::ChangeAddress { server: server.clone(), address: "0.0.0.0:5500".parse().unwrap() };
    let unknown = CertificateHash::of(b"unknown");
    let cases = [
        (entity.register_client("portal"), "is so already"),
        (R::EndMaintenance { server: server.clone() }, "is so already"),
        (elsewhere, "is registered for BO/GOV/1001"),
        (nowhere, "cannot be reached by others"),
        (R::DeleteClient { server: server.clone(), subsystem: entity.subsystem("x") }, "is not registered on"),
        (
            R::RenameSubsystem { server: server.clone(), subsystem: entity.subsystem("x"), name: "x".to_owned() },
            "is not registered on",
        ),
        (R::DeleteSigningCertificate { member: entity.member.clone(), certificate: unknown }, "is not registered for"),
        (
            R::DeleteAuthenticationCertificate { server: server.clone(), certificate: unknown },
            "is not registered for BO/GOV/1001/ss1",
        ),
    ];
    for (request, words) in cases {
        world.refused(&entity.ask(&world, request), 409, words).await;
    }
    let behind = R::DeleteClient { server: other.server.clone(), subsystem: portal };
    world.refused(&other.ask(&world, behind), 409, "is not registered on").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn refuses_a_log_key_that_is_not_named_for_its_log() {
    let world = World::configured(AUTOMATIC).await;
    let entity = Entity::registered(&world, 1001).await;
    let key = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW".parse().unwrap();
    let request = R::RegisterLogKey { server: entity.server.clone(), key };
    world.refused(&entity.ask(&world, request), 409, "has the origin \"chakana/BO/GOV/1001/ss1\"").await;
}
