//! What a refresh brings, what it costs, and what it refuses.

#![allow(clippy::unwrap_used)] // Helpers of tests, too, fail by panicking.

mod common;

use common::{Counting, Key, Registry, hours, now};
use global_configuration::{AttemptError, FileFetch, Refresh, RefreshError, Source};
use protocol::global_configuration::BinNumber;
use std::fs;
use std::sync::Arc;
use url::Url;

fn name(source: &Source, code: usize) -> String {
    let snapshot = source.current().unwrap();
    snapshot.configuration.member(&common::member(code).id).unwrap().name().to_owned()
}

/// The one failure of the one mirror.
fn refusal(result: Result<Refresh, RefreshError>) -> AttemptError {
    match result {
        Err(RefreshError::EveryMirror { mut failures }) if failures.len() == 1 => failures.remove(0).error,
        other => panic!("expected one mirror's failure, got {other:?}"),
    }
}

#[tokio::test]
async fn the_first_refresh_brings_a_configuration() {
    let registry = Registry::new(3).await;
    let folder = tempfile::tempdir().unwrap();
    let source = registry.source(folder.path()).await;
    assert!(source.current().is_none());
    assert_eq!(source.refresh(now()).await.unwrap(), Refresh::Changed);
    assert_eq!(name(&source, 2), "Entity 2");
    assert_eq!(source.current().unwrap().expires, now() + hours(72));
    assert_eq!(source.refresh(now()).await.unwrap(), Refresh::Unchanged);
}

#[tokio::test]
async fn one_changed_member_of_ten_thousand_costs_one_bin() {
    let mut registry = Registry::new(10_000).await;
    let folder = tempfile::tempdir().unwrap();
    let fetch = Arc::new(Counting::default());
    let source = registry.source_of(folder.path(), vec![registry.url()], fetch.clone()).await;
    source.refresh(now()).await.unwrap();
    fetch.take();

    registry.rename(4711, "Renamed").await;
    assert_eq!(source.refresh(now()).await.unwrap(), Refresh::Changed);
    let bin = BinNumber::of(&common::member(4711).id).target();
    let expected = ["timestamp.json", "2.root.json", "2.snapshot.json", "2.targets.json", &bin];
    assert_eq!(fetch.take(), expected);
    assert_eq!(name(&source, 4711), "Renamed");
    assert_eq!(name(&source, 4712), "Entity 4712");
}

#[tokio::test]
async fn nothing_new_costs_one_conditional_request() {
    let registry = Registry::new(1).await;
    let folder = tempfile::tempdir().unwrap();
    let fetch = Arc::new(Counting::default());
    let source = registry.source_of(folder.path(), vec![registry.url()], fetch.clone()).await;
    source.refresh(now()).await.unwrap();
    fetch.take();
    assert_eq!(source.refresh(now()).await.unwrap(), Refresh::Unchanged);
    assert_eq!(fetch.take(), ["timestamp.json"]);
}

#[tokio::test]
async fn a_new_signature_moves_the_expiry_and_changes_nothing_else() {
    let mut registry = Registry::new(1).await;
    let folder = tempfile::tempdir().unwrap();
    let fetch = Arc::new(Counting::default());
    let source = registry.source_of(folder.path(), vec![registry.url()], fetch.clone()).await;
    source.refresh(now()).await.unwrap();
    let hash = source.current().unwrap().hash;
    fetch.take();

    registry.timestamp_expires = now() + hours(100);
    registry.publish_timestamp().await;
    assert_eq!(source.refresh(now()).await.unwrap(), Refresh::Unchanged);
    assert_eq!(fetch.take(), ["timestamp.json", "2.root.json"]);
    assert_eq!(source.current().unwrap().hash, hash);
    assert_eq!(source.current().unwrap().expires, now() + hours(100));
}

#[tokio::test]
async fn survives_a_restart_without_a_network() {
    let mut registry = Registry::new(2).await;
    registry.rename(1, "Second").await;
    let folder = tempfile::tempdir().unwrap();
    let source = registry.source(folder.path()).await;
    source.refresh(now()).await.unwrap();
    let before = source.current().unwrap();
    drop(source);

    let nowhere = Url::parse("file:///nonexistent/mirror").unwrap();
    let source = registry.source_of(folder.path(), vec![nowhere], Arc::new(FileFetch)).await;
    let after = source.current().unwrap();
    assert_eq!((after.hash, after.version, after.expires), (before.hash, before.version, before.expires));
    assert_eq!(name(&source, 1), "Second");
    assert!(matches!(refusal(source.refresh(now()).await), AttemptError::Missing { .. }));
    assert!(source.current().is_some());
}

