//! Management requests over HTTPS: what is taken, and what is done with it.

use crate::common::{Entity, World, sign_with};
use certs::Profile;
use clock::Clock as _;
use protocol::hash::CertificateHash;
use protocol::management::{ManagementRequest as R, ProofKind, RequestState, RequestStatus};
use std::time::Duration;
use trust::note::NoteKey;

const AUTOMATIC: &str = "default = \"automatic\"";

fn log_key(entity: &Entity, name: &str) -> protocol::global_configuration::LogKey {
    let key = aws_lc_rs::signature::Ed25519KeyPair::generate().unwrap();
    let public = aws_lc_rs::signature::KeyPair::public_key(&key).as_ref().try_into().unwrap();
    let name = if name.is_empty() { trust::checkpoint::Checkpoint::origin_of(&entity.server) } else { name.to_owned() };
    NoteKey::new(&name, public).unwrap().to_string().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_request_is_done() {
    let world = World::configured(AUTOMATIC).await;
    let entity = Entity::registered(&world, 1001).await;
    let (server, portal) = (entity.server.clone(), entity.subsystem("portal"));
    let next = entity.key(&world, "next", Profile::Authentication);
    let next_signing = entity.key(&world, "next-signing", Profile::Signing);
    let address = "ss1.example.bo:5500".parse().unwrap();
    let requests = [
        entity.register_client("portal"),
        R::RenameSubsystem { server: server.clone(), subsystem: portal.clone(), name: "Portal".to_owned() },
        R::RegisterLogKey { server: server.clone(), key: log_key(&entity, "") },
        R::ChangeAddress { server: server.clone(), address },
        R::BeginMaintenance { server: server.clone(), notice: "until noon".to_owned() },
        R::EndMaintenance { server: server.clone() },
    ];
    for request in requests {
        let kind = request.kind();
        assert_eq!(world.submit(&entity.ask(&world, request)).await, RequestState::Applied, "{kind}");
    }
    let register_next = R::RegisterAuthenticationCertificate {
        server: server.clone(),
        address: entity.address(),
        certificate: next.chain[0].as_slice().into(),
    };
    let keys = vec![(ProofKind::Possession, next.clone()), (ProofKind::Member, entity.signing.clone())];
    assert_eq!(world.submit(&sign_with(register_next, world.clock.now(), keys)).await, RequestState::Applied);
    let certificate = next_signing.chain[0].as_slice().into();
    let register_signing = R::RegisterSigningCertificate { member: entity.member.clone(), certificate };
    let keys = vec![(ProofKind::Possession, next_signing.clone()), (ProofKind::Member, entity.signing.clone())];
    assert_eq!(world.submit(&sign_with(register_signing, world.clock.now(), keys)).await, RequestState::Applied);

    let source = world.source("source").await;
    source.refresh(world.clock.now()).await.unwrap();
    let configuration = source.current().unwrap().configuration.clone();
    let registered = configuration.server(&server).unwrap();
    assert_eq!(registered.address().to_string(), "127.0.0.1:5500");
    assert_eq!((registered.log_keys().len(), registered.authentication_certificates().len()), (1, 2));
    assert_eq!(registered.maintenance(), None);
    assert_eq!(configuration.subsystem(&portal).unwrap().name(), "Portal");
    assert!(configuration.member(&entity.member).unwrap().signs_with(&next_signing.hash()));

    let (first, last) = (entity.authentication.hash(), next.hash());
    let member = entity.member.clone();
    let deletions = [
        entity.ask(&world, R::DeleteSigningCertificate { member, certificate: next_signing.hash() }),
        entity.ask(&world, R::DeleteAuthenticationCertificate { server: server.clone(), certificate: first }),
        sign_with(
            R::DeleteAuthenticationCertificate { server: server.clone(), certificate: last },
            world.clock.now(),
            vec![(ProofKind::Server, next)],
        ),
    ];
    for envelope in deletions {
        assert_eq!(world.submit(&envelope).await, RequestState::Applied);
    }
    source.refresh(world.clock.now()).await.unwrap();
    let configuration = source.current().unwrap().configuration.clone();
    assert!(configuration.server(&server).is_none(), "a server without certificate is none");
    assert!(configuration.subsystem(&portal).is_none(), "nothing is behind a server that is none");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_subsystem_goes_with_its_last_server() {
    let world = World::configured(AUTOMATIC).await;
    let (entity, other) = (Entity::registered(&world, 1001).await, Entity::registered(&world, 1002).await);
    assert_eq!(world.submit(&entity.ask(&world, entity.register_client("portal"))).await, RequestState::Applied);
    let portal = entity.subsystem("portal");
    let behind_other =
        R::RegisterClient { server: other.server.clone(), subsystem: portal.clone(), name: String::new() };
    let keys = vec![(ProofKind::Server, other.authentication.clone()), (ProofKind::Member, entity.signing.clone())];
    assert_eq!(world.submit(&sign_with(behind_other, world.clock.now(), keys)).await, RequestState::Applied);

    let source = world.source("source").await;
    for (owner, left) in [(&entity, 1), (&other, 0)] {
        let request = R::DeleteClient { server: owner.server.clone(), subsystem: portal.clone() };
        assert_eq!(world.submit(&owner.ask(&world, request)).await, RequestState::Applied);
        source.refresh(world.clock.now()).await.unwrap();
        assert_eq!(source.current().unwrap().configuration.servers_of(&portal).len(), left);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_decides_where_no_rule_does() {
    let world = World::configured("register-client = \"automatic\"").await;
    let entity = Entity::new(&world, 1001);
    let signing = entity.ask(&world, entity.register_signing());
    assert_eq!(world.submit(&signing).await, RequestState::Waiting);
    assert_eq!(world.submit(&signing).await, RequestState::Waiting);
    assert_eq!(world.registry().waiting_requests(), [signing.document().hash()]);

    // Asked for once more, a second later: the one that waits is enough.
    world.clock.advance(Duration::from_secs(1));
    let again = entity.ask(&world, entity.register_signing());
    let response = world.post("/requests", again.render()).await;
    let status = RequestStatus::parse(response.body()).unwrap();
    assert_eq!(status, RequestStatus { request: signing.document().hash(), state: RequestState::Waiting });

    world.registry().approve(&signing.document().hash(), "maría").await.unwrap();
    let path = format!("/requests/{}", signing.document().hash());
    let response = world.ask(http::Request::get(format!("https://{}{path}", world.management)), Vec::new()).await;
    assert_eq!(RequestStatus::parse(response.body()).unwrap().state, RequestState::Applied);

    let server = entity.ask(&world, entity.register_server());
    assert_eq!(world.submit(&server).await, RequestState::Waiting);
    world.registry().decline(&server.document().hash(), "not this year", "maría").await.unwrap();
    let declined = RequestState::Declined { reason: "not this year".to_owned() };
    assert_eq!(world.submit(&server).await, declined);

    world.clock.advance(Duration::from_secs(1));
    let server = entity.ask(&world, entity.register_server());
    assert_eq!(world.submit(&server).await, RequestState::Waiting);
    world.registry().approve(&server.document().hash(), "maría").await.unwrap();
    assert_eq!(world.submit(&entity.ask(&world, entity.register_client("portal"))).await, RequestState::Applied);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decision_counts_once_and_only_while_it_can_be_done() {
    use central_registry::DecisionError as E;
    let mut world = World::configured("").await;
    let entity = Entity::new(&world, 1001);
    let envelope = entity.ask(&world, entity.register_signing());
    let request = envelope.document().hash();
    let unknown = world.registry().approve(&request, "maría").await;
    assert!(matches!(unknown, Err(E::Unknown { .. })));
    world.submit(&envelope).await;
    for reason in ["", "  ", "two\nlines", &"x".repeat(2000)] {
        assert!(matches!(world.registry().decline(&request, reason, "maría").await, Err(E::Reason)), "{reason}");
    }
    // Revoked while it waited.
    let certificate = trust::certificate::Certificate::from_der(&entity.signing.chain[0]).unwrap();
    world.trust.revoke(&certificate.serial_hex(), certs::RevocationReason::KeyCompromise).unwrap();
    assert!(matches!(world.registry().approve(&request, "maría").await, Err(E::Refused { .. })));
    world.restart().await;
    assert_eq!(world.registry().waiting_requests(), [request]);
    world.registry().decline(&request, "revoked", "maría").await.unwrap();
    for decided in [
        world.registry().approve(&request, "maría").await.unwrap_err(),
        world.registry().decline(&request, "again", "maría").await.unwrap_err(),
    ] {
        assert!(matches!(decided, E::Decided { .. }));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_further_signing_certificate_needs_the_member_or_an_operator() {
    let world = World::configured(AUTOMATIC).await;
    let entity = Entity::registered(&world, 1001).await;
    let next = entity.key(&world, "next", Profile::Signing);
    let certificate: std::sync::Arc<[u8]> = next.chain[0].as_slice().into();
    let request = R::RegisterSigningCertificate { member: entity.member.clone(), certificate };
    let alone = sign_with(request.clone(), world.clock.now(), vec![(ProofKind::Possession, next.clone())]);
    assert_eq!(world.submit(&alone).await, RequestState::Waiting);
    world.registry().decline(&alone.document().hash(), "whose is it?", "maría").await.unwrap();
    world.clock.advance(Duration::from_secs(1));
    let keys = vec![(ProofKind::Possession, next.clone()), (ProofKind::Member, entity.signing.clone())];
    assert_eq!(world.submit(&sign_with(request, world.clock.now(), keys)).await, RequestState::Applied);
    assert_ne!(next.hash(), CertificateHash::of(&entity.signing.chain[0]));
}
