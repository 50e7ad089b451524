//! Components that mean harm: each is cut or refused within its limit, and the others do not notice.

use std::collections::BTreeSet;
use std::sync::Arc;

use hostile::{Cut, Door, Kind, Specimen, specimens};
use plugin_host::manifest::Limits;
use plugin_host::package::Surface;
use plugin_host::{Answer, CallError, Fault, Given, LoadError, Method, Version, web};
use serde_json::json;
use wasmtime::component::Component;

use crate::support::{World, caller, request};

const LIMITS: &str = "time = \"500 ms\"\nmemory = \"16 MiB\"\nstorage = \"1 MiB\"\n";

const ABUSED: Specimen = Specimen { kind: Kind::Trap, door: Door::Service, variation: 0 };

fn version(world: &World, specimen: &Specimen, name: &str, component: &[u8]) -> Option<Version> {
    let mut version = world.version_of(name, &specimen.door.manifest(name, LIMITS));
    version.subsystem = format!("BO/GOB/1001/{name}").parse().expect("an id");
    version.given = Given::default();
    version.component = Component::new(world.host.engine(), component).ok()?;
    Some(version)
}

async fn load(world: &World, specimen: &Specimen, name: &str) {
    let component = specimen.component().unwrap_or_else(|error| panic!("{error:#}"));
    let version = version(world, specimen, name, &component).unwrap_or_else(|| panic!("{specimen:?} compiles"));
    world.host.load(version).await.unwrap_or_else(|error| panic!("{specimen:?}: {error:?}"));
}

/// Calls a specimen, by HEAD if it is to behave.
async fn call(world: &World, specimen: &Specimen, name: &str, method: Method) -> Result<(), CallError> {
    match specimen.door {
        Door::Service => {
            let request = request(method, b"{}".to_vec(), Vec::new());
            let answered = world.host.call_service_of(name, caller(), request, None).await;
            answered.map(|Answer { status, .. }| assert_eq!(status, 200, "{specimen:?}"))
        }
        Door::Web => {
            let method = if method == Method::Head { web::Method::Head } else { web::Method::Post };
            let request = web::Request::of(method, "/");
            let plugin = world.host.visited(name, "").expect("it is loaded");
            let answered = world.host.call_web(&plugin, caller(), request, None).await;
            answered.map(|answer| {
                assert!(matches!(answer, web::Answer::Response(page) if page.status == 200), "{specimen:?}")
            })
        }
    }
}

/// A call is cut by the rule that its kind runs into, or by the time that it has where a busy machine did not let it
/// come so far.
fn check_cut(specimen: &Specimen, error: &CallError) {
    let cut = match error {
        CallError::Fault(Fault::Time(_)) => Cut::Time,
        CallError::Fault(Fault::Limit(_)) => Cut::Limit,
        CallError::Fault(Fault::Trap(_)) => Cut::Trap,
        CallError::Fault(Fault::Broken(_)) => Cut::Broken,
        _ => panic!("{specimen:?}: {error:?}"),
    };
    let expected = specimen.kind.cut();
    let is_late = cut == Cut::Time && matches!(expected, Cut::Limit | Cut::Broken);
    assert!(cut == expected || is_late, "{specimen:?}: {error:?}");
}

