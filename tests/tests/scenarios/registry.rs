//! Life with the central registry: what is registered, by whom it is vouched for, where the configuration comes from when
//! the registry is away, and what the doctor says of all this.

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

use admin::doctor::Severity;
use certs::Profile;
use clock::{Clock, ManualClock, SystemClock, Timestamp};
use demo::state::{PERSONS, PORTAL};
use http::StatusCode;
use listener::{Handler, Limits, Request, Response, Socket, Tls, reply};
use security_server::settings::{ExpiryPolicy, SigningKey};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tests::world::{change_settings, copy_folder, eventually};
use tests::{World, certified};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

const HOUR: Duration = Duration::from_secs(3600);

pub(super) async fn registration(world: &World, server: &str, confirmed: Value) -> Value {
    world.administrator(server).post("/v1/registration", &confirmed).await.unwrap()
}

/// What is asked for and what became of it.
pub(super) fn requests(answer: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let requests = answer["requests"].as_array().unwrap();
    requests.iter().map(|request| (text(&request["request"]), text(&request["state"]))).collect()
}

pub(super) fn applied(request: &str) -> Vec<(String, String)> {
    vec![(request.to_owned(), "applied".to_owned())]
}

/// The registry's events that say this.
async fn events(world: &World, says: &str) -> usize {
    let events: Vec<Value> = world.administrator("registry").get("/v1/events").await.unwrap();
    events.iter().filter(|event| event["what"].as_str().unwrap().contains(says)).count()
}

