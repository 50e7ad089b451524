//! What happens when a server does not know what counts now: no configuration, an old one, no timestamps, maintenance.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

use admin::doctor::Severity;
use certs::{Misbehaviour, Service};
use clock::{Clock, ManualClock, SystemClock};
use demo::state::PERSONS;
use http::StatusCode;
use security_server::settings::ExpiryPolicy;
use std::sync::Arc;
use std::time::Duration;
use tests::peer::{Message, alert, read_chain, say, tls_towards, whole};
use tests::world::eventually;
use tests::{Peer, World};

const HOUR: Duration = Duration::from_secs(3600);

async fn standing_still(policy: ExpiryPolicy) -> (Arc<ManualClock>, World) {
    let clock = Arc::new(ManualClock::new(SystemClock.now()));
    let world = World::start_two(clock.clone(), |_, settings| settings.global_configuration.expired = policy).await;
    (clock, world)
}

fn persons() -> String {
    format!("/r1/{PERSONS}/personas/1234567")
}

fn request(peer: &Peer) -> Message {
    peer.seal(&peer.draft("BO/GOV/1001/ss1", &persons()))
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_configuration_stops_messages_on_both_sides() {
    let (clock, mut world) = standing_still(ExpiryPolicy::Refuse).await;
    let peer = Peer::of(&world, "gamlp").await;
    let link = peer.connect(&world, "segip").await;
    world.stop_registry().await;
    clock.advance(71 * HOUR);
    let caller = world.town().with("x-road-id", "expired");
    let still = caller.get(&persons()).await;
    assert_ne!(still.header("x-road-error"), "server.clientproxy.global_conf_outdated", "three days are not over");
    clock.advance(2 * HOUR);
    caller.get(&persons()).await.is_fault(500, "server.clientproxy.global_conf_outdated", "expired at");
    let heard = say(&link, whole(&request(&peer).frames())).await;
    heard.is_fault("server.serverproxy.global_conf_outdated", "expired at");
    let shown = read_chain(&world.installation.folder_of("segip").join("authentication.pem"))[0].hash();
    let address = world.installation.addresses_of("segip").transport;
    let alert = alert(address, tls_towards(shown, Some(&peer.authentication), b"h2")).await;
    assert!(alert.is_some(), "and nobody new is let in");
    assert!(world.says("gamlp", Severity::Problem, "the global configuration expired at").await);
    assert_eq!(world.records("gamlp", "expired").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_configuration_serves_for_as_long_as_the_policy_says() {
    let (clock, mut world) = standing_still(ExpiryPolicy::WarnHours(48)).await;
    world.stop_registry().await;
    clock.advance(73 * HOUR);
    // A server that starts asks for statuses and timestamps by the new time.
    for server in ["gamlp", "segip"] {
        world.restart_server(server, |_| {}).await;
        world.ready(server).await;
    }
    eventually("the exchange goes on", async || world.town().get(&persons()).await.status == 200).await;
    assert!(world.says("gamlp", Severity::Problem, "the global configuration expired at").await);
    clock.advance(48 * HOUR);
    world.town().get(&persons()).await.is_fault(500, "server.clientproxy.global_conf_outdated", "expired at");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_never_had_a_configuration_says_so() {
    let mut world = World::start_two(SystemClock::shared(), |_, _| {}).await;
    world.stop_registry().await;
    world.stop_server("gamlp").await;
    std::fs::remove_dir_all(world.installation.folder_of("gamlp").join("global-configuration")).unwrap();
    world.start_server("gamlp").await;
    for path in [persons(), "/listClients".to_owned(), "/verificationconf".to_owned()] {
        let answer = world.town().get(&path).await;
        answer.is_fault(500, "server.clientproxy.malformed_global_conf", "none could be fetched yet");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_stop_when_timestamps_have_been_missing_for_too_long() {
    let (clock, mut world) = standing_still(ExpiryPolicy::Refuse).await;
    let peer = Peer::of(&world, "gamlp").await;
    let link = peer.connect(&world, "segip").await;
    world.trust_services.misbehave(Service::TimeStamping, Misbehaviour::Status(StatusCode::BAD_GATEWAY));
    assert_eq!(world.town().get(&persons()).await.status, 200, "for some hours it goes on");
    for server in ["gamlp", "segip"] {
        let unstamped = "checkpoints are not time-stamped";
        eventually(unstamped, async || world.says(server, Severity::Warning, unstamped).await).await;
    }
    clock.advance(4 * HOUR + Duration::from_secs(1));
    let caller = world.town().with("x-road-id", "unstamped");
    caller.get(&persons()).await.is_fault(500, "server.clientproxy.timestamping_failed", "has answered since");
    let heard = say(&link, whole(&request(&peer).frames())).await;
    heard.is_fault("server.serverproxy.timestamping_failed", "has answered since");
    assert_eq!(world.records("gamlp", "unstamped").await, 0);

    world.trust_services.misbehave(Service::TimeStamping, Misbehaviour::None);
    for server in ["gamlp", "segip"] {
        world.restart_server(server, |_| {}).await;
        world.ready(server).await;
    }
    eventually("messages go on", async || world.town().get(&persons()).await.status == 200).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_in_maintenance_takes_no_messages() {
    let world = World::start_two(SystemClock::shared(), |_, _| {}).await;
    let peer = Peer::of(&world, "gamlp").await;
    let link = peer.connect(&world, "segip").await;
    let servers = ["gamlp", "segip"];
    world.registered(&servers, world.maintain("segip", Some("hasta las ocho"))).await;
    let caller = world.town().with("x-road-id", "maintenance");
    let says = "BO/GOV/1001/ss1 is in maintenance: hasta las ocho";
    caller.get(&persons()).await.is_fault(500, "server.clientproxy.maintenance_mode", says);
    let heard = say(&link, whole(&request(&peer).frames())).await;
    heard.is_fault("server.serverproxy.maintenance_mode", says);
    assert_eq!(world.records("gamlp", "maintenance").await, 0);
    world.registered(&servers, world.maintain("segip", None)).await;
    assert_eq!(caller.get(&persons()).await.status, 200);
}
