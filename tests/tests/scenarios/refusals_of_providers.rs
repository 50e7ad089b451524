//! What a caller gets whose provider's information system does not answer as HTTP demands.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

use certs::{Misbehaviour, Service};
use clock::SystemClock;
use demo::state::small_state;
use http::StatusCode;
use tests::provider::service_at;
use tests::world::change_settings;
use tests::{Provider, World};

const SUBSYSTEM: &str = "/r1/BO/GOV/1001/identidad";

#[tokio::test(flavor = "multi_thread")]
async fn an_information_system_that_misbehaves_is_named_and_called_once() {
    let world = World::start_two(SystemClock::shared(), |server, settings| {
        settings.limits.body_bytes = if server == "segip" { 100_000 } else { 1 << 30 };
    })
    .await;
    let provider = Provider::start().await;
    world.add("segip", &provider.service("malo", 1)).await;
    for (path, code, says) in [
        ("/hangs", "timeout", "did not answer within 1s"),
        ("/closes", "service_failed", "the connection was closed before it"),
        ("/garbage", "service_failed", "it is not HTTP, or its head is beyond the bounds"),
        ("/bad-length", "service_failed", "it is not HTTP, or its head is beyond the bounds"),
        ("/large-head", "service_failed", "it is not HTTP, or its head is beyond the bounds"),
        ("/switches", "service_failed", "it is not HTTP, or its head is beyond the bounds"),
        ("/breaks-off", "service_failed", "it broke off before its end"),
        ("/large-body", "service_failed", "its body is larger than 100000 bytes"),
    ] {
        let id = path.trim_matches('/');
        let answer = world.town().with("x-road-id", id).get(&format!("{SUBSYSTEM}/malo{path}")).await;
        answer.is_fault(500, &format!("server.serverproxy.{code}"), says);
        assert!(answer.fault().message.contains("BO/GOV/1001/identidad/malo"), "{}", answer.text());
        assert!(!answer.text().contains(&provider.port()), "where the provider is stays inside: {}", answer.text());
        assert_eq!(provider.calls(path), 1, "{path} is called once");
        for server in ["segip", "gamlp"] {
            assert_eq!(world.records(server, id).await, 1, "{server} logs the request, and no answer to {path}");
        }
    }
    assert_eq!(world.town().get(&format!("{SUBSYSTEM}/malo/ok")).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_information_system_that_is_not_there_is_no_answer() {
    let world = World::start_two(SystemClock::shared(), |_, _| {}).await;
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    world.add("segip", &service_at(&format!("http://{nobody}/"), "ausente", 5)).await;
    world.add("segip", &service_at("http://nadie.invalid/", "nadie", 5)).await;
    let town = world.town().with("x-road-id", "absent");
    let refused = town.get(&format!("{SUBSYSTEM}/ausente/x")).await;
    refused.is_fault(500, "server.serverproxy.network_error", "identidad/ausente cannot be reached");
    let unknown = town.get(&format!("{SUBSYSTEM}/nadie/x")).await;
    unknown.is_fault(500, "server.serverproxy.unknown_host", "identidad/nadie is unknown");
    assert_eq!(world.records("gamlp", "absent").await, 2, "two requests were made, and no answer");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_goes_on_for_ever_is_cut_when_nobody_waits_for_it_any_more() {
    let mut state = small_state();
    state.entities.retain(|entity| matches!(entity.folder.as_str(), "segip" | "gamlp"));
    let world = World::start_with(state, SystemClock::shared(), |server, folder| {
        if server == "segip" {
            // No service may have a longer time-out than that.
            change_settings(folder, |settings| settings.limits.response_seconds = 2);
            let document = folder.join("configuration.toml");
            let text = std::fs::read_to_string(&document).unwrap();
            std::fs::write(&document, text.replace("\nurl = ", "\ntimeout_seconds = 2\nurl = ")).unwrap();
        }
    })
    .await;
    let provider = Provider::start().await;
    world.add("segip", &provider.service("malo", 2)).await;
    for path in ["/drips", "/hangs"] {
        let answer = world.town().get(&format!("{SUBSYSTEM}/malo{path}")).await;
        answer.is_fault(500, "server.serverproxy.timeout", "did not answer within");
        assert_eq!(provider.calls(path), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_cannot_sign_is_not_called() {
    let mut world = World::start_two(SystemClock::shared(), |_, _| {}).await;
    let provider = Provider::start().await;
    world.add("segip", &provider.service("bueno", 5)).await;
    let path = format!("{SUBSYSTEM}/bueno/ok");
    assert_eq!(world.town().get(&path).await.status, 200);
    world.trust_services.misbehave(Service::Ocsp, Misbehaviour::Status(StatusCode::SERVICE_UNAVAILABLE));
    world.restart_server("segip", |_| {}).await;
    let refused = world.town().get(&path).await;
    refused.is_fault(500, "server.serverproxy.cannot_create_signature", "member BO/GOV/1001 cannot sign");
    assert_eq!(provider.calls("/ok"), 1);

    world.restart_server("gamlp", |_| {}).await;
    let refused = world.town().get(&path).await;
    refused.is_fault(500, "server.clientproxy.cannot_create_signature", "member BO/MUN/2001 cannot sign");

    world.trust_services.misbehave(Service::Ocsp, Misbehaviour::None);
    for server in ["segip", "gamlp"] {
        world.restart_server(server, |_| {}).await;
        world.ready(server).await;
    }
    assert_eq!(world.town().get(&path).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_status_counts_without_a_nonce_while_it_is_fresh_and_never_with_that_of_another_question() {
    let mut world = World::start_two(SystemClock::shared(), |_, _| {}).await;
    let provider = Provider::start().await;
    world.add("segip", &provider.service("bueno", 5)).await;
    let path = format!("{SUBSYSTEM}/bueno/ok");
    world.trust_services.misbehave(Service::Ocsp, Misbehaviour::OtherNonce);
    world.restart_server("segip", |_| {}).await;
    let refused = world.town().get(&path).await;
    refused.is_fault(500, "server.serverproxy.cannot_create_signature", "member BO/GOV/1001 cannot sign");
    assert_eq!(provider.calls("/ok"), 0);

    // As responders answer that keep their answers (RFC 8954 §2.1).
    world.trust_services.misbehave(Service::Ocsp, Misbehaviour::WithoutNonce);
    world.restart_server("segip", |_| {}).await;
    world.ready("segip").await;
    assert_eq!(world.town().get(&path).await.status, 200);
}
