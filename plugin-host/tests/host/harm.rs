//! Components that mean harm: each is cut or refused within its limit, and the others do not notice.

use std::sync::Arc;

use hostile::Kind;
use plugin_host::{CallError, Given, LoadError, Version};
use serde_json::json;
use wasmtime::component::Component;

use crate::support::{World, caller, request_to};

const LIMITS: &str = "[limits]\ntime = \"100 ms\"\nmemory = \"16 MiB\"\nstorage = \"1 MiB\"\n";

fn version(world: &World, name: &str, bytes: &[u8]) -> Option<Version> {
    let manifest = format!(
        "[plugin]\nname = \"{name}\"\nversion = \"1.0.0\"\ncontract = \"0.1\"\ntitle = {{ es = \"Malo\" }}\n{LIMITS}\
         [[service]]\ncode = \"script\"\nopenapi = \"openapi/script.yaml\"\n[capabilities]\nkv = {{}}\nlog = {{}}\n"
    );
    let mut version = world.version_of(name, &manifest);
    version.subsystem = format!("BO/GOB/1001/{name}").parse().expect("an id");
    version.given = Given::default();
    version.component = Component::new(world.host.engine(), bytes).ok()?;
    Some(version)
}

/// Loads a component under a name and calls it, for as often as the breaker lets it.
async fn call(world: &World, name: &str) -> Vec<CallError> {
    let service = format!("BO/GOB/1001/{name}/script").parse().expect("an id");
    let mut refusals = Vec::new();
    for _ in 0..6 {
        let answer = world.host.call_service(&service, caller(), request_to(b"{}".to_vec()), None).await;
        refusals.push(answer.expect_err("nothing good comes of it"));
    }
    refusals
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_kind_of_harm_is_cut_and_the_breaker_opens_while_a_healthy_plugin_goes_on() {
    let world = Arc::new(World::new());
    world.load("probe", "").await.unwrap();
    let mut attacks = Vec::new();
    for (number, kind) in Kind::ALL.into_iter().enumerate() {
        let component = hostile::component(kind, 7).unwrap_or_else(|error| panic!("{kind:?}: {error:#}"));
        let name = format!("hostile-{number}");
        let version = version(&world, &name, &component).unwrap_or_else(|| panic!("{kind:?} compiles"));
        world.host.load(version).await.unwrap_or_else(|error| panic!("{kind:?}: {error:?}"));
        let world = world.clone();
        attacks.push(tokio::spawn(async move { (kind, call(&world, &name).await) }));
    }
    let mut calls = 0;
    while attacks.iter().any(|attack| !attack.is_finished()) {
        world.steps(json!([{ "increment": "n" }])).await.unwrap();
        calls += 1;
    }
    assert_eq!(world.read(json!([{ "get": "n" }])).await.unwrap(), json!([calls.to_string()]));
    for attack in attacks {
        let (kind, refusals) = attack.await.unwrap();
        assert!(matches!(refusals[0], CallError::Fault(_)), "{kind:?}: {:?}", refusals[0]);
        let last = refusals.last().expect("six");
        assert!(matches!(last, CallError::BreakerOpen { .. }), "{kind:?}: {last:?}");
    }
}

#[tokio::test]
async fn a_component_with_many_memories_is_refused() {
    let world = World::new();
    let component = hostile::with_memories(8).unwrap();
    let refused = match version(&world, "hostile", &component) {
        None => return,
        Some(version) => world.host.load(version).await.expect_err("it has too many memories"),
    };
    assert!(matches!(refused, LoadError::Link { .. }), "{refused:?}");
}

#[tokio::test]
async fn imports_that_the_host_does_not_offer_are_named_in_the_refusal() {
    let world = World::new();
    let component = wat::parse_str(
        "(component (import \"evil:host/shell@1.0.0\" (instance (export \"run\" (func (param \"command\" string))))))",
    );
    let version = version(&world, "hostile", &component.unwrap()).expect("it compiles");
    let refused = world.host.load(version).await.expect_err("nobody offers that");
    assert!(matches!(&refused, LoadError::Link { reason } if reason.contains("evil:host/shell")), "{refused:?}");
}
