//! Several servers for one subsystem share its load, and one that is not there is skipped.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

use certs::Profile;
use clock::{Clock, ManualClock, SystemClock};
use demo::state::small_state;
use security_server::settings::SigningKey;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tests::world::{change_settings, eventually};
use tests::{Impostor, Peer, Provider, World, certified};

const PATH: &str = "/r1/BO/GOV/1001/identidad/doble/ok";
const SEGIP: &str = "BO/GOV/1001/ss1";
const SIN: &str = "BO/GOV/1002/ss1";

/// The identity register's subsystem behind its own server and behind the tax service's, each with its own provider.
struct Scene {
    clock: Arc<ManualClock>,
    world: World,
    own: Provider,
    other: Provider,
}

impl Scene {
    async fn set() -> Self {
        let (own, other) = (Provider::start().await, Provider::start().await);
        let clock = Arc::new(ManualClock::new(SystemClock.now()));
        let mut state = small_state();
        state.entities.retain(|entity| entity.folder != "seprec");
        let mut world = World::start_with(state, clock.clone(), |server, folder| {
            if server == "segip" {
                add(folder, &own.service("doble", 5));
            }
        })
        .await;
        world.stop_server("sin").await;
        let folder = world.installation.folder_of("sin");
        let certificate = certified(&world, "sin", "guest", Profile::Signing);
        let guest = SigningKey { member: "BO/GOV/1001".parse().unwrap(), key: "guest".to_owned(), certificate };
        change_settings(&folder, |settings| settings.keys.signing.push(guest));
        let client = "[[client]]\nid = \"BO/GOV/1001/identidad\"\nauthentication = \"http\"\n";
        add(&folder, &format!("{client}\n{}", other.service("doble", 5)));
        world.start_server("sin").await;
        // That somebody else's server signs for a member is not approved by itself.
        eventually("the guest's key is asked for", async || world.ask_registration("sin").await == ["waiting"]).await;
        world.approve_waiting().await;
        demo::onboard(&world.installation).await.unwrap();
        Self { clock, world, own, other }
    }

    fn calls(&self) -> (usize, usize) {
        (self.own.calls("/ok"), self.other.calls("/ok"))
    }

    async fn answered(&self, times: usize) {
        for _ in 0..times {
            let answer = self.world.town().get(PATH).await;
            assert_eq!(answer.status, 200, "{}", answer.text());
        }
    }
}

fn add(folder: &Path, lines: &str) {
    let path = folder.join("configuration.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(path, format!("{text}\n{lines}")).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_load_is_shared_and_a_dead_server_is_skipped() {
    let mut scene = Scene::set().await;
    scene.answered(4).await;
    assert_eq!(scene.calls(), (2, 2), "they take turns");
    let named = scene.world.town().with("x-road-security-server", SIN);
    assert_eq!(named.get(PATH).await.status, 200);
    assert_eq!(scene.calls(), (2, 3));

    scene.world.stop_server("segip").await;
    scene.answered(4).await;
    assert_eq!(scene.calls(), (2, 7), "the next one answers");
    let named = scene.world.town().with("x-road-security-server", SEGIP).get(PATH).await;
    named.is_fault(500, "server.clientproxy.network_error", SEGIP);

    scene.world.stop_server("sin").await;
    let nobody = scene.world.town().get(PATH).await;
    nobody.is_fault(500, "server.clientproxy.network_error", SEGIP);
    assert!(nobody.text().contains(SIN), "each one tried is named: {}", nobody.text());

    scene.world.start_server("segip").await;
    scene.world.ready("segip").await;
    scene.answered(2).await;
    assert_eq!(scene.calls(), (4, 7), "one that is back is asked again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_in_maintenance_is_skipped() {
    let scene = Scene::set().await;
    let servers = ["gamlp", "segip", "sin"];
    scene.world.registered(&servers, scene.world.maintain("segip", Some("hasta las ocho"))).await;
    scene.answered(3).await;
    assert_eq!(scene.calls(), (0, 3));
    scene.world.registered(&servers, scene.world.maintain("sin", Some("también"))).await;
    let answer = scene.world.town().get(PATH).await;
    answer.is_fault(500, "server.clientproxy.maintenance_mode", "is in maintenance");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_have_reached_one_server_is_not_sent_to_the_next() {
    let mut scene = Scene::set().await;
    let peer = Peer::of(&scene.world, "segip").await;
    scene.world.stop_server("segip").await;
    let impostor = Impostor::start(&scene.world, "segip", peer, "BO/MUN/2001/ss1").await;
    impostor.bend(|message| message.durable()[..3].to_vec());
    // Who could not be reached a moment ago would be asked last.
    scene.clock.advance(Duration::from_secs(11));
    let mut unknown = 0;
    for _ in 0..4 {
        let answer = scene.world.town().get(PATH).await;
        if answer.status != 200 {
            answer.is_fault(500, "server.clientproxy.outcome_unknown", SEGIP);
            unknown += 1;
        }
    }
    assert_eq!((unknown, impostor.posts(), scene.calls()), (2, 4, (0, 2)));
}
