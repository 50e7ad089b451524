//! The benchmark.

use crate::Exit;
use crate::arguments::{Bench, BenchProxy};
use anyhow::{Context as _, Result};
use std::path::{Path, PathBuf};

pub(super) async fn run(asked: Bench) -> Result<Exit> {
    let binary = std::env::current_exe().context("this program does not find itself")?;
    let form = if asked.json.json { bench::Form::Json } else { bench::Form::Table };
    let extent = match asked.what.as_deref() {
        Some("plugins") => return plugins(binary, asked.component, asked.folder, form).await,
        Some(_) => bench::Extent::All,
        None => bench::Extent::Short,
    };
    bench::run(bench::Options { binary, folder: asked.folder, extent, form }).await?;
    Ok(Exit::Success)
}

/// Beside the runtime of this program: what is measured has one of its own, with one thread.
async fn plugins(
    binary: PathBuf,
    component: Option<PathBuf>,
    folder: Option<PathBuf>,
    form: bench::Form,
) -> Result<Exit> {
    let component = component.context("--component names the component to measure; scripts/bench-guest builds it")?;
    let folder = folder.unwrap_or_else(|| binary.parent().map_or_else(|| PathBuf::from("."), Path::to_owned));
    let options = bench::PluginOptions { binary, component, folder, form };
    tokio::task::spawn_blocking(move || bench::run_plugins(&options)).await??;
    Ok(Exit::Success)
}

/// One of the two plain proxies, as a process of its own.
pub(super) async fn proxy(asked: BenchProxy) -> Result<Exit> {
    let side = if asked.side == "consumer" { bench::ProxySide::Consumer } else { bench::ProxySide::Provider };
    bench::run_plain_proxy(side, asked.listen, asked.next, &asked.data, super::servers::interrupted()).await?;
    Ok(Exit::Success)
}
