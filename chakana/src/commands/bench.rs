//! The benchmark.

use crate::Exit;
use crate::arguments::{Bench, BenchProxy};
use anyhow::{Context as _, Result};

pub(super) async fn run(asked: Bench) -> Result<Exit> {
    let binary = std::env::current_exe().context("this program does not find itself")?;
    let extent = if asked.extent.is_some() { bench::Extent::All } else { bench::Extent::Short };
    let form = if asked.json.json { bench::Form::Json } else { bench::Form::Table };
    bench::run(bench::Options { binary, folder: asked.folder, extent, form }).await?;
    Ok(Exit::Success)
}

/// One of the two plain proxies, as a process of its own.
pub(super) async fn proxy(asked: BenchProxy) -> Result<Exit> {
    let side = if asked.side == "consumer" { bench::ProxySide::Consumer } else { bench::ProxySide::Provider };
    bench::run_plain_proxy(side, asked.listen, asked.next, &asked.data, super::servers::interrupted()).await?;
    Ok(Exit::Success)
}
