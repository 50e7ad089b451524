//! What an exchange promises to the information systems at its two ends.

use demo::state::{ARCHIVE, COMPANIES, PERSONS, PORTAL, TAXPAYERS};
use tests::World;

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_comes_signed_and_logged_on_both_sides() {
    let world = World::start().await;
    let town = world.town();

    let answer = town
        .with("x-road-id", "first")
        .with("x-road-userid", "BO1")
        .get(&format!("/r1/{PERSONS}/personas/1234567"))
        .await;

    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.json()["nombres"], "Juana");
    assert_eq!(answer.header("x-road-id"), "first");
    assert_eq!(answer.header("x-road-client"), PORTAL);
    assert_eq!(answer.header("x-road-service"), PERSONS);
    assert_eq!(answer.header("x-road-request-id").len(), 36);
    assert_eq!(answer.header("x-road-request-hash").len(), 88);
    assert_eq!(answer.header("x-road-error"), "", "a provider's answer is no fault");
    for server in ["gamlp", "segip"] {
        let found: serde_json::Value = world.administrator(server).get("/v1/log/records?id=first").await.unwrap();
        assert_eq!(found["records"].as_array().unwrap().len(), 2, "request and response are logged at {server}");
        let report: serde_json::Value = world.administrator(server).post("/v1/log/verify", &()).await.unwrap();
        assert_eq!(report["sound"], true, "{report}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_providers_own_status_passes_through() {
    let world = World::start().await;
    let answer = world.town().get(&format!("/r1/{PERSONS}/personas/999")).await;
    assert_eq!(answer.status, 404);
    assert_eq!(answer.header("x-road-error"), "");
    assert_eq!(answer.json()["mensaje"], "no hay persona 999");
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_larger_than_memory_budgets_stream_through() {
    let world = World::start().await;
    let answer = world.town().get(&format!("/r1/{ARCHIVE}/gaceta.bin")).await;
    assert_eq!(answer.status, 200, "{}", answer.text().chars().take(300).collect::<String>());
    assert_eq!(answer.body.len() as u64, demo::providers::FILE_BYTES);
    assert!(answer.body.iter().enumerate().all(|(at, byte)| *byte == (at % 251) as u8));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idempotency_key_gets_the_first_answer_even_after_a_restart() {
    let mut world = World::start().await;
    let path = format!("/r1/{TAXPAYERS}/declaraciones");
    let town = world.town().with("content-type", "application/json").with("idempotency-key", "once");
    let first = town.post(&path, r#"{"monto":1}"#).await;
    assert_eq!(first.status, 201, "{}", first.text());
    assert_eq!(town.post(&path, r#"{"monto":1}"#).await.body, first.body);
    town.post(&path, r#"{"monto":2}"#).await.is_fault(400, "client.idempotency_conflict", "another request");

    world.stop_server("gamlp").await;
    world.start_server("gamlp").await;
    demo::onboard(&world.installation).await.unwrap();
    assert_eq!(town.post(&path, r#"{"monto":1}"#).await.body, first.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_rights_counts_for_the_next_request() {
    let world = World::start().await;
    let (town, path) = (world.town(), format!("/r1/{COMPANIES}/empresas/00123456"));
    assert_eq!(town.get(&path).await.status, 200);
    world.reconfigure("seprec", |text| text.replace("/empresas/*", "/otras/*")).await;
    town.get(&path).await.is_fault(500, "server.serverproxy.access_denied", COMPANIES);
    world.reconfigure("seprec", |text| text.replace("/otras/*", "/empresas/*")).await;
    assert_eq!(town.get(&path).await.status, 200);
}
