//! What a plugin takes that nobody calls.

use super::installed::Installed;
use crate::report::Figures;
use anyhow::Result;

const PLUGINS: u32 = 100;

pub(super) async fn measure(installed: &Installed, figures: &mut Figures) -> Result<()> {
    let before = resident_kib()?;
    for number in 0..PLUGINS {
        installed.load(&format!("idle-{number}")).await?;
    }
    let grown = (resident_kib()? - before).max(0.0);
    figures.insert("plugins.idle_mib", grown / 1024.0 / f64::from(PLUGINS));
    Ok(())
}

fn resident_kib() -> Result<f64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.trim().strip_suffix(" kB")).map(str::parse::<f64>);
    kib.transpose()?.ok_or_else(|| anyhow::anyhow!("the kernel does not say what is resident"))
}
