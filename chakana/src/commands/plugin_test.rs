//! Running the tests of a plugin, and trying whether it can be installed.

use crate::Exit;
use crate::arguments::PluginTest;
use crate::output::{self, Audience};
use anyhow::Result;
use serde_json::json;
use workshop::build::{self, Tools};
use workshop::folder::PluginFolder;
use workshop::package::pack;
use workshop::stage::Stage;

pub(super) async fn run(asked: PluginTest) -> Result<Exit> {
    let (folder, tools) = (PluginFolder::open(&asked.folder)?, Tools::default());
    build::test(&folder, &tools)?;
    let package = pack(&folder, &build::component(&folder, &tools)?)?;
    let stage = Stage::open(&folder, super::plugin_try::stage(&folder, None)?)?;
    let loaded = stage.load(&package).await;
    stage.close().await;
    loaded?;
    let kib = package.component().len() / 1024;
    let exports: Vec<&str> = package.surface().exports().iter().map(|export| export.name()).collect();
    match Audience::of(&asked.json) {
        Audience::Machine => output::json(&json!({
            "name": folder.name(),
            "version": package.manifest().version().to_string(),
            "component_bytes": package.component().len(),
            "exports": exports,
        })),
        Audience::Person => {
            println!("The tests pass; the component ({kib} KiB) fits the manifest and the contract, and was loaded.");
            output::next(&format!("chakana plugin dev {}", asked.folder.display()));
        }
    }
    Ok(Exit::Success)
}
