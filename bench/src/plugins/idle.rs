//! What a plugin takes that nobody calls.

use super::installed::Installed;
use crate::report::Figures;
use crate::usage::own_memory_mib;
use anyhow::Result;

const PLUGINS: u32 = 100;

pub(super) async fn measure(installed: &Installed, figures: &mut Figures) -> Result<()> {
    let before = own_memory_mib()?.0;
    for number in 0..PLUGINS {
        installed.load(&format!("idle-{number}")).await?;
    }
    let grown = (own_memory_mib()?.0 - before).max(0.0);
    figures.insert("plugins.idle_mib", grown / f64::from(PLUGINS));
    Ok(())
}