pub(super) async fn nothing_is_missing(world: &World, server: &str) {
    eventually("everything is registered", async || {
        let shown: Value = world.administrator(server).get("/v1/registration").await.unwrap();
        shown["missing"] == json!([]) && shown["superfluous"] == json!([])
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn clients_are_named_renamed_and_taken_back() {
    let world = World::start_two(Arc::new(SystemClock), |_, _| {}).await;
    let document = world.administrator("gamlp").configuration().await.unwrap().text;
    let other = "[[client]]\nid = \"BO/MUN/2001/catastro\"\nname = \"Catastro\"\n";
    world.reconfigure("gamlp", |text| format!("{text}\n{other}")).await;
    let answer = registration(&world, "gamlp", Value::Null).await;
    assert_eq!(requests(&answer), applied("register client"));
    nothing_is_missing(&world, "gamlp").await;

    world.reconfigure("gamlp", |text| text.replace("\"Catastro\"", "\"Catastro urbano\"")).await;
    let answer = registration(&world, "gamlp", Value::Null).await;
    assert_eq!(requests(&answer), applied("rename subsystem"));
    nothing_is_missing(&world, "gamlp").await;

    world.reconfigure("gamlp", |_| document).await;
    let answer = registration(&world, "gamlp", Value::Null).await;
    assert_eq!(requests(&answer), [], "nothing is taken back that nobody confirmed");
    assert_eq!(answer["superfluous"][0]["of"], "BO/MUN/2001/catastro");
    let answer = registration(&world, "gamlp", json!({ "remove": true })).await;
    assert_eq!(requests(&answer), applied("delete client"));
    nothing_is_missing(&world, "gamlp").await;
    assert_eq!(events(&world, "delete-client for BO/MUN/2001").await, 1);
    assert_eq!(world.town().get(&format!("/r1/{PERSONS}/personas/1234567")).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signing_key_is_replaced_without_an_operator_because_the_old_one_vouches() {
    let mut world = World::start_two(Arc::new(SystemClock), |_, _| {}).await;
    let certificate = certified(&world, "gamlp", "signing-2", Profile::Signing);
    let second = SigningKey { member: "BO/MUN/2001".parse().unwrap(), key: "signing-2".to_owned(), certificate };
    world.restart_server("gamlp", |settings| settings.keys.signing.push(second)).await;
    eventually("the old key is usable", async || {
        world.administrator("gamlp").status().await.is_ok_and(|status| status["canSign"] == true)
    })
    .await;
    let answer = registration(&world, "gamlp", Value::Null).await;
    assert_eq!(requests(&answer), applied("register signing certificate"), "{answer}");
    nothing_is_missing(&world, "gamlp").await;

    world.restart_server("gamlp", |settings| drop(settings.keys.signing.remove(0))).await;
    world.ready("gamlp").await;
    let shown: Value = world.administrator("gamlp").get("/v1/registration").await.unwrap();
    let old = shown["superfluous"][0]["certificate"].as_str().unwrap().to_owned();
    let answer = registration(&world, "gamlp", json!({ "remove_signing_certificate": old })).await;
    assert_eq!(requests(&answer), applied("delete signing certificate"), "{answer}");
    nothing_is_missing(&world, "gamlp").await;
    let unknown = json!({ "remove_signing_certificate": "0".repeat(64) });
    let refused = world.administrator("gamlp").post::<Value>("/v1/registration", &unknown).await.unwrap_err();
    assert!(refused.to_string().contains("chakana register --show"), "{refused}");
    world.ready("gamlp").await;
    assert_eq!(world.town().get(&format!("/r1/{PERSONS}/personas/1234567")).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signing_key_is_replaced_while_calls_go_on() {
    let world = World::start_two(Arc::new(SystemClock), |_, _| {}).await;
    let (path, calls) = (format!("/r1/{PERSONS}/personas/1234567"), Arc::new(AtomicUsize::new(0)));
    let (town, done, counted) = (world.town(), CancellationToken::new(), calls.clone());
    let over = done.clone();
    let calling = tokio::spawn(async move {
        while !over.is_cancelled() {
            let answer = town.get(&path).await;
            assert_eq!(answer.status, 200, "{}", answer.text());
            counted.fetch_add(1, Ordering::Relaxed);
        }
    });
    let reload =
        async || -> Value { world.administrator("gamlp").post("/v1/keys/reload", &Value::Null).await.unwrap() };
    let certificate = certified(&world, "gamlp", "signing-2", Profile::Signing);
    let second = SigningKey { member: "BO/MUN/2001".parse().unwrap(), key: "signing-2".to_owned(), certificate };
    let folder = world.installation.folder_of("gamlp");
    change_settings(&folder, |settings| settings.keys.signing.push(second));
    let keys = reload().await;
    assert_eq!(
        (&keys["signing"][0]["signs"], &keys["signing"][1]["registered"]),
        (&json!(true), &json!(false)),
        "{keys}"
    );

    let answer = registration(&world, "gamlp", Value::Null).await;
    assert_eq!(requests(&answer), applied("register signing certificate"), "{answer}");
    eventually("the new key signs", async || {
        let keys: Value = world.administrator("gamlp").get("/v1/keys").await.unwrap();
        keys["signing"][1]["signs"] == true && keys["signing"][0]["signs"] == false
    })
    .await;
    change_settings(&folder, |settings| drop(settings.keys.signing.remove(0)));
    let keys = reload().await;
    assert_eq!(keys["signing"].as_array().unwrap().len(), 1, "{keys}");
    assert_eq!(keys["signing"][0]["signs"], true, "the key that stays goes on at once: {keys}");

    // What cannot be meant changes nothing.
    for (certificate, says) in [("nowhere.pem", "nowhere.pem"), ("authentication.pem", "of another key")] {
        change_settings(&folder, |settings| settings.keys.signing[0].certificate = certificate.into());
        let refused = world.administrator("gamlp").post::<Value>("/v1/keys/reload", &Value::Null).await.unwrap_err();
        assert!(refused.to_string().contains(says), "{refused}");
    }
    let before = calls.load(Ordering::Relaxed);
    eventually("calls go on", async || calls.load(Ordering::Relaxed) > before + 5).await;
    done.cancel();
    calling.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_moves_or_has_another_certificate_says_so() {
    let mut world = World::start_two(Arc::new(SystemClock), |_, _| {}).await;
    let certificate = certified(&world, "segip", "authentication-2", Profile::Authentication);
    let port = world.installation.addresses_of("segip").transport.port();
    world
        .restart_server("segip", |settings| {
            settings.keys.authentication.key = "authentication-2".to_owned();
            settings.keys.authentication.certificate = certificate;
            settings.address = format!("localhost:{port}");
        })
        .await;
    eventually("it can sign", async || {
        world.administrator("segip").status().await.is_ok_and(|status| status["canSign"] == true)
    })
    .await;
    // With its certificate a server also says where it is.
    let answer = registration(&world, "segip", Value::Null).await;
    assert!(requests(&answer).contains(&applied("register authentication certificate")[0]), "{answer}");
    eventually("the new certificate is known", async || {
        let answer = registration(&world, "segip", json!({ "remove": true })).await;
        requests(&answer).contains(&applied("delete authentication certificate")[0])
    })
    .await;
    nothing_is_missing(&world, "segip").await;
    assert_eq!(events(&world, "delete-authentication-certificate for BO/GOV/1001").await, 1);
    let path = format!("/r1/{PERSONS}/personas/1234567");
    eventually("calls go to the new address", async || world.town().get(&path).await.status == 200).await;
}

/// Serves the files of a folder as any web server would: nothing in it knows what they are.
struct StaticFiles(PathBuf);

impl Handler for StaticFiles {
    async fn handle(&self, request: Request) -> Response {
        match std::fs::read(self.0.join(request.uri().path().trim_start_matches('/'))) {
            Ok(bytes) => reply::bytes(StatusCode::OK, "application/octet-stream", bytes),
            Err(_) => reply::text(StatusCode::NOT_FOUND, "not found"),
        }
    }
}

async fn start_mirror(folder: &Path) -> String {
    let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", socket.local_addr().unwrap());
    let handler = Arc::new(StaticFiles(folder.to_owned()));
    let drain = Duration::from_secs(1);
    let shutdown = CancellationToken::new();
    tokio::spawn(listener::serve(Socket::Tcp(socket), Tls::Plain, Limits::default(), handler, shutdown, drain));
    url
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plain_copy_serves_while_the_registry_is_down_and_is_never_believed_when_it_lies() {
    let clock = Arc::new(ManualClock::new(SystemClock.now()));
    let folder = tempfile::tempdir().unwrap();
    let (mirror, old) = (folder.path().join("mirror"), folder.path().join("old"));
    let url = start_mirror(&mirror).await;
    let mut world = World::start_two(clock.clone(), |_, settings| {
        settings.global_configuration.mirrors.push(url.clone());
        settings.global_configuration.expired = ExpiryPolicy::Refuse;
    })
    .await;
    let public = world.installation.folder_of("registry").join("public");
    copy_folder(&public, &old);

    // What changed while the server was away reaches it from the copy alone.
    let version = world.configuration_version("gamlp").await;
    world.stop_server("gamlp").await;
    let notice = "mudanza";
    world.maintain("segip", Some(notice)).await;
    copy_folder(&public, &mirror);
    world.stop_registry().await;
    world.start_server("gamlp").await;
    eventually("the copy is taken", async || world.configuration_version("gamlp").await > version).await;
    assert!(world.says("gamlp", Severity::Ok, "the global configuration is fresh").await);
    let path = format!("/r1/{PERSONS}/personas/1234567");
    eventually("it counts", async || {
        world.town().get(&path).await.header("x-road-error") == "server.clientproxy.maintenance_mode"
    })
    .await;

    // Back to what was once true: refused, and what is known stays.
    let version = world.configuration_version("gamlp").await;
    copy_folder(&old, &mirror);
    eventually("it is noticed", async || world.says("gamlp", Severity::Warning, "cannot be refreshed").await).await;
    assert_eq!(world.configuration_version("gamlp").await, version);
    world.town().get(&path).await.is_fault(500, "server.clientproxy.maintenance_mode", notice);

    // For ever what is true today: good until the timestamp expires.
    copy_folder(&public, &mirror);
    eventually("it is good again", async || world.says("gamlp", Severity::Ok, "is fresh").await).await;
    clock.advance(73 * HOUR);
    eventually("a frozen copy is named", async || world.says("gamlp", Severity::Problem, "timestamp expired").await)
        .await;
    world.town().get(&path).await.is_fault(500, "server.clientproxy.global_conf_outdated", "expired");
}

/// A clock that goes by the system's, but wrong.
#[derive(Debug)]
struct WrongClock(jiff::SignedDuration);

impl Clock for WrongClock {
    fn now(&self) -> Timestamp {
        SystemClock.now() + self.0
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_doctor_notices_a_clock_that_is_off_and_peers_that_are_gone() {
    let mut world = World::start_two(Arc::new(SystemClock), |_, _| {}).await;
    assert!(world.says("segip", Severity::Ok, "the clock agrees").await);
    assert!(world.says("segip", Severity::Ok, "time-stamping service Chakana demo answers").await);
    assert_eq!(world.town().get(&format!("/r1/{PERSONS}/personas/1234567")).await.status, 200);
    // Who may call here is asked for, and so is who the log knows, even by a server that has just started.
    assert!(world.says("segip", Severity::Ok, "security server BO/MUN/2001/ss1 answers").await);
    world.restart_server("gamlp", |_| {}).await;
    world.ready("gamlp").await;
    assert!(world.says("gamlp", Severity::Ok, "security server BO/GOV/1001/ss1 answers").await);

    for (minutes, words) in [(5, "s ahead of"), (-5, "s behind")] {
        world.stop_server("gamlp").await;
        let clock = Arc::new(WrongClock(jiff::SignedDuration::from_mins(minutes)));
        world.start_server_by("gamlp", clock).await;
        eventually(words, async || world.says("gamlp", Severity::Problem, words).await).await;
    }
    world.stop_server("gamlp").await;
    let gone = "security server BO/MUN/2001/ss1 cannot be reached";
    assert!(world.says("segip", Severity::Warning, gone).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_configuration_is_named_as_the_policy_has_it() {
    let clock = Arc::new(ManualClock::new(SystemClock.now()));
    let mut world = World::start_two(clock.clone(), |_, settings| {
        settings.global_configuration.expired = ExpiryPolicy::WarnHours(24);
    })
    .await;
    world.stop_registry().await;
    clock.advance(80 * HOUR);
    let status = world.administrator("segip").status().await.unwrap();
    assert_eq!(status["configuration"]["standing"], "tolerated");
    assert!(status["configuration"]["toleratedUntil"].is_string(), "{status}");
    assert!(world.says("segip", Severity::Problem, "messages go on until").await);
    clock.advance(24 * HOUR);
    let status = world.administrator("segip").status().await.unwrap();
    assert_eq!(status["configuration"]["standing"], "expired");
    assert!(world.says("segip", Severity::Problem, "and messages are refused").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_that_is_refused_says_where_by_which_rule_and_what_to_do() {
    let world = World::start_two(Arc::new(SystemClock), |_, _| {}).await;
    let administrator = world.administrator("gamlp");
    let client = format!("[[client]]\nid = \"{PORTAL}\"\n");
    for (text, says) in [
        (format!("{client}authentication = \"none\"\n"), vec!["line 3", "unknown variant"]),
        (format!("{client}speed = 11\n"), vec!["line 3", "unknown field `speed`"]),
        (format!("{client}{client}"), vec!["[[client]] 2 \"BO/MUN/2001/tramites\"", "put everything of it into one"]),
    ] {
        let refused = administrator.plan(text).await.unwrap_err().to_string();
        for words in says {
            assert!(refused.contains(words), "{refused}");
        }
    }
}
