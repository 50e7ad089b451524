//! A package that is wrong in any way is refused in words, and nothing of it is kept.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

use admin::ClientError;
use clock::SystemClock;
use demo::state::PORTAL;
use serde_json::Value;
use tests::plugin::{Probe, compiler, signature};
use tests::{Peer, World};

async fn world() -> World {
    World::start_two(SystemClock::shared(), |_, settings| {
        settings.plugins.compiler = compiler();
        settings.plugins.sandboxes = 16;
    })
    .await
}

fn words(error: ClientError) -> String {
    let ClientError::Answered { kind, message, next, .. } = error else { panic!("{error}") };
    assert_eq!(kind, "refused", "{message}");
    assert!(!next.is_empty());
    message
}

/// Demands that the identity register's server refuses a file, says why, and keeps nothing.
async fn refused(world: &World, file: Vec<u8>, says: &[&str]) {
    let answer = world.administrator("segip").upload::<Value>("/v1/plugins/packages", file).await;
    let words = words(answer.expect_err("it is refused"));
    for fact in says {
        assert!(words.contains(fact), "{words:?} does not say {fact:?}");
    }
    let packages = world.installation.folder_of("segip").join("plugins/packages");
    assert!(!packages.exists() || std::fs::read_dir(packages).unwrap().next().is_none(), "something was kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_signed_decides_whether_a_package_is_taken() {
    let world = world().await;
    let probe = Probe::named("cases");
    let unsigned = probe.files(&probe.manifest());
    refused(&world, unsigned.write().unwrap(), &["is not signed", "chakana plugin sign"]).await;

    let stranger = Peer::of(&world, "gamlp").await.signing;
    let of_stranger = probe.signed(&world, &stranger).write().unwrap();
    refused(&world, of_stranger, &["the author is BO/MUN/2001", "not among the trusted authors"]).await;

    let mut of_another = Probe::named("cases");
    of_another.version = "2.0.0".to_owned();
    let signing = Peer::of(&world, "segip").await.signing;
    let wrong = signature(&of_another.files(&of_another.manifest()), &world, &signing);
    assert!(unsigned.with_signature(wrong).is_err(), "a signature over other files fits no container");
    refused(&world, b"PK\x03\x04 and no more".to_vec(), &["not a container of signed files"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_manifest_that_lies_or_is_of_another_contract_is_refused() {
    let world = world().await;
    let signing = Peer::of(&world, "segip").await.signing;
    let probe = Probe::named("cases");
    let mut foreign = probe.clone();
    foreign.component = wasm_with_import("wasi:http/types@0.2.0");
    let mut older = probe.clone();
    older.component = wasm_with_import("chakana:plugin/kv@0.0.9");
    for (probe, manifest, says) in [
        (&probe, probe.manifest().replace("timers = {}\n", ""), ["the manifest lies", "chakana:plugin/timers"]),
        (
            &probe,
            probe.manifest().replace("contract = \"0.1\"", "contract = \"0.0\""),
            ["the manifest is refused", "contract"],
        ),
        (&foreign, probe.manifest(), ["component.wasm is refused", "wasi:http/types"]),
        (&older, probe.manifest(), ["component.wasm is refused", "it was built for"]),
    ] {
        let files = probe.files(&manifest);
        let signature = signature(&files, &world, &signing);
        let file = files.with_signature(signature).unwrap().write().unwrap();
        refused(&world, file, &says).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_that_does_not_fit_the_package_is_refused_and_nothing_changes() {
    let world = world().await;
    let probe = Probe::named("cases");
    let package = probe.signed(&world, &Peer::of(&world, "segip").await.signing);
    let unknown = probe.lines(&world, &"ab".repeat(32), PORTAL);
    let digest = world.hand_over("segip", &package).await;
    let lines = probe.lines(&world, &digest, PORTAL);
    let administrator = world.administrator("segip");
    let before = administrator.configuration().await.unwrap();
    for (lines, says) in [
        (unknown, "was not handed to this server"),
        (lines.replace("\"outbox\", ", ""), "add to grants: outbox"),
        (lines.replace("code = \"cases\"", "code = \"others\""), "no [[service]] \"others\""),
        (lines.replace("greeting =", "farewell ="), "no configuration key \"farewell\""),
        (
            lines.replace("name = \"cases\"", "name = \"others\"").replace("plugin = \"cases\"", "plugin = \"others\""),
            "of the plugin cases",
        ),
    ] {
        let text = format!("{}\n{lines}\n", before.text);
        for outcome in [
            administrator.plan(text.clone()).await.map(drop),
            administrator.apply(text.clone(), before.version).await.map(drop),
        ] {
            let words = words(outcome.expect_err(says));
            assert!(words.contains(says), "{words:?} does not say {says:?}");
        }
    }
    assert_eq!(administrator.configuration().await.unwrap(), before);
    assert_eq!(world.plugin("segip", "cases").await, Value::Null);
}

/// The smallest component that imports an instance of this name.
fn wasm_with_import(name: &str) -> Vec<u8> {
    let header = [0x00, 0x61, 0x73, 0x6d, 0x0d, 0x00, 0x01, 0x00];
    // Section 7, one type: an instance (0x42) without declarations. Section 10, one import of an instance (0x05) of it.
    let types = [0x07, 0x03, 0x01, 0x42, 0x00];
    let length = u8::try_from(name.len()).unwrap();
    let mut import = vec![0x01, 0x00, length];
    import.extend_from_slice(name.as_bytes());
    import.extend_from_slice(&[0x05, 0x00]);
    let mut wasm = [header.as_slice(), &types, &[0x0a, u8::try_from(import.len()).unwrap()]].concat();
    wasm.extend_from_slice(&import);
    wasm
}
