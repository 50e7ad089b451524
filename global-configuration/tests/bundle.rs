//! What a judge gets, and what no judge accepts; what opening refuses.

mod common;

use common::{Registry, hours, now};
use global_configuration::{BundleError, FileFetch, OpenError, Source, StoreError, open_bundle};
use std::sync::Arc;
use url::Url;

#[tokio::test]
async fn every_snapshot_ever_used_can_be_proven_later() {
    let mut registry = Registry::new(2).await;
    let folder = tempfile::tempdir().unwrap();
    let source = registry.source(folder.path()).await;
    source.refresh(now()).await.unwrap();
    let old = source.current().unwrap();
    let keys = registry.root_keys.clone();
    registry.publish_root(&keys).await;
    registry.rename(1, "Newer").await;
    source.refresh(now()).await.unwrap();

    let bundle = source.bundle(&old.hash).await.unwrap();
    let opened = open_bundle(&bundle, Some(&registry.anchor())).await.unwrap();
    assert_eq!((opened.hash, opened.version, opened.expires), (old.hash, old.version, old.expires));
    assert_eq!(opened.configuration.member(&common::member(1).id).unwrap().name(), "Entity 1");

    let current = source.current().unwrap();
    let bundle = source.bundle(&current.hash).await.unwrap();
    let opened = open_bundle(&bundle, None).await.unwrap();
    assert_eq!(opened.configuration.member(&common::member(1).id).unwrap().name(), "Newer");
}

#[tokio::test]
async fn refuses_a_bundle_of_another_registry_or_a_damaged_one() {
    let registry = Registry::new(1).await;
    let folder = tempfile::tempdir().unwrap();
    let source = registry.source(folder.path()).await;
    source.refresh(now()).await.unwrap();
    let bundle = source.bundle(&source.current().unwrap().hash).await.unwrap();

    let other = Registry::new(1).await;
    let refused = open_bundle(&bundle, Some(&other.anchor())).await;
    assert!(matches!(refused, Err(BundleError::Load { .. })));
    assert!(matches!(open_bundle(&bundle, Some(b"{}")).await, Err(BundleError::Anchor { .. })));
    assert!(matches!(open_bundle(&bundle[..bundle.len() / 2], None).await, Err(BundleError::Archive { .. })));
    assert!(matches!(open_bundle(b"", None).await, Err(BundleError::Archive { .. })));
    let unknown = source.bundle(&protocol::hash::Sha256Hash::of(b"never")).await;
    assert!(matches!(unknown, Err(StoreError::UnknownSnapshot { .. })));
}

#[tokio::test]
async fn refuses_to_open_without_an_anchor_or_a_mirror() {
    let registry = Registry::new(1).await;
    let folder = tempfile::tempdir().unwrap();
    let open = |anchor: Vec<u8>, mirrors: Vec<Url>| {
        let folder = folder.path().to_owned();
        async move { Source::open(&anchor, mirrors, &folder, Arc::new(FileFetch)).await }
    };
    assert!(matches!(open(registry.anchor(), vec![]).await, Err(OpenError::NoMirror)));
    let mail = Url::parse("mailto:registry@example.org").unwrap();
    assert!(matches!(open(registry.anchor(), vec![mail]).await, Err(OpenError::Mirror { .. })));
    assert!(matches!(open(b"{}".to_vec(), vec![registry.url()]).await, Err(OpenError::Anchor { .. })));
    let altered = String::from_utf8(registry.anchor()).unwrap().replace("\"version\": 1", "\"version\": 2");
    assert!(matches!(open(altered.into_bytes(), vec![registry.url()]).await, Err(OpenError::Anchor { .. })));
}

#[tokio::test]
async fn another_trust_anchor_drops_the_configuration_of_the_old_one() {
    let registry = Registry::new(1).await;
    let folder = tempfile::tempdir().unwrap();
    registry.source(folder.path()).await.refresh(now()).await.unwrap();
    let other = Registry::new(3).await;
    let source = other.source(folder.path()).await;
    assert!(source.current().is_none());
    source.refresh(now() + hours(1)).await.unwrap();
    assert_eq!(source.current().unwrap().configuration.members().count(), 3);
}
