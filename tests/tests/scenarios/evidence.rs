//! What can be done with evidence from outside: fetched however large it is, judged by its own time, audited, and missed.

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

use clock::{Clock as _, SystemClock};
use demo::state::{ARCHIVE, PERSONS, PORTAL, small_state};
use http::StatusCode;
use message_log::OpenMode;
use serde_json::Value;
use std::io::Cursor;
use std::path::Path;
use std::sync::Arc;
use tests::World;
use tests::raw::Raw;
use tests::world::{change_settings, copy_folder, eventually};
use trust::asic;
use trust::checkpoint::SignedCheckpoint;
use trust::leaf::{Leaf, MessageLeaf};
use trust::merkle::{Hash, root};
use trust::zip::ZipReader;

const OWN: &str = "xRoadInstance=BO&memberClass=MUN&memberCode=2001&subsystemCode=tramites";

fn leaf_of(container: &[u8]) -> MessageLeaf {
    let reader = asic::Reader::open(Cursor::new(container)).unwrap();
    let Ok(Leaf::Message(leaf)) = Leaf::parse(&reader.contents().leaf) else { panic!("no message") };
    *leaf
}

#[tokio::test(flavor = "multi_thread")]
async fn evidence_of_a_large_body_streams_alone_and_with_others() {
    let world = World::start().await;
    let town = world.town();
    assert_eq!(town.with("x-road-id", "large").get(&format!("/r1/{ARCHIVE}/gaceta.bin")).await.status, 200);

    let alone = town.get(&format!("/asic?{OWN}&queryId=large&responseOnly")).await;
    assert_eq!(alone.status, 200);
    assert!(alone.header("content-disposition").contains("large-response-"), "{:?}", alone.headers);
    let mut reader = asic::Reader::open(Cursor::new(&alone.body)).unwrap();
    assert_eq!(reader.body_bytes(), Some(demo::providers::FILE_BYTES));
    assert!(reader.body_digest().unwrap().is_some(), "the checksum holds");

    let both = town.get(&format!("/asic?{OWN}&queryId=large")).await;
    let mut zip = ZipReader::open(Cursor::new(&both.body)).unwrap();
    let names: Vec<String> = zip.entries().map(|entry| entry.name.to_owned()).collect();
    assert_eq!(names.len(), 2);
    let response = names.iter().position(|name| name.starts_with("response-")).unwrap();
    let inner = zip.read(response, 64 << 20).unwrap();
    assert_eq!(asic::Reader::open(Cursor::new(&inner)).unwrap().body_bytes(), Some(demo::providers::FILE_BYTES));

    let found: Value = world.administrator("gamlp").get("/v1/log/records?id=large&kind=response").await.unwrap();
    let index = found["records"][0]["index"].as_u64().unwrap();
    let mut exported = Vec::new();
    let path = format!("/v1/log/records/{index}/container");
    world.administrator("gamlp").download(&path, &mut exported).await.unwrap();
    assert_eq!(leaf_of(&exported), leaf_of(&alone.body));
}

