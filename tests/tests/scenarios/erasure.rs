//! Erasure from end to end: with all that is left on both disks, the right guess of the content cannot be confirmed, and
//! everything else goes on holding.

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use demo::state::PERSONS;
use message_log::{Content, KeptContent, MessageLog, StoredBody};
use protocol::hash::{Sha256Hash, Sha512Hash};
use serde_json::{Value, json};
use std::path::Path;
use tests::World;
use trust::checkpoint::SignedCheckpoint;
use trust::leaf::{MessageLeaf, commitment};
use trust::merkle::{leaf_hash, verify_inclusion};

const BOTH: [&str; 2] = ["gamlp", "segip"];
const ASIC: &str = "/asic?xRoadInstance=BO&memberClass=MUN&memberCode=2001&subsystemCode=tramites&queryId";

/// A message as one of the logs had it, and where its key lay.
struct Known {
    index: u64,
    leaf: MessageLeaf,
    leaf_bytes: Vec<u8>,
    kept: Box<KeptContent>,
    wrapped_key: Vec<u8>,
}

async fn exchange(world: &World, id: &str) {
    let answer = world.town().with("x-road-id", id).get(&format!("/r1/{PERSONS}/personas/1234567")).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
}

async fn records(world: &World, server: &str, id: &str) -> Vec<Value> {
    let found: Value = world.administrator(server).get(&format!("/v1/log/records?id={id}")).await.unwrap();
    found["records"].as_array().unwrap().clone()
}

fn known(log: &MessageLog, folder: &Path, index: u64) -> Known {
    let stored = log.read(index).unwrap();
    let Content::Kept(kept) = stored.content else { panic!("record {index} was erased already") };
    let leaf = &stored.leaf_bytes;
    let wrapped_key = files(folder).into_iter().find_map(|(_, bytes)| {
        let at = bytes.windows(leaf.len()).position(|window| window == leaf)?;
        // In front of the leaf: wrapped key, idempotency digest, storage, body file, length.
        Some(bytes[at - 87..at - 27].to_vec())
    });
    let wrapped_key = wrapped_key.expect("the record is on the disk");
    assert!(wrapped_key.iter().any(|byte| *byte != 0));
    Known { index, leaf: stored.leaf, leaf_bytes: stored.leaf_bytes, kept, wrapped_key }
}

/// Every file, without the zeros that space was kept with.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            let mut bytes = std::fs::read(&path).unwrap();
            bytes.truncate(bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1));
            found.push((path.display().to_string(), bytes));
        }
    }
    found
}

/// What would confirm a guess of the content, or give it back.
fn telling(known: &Known) -> Vec<(String, Vec<u8>)> {
    let KeptContent { head, context, salt, manifest, signature, body, .. } = &*known.kept;
    let mut telling = vec![("salt".to_owned(), salt.to_vec()), ("wrapped key".to_owned(), known.wrapped_key.clone())];
    let body = match body {
        StoredBody::Kept(body) => body.bytes().expect("a small body").to_vec(),
        StoredBody::None => Vec::new(),
        StoredBody::LeftOut(_) => panic!("bodies are kept here"),
    };
    let parts = [
        ("head", &head[..]),
        ("context", context),
        ("manifest", manifest.as_bytes()),
        ("signature", signature),
        ("body", &body),
    ];
    for (name, part) in parts.into_iter().filter(|(_, part)| !part.is_empty()) {
        telling.push((name.to_owned(), part.to_vec()));
        for digest in [Sha512Hash::of(part).as_bytes().to_vec(), Sha256Hash::of(part).as_bytes().to_vec()] {
            telling.push((format!("digest of the {name} in hex"), hex::encode(&digest).into_bytes()));
            telling.push((format!("digest of the {name} in base64"), STANDARD.encode(&digest).into_bytes()));
            telling.push((format!("digest of the {name}"), digest));
        }
    }
    telling
}

