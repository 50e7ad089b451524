//! From an empty folder to a global configuration that a security server reads, and over restarts and crashes.

use crate::common::{Entity, World, pin};
use central_registry::{CentralRegistry, StartError};
use clock::Clock as _;
use global_configuration::Refresh;
use protocol::identifier::ClientId;
use protocol::management::RequestState;
use std::time::Duration;

const AUTOMATIC: &str = "default = \"automatic\"";

#[tokio::test(flavor = "multi_thread")]
async fn a_security_server_follows_what_is_registered() {
    let mut world = World::configured(AUTOMATIC).await;
    let source = world.source("source").await;
    assert_eq!(source.refresh(world.clock.now()).await.unwrap(), Refresh::Changed);
    assert_eq!(source.current().unwrap().configuration.members().count(), 4);

    let entity = Entity::registered(&world, 1001).await;
    let envelope = entity.sign(entity.register_client("portal"), world.clock.now());
    assert_eq!(world.submit(&envelope).await, RequestState::Applied);
    assert_eq!(source.refresh(world.clock.now()).await.unwrap(), Refresh::Changed);
    let configuration = source.current().unwrap().configuration.clone();
    assert!(configuration.is_registered(&ClientId::Subsystem(entity.subsystem("portal")), &entity.server));
    assert_eq!(configuration.server_of_certificate(&entity.authentication.hash()), Some(&entity.server));
    assert!(configuration.member(&entity.member).unwrap().signs_with(&entity.signing.hash()));
    assert_eq!(configuration.registry().address().to_string(), world.management.to_string());

    world.restart().await;
    assert_eq!(source.refresh(world.clock.now()).await.unwrap(), Refresh::Unchanged);
    // The same request again has the same answer, long after it could have been made anew.
    world.clock.advance(Duration::from_secs(7200));
    assert_eq!(world.submit(&envelope).await, RequestState::Applied);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn refuses_to_create_where_a_registry_is() {
    let mut world = World::unconfigured().await;
    world.stop().await;
    let sockets = crate::common::sockets().await;
    let (management, public) = crate::common::addresses(&sockets);
    let settings = crate::common::settings(management, public);
    let again = CentralRegistry::create(&world.path(), &settings, &pin(), world.clock.clone()).await;
    assert!(matches!(again, Err(StartError::AlreadyExists { .. })));
    let wrong = CentralRegistry::open(&world.path(), &signer::Pin::new("4321"), world.clock.clone()).await;
    assert!(matches!(wrong, Err(StartError::Token(_))));
    let nowhere = CentralRegistry::open(&world.path().join("other"), &pin(), world.clock.clone()).await;
    assert!(matches!(nowhere, Err(StartError::Settings(_))));
}
