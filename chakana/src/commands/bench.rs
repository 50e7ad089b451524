//! The benchmark.

use crate::Exit;
use crate::arguments::{Bench, BenchProxy};
use anyhow::{Context as _, Result, ensure};
use std::path::{Path, PathBuf};

pub(super) async fn run(asked: Bench) -> Result<Exit> {
    let binary = std::env::current_exe().context("this program does not find itself")?;
    let what = asked.what.as_deref();
    let attack = attack(&asked)?;
    let form = if asked.json.json { bench::Form::Json } else { bench::Form::Table };
    if let Some("plugins" | "hostile" | "gateway" | "siege" | "portal") = what {
        let options = plugin_options(binary, &asked, form)?;
        match what {
            // Beside the runtime of this program: what is measured has one of its own, with one thread.
            Some("plugins") => drop(tokio::task::spawn_blocking(move || bench::run_plugins(&options)).await??),
            Some("siege") => drop(bench::run_siege(&options, attack).await?),
            Some("portal") => drop(bench::run_portal(&options).await?),
            Some("gateway") => drop(bench::run_gateway(&options).await?),
            _ => drop(bench::run_hostile(&options).await?),
        }
        return Ok(Exit::Success);
    }
    let extent = if what.is_some() { bench::Extent::All } else { bench::Extent::Short };
    bench::run(bench::Options { binary, folder: asked.folder, extent, form }).await?;
    Ok(Exit::Success)
}

/// The kind of attack that is wanted, where there are attacks.
fn attack(asked: &Bench) -> Result<Option<&str>> {
    let attacks = asked.attack.is_none() || asked.what.as_deref() == Some("siege");
    ensure!(attacks, "--attack belongs to `bench siege`: name siege, or leave it out");
    Ok(asked.attack.as_deref())
}

fn plugin_options(binary: PathBuf, asked: &Bench, form: bench::Form) -> Result<bench::PluginOptions> {
    let component =
        asked.component.clone().context("--component names the component to measure; scripts/bench-guest builds it, and scripts/plugins that of the portal")?;
    let folder = asked.folder.clone();
    let folder = folder.unwrap_or_else(|| binary.parent().map_or_else(|| PathBuf::from("."), Path::to_owned));
    Ok(bench::PluginOptions { binary, component, folder, form })
}

/// One of the two plain proxies, as a process of its own.
pub(super) async fn proxy(asked: BenchProxy) -> Result<Exit> {
    let side = if asked.side == "consumer" { bench::ProxySide::Consumer } else { bench::ProxySide::Provider };
    bench::run_plain_proxy(side, asked.listen, asked.next, &asked.data, super::servers::interrupted()).await?;
    Ok(Exit::Success)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arguments::Json;

    fn asked(what: Option<&str>) -> Bench {
        let (what, attack) = (what.map(str::to_owned), Some("picture_bomb".to_owned()));
        Bench { what, component: None, attack, folder: None, json: Json { json: false } }
    }

    #[test]
    fn a_kind_of_attack_is_refused_where_nobody_attacks() {
        assert_eq!(attack(&asked(Some("siege"))).unwrap(), Some("picture_bomb"));
        for what in [None, Some("all"), Some("gateway"), Some("plugins"), Some("hostile"), Some("portal")] {
            let refused = attack(&asked(what)).unwrap_err().to_string();
            assert_eq!(refused, "--attack belongs to `bench siege`: name siege, or leave it out");
        }
    }
}
