//! Ordinary visitors of the citizens' port under a steady load: alone, beside attackers who hold connections, send heads, streams
//! and files that are too much, alone again, and beside as many guests as there were attackers.
//!
//! The port has the limits that a security server's has. Attackers come from addresses of their own; they and the visitors have
//! threads beside the server's, on the same cores.

mod attack;
mod crowd;
mod guests;
mod report;
mod strike;
mod visitors;

use crate::gateway::door::Door;
use crate::plugins::installed::{Installed, Size};
use crate::plugins::pages;
use crate::report::Figures;
use crate::{PluginOptions, refuse_tmpfs};
use anyhow::{Context as _, Result};
use attack::Attack;
use plugin_host::Given;
use plugin_host::manifest::Manifest;
use security_server::PluginSettings;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use strike::Strike;

use report::Phase;
pub use report::SiegeReport;

/// Of each phase: longer than the longest time that is waited for an attacker.
const LASTING: Duration = Duration::from_secs(40);
/// The phases follow each other so often, and the medians count: a machine that others use, too, has moments.
const ROUNDS: usize = 3;
/// The plugin that makes pictures anew, beside the one that is measured.
const IMAGES: &str = "images.wasm";

/// Measures, prints, and gives what was measured: with every kind of attack by turns, or with one.
///
/// # Errors
/// When an ordinary visitor is not served, or an attacker is.
pub async fn run_siege(options: &PluginOptions, attack: Option<&str>) -> Result<SiegeReport> {
    let kinds = Strike::named(attack)?;
    std::fs::create_dir_all(&options.folder)?;
    let scratch = tempfile::Builder::new().prefix("bench-").tempdir_in(&options.folder)?;
    refuse_tmpfs(scratch.path())?;
    let component = read(&options.component)?;
    let images = read(&options.component.with_file_name(IMAGES))?;
    let PluginSettings { sandboxes, slow_threads, .. } = PluginSettings::default();
    let size = Size { sandboxes, slow_threads };
    let installed = Installed::new(scratch.path(), &options.binary, &component, size, &mut Figures::new()).await?;
    pages::fill(&installed).await?;
    let manifest: Manifest = include_str!("../../../plugins/images/plugin.toml").parse()?;
    installed.load_as(manifest, &images, Given::default()).await?;
    let door = Arc::new(Door::besieged(&installed.host).await?);

    let mut report = SiegeReport::default();
    for round in 1..=ROUNDS {
        for phase in Phase::ALL {
            eprintln!("{} for {} s, {round} of {ROUNDS}", phase.name(), LASTING.as_secs());
            let attack = (phase == Phase::Beside).then(|| Attack::begin(&door, kinds, LASTING)).transpose()?;
            let guests = (phase == Phase::BesideGuests).then(|| guests::begin(&door, LASTING)).transpose()?;
            report.note(phase, visitors::measure(&door, LASTING).await?)?;
            if let Some(attack) = attack {
                report.attackers.add(attack.end().await?);
            }
            if let Some(guests) = guests {
                guests.end().await?;
            }
        }
    }
    report.conclude();
    report.show(options.form);
    if let Some(door) = Arc::into_inner(door) {
        door.close().await?;
    }
    installed.close().await;
    report.judge()?;
    Ok(report)
}

fn read(component: &Path) -> Result<Vec<u8>> {
    std::fs::read(component)
        .with_context(|| format!("failed to read {}: scripts/bench-guest builds it", component.display()))
}
