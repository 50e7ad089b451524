//! A small state on one machine, measured beside the limits of that machine.
//!
//! This crate never is needed by a server. Everything shares the same cores: the callers, both security servers, the
//! provider and the trust services; what the machine could do at best is measured in the same run.

mod exchange;
mod gateway;
mod hostile_plugins;
mod limits;
mod load;
mod plain_proxy;
mod plugins;
mod portal;
mod report;
mod siege;
mod state;
mod usage;

pub use gateway::run_gateway;
pub use hostile_plugins::{HostileReport, run_hostile};
pub use plain_proxy::{ProxySide, run as run_plain_proxy};
pub use plugins::{PluginOptions, run_plugins};
pub use portal::run_portal;
pub use report::Report;
pub use siege::{SiegeReport, run_siege};

use anyhow::{Context as _, Result, bail};
use std::path::{Path, PathBuf};

/// What is measured, and how it is shown.
#[derive(Debug, Clone)]
pub struct Options {
    /// The binary that the servers are started with.
    pub binary: PathBuf,
    /// Where the servers keep their data; a folder beside the binary where it is not said.
    pub folder: Option<PathBuf>,
    /// How much is measured.
    pub extent: Extent,
    /// How it is shown.
    pub form: Form,
}

/// How much is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// What the bars need: under five minutes.
    Short,
    /// Larger bodies, other numbers of callers and one body of 1 GiB too.
    All,
}

/// How the result is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// For people.
    Table,
    /// For machines: one object.
    Json,
}

const REPETITIONS: usize = 3;
const TMPFS_MAGIC: i64 = 0x0102_1994;

/// Measures, prints, and gives the medians.
///
/// # Errors
/// When a server does not start or a call fails: a wrong answer is not counted as a fast one.
pub async fn run(options: Options) -> Result<Report> {
    let parent = match &options.folder {
        Some(folder) => folder.clone(),
        None => options.binary.parent().map_or_else(|| PathBuf::from("."), Path::to_owned),
    };
    std::fs::create_dir_all(&parent)?;
    let scratch = tempfile::Builder::new().prefix("bench-").tempdir_in(&parent);
    let scratch = scratch.with_context(|| format!("failed to make a folder in {}", parent.display()))?;
    refuse_tmpfs(scratch.path())?;
    let mut runs = Vec::new();
    for repetition in 1..=REPETITIONS {
        eprintln!("repetition {repetition} of {REPETITIONS}");
        let folder = scratch.path().join(format!("run-{repetition}"));
        let mut run = limits::measure(&folder)?;
        run.extend(exchange::measure(&options, &folder).await?);
        runs.push(run);
    }
    let report = Report::of_medians(&runs);
    report.show(options.form);
    Ok(report)
}

/// What is not written to a disk is not measured.
fn refuse_tmpfs(folder: &Path) -> Result<()> {
    if rustix::fs::statfs(folder)?.f_type == TMPFS_MAGIC {
        bail!("{} is a tmpfs: name a folder on a real disk with --folder", folder.display());
    }
    Ok(())
}