#[tokio::test]
async fn an_expired_snapshot_is_still_shown_and_says_so() {
    let registry = Registry::new(1).await;
    let folder = tempfile::tempdir().unwrap();
    let source = registry.source(folder.path()).await;
    source.refresh(now()).await.unwrap();
    // The registry, or the mirror that hides it, stood still for four days.
    let later = now() + hours(96);
    for _ in 0..2 {
        let refused = refusal(source.refresh(later).await);
        assert!(matches!(refused, AttemptError::Expired { role, .. } if role == "timestamp"));
    }
    assert!(source.current().unwrap().expires < later);
    let restarted = registry.source(folder.path()).await;
    assert!(restarted.current().unwrap().expires < later);
}

#[tokio::test]
async fn refuses_what_has_expired_when_there_is_nothing_yet() {
    let registry = Registry::new(1).await;
    let folder = tempfile::tempdir().unwrap();
    let source = registry.source(folder.path()).await;
    assert!(matches!(refusal(source.refresh(now() + hours(96)).await), AttemptError::Expired { .. }));
    assert!(source.current().is_none());
}

#[tokio::test]
async fn refuses_a_mirror_that_goes_back_in_time() {
    let mut registry = Registry::new(2).await;
    let (_old, old) = registry.copy();
    registry.rename(1, "Newer").await;
    let folder = tempfile::tempdir().unwrap();
    registry.source(folder.path()).await.refresh(now()).await.unwrap();

    // The memory of what was seen survives the restart.
    let source = registry.source_of(folder.path(), vec![old], Arc::new(FileFetch)).await;
    assert!(matches!(refusal(source.refresh(now()).await), AttemptError::Load { .. }));
    assert_eq!(name(&source, 1), "Newer");
}

#[tokio::test]
async fn refuses_an_older_snapshot_under_a_newer_timestamp() {
    let mut registry = Registry::new(2).await;
    let folder = tempfile::tempdir().unwrap();
    registry.rename(1, "Newer").await;
    let source = registry.source(folder.path()).await;
    source.refresh(now()).await.unwrap();

    // Whoever holds the online key still cannot take the snapshot back unnoticed.
    registry.version = 0;
    registry.publish().await;
    assert!(matches!(refusal(source.refresh(now()).await), AttemptError::Load { .. }));
    assert_eq!(name(&source, 1), "Newer");
}

#[tokio::test]
async fn asks_the_next_mirror_when_one_fails_or_lies() {
    let mut registry = Registry::new(2).await;
    let (forged_folder, forged) = registry.copy();
    let timestamp = forged_folder.path().join("metadata/timestamp.json");
    let text = fs::read_to_string(&timestamp).unwrap().replace("\"version\": 1", "\"version\": 9");
    fs::write(&timestamp, text).unwrap();
    registry.rename(1, "Newer").await;
    let folder = tempfile::tempdir().unwrap();
    let nowhere = Url::parse("file:///nonexistent/mirror/").unwrap();
    let mirrors = vec![nowhere, forged, registry.url()];
    let source = registry.source_of(folder.path(), mirrors, Arc::new(FileFetch)).await;
    assert_eq!(source.refresh(now()).await.unwrap(), Refresh::Changed);
    assert_eq!(name(&source, 1), "Newer");
}

#[tokio::test]
async fn a_mirror_that_stands_still_does_not_hide_the_others_for_long() {
    let mut registry = Registry::new(2).await;
    let (_frozen, frozen) = registry.copy();
    let folder = tempfile::tempdir().unwrap();
    let source = registry.source_of(folder.path(), vec![frozen, registry.url()], Arc::new(FileFetch)).await;
    source.refresh(now()).await.unwrap();
    registry.rename(1, "Newer").await;
    let refreshes = [source.refresh(now()).await.unwrap(), source.refresh(now()).await.unwrap()];
    assert!(refreshes.contains(&Refresh::Changed));
    assert_eq!(name(&source, 1), "Newer");
}

#[tokio::test]
async fn refuses_a_bin_that_is_not_the_one_signed() {
    let registry = Registry::new(2).await;
    for entry in fs::read_dir(registry.path().join("targets")).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap().replace("Entity 1", "Mallory1");
        fs::write(&path, text).unwrap();
    }
    let folder = tempfile::tempdir().unwrap();
    let source = registry.source(folder.path()).await;
    assert!(matches!(refusal(source.refresh(now()).await), AttemptError::Load { .. }));
    assert!(source.current().is_none());
}

