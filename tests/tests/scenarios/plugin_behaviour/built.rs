//! The components, built once by `scripts/plugins`.

use std::path::PathBuf;
use std::process::Command;
use std::sync::{Mutex, PoisonError};

/// What `scripts/plugins` made of a plugin.
pub struct Built {
    pub manifest: String,
    pub component: Vec<u8>,
}

impl Built {
    /// Builds a plugin if nothing in it changed since, that takes a moment.
    pub fn of(name: &str) -> Self {
        static BUILDING: Mutex<Vec<String>> = Mutex::new(Vec::new());
        let mut built = BUILDING.lock().unwrap_or_else(PoisonError::into_inner);
        let target = target_folder();
        if !built.iter().any(|built| built == name) {
            // Tests run in the folder of their package.
            let root = "..";
            let mut script = Command::new("scripts/plugins");
            script.arg(name).current_dir(root).env("CARGO_TARGET_DIR", &target);
            assert!(script.status().expect("bash runs").success(), "scripts/plugins {name} failed");
            built.push(name.to_owned());
        }
        let folder = target.join("plugins").join(name);
        let manifest = std::fs::read_to_string(folder.join("plugin.toml")).expect("a manifest");
        let component = std::fs::read(folder.join("component.wasm")).expect("a component");
        Self { manifest, component }
    }
}

/// Where cargo builds: this test lies in `TARGET/PROFILE/deps`.
fn target_folder() -> PathBuf {
    let test = std::env::current_exe().expect("a path");
    test.ancestors().nth(3).expect("a target folder").to_owned()
}
