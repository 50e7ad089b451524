//! What trying a plugin needs of this program.

use anyhow::{Context as _, Result};
use clock::SystemClock;
use plugin_host::Agendas;
use std::path::PathBuf;
use std::sync::Arc;
use workshop::folder::PluginFolder;
use workshop::stage::StageParts;

/// The command of this program that compiles a component.
const COMPILE: &str = "plugin-compile";

/// This program compiles, in a process of its own.
pub(super) fn compiler() -> Result<(PathBuf, Vec<String>)> {
    let program = std::env::current_exe().context("the program itself is not found")?;
    Ok((program, vec![COMPILE.to_owned()]))
}

/// What a plugin is tried with once: what it orders is shown and not done.
pub(super) fn stage(folder: &PluginFolder, state: Option<PathBuf>) -> Result<StageParts> {
    Ok(StageParts {
        state,
        compiled: folder.path().join("build/compiled"),
        compiler: compiler()?,
        clock: Arc::new(SystemClock),
        agendas: Agendas::Wait,
        say: Arc::new(|line: &str| eprintln!("{line}")),
    })
}
