//! Plugins on one core, in this process, over a store on the disk, beside what the store does without them; and one on a
//! security server, beside a provider that does nothing.

mod exchange;
mod idle;
pub(crate) mod installed;
pub(crate) mod pages;
pub(crate) mod writes;

use crate::report::Figures;
use crate::{Form, Report, limits};
use anyhow::{Context as _, Result};
use installed::{Installed, Size};
use std::path::PathBuf;

/// What is measured, and how it is shown.
#[derive(Debug, Clone)]
pub struct PluginOptions {
    /// The binary that compiles components.
    pub binary: PathBuf,
    /// The component of `bench/guest`.
    pub component: PathBuf,
    /// Where the store is; must be a real disk.
    pub folder: PathBuf,
    /// How it is shown.
    pub form: Form,
}

const REPETITIONS: usize = 3;
/// One caller, or sixteen; and one core.
const SIZE: Size = Size { sandboxes: 64, slow_threads: 1 };

/// Measures, prints, and gives the medians.
///
/// # Errors
/// When the plugin cannot be loaded or a call of it fails.
pub fn run_plugins(options: &PluginOptions) -> Result<Report> {
    std::fs::create_dir_all(&options.folder)?;
    let scratch = tempfile::Builder::new().prefix("bench-").tempdir_in(&options.folder)?;
    crate::refuse_tmpfs(scratch.path())?;
    let component = std::fs::read(&options.component)
        .with_context(|| format!("failed to read {}: scripts/bench-guest builds it", options.component.display()))?;
    // One core for everything that is not the committer's own thread: calls, sandboxes, the load.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let many = tokio::runtime::Runtime::new()?;
    let mut runs = Vec::new();
    for repetition in 1..=REPETITIONS {
        eprintln!("repetition {repetition} of {REPETITIONS}");
        let folder = scratch.path().join(format!("run-{repetition}"));
        let mut run: Figures = limits::measure(&folder)?;
        runtime.block_on(async {
            let installed = Installed::new(&folder, &options.binary, &component, SIZE, &mut run).await?;
            pages::measure(&installed, &mut run).await?;
            writes::measure(&installed, &mut run).await?;
            idle::measure(&installed, &mut run).await?;
            installed.close().await;
            anyhow::Ok(())
        })?;
        many.block_on(exchange::measure(&options.binary, &options.component, &folder, &mut run))?;
        runs.push(run);
    }
    let report = Report::of_medians(&runs);
    report.show(options.form);
    Ok(report)
}
