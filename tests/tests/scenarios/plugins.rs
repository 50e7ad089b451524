//! A plugin's service is a service of the exchange like any other: signed, logged, open to whom a right says, and once.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

use bytes::Bytes;
use clock::SystemClock;
use demo::state::PORTAL;
use protocol::context::MessageKind;
use protocol::head::{Method, RequestHeadBuilder};
use protocol::request_uri::RequestUri;
use serde_json::{Value, json};
use std::path::PathBuf;
use tests::peer::{Message, say, whole};
use tests::plugin::{Probe, compiler};
use tests::world::eventually;
use tests::{Peer, World};

const SEGIP: &str = "BO/GOV/1001/ss1";
const PROVIDER: &str = "BO/GOV/1001/identidad";

/// Two servers that can run plugins.
async fn world() -> World {
    World::start_two(SystemClock::shared(), |_, settings| {
        settings.plugins.compiler = compiler();
        settings.plugins.sandboxes = 16;
    })
    .await
}

/// The identity register with a plugin `cases` that the municipality may call.
async fn world_with_cases() -> World {
    let world = world().await;
    let probe = Probe::named("cases");
    let package = probe.signed(&world, &Peer::of(&world, "segip").await.signing);
    let digest = world.hand_over("segip", &package).await;
    world.add("segip", &probe.lines(&world, &digest, PORTAL)).await;
    world
}

fn path(rest: &str) -> String {
    format!("/r1/{PROVIDER}/{rest}")
}

fn script(steps: &Value) -> Bytes {
    steps.to_string().into()
}

