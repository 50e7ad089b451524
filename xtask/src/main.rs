//! Checks of what the workspace builds that are no tests of a crate, and pages written from its sources:
//! `cargo xtask check-components FOLDER`, `cargo xtask contract-reference`.
//!
//! This crate never builds anything, and no server depends on it.

mod component;
mod contract_reference;
mod judgement;
mod report;

use std::path::{Path, PathBuf};

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
    /// Writes the reference of the plugin contract from its WIT: at the root of a checkout.
    ContractReference,
}

fn main() -> anyhow::Result<()> {
    match Arguments::parse().check {
        Check::CheckComponents { folder } => report::check_components(&folder),
        Check::ContractReference => contract_reference::write(Path::new(".")),
    }
}
