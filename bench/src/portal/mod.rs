//! The portal of procedures: its pages over HTTPS, its search, what is submitted and what staff look at, on a catalogue of five thousand
//! entries and a hundred thousand applications; beside an HTTPS server that does nothing. Everything shares the same cores: the browsers,
//! the gateway, the sandboxes, the store.

mod applications;
mod look;
mod notary;
mod town;

use crate::plugins::PluginOptions;
use crate::report::Figures;
use crate::{Report, limits, refuse_tmpfs};
use anyhow::Result;
use town::Town;

/// So many procedures stand in the catalogue.
const ENTRIES: usize = 5_000;
/// So many applications there are before staff look.
const APPLICATIONS: usize = 100_000;

/// Measures, prints, and gives what was measured. It is measured once: filling takes minutes.
///
/// # Errors
/// When the portal cannot be loaded, or something is refused.
pub async fn run_portal(options: &PluginOptions) -> Result<Report> {
    std::fs::create_dir_all(&options.folder)?;
    let scratch = tempfile::Builder::new().prefix("bench-").tempdir_in(&options.folder)?;
    refuse_tmpfs(scratch.path())?;
    let mut figures: Figures = limits::measure(&scratch.path().join("limits"))?;
    let town = Town::new(options, scratch.path()).await?;
    eprintln!("publishing {ENTRIES} entries");
    town.publish(ENTRIES).await?;
    eprintln!("looking at pages, and searching");
    look::measure(&town, &mut figures).await?;
    eprintln!("submitting");
    applications::submit(&town, &mut figures).await?;
    eprintln!("submitting until there are {APPLICATIONS}");
    applications::look(&town, APPLICATIONS, &mut figures).await?;
    town.close().await;
    let report = Report::of_medians(&[figures]);
    report.show(options.form);
    Ok(report)
}
