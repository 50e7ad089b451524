//! What an information system gets that asks for what cannot be, and that nothing of it is logged as if it had happened.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

use clock::{ManualClock, SystemClock};
use demo::state::{PERSONS, PORTAL};
use http::Method;
use std::sync::Arc;
use std::time::Duration;
use tests::raw::{self, Raw};
use tests::{Provider, World};

/// Bytes of the largest body in these tests.
const LIMIT: u64 = 100_000;

async fn small_world() -> World {
    World::start_two(SystemClock::shared(), |_, settings| {
        settings.limits.body_bytes = LIMIT;
        settings.limits.head_seconds = 2;
        settings.limits.body_pause_seconds = 1;
    })
    .await
}

fn persons() -> String {
    format!("/r1/{PERSONS}/personas/1234567")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_that_names_no_service_is_refused_by_what_is_wrong_with_it() {
    let world = small_world().await;
    let town = world.town().with("x-road-id", "targets");
    let long = format!("{}?{}", persons(), "x".repeat(17_000));
    for (target, code, says) in [
        ("/r2/BO/GOV/1001/identidad/personas", "client.invalid_protocol_version", "\"r2\""),
        ("/", "client.invalid_protocol_version", "begin with /r1/"),
        ("/r1/BO/GOV/1001", "client.invalid_request", "3 of the 5"),
        ("/r1/BO/GOV/1001/identidad/personas/%zz", "client.invalid_request", "not a percent-encoded path"),
        ("/r1/BO/GOV/10%2F01/identidad/personas", "client.invalid_request", "does not name a service"),
        ("/r1/BO/GOV/1001/identidad/personas/%2e%2e/%2e%2e", "client.invalid_request", "climbs"),
        (long.as_str(), "client.invalid_request", "longer than 16384 bytes"),
    ] {
        town.get(target).await.is_fault(400, code, says);
    }
    let brew = Method::from_bytes(b"BREW").unwrap();
    town.call(brew, &persons(), "".into()).await.is_fault(400, "client.invalid_http_method", "BREW");
    town.call(Method::POST, "/listClients", "".into()).await.is_fault(400, "client.invalid_http_method", "POST");
    assert_eq!(world.records("gamlp", "targets").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn headers_that_make_no_message_are_refused_by_name() {
    let world = small_world().await;
    let (town, persons) = (world.town().with("x-road-id", "headers"), persons());
    town.bare().get(&persons).await.is_fault(400, "client.missing_header", "x-road-client");
    let twice = town.with("x-road-client", PORTAL).get(&persons).await;
    twice.is_fault(400, "client.duplicate_header_field", "x-road-client");
    for (name, value, code) in [
        ("x-road-client", "BO/MUN", "client.invalid_client_identifier"),
        ("x-road-client", "", "client.invalid_header"),
        ("x-road-id", &*"x".repeat(300), "client.invalid_header"),
        ("x-road-security-server", "nobody", "client.invalid_header"),
    ] {
        let caller = if name == "x-road-client" { town.bare() } else { world.town() };
        caller.with(name, value).get(&persons).await.is_fault(400, code, name);
    }
    let stranger = town.bare().with("x-road-client", "BO/MUN/9/x");
    stranger.get(&persons).await.is_fault(400, "client.invalid_client_identifier", "BO/MUN/9/x");
    for key in ["", &*"k".repeat(256)] {
        let answer = town.with("idempotency-key", key).get(&persons).await;
        answer.is_fault(400, "client.invalid_header", "Idempotency-Key");
    }
    let mut raw = Raw::connect(world.installation.addresses_of("gamlp").clients_http).await;
    raw.send(format!("GET {persons} HTTP/1.1\r\nhost: x\r\nconnection: close\r\nx-road-client: {PORTAL}\r\n")).await;
    raw.send(b"x-other: \xff\xfe\r\n\r\n").await;
    raw.answer().await.is_fault(400, "client.invalid_header", "header");
    assert_eq!(world.records("gamlp", "headers").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_is_too_large_too_short_or_too_slow_is_refused() {
    let world = small_world().await;
    let address = world.installation.addresses_of("gamlp").clients_http;
    let path = persons();
    let too_large = world.town().with("x-road-id", "bodies").post(&path, vec![0; 100_001]).await;
    too_large.is_fault(400, "client.body_too_large", "100000");
    let head = format!("POST {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\nx-road-client: {PORTAL}\r\n");
    let head = format!("{head}x-road-id: bodies\r\n");

    let mut grows = Raw::connect(address).await;
    let chunk = format!("c350\r\n{}\r\n", "x".repeat(50_000));
    grows.send(format!("{head}transfer-encoding: chunked\r\n\r\n{}0\r\n\r\n", chunk.repeat(3))).await;
    grows.answer().await.is_fault(400, "client.body_too_large", "100000");

    let mut short = Raw::connect(address).await;
    short.send(format!("{head}content-length: 100\r\n\r\nten bytes.")).await;
    short.finish().await;
    short.answer().await.is_fault(400, "client.invalid_body", "broke off");

    let mut malformed = Raw::connect(address).await;
    malformed.send(format!("{head}transfer-encoding: chunked\r\n\r\nno size\r\n")).await;
    malformed.answer().await.is_fault(400, "client.invalid_body", "broke off");

    let mut stops = Raw::connect(address).await;
    stops.send(format!("{head}content-length: 100\r\n\r\nten bytes.")).await;
    stops.answer().await.is_fault(400, "client.invalid_body", "did not come on within 1s");

    let mut drips = Raw::connect(address).await;
    drips.send(format!("{head}content-length: 5000\r\n\r\n")).await;
    raw::answer(&drips.drip().await).is_fault(400, "client.invalid_body", "did not come on within 1s");
    assert_eq!(world.records("gamlp", "bodies").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_that_drips_is_not_waited_for() {
    let world = small_world().await;
    for address in [
        world.installation.addresses_of("gamlp").clients_http,
        world.installation.addresses_of("gamlp").clients_https,
        world.installation.addresses_of("gamlp").transport,
    ] {
        let mut raw = Raw::connect(address).await;
        raw.send("GET /").await;
        let heard = raw.drip().await;
        assert!(!heard.starts_with(b"HTTP/1.1 200"), "{address}");
    }
    assert_eq!(world.town().get(&persons()).await.status, 200, "others are served meanwhile and after");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_or_what_is_not_there_is_named() {
    let world = World::start().await;
    let town = world.town().with("x-road-id", "unknown");
    for (provider, layer, code, says) in [
        ("BO/GOV/7777/nada/x", "clientproxy", "unknown_member", "BO/GOV/7777/nada"),
        ("BO/GOV/1001/nada/x", "clientproxy", "unknown_member", "BO/GOV/1001/nada"),
        ("BO/GOV/1001/identidad/nada", "serverproxy", "unknown_service", "BO/GOV/1001/identidad/nada"),
        ("BO/GOV/1001/identidad/personas/otra", "serverproxy", "access_denied", PERSONS),
        ("BO/GOV/1001/identidad/getOpenAPI", "serverproxy", "invalid_request", "Missing serviceCode"),
        ("BO/GOV/1001/identidad/getOpenAPI?serviceCode=x", "serverproxy", "invalid_request", "Service not found"),
        ("BO/GOV/1002/padron/getOpenAPI?serviceCode=contribuyentes", "serverproxy", "service_type", "REST"),
    ] {
        town.get(&format!("/r1/{provider}")).await.is_fault(500, &format!("server.{layer}.{code}"), says);
    }
    let elsewhere = town.with("x-road-security-server", "BO/GOV/1002/ss1").get(&persons()).await;
    elsewhere.is_fault(500, "server.clientproxy.invalid_security_server", "BO/GOV/1002/ss1");
    let other_instance = town.get("/listClients?xRoadInstance=PE").await;
    other_instance.is_fault(500, "server.clientproxy.invalid_request", "PE");
    assert_eq!(world.records("segip", "unknown").await, 2, "getOpenAPI was logged with each call, and nothing else");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_inside_a_server_stays_inside() {
    let world = small_world().await;
    assert_eq!(world.town().get("/verificationconf").await.status, 200);
    let kept = world.installation.folder_of("gamlp").join("global-configuration/objects");
    for file in std::fs::read_dir(&kept).unwrap() {
        std::fs::write(file.unwrap().path(), b"damaged").unwrap();
    }
    let refused = world.town().get("/verificationconf").await;
    refused.is_fault(500, "server.clientproxy.internal_error", "the server's log has more under the detail id");
    assert!(!refused.text().contains("objects"), "{}", refused.text());
    assert_eq!(world.town().get(&persons()).await.status, 200, "messages go on");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_right_ends_at_its_hour_and_a_disabled_service_says_its_notice() {
    let clock = Arc::new(ManualClock::new(clock::Clock::now(&SystemClock)));
    let world = World::start_two(clock.clone(), |_, _| {}).await;
    let provider = Provider::start().await;
    let ends = world.now().checked_add(jiff::SignedDuration::from_mins(10)).unwrap();
    world.add("segip", &format!("{}expires = \"{ends}\"", provider.service("pronto", 5))).await;
    let disabled = provider.service("cerrado", 5).replace("url =", "disabled = \"hasta el lunes\"\nurl =");
    world.add("segip", &disabled).await;

    let path = "/r1/BO/GOV/1001/identidad/pronto/ok";
    assert_eq!(world.town().get(path).await.status, 200);
    clock.advance(Duration::from_secs(601));
    world.town().get(path).await.is_fault(500, "server.serverproxy.access_denied", "identidad/pronto");
    let closed = world.town().get("/r1/BO/GOV/1001/identidad/cerrado/ok").await;
    closed.is_fault(500, "server.serverproxy.service_disabled", "hasta el lunes");
    assert_eq!(provider.calls("/ok"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_holds_as_much_as_it_can_says_so() {
    let world = World::start_two(SystemClock::shared(), |_, settings| settings.limits.exchanges = 1).await;
    let provider = Provider::start().await;
    world.add("segip", &provider.service("lento", 30)).await;
    let town = world.town();
    let held = tokio::spawn({
        let town = town.clone();
        async move { town.get("/r1/BO/GOV/1001/identidad/lento/held").await }
    });
    provider.arrived().await;
    town.get(&persons()).await.is_fault(500, "server.clientproxy.server_overloaded", "try again");
    provider.release();
    assert_eq!(held.await.unwrap().status, 200);
    assert_eq!(town.get(&persons()).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_peer_with_as_much_under_way_as_allowed_is_not_asked() {
    let world = World::start_two(SystemClock::shared(), |server, settings| {
        settings.limits.exchanges_per_peer = if server == "gamlp" { 1 } else { 512 };
    })
    .await;
    let provider = Provider::start().await;
    world.add("segip", &provider.service("lento", 30)).await;
    let town = world.town();
    let held = tokio::spawn({
        let town = town.clone();
        async move { town.get("/r1/BO/GOV/1001/identidad/lento/held").await }
    });
    provider.arrived().await;
    let refused = town.get(&persons()).await;
    refused.is_fault(500, "server.clientproxy.server_overloaded", "try again");
    provider.release();
    assert_eq!(held.await.unwrap().status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn faults_come_in_the_form_that_was_asked_for() {
    let world = World::start_two(SystemClock::shared(), |_, _| {}).await;
    let denied = format!("/r1/{PERSONS}/otra");
    for (accept, content_type) in [
        ("text/xml", "text/xml; charset=utf-8"),
        ("image/png, text/*;q=0.5", "text/xml; charset=utf-8"),
        ("application/xml", "application/xml; charset=utf-8"),
    ] {
        let answer = world.town().with("accept", accept).get(&denied).await;
        assert_eq!((answer.status.as_u16(), answer.header("content-type")), (500, content_type));
        assert_eq!(answer.header("x-road-error"), "server.serverproxy.access_denied");
        let said = format!("Request is not allowed: SERVICE:{PERSONS}");
        let begin = format!("<error><type>server.serverproxy.access_denied</type><message>{said}</message><detail>");
        assert!(answer.text().starts_with(&begin) && answer.text().ends_with("</detail></error>"), "{}", answer.text());
        assert_eq!(answer.text().len(), begin.len() + 36 + "</detail></error>".len());
    }
    world.town().with("accept", "image/png").get(&denied).await.is_fault(500, "server.serverproxy.access_denied", "");
}

#[tokio::test(flavor = "multi_thread")]
async fn fault_codes_are_spelled_as_the_setting_says() {
    let world = World::start_two(SystemClock::shared(), |_, settings| {
        settings.fault_codes = security_server::settings::FaultCodes::Camel;
    })
    .await;
    for (answer, code) in [
        (world.town().get(&format!("/r1/{PERSONS}/otra")).await, "Server.ServerProxy.AccessDenied"),
        (world.town().get("/r1/BO/GOV/7777/nada/x").await, "Server.ClientProxy.UnknownMember"),
        (world.town().bare().get(&persons()).await, "Client.MissingHeader"),
    ] {
        assert_eq!(answer.header("x-road-error"), code);
        assert!(answer.text().starts_with(&format!("{{\"type\":\"{code}\",\"message\":\"")), "{}", answer.text());
        assert_eq!(answer.status, if code.starts_with("Server") { 500 } else { 400 });
    }
}
