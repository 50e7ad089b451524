//! What is published, over HTTP and through a security server's eyes.

use crate::common::{Entity, World, copy};
use central_registry::publication::PublicationRole;
use clock::Clock as _;
use global_configuration::{Refresh, Source};
use jiff::Timestamp;
use protocol::global_configuration::BinNumber;
use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;
use tough::schema::{RoleType, Root, Signed};
use url::Url;

const AUTOMATIC: &str = "default = \"automatic\"";
const DAY: Duration = Duration::from_secs(24 * 3600);

fn names(folder: &Path) -> BTreeSet<String> {
    std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

fn roots(world: &World) -> Vec<Signed<Root>> {
    let folder = world.path().join("public/metadata");
    let read = |version: u32| std::fs::read(folder.join(format!("{version}.root.json"))).ok();
    (1..).map_while(read).map(|bytes| serde_json::from_slice(&bytes).unwrap()).collect()
}

async fn refresh(source: &Source, now: Timestamp) -> Refresh {
    source.refresh(now).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_changed_member_costs_one_bin() {
    let world = World::configured(AUTOMATIC).await;
    let entity = Entity::registered(&world, 1001).await;
    let source = world.source("source").await;
    refresh(&source, world.clock.now()).await;
    let (metadata, targets) = (world.path().join("public/metadata"), world.path().join("public/targets"));
    let before = (names(&metadata), names(&targets));
    world.submit(&entity.ask(&world, entity.register_client("portal"))).await;
    let new_targets: Vec<_> = names(&targets).difference(&before.1).cloned().collect();
    assert_eq!(new_targets.len(), 1);
    assert!(new_targets[0].ends_with(&format!(".{}", BinNumber::of(&entity.member).target())));
    let new_metadata = names(&metadata).difference(&before.0).count();
    assert_eq!(new_metadata, 2, "one snapshot, one targets; the timestamp is replaced");
    assert_eq!(refresh(&source, world.clock.now()).await, Refresh::Changed);
    assert_eq!(source.current().unwrap().configuration.servers_of(&entity.subsystem("portal")).len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn files_are_served_as_they_are_and_nothing_else() {
    let world = World::configured(AUTOMATIC).await;
    let timestamp = world.get("/metadata/timestamp.json", &[]).await;
    assert_eq!(
        (timestamp.status(), timestamp.headers()["cache-control"].as_bytes()),
        (200.try_into().unwrap(), &b"no-cache"[..])
    );
    let file = std::fs::read(world.path().join("public/metadata/timestamp.json")).unwrap();
    assert_eq!(timestamp.body(), &file);
    let tag = timestamp.headers()["etag"].to_str().unwrap();
    let again = world.get("/metadata/timestamp.json", &[("if-none-match", tag)]).await;
    assert_eq!((again.status().as_u16(), again.body().len()), (304, 0));
    assert_eq!(again.headers()["etag"].to_str().unwrap(), tag);
    let head = world.plain("HEAD", "/metadata/timestamp.json", &[]).await;
    assert_eq!((head.status().as_u16(), head.body().len()), (200, 0));
    assert_eq!(head.headers()["content-length"].to_str().unwrap(), file.len().to_string());

    for name in names(&world.path().join("public/targets")) {
        let path = format!("/targets/{name}");
        let target = world.get(&path, &[]).await;
        assert_eq!(target.body(), &std::fs::read(world.path().join("public/targets").join(&name)).unwrap());
        assert!(target.headers()["cache-control"].to_str().unwrap().contains("immutable"));
        let tag = target.headers()["etag"].to_str().unwrap();
        assert_eq!(world.get(&path, &[("if-none-match", tag)]).await.status(), 304);
    }
    for method in ["POST", "PUT", "DELETE"] {
        assert_eq!(world.plain(method, "/metadata/timestamp.json", &[]).await.status(), 405, "{method}");
    }
    for path in [
        "/",
        "/metadata",
        "/metadata/9.root.json",
        "/metadata/../registry-server.toml",
        "/metadata/..%2f..%2fregistry-server.toml",
        "/registry.redb",
        "/token/token.json",
    ] {
        assert_eq!(world.get(path, &[]).await.status(), 404, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn signatures_are_renewed_long_before_they_expire() {
    let world = World::configured(AUTOMATIC).await;
    let source = world.source("source").await;
    refresh(&source, world.clock.now()).await;
    let first = source.current().unwrap().expires;
    world.registry().keep_up().await;
    assert_eq!(refresh(&source, world.clock.now()).await, Refresh::Unchanged);
    assert_eq!(source.current().unwrap().expires, first, "nothing is signed without need");
    for _ in 0..60 {
        world.clock.advance(DAY + Duration::from_secs(60));
        world.registry().keep_up().await;
        assert_eq!(refresh(&source, world.clock.now()).await, Refresh::Unchanged);
        let left = source.current().unwrap().expires.duration_since(world.clock.now());
        assert!(left.as_hours() >= 48, "{left:?}");
    }
    assert_eq!(roots(&world).len(), 1);
    world.clock.advance(DAY * 600);
    world.registry().keep_up().await;
    assert_eq!(roots(&world).len(), 2, "the root too");
    assert_eq!(refresh(&source, world.clock.now()).await, Refresh::Changed);
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_of_every_role_can_be_replaced() {
    let mut world = World::configured(AUTOMATIC).await;
    let source = world.source("source").await;
    let anchor = world.registry().trust_anchor();
    refresh(&source, world.clock.now()).await;
    for (role, version) in PublicationRole::ALL.into_iter().zip(2..) {
        assert_eq!(world.registry().rotate(role, "maría").await.unwrap(), version);
        refresh(&source, world.clock.now()).await;
        assert_eq!(source.current().unwrap().configuration.members().count(), 4, "{role}");
    }
    world.restart().await;
    let entity = Entity::registered(&world, 1001).await;
    assert_eq!(refresh(&source, world.clock.now()).await, Refresh::Changed);
    assert!(source.current().unwrap().configuration.server(&entity.server).is_some());
    assert_ne!(world.registry().trust_anchor(), anchor);
    assert_eq!(world.get("/metadata/root.json", &[]).await.body(), &world.registry().trust_anchor());
    // Who knows the newest root alone, and who knows the first one alone, both see the same.
    let newest = world.source("newest").await;
    refresh(&newest, world.clock.now()).await;
    assert_eq!(newest.current().unwrap().hash, source.current().unwrap().hash);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_root_is_signed_by_the_thresholds_of_the_old_and_the_new() {
    let world = World::configured(AUTOMATIC).await;
    world.registry().rotate(PublicationRole::Root, "maría").await.unwrap();
    world.registry().rotate(PublicationRole::Timestamp, "maría").await.unwrap();
    let roots = roots(&world);
    assert_eq!(roots.len(), 3);
    for (old, new) in roots.iter().zip(&roots[1..]) {
        old.signed.verify_role(new).unwrap();
        new.signed.verify_role(new).unwrap();
        let role = &new.signed.roles[&RoleType::Root];
        assert_eq!((role.keyids.len(), role.threshold.get()), (3, 2));
    }
    let keys = |root: &Signed<Root>, role| root.signed.roles[&role].keyids.clone();
    assert!(keys(&roots[0], RoleType::Root).iter().all(|key| !keys(&roots[1], RoleType::Root).contains(key)));
    assert_eq!(keys(&roots[1], RoleType::Root), keys(&roots[2], RoleType::Root));
    assert_ne!(keys(&roots[1], RoleType::Timestamp), keys(&roots[2], RoleType::Timestamp));
    // One signature fewer than the threshold is not enough.
    let mut short = roots[1].clone();
    short.signatures.retain(|it| !keys(&roots[0], RoleType::Root)[1..].contains(&it.keyid));
    assert!(roots[0].signed.verify_role(&short).is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lying_mirror_is_not_believed() {
    let world = World::configured(AUTOMATIC).await;
    let mirror = world.folder.path().join("mirror");
    copy(&world.path().join("public"), &mirror);
    let source = world.source_of("source", Url::from_directory_path(&mirror).unwrap()).await;
    refresh(&source, world.clock.now()).await;
    let old = world.folder.path().join("old");
    copy(&mirror, &old);

    Entity::registered(&world, 1001).await;
    copy(&world.path().join("public"), &mirror);
    assert_eq!(refresh(&source, world.clock.now()).await, Refresh::Changed);
    let hash = source.current().unwrap().hash;
    // Back to what was once true.
    copy(&old, &mirror);
    let error = source.refresh(world.clock.now()).await.unwrap_err().to_string();
    assert!(error.contains("does not verify"), "{error}");
    assert_eq!(source.current().unwrap().hash, hash);
    // For ever what is true today.
    copy(&world.path().join("public"), &mirror);
    refresh(&source, world.clock.now()).await;
    world.clock.advance(DAY * 3 + Duration::from_secs(1));
    let error = source.refresh(world.clock.now()).await.unwrap_err().to_string();
    assert!(error.contains("timestamp expired"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_between_event_and_publication_loses_nothing() {
    let mut world = World::configured(AUTOMATIC).await;
    let source = world.source("source").await;
    refresh(&source, world.clock.now()).await;
    let (public, kept) = (world.path().join("public"), world.folder.path().join("kept"));
    copy(&public, &kept);
    let entity = Entity::registered(&world, 1001).await;
    refresh(&source, world.clock.now()).await;
    let version = source.current().unwrap().version;
    world.stop().await;
    // As if the power had gone before anything of it was written.
    std::fs::remove_dir_all(&public).unwrap();
    copy(&kept, &public);
    world.restart().await;
    refresh(&source, world.clock.now()).await;
    assert!(source.current().unwrap().version > version, "no number is used twice");
    assert!(source.current().unwrap().configuration.server(&entity.server).is_some());
    // And if the folder is gone altogether.
    world.stop().await;
    std::fs::remove_dir_all(&public).unwrap();
    world.restart().await;
    let version = source.current().unwrap().version;
    refresh(&source, world.clock.now()).await;
    assert!(source.current().unwrap().version > version, "nor then");
    refresh(&world.source("other").await, world.clock.now()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_could_not_be_published_is_tried_again() {
    let world = World::configured(AUTOMATIC).await;
    let source = world.source("source").await;
    refresh(&source, world.clock.now()).await;
    let targets = world.path().join("public/targets");
    let away = world.path().join("public/away");
    std::fs::rename(&targets, &away).unwrap();
    let entity = Entity::registered(&world, 1001).await;
    let findings = world.admin().doctor().await.unwrap();
    assert!(findings.iter().any(|finding| finding.what.contains("could not be published")), "{findings:?}");
    std::fs::rename(&away, &targets).unwrap();
    world.registry().keep_up().await;
    assert_eq!(refresh(&source, world.clock.now()).await, Refresh::Changed);
    assert!(source.current().unwrap().configuration.server(&entity.server).is_some());
    let findings = world.admin().doctor().await.unwrap();
    assert!(!findings.iter().any(|finding| finding.what.contains("could not be published")), "{findings:?}");
}