/// Demands that nothing in the folder tells what a message said: none of what it was made of is there, and nothing that is
/// there is the salt by which a guess could be compared with the leaf.
fn tells_nothing(folder: &Path, known: &Known) {
    let head = Sha512Hash::of(&known.kept.head);
    assert_eq!(commitment(&known.kept.salt, &head), known.leaf.parts.head, "with the salt, the guess is confirmed");
    let telling = telling(known);
    for (file, bytes) in files(folder) {
        for (what, secret) in &telling {
            let found = bytes.windows(secret.len()).any(|window| window == secret);
            assert!(!found, "the {what} of record {} is left in {file}", known.index);
        }
        let confirmed = bytes
            .windows(32)
            .any(|salt| commitment(salt.try_into().expect("so long is a window"), &head) == known.leaf.parts.head);
        assert!(!confirmed, "something in {file} confirms a guess of record {}", known.index);
    }
}

async fn is_in_the_tree(world: &World, server: &str, known: &Known) {
    let path = format!("/v1/log/records/{}/proof", known.index);
    let proof: Value = world.administrator(server).get(&path).await.unwrap();
    let checkpoint = SignedCheckpoint::parse(proof["checkpoint"].as_str().unwrap().as_bytes()).unwrap();
    let hashes = proof["inclusion"].as_array().unwrap().iter();
    let hashes: Vec<Sha256Hash> = hashes.map(|hash| hash.as_str().unwrap().parse().unwrap()).collect();
    let claimed = checkpoint.claimed();
    let leaf = leaf_hash(&known.leaf_bytes);
    verify_inclusion(&leaf, known.index, claimed.size, &hashes, &claimed.root).expect("the leaf is in the tree still");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_erased_on_both_sides_is_gone_and_the_logs_stay_whole() {
    let world = World::start_by_hand().await;
    exchange(&world, "stays").await;
    exchange(&world, "goes").await;
    world.compare_notes(&BOTH, || exchange(&world, "carries checkpoints")).await;
    let found = records(&world, "gamlp", "goes").await;
    let request_id = found[0]["requestId"].as_str().unwrap().to_owned();
    let mut all = Vec::new();
    for server in BOTH {
        let log = world.upkeep(server).messaging.evidence.log().clone();
        let folder = world.installation.folder_of(server).join("message-log");
        for record in records(&world, server, "goes").await {
            all.push((server, folder.clone(), known(&log, &folder, record["index"].as_u64().unwrap())));
        }
    }
    assert_eq!(all.len(), 4, "request and response, on both sides");
    assert_eq!(world.town().get(&format!("{ASIC}=goes")).await.status, 200);

    for server in BOTH {
        let administrator = world.administrator(server).with_author("the data protection officer");
        let asked = json!({ "requestId": request_id, "reason": "article 17: request of 2026-11-20" });
        let erased: Value = administrator.post("/v1/log/erase", &asked).await.unwrap();
        assert_eq!(erased["erasedRecords"].as_array().unwrap().len(), 2);
    }

    for (server, folder, known) in &all {
        tells_nothing(folder, known);
        is_in_the_tree(&world, server, known).await;
        let shown: Value = world.administrator(server).get(&format!("/v1/log/records/{}", known.index)).await.unwrap();
        let erased = &shown["content"]["erased"];
        assert_eq!(erased["reason"], "article 17: request of 2026-11-20", "{shown}");
        assert_eq!(erased["author"], "the data protection officer", "{shown}");
        let container = format!("/v1/log/records/{}/container", known.index);
        assert!(world.administrator(server).download(&container, &mut Vec::new()).await.is_err());
    }
    let gone = world.town().get(&format!("{ASIC}=goes")).await;
    assert_eq!((gone.status.as_u16(), gone.text().as_str()), (410, "the evidence under that queryId was erased\n"));
    assert_eq!(world.town().get(&format!("{ASIC}=stays")).await.status, 200);
    world.compare_notes(&BOTH, || exchange(&world, "carries checkpoints again")).await;
    for server in BOTH {
        let report: Value = world.administrator(server).post("/v1/log/verify", &Value::Null).await.unwrap();
        assert_eq!((&report["sound"], &report["erasedCount"]), (&true.into(), &2.into()), "{report}");
        assert_eq!(world.problems(server).await, [""; 0], "the counterparty misses nothing");
    }
}