/// A script for a query, that gets the value of a key.
fn asking(key: &str) -> String {
    admin::percent_encoded(&json!([{ "get": key }]).to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_answers_through_the_exchange_signed_and_logged() {
    let world = world_with_cases().await;
    assert_eq!(world.plugin("segip", "cases").await["state"], "running");
    let town = world.town().with("x-road-id", "first");

    let steps = json!([{ "put": ["k", "v"] }, { "get": "k" }, "caller", { "config": "greeting" }, { "secret": "pin" }]);
    let answer = town.post(&path("cases/script"), script(&steps)).await;

    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(answer.json()[1], "v");
    assert!(answer.json()[2].as_str().unwrap().contains(PORTAL), "{}", answer.text());
    assert_eq!((&answer.json()[3], &answer.json()[4]), (&json!("hola"), &json!("1234")));
    assert_eq!(answer.header("x-road-service"), format!("{PROVIDER}/cases"));
    for server in ["gamlp", "segip"] {
        assert_eq!(world.records(server, "first").await, 2, "request and response are logged at {server}");
        let report: Value = world.administrator(server).post("/v1/log/verify", &()).await.unwrap();
        assert_eq!(report["sound"], true, "{report}");
    }
    let again = world.town().get(&path(&format!("cases/script?script={}", asking("k")))).await;
    assert_eq!(again.json()[0], "v", "{}", again.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_evidence_of_a_plugins_answer_is_a_container_at_both_sides() {
    let world = world_with_cases().await;
    let town = world.town().with("x-road-id", "kept");
    assert_eq!(town.post(&path("cases"), script(&json!([{ "put": ["k", "v"] }]))).await.status, 200);
    for server in ["gamlp", "segip"] {
        let administrator = world.administrator(server);
        let found: Value = administrator.get("/v1/log/records?id=kept&kind=response").await.unwrap();
        let index = found["records"][0]["index"].as_u64().unwrap();
        let mut container = Vec::new();
        administrator.download(&format!("/v1/log/records/{index}/container"), &mut container).await.unwrap();
        let mut reader = trust::asic::Reader::open(std::io::Cursor::new(&container)).unwrap();
        assert!(reader.body_digest().unwrap().is_some(), "the answer's body is in the evidence of {server}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_no_right_is_refused_and_nothing_happens() {
    let world = world_with_cases().await;
    world
        .reconfigure("segip", |text| text.replace(&format!("subject = \"{PORTAL}\"\n"), "subject = \"BO/GOV/9/x\"\n"))
        .await;
    let before = world.plugin("segip", "cases").await["calls"].clone();
    let answer = world.town().post(&path("cases"), script(&json!([{ "increment": "n" }]))).await;
    answer.is_fault(500, "server.serverproxy.access_denied", "Request is not allowed");
    assert_eq!(world.plugin("segip", "cases").await["calls"], before, "the plugin was not called");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_sees_what_a_plugin_is_to_do_and_not_what_is_said_in_it() {
    let world = world_with_cases().await;
    let administrator = world.administrator("segip");
    let timer = json!([{ "timer": { "name": "deadline", "at": 4_000_000_000_000_u64, "payload": "of Ana Mamani" } }]);
    assert_eq!(world.town().post(&path("cases"), script(&timer)).await.status, 200);
    let agenda: Value = administrator.get("/v1/plugins/cases/agenda").await.unwrap();
    let waiting = &agenda["waiting"][0];
    assert_eq!((&waiting["kind"], &waiting["of"], &waiting["tries"]), (&json!("timer"), &json!("deadline"), &json!(0)));
    assert!(!agenda.to_string().contains("Mamani"), "{agenda}");
    assert_eq!((&agenda["givenUp"], &agenda["more"]), (&json!([]), &json!(false)));
    let retried: Value = administrator.post("/v1/plugins/cases/retry", &()).await.unwrap();
    assert_eq!(retried, json!({ "retried": 0 }));

    let none = administrator.get::<Value>("/v1/plugins/nobody/agenda").await.unwrap_err().to_string();
    assert!(none.contains("no plugin \"nobody\" is loaded") && none.contains("plugin list"), "{none}");
    let none = administrator.post::<Value>("/v1/plugins/nobody/retry", &()).await.unwrap_err().to_string();
    assert!(none.contains("no plugin \"nobody\" is loaded"), "{none}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_has_failed_calls_kept_and_replays_one_without_effect() {
    let world = world_with_cases().await;
    let fails = json!([{ "put": ["wrote", "a-citizens-word"] }, { "panic_unless": "mended" }]);
    let town = world.town();
    town.post(&path("cases/script"), script(&fails)).await.is_fault(
        500,
        "server.serverproxy.service_failed",
        "stopped with a fault",
    );
    let listed =
        async || -> Value { world.administrator("segip").get("/v1/plugins/cases/failed-calls").await.expect("a list") };
    assert_eq!(listed().await, json!({ "keptForDays": null, "failedCalls": [] }), "nobody wants them kept");
    let config = "config = { greeting = \"hola\" }\n";
    world.reconfigure("segip", |text| text.replace(config, &format!("failed_calls_days = 7\n{config}"))).await;
    town.post(&path("cases/script"), script(&fails)).await;
    let kept = listed().await;
    let call = &kept["failedCalls"][0];
    assert_eq!((&kept["keptForDays"], &call["of"], &call["method"]), (&json!(7), &json!("cases"), &json!("POST")));
    assert!(!kept.to_string().contains("a-citizens-word"), "{kept}");

    let of_call = format!("/v1/plugins/cases/failed-calls/{}", call["id"].as_str().expect("an id"));
    let replay = async || -> Value {
        let (client, current) = (world.administrator("segip"), json!({ "trial": false }));
        client.post(&format!("{of_call}/replay"), &current).await.expect("it is replayed")
    };
    assert_eq!(replay().await["end"], "fault");
    town.post(&path("cases/script"), script(&json!([{ "put": ["mended", "yes"] }]))).await;
    let mended = replay().await;
    assert_eq!((&mended["end"], &mended["status"], &mended["writes"]), (&json!("answered"), &json!(200), &json!(1)));
    let wrote = town.post(&path("cases/script"), script(&json!([{ "get": "wrote" }]))).await;
    assert_eq!(wrote.json(), json!([null]), "nothing of it is kept");

    let forgotten: Value = world.administrator("segip").post(&format!("{of_call}/forget"), &Value::Null).await.unwrap();
    assert_eq!(forgotten["forgotten"], call["id"]);
    let gone = world.administrator("segip").post::<Value>(&format!("{of_call}/forget"), &Value::Null).await;
    assert!(gone.expect_err("it is gone").to_string().contains("no failed call"));
}

#[tokio::test(flavor = "multi_thread")]
async fn metaservices_know_a_plugins_service() {
    let world = world_with_cases().await;
    let listed = world.town().get(&path("listMethods")).await.json();
    let services = listed["service"].as_array().unwrap();
    let cases = services.iter().find(|service| service["service_code"] == "cases").unwrap();
    assert_eq!(cases["service_type"], "OPENAPI3");
    assert!(cases["endpoint_list"].as_array().unwrap().contains(&json!({ "method": "POST", "path": "/script" })));
    let allowed = world.town().get(&path("allowedMethods")).await.json();
    assert!(allowed["service"].as_array().unwrap().iter().any(|service| service["service_code"] == "cases"));
    let document = world.town().get(&path("getOpenAPI?serviceCode=cases")).await;
    assert_eq!(document.status, 200);
    assert!(document.text().contains("Sonda"), "{}", document.text());
}

/// A POST of a script under a key, as an honest server would send it again: another message with the same key.
fn message(peer: &Peer, key: &str, body: &Bytes) -> Message {
    let uri = RequestUri::parse(&path("cases")).unwrap();
    let mut builder = RequestHeadBuilder::new(Method::Post, &uri);
    builder.field("x-road-client", PORTAL).unwrap();
    builder.field("idempotency-key", key).unwrap();
    let id = uuid::Uuid::new_v4().to_string();
    let head = builder.finish(&id, &id).unwrap();
    peer.seal_head(head.as_bytes(), &peer.context(MessageKind::Request, &SEGIP.parse().unwrap()), Some(body.clone()))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_is_sent_again_has_one_effect() {
    let world = world_with_cases().await;
    let peer = Peer::of(&world, "gamlp").await;
    let link = peer.connect(&world, "segip").await;
    let steps = script(&json!([{ "increment": "n" }, { "get": "n" }]));
    for (key, expected) in [("m-1", "1"), ("m-1", "1"), ("m-2", "2")] {
        let (_, body) = say(&link, whole(&message(&peer, key, &steps).frames())).await.answered();
        let answer: Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(answer[1], expected, "{key}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_sends_to_a_plugin_of_another_server_and_hears_the_answer() {
    let world = world_with_cases().await;
    let probe = Probe::named("sender");
    let package = probe.signed(&world, &Peer::of(&world, "gamlp").await.signing);
    let digest = world.hand_over("gamlp", &package).await;
    world.add("gamlp", &probe.lines(&world, &digest, PORTAL)).await;
    let sender = format!("/r1/{PORTAL}/sender");

    let body = json!([{ "increment": "n" }]).to_string();
    let send = json!([{ "send": { "to": probe.partner, "path": "/script", "body": body, "reply_to": "r" } }]);
    let sent = world.town().post(&sender, script(&send)).await;
    assert_eq!(sent.status, 200, "{}", sent.text());

    let events = asking("event/000001");
    eventually("the answer comes back as an event", async || {
        let event = world.town().get(&format!("{sender}?script={events}")).await.json();
        event[0].as_str().is_some_and(|event| event.starts_with("reply r 200"))
    })
    .await;
    let count = asking("n");
    assert_eq!(world.town().get(&path(&format!("cases?script={count}"))).await.json()[0], "1");

    let ask = json!([{ "ask": { "to": probe.partner, "path": format!("/script?script={count}") } }]);
    let asked = world.town().post(&sender, script(&ask)).await.json();
    assert_eq!((&asked[0]["status"], &asked[0]["body"]), (&json!(200), &json!("[\"1\"]")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_can_fail_and_the_server_cannot() {
    let world = world_with_cases().await;
    let call = async |steps: Value| world.town().post(&path("cases"), script(&steps)).await;
    call(json!([{ "panic": "secret 1234" }])).await.is_fault(
        500,
        "server.serverproxy.service_failed",
        "stopped with a fault",
    );
    call(json!(["loop"])).await.is_fault(500, "server.serverproxy.service_failed", "within 1000 ms");
    let refused = call(json!([{ "fail": ["conflict", "taken"] }])).await;
    assert_eq!((refused.status.as_u16(), refused.header("x-road-error")), (409, ""));
    assert_eq!(refused.json(), json!({ "error": "conflict", "message": "taken" }));
    let large = world.town().post(&path("cases"), vec![b' '; (8 << 20) + 1]).await;
    large.is_fault(500, "server.serverproxy.body_too_large", "8388608");
    assert_eq!(call(json!([{ "put": ["k", "v"] }])).await.status, 200);
    assert_eq!(world.plugin("segip", "cases").await["faults"], 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_runs_again_after_a_restart_even_if_its_compilation_was_tampered_with() {
    let mut world = world_with_cases().await;
    let put = world.town().post(&path("cases"), script(&json!([{ "put": ["k", "v"] }]))).await;
    assert_eq!(put.status, 200, "{}", put.text());
    world.stop_server("segip").await;
    let compiled = world.installation.folder_of("segip").join("plugins/compiled");
    let files: Vec<PathBuf> = std::fs::read_dir(&compiled).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(files.len(), 1, "{files:?}");
    let mut bytes = std::fs::read(&files[0]).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    std::fs::write(&files[0], &bytes).unwrap();

    world.start_server("segip").await;
    world.ready("segip").await;
    assert_eq!(world.started_plugin("segip", "cases").await["state"], "running");
    let get = world.town().post(&path("cases"), script(&json!([{ "get": "k" }]))).await;
    assert_eq!(get.json()[0], "v", "{}", get.text());
    assert_ne!(std::fs::read(&files[0]).unwrap(), bytes, "it was compiled again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_package_that_was_changed_on_disk_is_not_run_and_the_server_goes_on() {
    let mut world = world_with_cases().await;
    world.stop_server("segip").await;
    let packages = world.installation.folder_of("segip").join("plugins/packages");
    let file = std::fs::read_dir(&packages).unwrap().next().unwrap().unwrap().path();
    let mut bytes = std::fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&file, bytes).unwrap();
    world.start_server("segip").await;
    world.ready("segip").await;
    let cases = world.started_plugin("segip", "cases").await;
    assert_eq!(cases["state"], "refused", "{cases}");
    let findings = world.administrator("segip").doctor().await.unwrap();
    assert!(findings.iter().any(|finding| finding.what == "the plugin cases does not run"), "{findings:?}");
    let fault = world.town().post(&path("cases"), script(&json!([]))).await;
    fault.is_fault(500, "server.serverproxy.network_error", "it is not running");
    assert_eq!(world.town().get("/r1/BO/GOV/1001/identidad/personas/personas/1234567").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_version_takes_over_on_trial_and_for_good() {
    let world = world_with_cases().await;
    let newer = Probe { version: "1.1.0".to_owned(), ..Probe::named("cases") };
    let package = newer.signed(&world, &Peer::of(&world, "segip").await.signing);
    let digest = world.hand_over("segip", &package).await;
    let old = world.plugin("segip", "cases").await["package"].as_str().unwrap().to_owned();
    let config = "config = { greeting = \"hola\" }\n";
    let trial = format!("trial = {{ package = \"{digest}\", percent = 50 }}\n{config}");
    world.reconfigure("segip", |text| text.replace(config, &trial)).await;
    let tried = world.plugin("segip", "cases").await;
    assert_eq!((&tried["state"], &tried["trial"]["version"]), (&json!("on trial"), &json!("1.1.0")), "{tried}");

    world.reconfigure("segip", |text| text.replace(&trial, config).replace(&old, &digest)).await;
    let taken = world.plugin("segip", "cases").await;
    assert_eq!((&taken["running"]["version"], &taken["trial"]), (&json!("1.1.0"), &Value::Null), "{taken}");

    let lines = newer.lines(&world, &digest, PORTAL);
    world.reconfigure("segip", |text| text.replace(&lines, "")).await;
    assert_eq!(world.plugin("segip", "cases").await, Value::Null, "it is gone");
}
