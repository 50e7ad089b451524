//! The small state.

use crate::Exit;
use crate::arguments::Demo;
use anyhow::{Context as _, Result};
use clock::SystemClock;
use demo::{Mode, Options};
use std::sync::Arc;

pub(super) async fn run(asked: Demo) -> Result<Exit> {
    let mode = match (asked.print_config, asked.check) {
        (Some(to), _) => Mode::PrintConfiguration(to),
        (None, true) => Mode::Check,
        (None, false) => Mode::Show,
    };
    let binary = std::env::current_exe().context("this program does not find itself")?;
    // `TARGET/release/chakana` beside `TARGET/plugins`.
    let beside = binary.ancestors().nth(2).map(|target| target.join("plugins"));
    let plugins = asked.plugins.or(beside).context("--plugins names the folder of the plugins' components")?;
    let options = Options { folder: asked.folder, first_port: asked.first_port, binary, plugins, mode };
    let checked = demo::run(options, Arc::new(SystemClock), super::servers::interrupted()).await?;
    let (failed, all) = (checked.steps.iter().filter(|step| step.result.is_err()).count(), checked.steps.len());
    if all > 0 {
        println!("{} of {all} steps hold.", all - failed);
    }
    Ok(if checked.holds() { Exit::Success } else { Exit::Failure })
}