#[tokio::test(flavor = "multi_thread")]
async fn so_much_evidence_is_written_at_once_and_no_more() {
    let one = |_: &str, folder: &Path| change_settings(folder, |settings| settings.limits.exports = 1);
    let world = World::start_with(small_state(), Arc::new(SystemClock), one).await;
    let (town, administrator) = (world.town(), world.administrator("gamlp"));
    assert_eq!(town.with("x-road-id", "large").get(&format!("/r1/{ARCHIVE}/gaceta.bin")).await.status, 200);
    let small = format!("/asic?{OWN}&queryId=large&requestOnly");
    assert_eq!(town.get(&small).await.status, 200);

    let large = format!("/asic?{OWN}&queryId=large&responseOnly");
    let mut slow = Raw::connect(world.installation.addresses_of("gamlp").clients_http).await;
    // The answer before may have been read to its end and hold the place for a moment longer.
    eventually("who does not read holds the only place", async || {
        slow.send(format!("GET {large} HTTP/1.1\r\nhost: town\r\nx-road-client: {PORTAL}\r\n\r\n")).await;
        if slow.status().await == StatusCode::OK {
            return true;
        }
        slow = Raw::connect(world.installation.addresses_of("gamlp").clients_http).await;
        false
    })
    .await;
    let refused = town.get(&small).await;
    assert!(refused.text().contains("limits.exports allows at once: 1: ask again later"), "{}", refused.text());
    let refused = administrator.download("/v1/log/records/0/container", &mut Vec::new()).await.unwrap_err();
    assert!(refused.to_string().contains("limits.exports"), "{refused}");

    drop(slow);
    eventually("its place is free again", async || town.get(&small).await.status == 200).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn anybody_can_audit_the_log_and_judge_a_record_by_its_own_configuration() {
    let world = World::start().await;
    let (town, administrator) = (world.town(), world.administrator("gamlp"));
    assert_eq!(town.with("x-road-id", "audited").get(&format!("/r1/{PERSONS}/personas/1234567")).await.status, 200);
    let _: Value = administrator.post("/v1/log/checkpoint", &()).await.unwrap();

    let checkpoint = SignedCheckpoint::parse(&town.get("/log/checkpoint").await.body).unwrap();
    let size = checkpoint.claimed().size;
    let tile = town.get(&format!("/log/tile/0/000.p/{size}")).await;
    assert_eq!(tile.status, 200, "{}", tile.text());
    let hashes = tile.body.chunks_exact(32).map(|bytes| Hash::from_bytes(bytes.try_into().unwrap()));
    assert_eq!(root(&hashes.collect::<Vec<_>>()), checkpoint.claimed().root);
    for path in ["/log/tile/entries/000.p/1", "/log/tile/0/000.p/255", "/log/tile/0/001", "/log/records", "/log/"] {
        assert_eq!(town.get(path).await.status, 404, "{path}");
    }
    let proof: Value = administrator.get(&format!("/v1/log/consistency?from=1&to={size}")).await.unwrap();
    assert!(!proof["consistency"].as_array().unwrap().is_empty());
    assert!(administrator.get::<Value>("/v1/log/consistency?from=1&to=1000000").await.is_err());

    let container = town.get(&format!("/asic?{OWN}&queryId=audited&responseOnly")).await.body;
    let judged_by = leaf_of(&container).configuration;
    let snapshot = town.get(&format!("/verificationconf?snapshot={judged_by}")).await;
    assert_eq!(snapshot.status, 200);
    let opened = global_configuration::open_bundle(&snapshot.body, None).await.unwrap();
    assert_eq!(opened.hash, judged_by);
    assert_eq!(town.get(&format!("/verificationconf?snapshot={}", "0".repeat(64))).await.status, 404);
    let found: Value = administrator.get("/v1/log/records?id=audited&kind=response").await.unwrap();
    let index = found["records"][0]["index"].as_u64().unwrap();
    let mut bundle = Vec::new();
    let path = format!("/v1/verification-configuration?record={index}");
    administrator.download(&path, &mut bundle).await.unwrap();
    assert_eq!(bundle, snapshot.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restored_log_goes_on_behind_what_its_peers_remember() {
    let mut world = World::start().await;
    let (town, path) = (world.town(), format!("/r1/{PERSONS}/personas/1234567"));
    let folder = world.installation.folder_of("gamlp");
    let log = folder.join("message-log");
    assert_eq!(town.with("x-road-id", "first").get(&path).await.status, 200);
    world.stop_server("gamlp").await;
    let copy = tempfile::tempdir().unwrap();
    copy_folder(&log, copy.path());
    world.start_server("gamlp").await;
    demo::onboard(&world.installation).await.unwrap();
    assert_eq!(town.with("x-road-id", "lost").get(&path).await.status, 200);
    let lost = leaf_of(&town.get(&format!("/asic?{OWN}&queryId=lost&requestOnly")).await.body);
    world.stop_server("gamlp").await;
    std::fs::remove_dir_all(&log).unwrap();
    copy_folder(copy.path(), &log);

    world.start_server_on("gamlp", &OpenMode::Restored(Vec::new())).await;
    demo::onboard(&world.installation).await.unwrap();
    assert_eq!(town.with("x-road-id", "again").get(&path).await.status, 200);
    let again = leaf_of(&town.get(&format!("/asic?{OWN}&queryId=again&requestOnly")).await.body);
    assert!(again.sequence > lost.sequence, "{} was used before the log was lost", lost.sequence);
    assert!(again.sequence < 1 << 32, "the peer answered");
    world.stop_server("gamlp").await;
    let report = security_server::verify_log(&folder, None, SystemClock.now()).await.unwrap();
    assert_eq!(report["sound"], true, "{report}");
}
