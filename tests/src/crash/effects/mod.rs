//! Effects of plugins under fire: a plugin sends a message with each call, another has an effect for each message, and
//! meanwhile their servers are killed and the network between them is cut. In the end each effect is there once.

mod orders;
mod pair;
mod tally;

use anyhow::{Result, ensure};
use orders::{Orders, Pace};
use pair::Pair;
use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, Instant};
use tally::Tally;

pub use pair::Engine;

use super::cutter::below;
use super::{CONSUMER, PROVIDER};

/// What is to be done to how many effects.
#[derive(Debug, Clone, Copy)]
pub struct Fire {
    /// How the plugins' data are kept.
    pub engine: Engine,
    /// How often servers are killed.
    pub rounds: u32,
    /// Calls that are acknowledged, at least.
    pub effects: usize,
}

/// What became of the calls of a round.
#[derive(Debug, Default)]
struct Round {
    acknowledged: BTreeSet<u64>,
    ordered: usize,
    /// Messages that were under way when servers were killed after the calls.
    undelivered: u64,
}

/// Who is killed, in turn.
const VICTIMS: [&[&str]; 3] = [&[CONSUMER], &[PROVIDER], &[CONSUMER, PROVIDER]];
/// So long the last message may take once everything is well: what failed often waits long before it is sent again.
const SETTLED_WITHIN: Duration = Duration::from_secs(600);

/// Has that many effects in `folder` with servers of `binary` that run the component `probe`, and counts them.
///
/// # Errors
/// Which effect is missing, or took place twice.
pub async fn effect_rounds(folder: &Path, binary: &Path, probe: &Path, fire: Fire) -> Result<()> {
    let began = Instant::now();
    let mut pair = Pair::start(folder, binary, probe, fire.engine).await?;
    let mut all = Round::default();
    for round in 1..=fire.rounds {
        let wanted = fire.effects.div_ceil(fire.rounds as usize);
        let Round { acknowledged, ordered, undelivered } = under_fire(&mut pair, round, wanted).await?;
        all.acknowledged.extend(acknowledged);
        all.ordered += ordered;
        all.undelivered += undelivered;
    }
    let fired = began.elapsed();
    pair.heal();
    pair.settled(SETTLED_WITHIN).await?;
    let settled = began.elapsed() - fired;
    let tally = Tally::of(&pair).await?;
    pair.stop().await;
    tally.demand(&all.acknowledged)?;
    let harm = pair.harm();
    ensure!(all.undelivered > 0, "all had been delivered whenever a server was killed after the calls");
    ensure!(harm.within > 0 && harm.refused > 0, "the network was not cut: {harm:?}");
    println!(
        "effects ({}): {} calls acknowledged of {}, {} effects, each once, with {} kills, {} connections cut ({} \
         within what they carried), {} refused, in {:.0} s, settled {:.0} s later",
        fire.engine,
        all.acknowledged.len(),
        all.ordered,
        tally.effects(),
        pair.kills(),
        harm.cut,
        harm.within,
        harm.refused,
        fired.as_secs_f64(),
        settled.as_secs_f64(),
    );
    Ok(())
}

/// One round: calls from all sides and a kill somewhere in their middle, then one while what they ordered is delivered.
async fn under_fire(pair: &mut Pair, round: u32, wanted: usize) -> Result<Round> {
    let pace = if round.is_multiple_of(2) { Pace::Slow } else { Pace::Quick };
    let orders = Orders::start(pair.sender_door(), u64::from(round) << 32, pace);
    // Not at the very end: then there would be nothing under way.
    let before = wanted / 5 + usize::try_from(below(wanted as u64 * 3 / 5)?)?;
    orders.until(before).await?;
    let waiting = pair.until_messages(|waiting| waiting > 0).await?;
    let (calling, at_kill) = (orders.under_way(), orders.acknowledged().len());
    let first = VICTIMS[round as usize % VICTIMS.len()];
    ensure!(calling > 0, "nobody called when the first servers were killed");
    pair.kill(first).await?;
    orders.until(wanted).await?;
    let (acknowledged, ordered) = orders.stop().await;
    let all = pair.until_messages(|_| true).await?;
    let undelivered = pair.until_messages(|waiting| waiting <= all - all / 8).await?;
    let second = VICTIMS[(round as usize + 1) % VICTIMS.len()];
    pair.kill(second).await?;
    println!(
        "round {round} ({pace:?}): killed the {} after {at_kill} of {} acknowledged calls, with {calling} calls and \
         {waiting} messages under way, and the {} with {undelivered} messages under way",
        first.join(" and the "),
        acknowledged.len(),
        second.join(" and the "),
    );
    Ok(Round { acknowledged, ordered, undelivered })
}
