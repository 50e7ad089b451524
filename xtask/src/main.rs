//! Checks of what the workspace builds that are no tests of a crate: `cargo xtask check-components FOLDER`.
//!
//! This crate never builds anything, and no server depends on it.

mod component;
mod judgement;
mod report;

use std::path::PathBuf;

use clap::{Parser, Subcommand};

#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    check: Check,
}

#[derive(Subcommand)]
enum Check {
    /// Validates plugin components, and holds what they import against their manifests.
    ///
    /// FOLDER has one folder for each plugin, with `plugin.toml` and `component.wasm` in it.
    CheckComponents {
        /// The folder.
        folder: PathBuf,
    },
}

fn main() -> anyhow::Result<()> {
    match Arguments::parse().check {
        Check::CheckComponents { folder } => report::check_components(&folder),
    }
}
