//! What must not break an exchange, and what becomes of the ones that something did break.

use clock::SystemClock;
use demo::state::{COMPANIES, PERSONS, PORTAL, TAXPAYERS, small_state};
use serde_json::Value;
use std::sync::Arc;
use tests::{Caller, World};

/// Has the registry publish one member more, and waits until every server judges by it.
async fn register_a_member(world: &World, code: &str) {
    let member = format!("\n[[members]]\nclass = \"GOV\"\ncode = \"{code}\"\nname = \"Otra entidad\"\n");
    let published = world.reconfigure("registry", |text| text + &member);
    world.registered(&["gamlp", "segip", "sin", "seprec"], published).await;
}

async fn declare(town: &Caller) -> u64 {
    let town = town.with("content-type", "application/json");
    let answer = town.post(&format!("/r1/{TAXPAYERS}/declaraciones"), r#"{"monto":1}"#).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    answer.json()["numero"].as_u64().expect("a number")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_the_global_configuration_breaks_no_exchange_between_peers_that_talk() {
    let world = World::start().await;
    let town = world.town();
    // After the first call each side knows what the other holds.
    assert_eq!([declare(&town).await, declare(&town).await, declare(&town).await], [1, 2, 3]);
    for (round, code) in [(0, "4001"), (1, "4002")] {
        register_a_member(&world, code).await;
        let next = 4 + 2 * round;
        assert_eq!([declare(&town).await, declare(&town).await], [next, next + 1], "each call acts once");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_peer_that_was_restarted_is_called_again_at_once() {
    let mut world = World::start().await;
    let (town, path) = (world.town(), format!("/r1/{COMPANIES}/empresas/00123456"));
    for _ in 0..2 {
        assert_eq!(town.get(&path).await.status, 200);
    }
    world.stop_server("seprec").await;
    let down = town.get(&path).await;
    down.is_fault(500, "server.clientproxy.network_error", "BO/GOV/1003/ss1");
    let port = world.installation.addresses_of("seprec").transport.port().to_string();
    assert!(!down.text().contains(&port), "addresses are for the log: {}", down.text());
    world.start_server("seprec").await;
    demo::onboard(&world.installation).await.unwrap();
    for _ in 0..2 {
        let answer = town.get(&path).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_works_where_bodies_are_left_out_of_the_evidence() {
    let world = World::start_with(small_state(), Arc::new(SystemClock), |name, folder| {
        if name == "gamlp" {
            let file = folder.join("server.toml");
            let text = std::fs::read_to_string(&file).unwrap();
            assert!(text.contains("[message_log]\n"), "{text}");
            let text = text.replace("[message_log]\n", "[message_log]\nbodies = \"leave-out\"\n");
            std::fs::write(&file, text).unwrap();
        }
    })
    .await;
    let town = world.town().with("content-type", "application/json").with("idempotency-key", "once");
    let path = format!("/r1/{TAXPAYERS}/declaraciones");
    let first = town.post(&path, r#"{"monto":1}"#).await;
    assert_eq!(first.status, 201, "{}", first.text());
    assert_eq!(town.post(&path, r#"{"monto":1}"#).await.body, first.body);
    town.post(&path, r#"{"monto":2}"#).await.is_fault(400, "client.idempotency_conflict", "another request");
}

#[tokio::test(flavor = "multi_thread")]
async fn evidence_is_fetched_by_x_roads_parameters_and_refused_in_plain_text() {
    let world = World::start().await;
    let town = world.town();
    let call = town.with("x-road-id", "una").get(&format!("/r1/{PERSONS}/personas/1234567")).await;
    assert_eq!(call.status, 200, "{}", call.text());
    let client = "xRoadInstance=BO&memberClass=MUN&memberCode=2001&subsystemCode=tramites";
    let fetch = async |more: &str| town.get(&format!("/asic?{client}{more}")).await;
    let refused = async |more: &str, status: u16, says: &str| {
        let answer = fetch(more).await;
        assert_eq!(answer.status, status, "{more}: {}", answer.text());
        assert_eq!(answer.header("content-type"), "text/plain; charset=utf-8");
        assert_eq!(answer.header("x-road-error"), "");
        assert!(answer.text().contains(says), "{}", answer.text());
    };
    refused("", 400, "queryId").await;
    refused("&queryId=una&requestOnly&responseOnly", 400, "exclude").await;
    refused("&queryId=una&unique", 400, "unique").await;
    refused("&queryId=otra", 404, "no evidence").await;
    let other = town.get("/asic?xRoadInstance=BO&memberClass=GOV&memberCode=9&subsystemCode=x&queryId=una").await;
    assert_eq!(other.status, 401, "{}", other.text());

    let one = fetch("&queryId=una&responseOnly&unique&force").await;
    assert_eq!((one.status.as_u16(), one.header("content-type")), (200, "application/vnd.etsi.asic-e+zip"));
    let both = fetch("&queryId=una").await;
    assert_eq!((both.status.as_u16(), both.header("content-type")), (200, "application/zip"));
    let again = town.with("x-road-id", "una").get(&format!("/r1/{PERSONS}/personas/1234567")).await;
    assert_eq!(again.status, 200);
    refused("&queryId=una&responseOnly&unique", 400, "more than one").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn explain_names_the_first_step_that_refuses() {
    let world = World::start().await;
    let explain = async |client: &str, service: &str, path: &str| -> (String, String) {
        let query = format!("/v1/explain?client={client}&service={service}&method=GET&path={path}");
        let answer: Value = world.administrator("seprec").get(&query).await.unwrap();
        let word = |name: &str| answer[name].as_str().unwrap().to_owned();
        (word("decision"), word("because"))
    };
    let check = async |client: &str, service: &str, path: &str, decision: &str, says: &str| {
        let (decided, because) = explain(client, service, path).await;
        assert_eq!(decided, decision, "{because}");
        assert!(because.contains(says), "{because}");
    };
    check(PORTAL, COMPANIES, "/empresas/7", "allowed", PORTAL).await;
    check(PORTAL, COMPANIES, "/otras/7", "denied", "no right opens").await;
    check("BO/MUN/9/x", COMPANIES, "/empresas/7", "denied", "not registered").await;
    check(PORTAL, "BO/GOV/1003/comercio/listMethods", "", "allowed", "metaservices").await;
    check(PORTAL, "BO/GOV/1001/identidad/personas", "", "denied", "does not serve").await;
    world
        .reconfigure("seprec", |text| {
            text.replace("code = \"empresas\"\n", "code = \"empresas\"\ndisabled = \"hasta el lunes\"\n")
        })
        .await;
    check(PORTAL, COMPANIES, "/empresas/7", "denied", "hasta el lunes").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_slower_than_its_callers_wait_is_refused_in_words() {
    let world = World::start().await;
    let administrator = world.administrator("seprec");
    let current = administrator.configuration().await.unwrap();
    let text = current.text.replace("code = \"empresas\"\n", "code = \"empresas\"\ntimeout_seconds = 3000\n");
    let refused = administrator.apply(text, current.version).await.unwrap_err().to_string();
    assert!(refused.contains("3000 s") && refused.contains("response_seconds"), "{refused}");
}
