//! Root keys that lie in several tokens: the root is written, signed where the keys are, and published.

use crate::common::{ITERATIONS, World, pin};
use admin::ClientError;
use central_registry::publication::{DraftError, RootDraft};
use clock::Clock as _;
use global_configuration::Refresh;
use serde_json::{Value, json};
use signer::{Iterations, KeyAlgorithm, PemLabel, SoftwareToken, pem};
use std::path::Path;
use std::time::Duration;

const AUTOMATIC: &str = "default = \"automatic\"";
const DAY: Duration = Duration::from_secs(24 * 3600);

/// Somebody who holds one root key in a token of their own.
struct Holder {
    token: SoftwareToken,
    public_key: String,
}

impl Holder {
    fn new(folder: &Path, name: &str) -> Self {
        let token =
            SoftwareToken::create_with(folder.join(name), &pin(), Iterations::new(ITERATIONS).unwrap()).unwrap();
        token.generate(name, KeyAlgorithm::Ed25519).unwrap();
        let public_key = pem(PemLabel::PublicKey, token.keys().unwrap()[0].public_key());
        Self { token, public_key }
    }

    /// Signs offline: only the file comes, and goes again.
    fn sign(&self, draft: &[u8]) -> Vec<u8> {
        let mut draft = RootDraft::parse(draft).unwrap();
        assert_eq!(draft.sign(&self.token).unwrap().len(), 1);
        draft.render().unwrap()
    }
}

async fn prepare(world: &World, change: Value) -> Result<Vec<u8>, ClientError> {
    let draft: Value = world.admin().post("/v1/root/prepare", &change).await?;
    Ok(serde_json::to_vec(&draft).unwrap())
}

async fn publish(world: &World, draft: &[u8]) -> Result<u64, ClientError> {
    let draft: Value = serde_json::from_slice(draft).unwrap();
    let answer: Value = world.admin().post("/v1/root/publish", &draft).await?;
    Ok(answer["root_version"].as_u64().unwrap())
}

async fn keys(world: &World) -> Value {
    let publication: Value = world.admin().get("/v1/publication").await.unwrap();
    publication["roles"][0].clone()
}

/// Root keys in the tokens of three holders, of which two must sign, instead of those in the registry's token.
async fn handed_over(world: &World) -> [Holder; 3] {
    let holders = ["ana", "beto", "carla"].map(|name| Holder::new(world.folder.path(), name));
    let old: Vec<Value> = keys(world).await["keys"].as_array().unwrap().iter().map(|key| key["key"].clone()).collect();
    let added: Vec<&str> = holders.iter().map(|holder| holder.public_key.as_str()).collect();
    let draft = prepare(world, json!({ "add_keys": added, "remove_keys": old, "threshold": 2 })).await.unwrap();
    let mut own = RootDraft::parse(&draft).unwrap();
    let token = SoftwareToken::open(world.path().join("token"), &pin()).unwrap();
    assert_eq!(own.sign(&token).unwrap().len(), 3, "the old keys agree");
    let draft = holders[1].sign(&holders[0].sign(&own.render().unwrap()));
    assert_eq!(publish(world, &draft).await.unwrap(), 2);
    holders
}

#[tokio::test(flavor = "multi_thread")]
async fn a_root_is_signed_where_its_keys_lie_and_servers_follow() {
    let world = World::configured(AUTOMATIC).await;
    let source = world.source("source").await;
    source.refresh(world.clock.now()).await.unwrap();
    let holders = handed_over(&world).await;
    source.refresh(world.clock.now()).await.unwrap();
    let role = keys(&world).await;
    assert_eq!((role["threshold"].as_u64(), role["keys"].as_array().unwrap().len()), (Some(2), 3));
    assert!(role["keys"].as_array().unwrap().iter().all(|key| key["here"] == false), "{role}");

    // Keys of another role are made here; the root that names them is still signed elsewhere.
    let rotated = world.admin().post::<Value>("/v1/publication/targets/rotate", &json!({})).await;
    let refused = rotated.unwrap_err().to_string();
    assert!(refused.contains("the token holds 0 keys of the role root"), "{refused}");
    assert!(refused.contains("chakana registry root prepare"), "{refused}");
    let draft = prepare(&world, json!({ "rotate": ["targets"] })).await.unwrap();
    let draft = holders[2].sign(&holders[0].sign(&draft));
    let standing = RootDraft::parse(&draft).unwrap().standing();
    assert!(standing.is_complete() && standing.roles_changed == ["targets"], "{standing:?}");
    assert_eq!(publish(&world, &draft).await.unwrap(), 3);
    source.refresh(world.clock.now()).await.unwrap();
    assert_eq!(source.refresh(world.clock.now()).await.unwrap(), Refresh::Unchanged);
    let events: Vec<Value> = world.admin().get("/v1/events").await.unwrap();
    let last = events.last().unwrap();
    assert!(last["what"].as_str().unwrap().contains("root version 3"), "{last}");
    assert_eq!(last["author"], "maría");
}

