//! Documents that a plugin has signed in the name of its entity: evidence that others accept, and none of a call that failed.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

use bytes::Bytes;
use clock::SystemClock;
use demo::state::PORTAL;
use serde_json::{Value, json};
use std::io::Cursor;
use std::path::Path;
use std::process::Command;
use tests::plugin::{Probe, compiler};
use tests::{Answer, Peer, World};
use trust::file_container::FileContainer;
use trust::zip::ZipReader;

const CASES: &str = "/r1/BO/GOV/1001/identidad/cases";
const SIGNER: &str = "BO/GOV/1001";

/// The identity register with a plugin `cases` that the municipality may call.
async fn world_with_cases() -> World {
    let world = World::start_two(SystemClock::shared(), |_, settings| {
        settings.plugins.compiler = compiler();
        settings.plugins.sandboxes = 16;
    })
    .await;
    let probe = Probe::named("cases");
    let package = probe.signed(&world, &Peer::of(&world, "segip").await.signing);
    let digest = world.hand_over("segip", &package).await;
    world.add("segip", &probe.lines(&world, &digest, PORTAL)).await;
    world
}

async fn call(world: &World, steps: Value) -> Answer {
    world.town().post(CASES, Bytes::from(steps.to_string())).await
}

fn document(name: &str) -> Value {
    json!({ "sign": { "name": name, "content": "granted" } })
}

/// The files of the server's blobs.
fn blobs(world: &World) -> usize {
    fn files(folder: &Path) -> usize {
        let Ok(entries) = std::fs::read_dir(folder) else { return 0 };
        let count = |path: &Path| if path.is_dir() { files(path) } else { 1 };
        entries.map(|entry| count(&entry.unwrap().path())).sum()
    }
    files(&world.installation.folder_of("segip").join("plugins/blobs"))
}

/// What openssl says of the signature over the container's manifest.
fn openssl_accepts(world: &World, container: &[u8]) {
    let scratch = tempfile::tempdir().unwrap();
    let mut reader = ZipReader::open(Cursor::new(container)).unwrap();
    let names: Vec<String> = reader.entries().map(|entry| entry.name.to_owned()).collect();
    let mut part = |suffix: &str| {
        let index = names.iter().position(|name| name.starts_with("META-INF/") && name.ends_with(suffix)).unwrap();
        let path = scratch.path().join(format!("part{suffix}"));
        std::fs::write(&path, reader.read(index, 1 << 20).unwrap()).unwrap();
        path
    };
    let (signature, manifest) = (part(".p7s"), part(".xml"));
    let said = Command::new("openssl")
        .args(["cms", "-verify", "-cades", "-inform", "DER", "-binary", "-out", "/dev/null", "-in"])
        .args([signature.as_path(), "-content".as_ref(), manifest.as_path(), "-CAfile".as_ref()])
        .arg(world.installation.folder_of("trust-services").join("root.pem"))
        .output()
        .expect("openssl is installed");
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_is_signed_as_the_entity_once_its_call_is_committed() {
    let world = world_with_cases().await;
    let ordered = call(&world, json!([document("resolution.txt"), { "put": ["case", "closed"] }])).await;
    assert_eq!(ordered.status, 200, "{}", ordered.text());
    let id = ordered.json()[0].as_str().unwrap().to_owned();

    let script = admin::percent_encoded(&json!([{ "signed": id }, { "get": "case" }]).to_string());
    let found = world.town().get(&format!("{CASES}?script={script}")).await.json();
    assert_eq!((&found[0]["signer"], &found[1]), (&json!(SIGNER), &json!("closed")), "{found}");

    let container = hex::decode(found[0]["container"].as_str().unwrap()).unwrap();
    let read = FileContainer::read(&container).unwrap();
    assert_eq!(read.content("resolution.txt"), Some(b"granted".as_slice()));
    let signatures = read.signatures().unwrap();
    assert_eq!(signatures.len(), 1);
    // By what the other entity's server knows: nothing of the signer's server is needed.
    let judgement = world.upkeep("gamlp").messaging.configuration.usable().unwrap();
    signatures[0].judge(judgement.anchors(), judgement.global().ocsp_freshness()).unwrap();
    let certificate = signatures[0].certificate().hash();
    let signer = judgement.global().members().find(|member| member.signs_with(&certificate)).unwrap();
    assert_eq!(signer.id().to_string(), SIGNER);
    openssl_accepts(&world, &container);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_fails_signs_nothing() {
    let world = world_with_cases().await;
    let failed = call(&world, json!([document("a.txt"), { "fail": ["conflict", "taken"] }])).await;
    assert_eq!(failed.status, 409, "{}", failed.text());
    let stopped = call(&world, json!([document("b.txt"), { "panic": "" }])).await;
    stopped.is_fault(500, "server.serverproxy.service_failed", "stopped with a fault");
    let cases = world.plugin("segip", "cases").await;
    assert_eq!((&cases["agenda"]["entries"], blobs(&world)), (&json!(0), 0), "{cases}");

    // The next call signs its own document, and no other.
    assert_eq!(call(&world, json!([document("c.txt")])).await.status, 200);
    assert_eq!(blobs(&world), 1);
}
