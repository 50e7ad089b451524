//! What authors of plugins hand over, and containers of files that somebody signed.

use plugin_host::manifest::Manifest;
use trust::file_container::FileContainer;

/// Manifests of plugins.
pub fn plugin_manifest(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Ok(manifest) = text.parse::<Manifest>() else { return };
    assert!(text.len() <= Manifest::MAX_BYTES);
    for (capability, scope) in manifest.capabilities() {
        assert_eq!(manifest.requests(capability), Some(scope));
    }
    for schedule in manifest.schedules() {
        assert!(schedule.next_after("2026-01-01T00:00:00Z".parse().expect("a timestamp")).is_some());
    }
}

/// Containers of named files: what is accepted has one form.
pub fn file_container(data: &[u8]) {
    if let Ok(container) = FileContainer::read(data) {
        assert_eq!(container.write().expect("what was read can be written"), data);
    }
}
