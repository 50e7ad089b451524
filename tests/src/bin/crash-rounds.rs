//! Kills servers and cuts the power under load. Usage: `crash-rounds BINARY ROUNDS [POWERLOSS-TOOL]`.

use anyhow::{Context as _, Result};
use std::path::PathBuf;

#[tokio::main]
async fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let usage = "usage: crash-rounds BINARY ROUNDS [POWERLOSS-TOOL]";
    let binary = PathBuf::from(arguments.next().context(usage)?);
    let rounds: u32 = arguments.next().context(usage)?.parse().context(usage)?;
    let scratch = tempfile::Builder::new().prefix("crash-").tempdir_in(binary.parent().context(usage)?)?;
    tests::crash::kill_rounds(&scratch.path().join("kill"), &binary, rounds).await?;
    match arguments.next() {
        Some(tool) => {
            let work = scratch.path().join("power");
            std::fs::create_dir_all(&work)?;
            let tool = PathBuf::from(tool);
            tests::crash::power_rounds(&work, &tool, &binary, rounds).await?;
            tests::crash::store_rounds(&scratch.path().join("stores"), &tool, rounds).await
        }
        None => {
            println!("SKIPPED: power cuts, for there is no tool that makes them");
            Ok(())
        }
    }
}
