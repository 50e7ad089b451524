//! Kills the servers of plugins, and cuts the network between them, under load; each effect has to be there once.
//! Usage: `effect-rounds BINARY PROBE ROUNDS EFFECTS`.

use anyhow::{Context as _, Result, ensure};
use std::path::PathBuf;
use tests::crash::{Engine, Fire, effect_rounds};

#[tokio::main]
async fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let usage = "usage: effect-rounds BINARY PROBE ROUNDS EFFECTS";
    let binary = PathBuf::from(arguments.next().context(usage)?);
    let probe = PathBuf::from(arguments.next().context(usage)?);
    let rounds: u32 = arguments.next().context(usage)?.parse().context(usage)?;
    let effects: usize = arguments.next().context(usage)?.parse().context(usage)?;
    let scratch = tempfile::Builder::new().prefix("effects-").tempdir_in(binary.parent().context(usage)?)?;
    ensure!(rounds >= 2, "each of the two engines takes a round");
    // Each engine has its share.
    for (engine, rounds) in [(Engine::Redb, rounds.div_ceil(2)), (Engine::Sled, rounds / 2)] {
        let fire = Fire { engine, rounds, effects: effects.div_ceil(2) };
        let folder = scratch.path().join(engine.to_string());
        effect_rounds(&folder, &binary, &probe, fire).await.with_context(|| engine.to_string())?;
    }
    Ok(())
}