#[test]
fn three_hundred_specimens_are_different_and_all_could_be_installed() {
    let components: BTreeSet<Vec<u8>> = specimens(300)
        .map(|specimen| {
            let component = specimen.component().unwrap_or_else(|error| panic!("{error:#}"));
            Surface::read(&component).unwrap_or_else(|error| panic!("{specimen:?}: {error}"));
            component
        })
        .collect();
    assert_eq!(components.len(), 300);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_kind_of_harm_is_cut_by_the_right_rule_and_the_breaker_opens_while_a_healthy_plugin_goes_on() {
    let world = Arc::new(World::new());
    // Called as fast as it answers.
    world.load("probe", "[limits]\ncalls-per-second = 100000\n").await.unwrap();
    let mut attackers = Vec::new();
    // One of each kind, in turn through each export.
    for (variation, kind) in (7..).zip(Kind::ALL) {
        let specimen = Specimen { kind, door: [Door::Service, Door::Web][variation as usize % 2], variation };
        let name = format!("hostile-{variation}");
        load(&world, &specimen, &name).await;
        attackers.push((specimen, name));
    }
    // All at once: to compile one takes longer than some of them last.
    let attack = |(specimen, name): (Specimen, String)| {
        let world = world.clone();
        tokio::spawn(async move {
            let mut refusals = Vec::new();
            // As often as the breaker lets it. Whoever found no place among the slow ones was not called.
            while refusals.len() < 6 {
                match call(&world, &specimen, &name, Method::Post).await.expect_err("nothing good comes of it") {
                    CallError::Busy => tokio::task::yield_now().await,
                    refusal => refusals.push(refusal),
                }
            }
            (specimen, refusals)
        })
    };
    let attacks: Vec<_> = attackers.into_iter().map(attack).collect();
    let mut calls = 0;
    loop {
        world.steps(json!([{ "increment": "n" }])).await.unwrap();
        calls += 1;
        if attacks.iter().all(|attack| attack.is_finished()) {
            break;
        }
    }
    assert_eq!(world.read(json!([{ "get": "n" }])).await.unwrap(), json!([calls.to_string()]));
    for attack in attacks {
        let (specimen, refusals) = attack.await.unwrap();
        check_cut(&specimen, &refusals[0]);
        let last = refusals.last().expect("six");
        assert!(matches!(last, CallError::BreakerOpen { .. }), "{specimen:?}: {last:?}");
    }
}

#[tokio::test]
async fn a_plugin_that_harms_only_sometimes_is_answered_when_it_does_not() {
    let world = World::new();
    for (number, kind) in Kind::ALL.into_iter().enumerate().filter(|(_, kind)| kind.can_behave()) {
        let specimen = Specimen { kind, door: [Door::Service, Door::Web][number % 2], variation: 3 };
        let name = format!("hostile-{number}");
        load(&world, &specimen, &name).await;
        let answered = call(&world, &specimen, &name, Method::Head).await;
        answered.unwrap_or_else(|error| panic!("{specimen:?}: {error:?}"));
        let refused = call(&world, &specimen, &name, Method::Post).await.expect_err("it harms");
        check_cut(&specimen, &refused);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_others_have_all_sandboxes_a_call_is_turned_away_and_its_plugin_not_blamed() {
    let world = Arc::new(World::with_sandboxes(2));
    world.load("probe", "").await.unwrap();
    let specimen = Specimen { kind: Kind::Loop, ..ABUSED };
    let mut attacks = Vec::new();
    for name in ["hostile-1", "hostile-2"] {
        let mut version = version(&world, &specimen, name, &specimen.component().unwrap()).expect("it compiles");
        // For longer than this takes; what is under way ends with the test.
        version.limits = Limits::CEILING;
        world.host.load(version).await.unwrap();
        let world = world.clone();
        attacks.push(tokio::spawn(async move {
            loop {
                // Until it has a sandbox.
                match call(&world, &specimen, name, Method::Post).await {
                    Err(CallError::Busy | CallError::Rate { .. }) => tokio::task::yield_now().await,
                    ended => break ended,
                }
            }
        }));
    }
    loop {
        assert!(!attacks.iter().any(|attack| attack.is_finished()), "it is never turned away");
        match world.read(json!([{ "get": "n" }])).await {
            Err(CallError::Busy) => break,
            Ok(_) | Err(CallError::Rate { .. }) => {}
            Err(error) => panic!("{error:?}"),
        }
    }
    attacks.iter().for_each(|attack| attack.abort());
    for attack in attacks {
        assert!(attack.await.is_err_and(|ended| ended.is_cancelled()));
    }
    let next = async || world.read(json!([{ "get": "n" }])).await.is_ok();
    while !next().await {}
    assert_eq!(world.host.serving(&"BO/GOB/1001/probe/script".parse().unwrap()).unwrap().vitals().faults.value(), 0);
}

#[tokio::test]
async fn a_component_with_many_memories_is_refused() {
    let world = World::new();
    let component = hostile::with_memories(8).unwrap();
    let refused = match version(&world, &ABUSED, "hostile", &component) {
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
    let version = version(&world, &ABUSED, "hostile", &component.unwrap()).expect("it compiles");
    let refused = world.host.load(version).await.expect_err("nobody offers that");
    assert!(matches!(&refused, LoadError::Link { reason } if reason.contains("evil:host/shell")), "{refused:?}");
}