#[tokio::test]
async fn refuses_documents_that_are_signed_and_wrong() {
    let mut registry = Registry::new(2).await;
    let folder = tempfile::tempdir().unwrap();
    let source = registry.source(folder.path()).await;
    source.refresh(now()).await.unwrap();
    let good = registry.documents.clone();
    for (target, bytes) in [("groups.json", Some(&b"{}"[..])), ("members-00.json", None), ("a b.json", Some(b"{}"))] {
        registry.documents = good.clone();
        registry.documents.remove(target);
        if let Some(bytes) = bytes {
            registry.documents.insert(target.to_owned(), bytes.to_vec());
        }
        registry.publish().await;
        assert!(matches!(refusal(source.refresh(now()).await), AttemptError::Load { .. }), "{target}");
    }
    registry.documents = good;
    registry.publish().await;
    source.refresh(now()).await.unwrap();
}

#[tokio::test]
async fn what_cannot_be_kept_is_not_used() {
    let registry = Registry::new(1).await;
    let folder = tempfile::tempdir().unwrap();
    let source = registry.source(folder.path()).await;
    fs::remove_dir_all(folder.path().join("snapshots")).unwrap();
    fs::write(folder.path().join("snapshots"), "in the way").unwrap();
    assert!(matches!(source.refresh(now()).await, Err(RefreshError::Store { .. })));
    assert!(source.current().is_none());
    fs::remove_file(folder.path().join("snapshots")).unwrap();
    fs::create_dir(folder.path().join("snapshots")).unwrap();
    assert_eq!(source.refresh(now()).await.unwrap(), Refresh::Changed);
}

#[tokio::test]
async fn a_torn_or_damaged_folder_is_filled_again() {
    let registry = Registry::new(1).await;
    let folder = tempfile::tempdir().unwrap();
    registry.source(folder.path()).await.refresh(now()).await.unwrap();
    let hash = protocol::hash::Sha256Hash::of(&registry.documents["shared.json"]).to_string();
    let object = folder.path().join("objects").join(format!("{hash}.zst"));
    for damage in [folder.path().join("current.json"), object] {
        fs::write(damage, "torn").unwrap();
        let source = registry.source(folder.path()).await;
        assert!(source.current().is_none());
        assert_eq!(source.refresh(now()).await.unwrap(), Refresh::Changed);
        assert!(registry.source(folder.path()).await.current().is_some());
    }
}

#[tokio::test]
async fn follows_new_root_keys_signed_by_the_old_ones() {
    let mut registry = Registry::new(2).await;
    let folder = tempfile::tempdir().unwrap();
    let source = registry.source(folder.path()).await;
    source.refresh(now()).await.unwrap();

    let old = registry.root_keys.clone();
    registry.root_keys = vec![Key::generate(), Key::generate()];
    registry.root_threshold = 2;
    registry.online = Key::generate();
    let signers: Vec<_> = old.into_iter().chain(registry.root_keys.clone()).collect();
    registry.publish_root(&signers).await;
    registry.rename(1, "Under new keys").await;
    assert_eq!(source.refresh(now()).await.unwrap(), Refresh::Changed);
    assert_eq!(name(&source, 1), "Under new keys");

    // And the restart does, too, from the old anchor.
    let source = registry.source(folder.path()).await;
    assert_eq!(name(&source, 1), "Under new keys");
    assert_eq!(source.refresh(now()).await.unwrap(), Refresh::Unchanged);
}

#[tokio::test]
async fn refuses_a_root_without_the_old_keys_or_under_the_new_threshold() {
    for forget_old in [true, false] {
        let mut registry = Registry::new(1).await;
        let folder = tempfile::tempdir().unwrap();
        let source = registry.source(folder.path()).await;
        source.refresh(now()).await.unwrap();
        let old = registry.root_keys.clone();
        registry.root_keys = vec![Key::generate(), Key::generate()];
        registry.root_threshold = 2;
        let new = &registry.root_keys;
        let signers =
            if forget_old { vec![new[0].clone(), new[1].clone()] } else { vec![old[0].clone(), new[0].clone()] };
        registry.publish_root(&signers).await;
        registry.publish().await;
        assert!(matches!(refusal(source.refresh(now()).await), AttemptError::Load { .. }));
        assert!(source.current().is_some());
    }
}

#[tokio::test]
async fn a_change_of_keys_does_not_forget_what_was_seen() {
    let mut registry = Registry::new(2).await;
    let old = registry.root_keys.clone();
    registry.online = Key::generate();
    registry.publish_root(&old).await;
    registry.publish().await;
    let (_copy, older) = registry.copy();
    registry.rename(1, "Newer").await;
    let folder = tempfile::tempdir().unwrap();
    registry.source(folder.path()).await.refresh(now()).await.unwrap();
    let source = registry.source_of(folder.path(), vec![older], Arc::new(FileFetch)).await;
    assert!(matches!(refusal(source.refresh(now()).await), AttemptError::Load { .. }));
    assert_eq!(name(&source, 1), "Newer");
}