#[tokio::test(flavor = "multi_thread")]
async fn too_few_signatures_or_an_outdated_draft_change_nothing() {
    let world = World::configured(AUTOMATIC).await;
    let holders = handed_over(&world).await;
    let before = world.registry().trust_anchor();
    let unsigned = prepare(&world, json!({ "threshold": 3 })).await.unwrap();
    let once = holders[0].sign(&unsigned);
    let error = publish(&world, &once).await.unwrap_err().to_string();
    assert!(error.contains("the old root's keys 1 of 2") && error.contains("the new root's 1 of 3"), "{error}");
    assert!(error.contains("chakana registry root sign"), "{error}");
    // The same holder twice is one signature, and a changed byte none.
    let error = publish(&world, &holders[0].sign(&once)).await.unwrap_err().to_string();
    assert!(error.contains("keys 1 of 2"), "{error}");
    let twice = holders[1].sign(&once);
    let mut forged: Value = serde_json::from_slice(&twice).unwrap();
    forged["next"]["signed"]["roles"]["root"]["threshold"] = json!(1);
    let error = publish(&world, &serde_json::to_vec(&forged).unwrap()).await.unwrap_err().to_string();
    assert!(error.contains("keys 0 of 2"), "{error}");
    assert_eq!(world.registry().trust_anchor(), before);

    let all = holders[2].sign(&twice);
    assert_eq!(publish(&world, &all).await.unwrap(), 3);
    let error = publish(&world, &all).await.unwrap_err().to_string();
    assert!(error.contains("it follows root version 2, and 3 is in force"), "{error}");
    assert_eq!(keys(&world).await["threshold"], 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn refuses_changes_that_leave_no_root() {
    let world = World::configured(AUTOMATIC).await;
    let holder = Holder::new(world.folder.path(), "ana");
    let key = keys(&world).await["keys"][0]["key"].clone();
    for (change, words) in [
        (json!({ "threshold": 4 }), "cannot be the number that must sign"),
        (json!({ "remove_keys": [key, key] }), "0 root keys begin with"),
        (json!({ "remove_keys": [""] }), "0 root keys begin with"),
        (json!({ "add_keys": ["nothing"] }), "no PEM public key"),
        (json!({ "add_keys": [holder.public_key, holder.public_key] }), "is a root key already"),
        (json!({ "rotate": ["root"] }), "added and removed by name"),
        (json!({ "rotate": ["mirror"] }), "the roles are"),
        (json!({ "keys": 1 }), "unknown field"),
    ] {
        let error = prepare(&world, change).await.unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
    }
    assert!(matches!(RootDraft::parse(b"{}"), Err(DraftError::Malformed(_))));
    for (path, body) in
        [("root", json!({ "threshold": 9 })), ("targets", json!({ "keys": 2 })), ("root", json!({ "keys": 17 }))]
    {
        let rotated: Result<Value, _> = world.admin().post(&format!("/v1/publication/{path}/rotate"), &body).await;
        assert!(rotated.is_err(), "{body}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn in_one_token_number_and_threshold_change_at_once() {
    let world = World::configured(AUTOMATIC).await;
    let source = world.source("source").await;
    let body = json!({ "keys": 5, "threshold": 3 });
    let rotated: Value = world.admin().post("/v1/publication/root/rotate", &body).await.unwrap();
    assert_eq!(rotated["root_version"], 2);
    let role = keys(&world).await;
    assert_eq!((role["threshold"].as_u64(), role["keys"].as_array().unwrap().len()), (Some(3), 5));
    source.refresh(world.clock.now()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_root_that_only_its_holders_can_renew_stops_nothing_else() {
    let world = World::configured(AUTOMATIC).await;
    let source = world.source("source").await;
    let holders = handed_over(&world).await;
    // A third of the five years that a root is good for.
    world.clock.advance(DAY * 620);
    world.registry().keep_up().await;
    source.refresh(world.clock.now()).await.unwrap();
    let findings = world.admin().doctor().await.unwrap();
    let found = findings.iter().find(|it| it.what.contains("signed again by the holders")).unwrap();
    assert!(found.why.contains("2 of its 3 keys must sign, and 0 are in this token"), "{}", found.why);

    let draft = prepare(&world, json!({})).await.unwrap();
    publish(&world, &holders[2].sign(&holders[1].sign(&draft))).await.unwrap();
    let findings = world.admin().doctor().await.unwrap();
    assert!(!findings.iter().any(|it| it.what.contains("signed again by the holders")), "{findings:?}");
    source.refresh(world.clock.now()).await.unwrap();
}
