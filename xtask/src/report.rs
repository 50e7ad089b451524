//! Every component of a folder, and what is to be said of it.

use std::fs;
use std::path::Path;

use anyhow::{Context, bail};
use comfy_table::Table;

use crate::component::Outside;
use crate::judgement::{Manifest, judge};

/// Checks the components of a folder and prints a table of them.
///
/// # Errors
/// If there is none, or one is not as it should be.
pub fn check_components(folder: &Path) -> anyhow::Result<()> {
    let mut table = Table::new();
    table.set_header(["plugin", "KiB", "exports", "imports", "WASI"]);
    let mut objections = Vec::new();
    let mut plugins: Vec<_> = fs::read_dir(folder)
        .with_context(|| format!("failed to list {}", folder.display()))?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    plugins.sort();
    for plugin in plugins.iter().filter(|path| path.is_dir()) {
        let (row, found) = check(plugin).with_context(|| format!("failed to check {}", plugin.display()))?;
        table.add_row(row);
        objections.extend(found);
    }
    if table.row_count() == 0 {
        bail!("there is no plugin in {}", folder.display());
    }
    println!("{table}");
    if !objections.is_empty() {
        bail!("not as it should be:\n  {}", objections.join("\n  "));
    }
    Ok(())
}

fn check(plugin: &Path) -> anyhow::Result<([String; 5], Vec<String>)> {
    let manifest: Manifest = toml::from_str(&fs::read_to_string(plugin.join("plugin.toml"))?)?;
    let bytes = fs::read(plugin.join("component.wasm"))?;
    let outside = Outside::read(&bytes)?;
    let name = manifest.plugin.name.clone();
    let objections = judge(&outside, &manifest).iter().map(|objection| format!("{name} {objection}")).collect();
    let ours = |names: &[String]| {
        let short = names.iter().filter_map(|name| name.strip_prefix("chakana:plugin/")?.split('@').next());
        short.collect::<Vec<_>>().join(" ")
    };
    let wasi = outside.imports.iter().filter(|import| import.starts_with("wasi:")).count();
    let row =
        [name, (bytes.len() / 1024).to_string(), ours(&outside.exports), ours(&outside.imports), wasi.to_string()];
    Ok((row, objections))
}
