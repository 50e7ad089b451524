//! What is there in the end, at both sides, and whether it is what was acknowledged.

use super::orders::key;
use super::pair::{Pair, RECEIVER, SENDER};
use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Counts by the number of the call.
pub(super) struct Tally {
    /// Rows that calls left at the sender.
    sent: Counts,
    /// Effects at the receiver.
    arrived: Counts,
    /// Answers that came back to the sender.
    answered: Counts,
    /// All effects at the receiver, counted apart from the others.
    arrivals: u64,
}

type Counts = BTreeMap<String, u64>;

const PAGE: usize = 1_000;

impl Tally {
    /// Asks both plugins.
    pub(super) async fn of(pair: &Pair) -> Result<Self> {
        let arrivals = ask(pair, RECEIVER, &json!([{ "count": "arrivals" }])).await?;
        Ok(Self {
            sent: counts(pair, SENDER, "sent/").await?,
            arrived: counts(pair, RECEIVER, "arrived/").await?,
            answered: counts(pair, SENDER, "count/").await?,
            arrivals: arrivals[0].as_u64().with_context(|| format!("no count of arrivals: {arrivals}"))?,
        })
    }

    /// How many effects there are.
    pub(super) fn effects(&self) -> usize {
        self.arrived.len()
    }

    /// Demands that what was acknowledged is there, and that whatever is there is there once and at both sides.
    pub(super) fn demand(&self, acknowledged: &BTreeSet<u64>) -> Result<()> {
        let Self { sent, arrived, answered, arrivals } = self;
        let lost: Vec<_> =
            acknowledged.iter().map(|number| key(*number)).filter(|key| !sent.contains_key(key)).collect();
        ensure!(lost.is_empty(), "acknowledged, and not at the sender: {lost:?}");
        for (side, counts) in [("sender", sent), ("receiver", arrived), ("sender as an answer", answered)] {
            let several: Vec<_> = counts.iter().filter(|(_, count)| **count != 1).collect();
            ensure!(several.is_empty(), "not once at the {side}: {several:?}");
        }
        for (side, counts) in [("no effect", arrived), ("no answer", answered)] {
            let missing: Vec<_> = sent.keys().filter(|key| !counts.contains_key(*key)).collect();
            ensure!(missing.is_empty(), "sent, and {side}: {missing:?}");
            let alone: Vec<_> = counts.keys().filter(|key| !sent.contains_key(*key)).collect();
            ensure!(alone.is_empty(), "at the other side without the call's row: {alone:?}");
        }
        ensure!(*arrivals == arrived.len() as u64, "{arrivals} arrivals were counted, and {} are there", arrived.len());
        Ok(())
    }
}

/// Every key below a prefix, without it, and the number that it holds.
async fn counts(pair: &Pair, service: &str, prefix: &str) -> Result<Counts> {
    let (mut counts, mut start) = (Counts::new(), prefix.to_owned());
    let end = format!("{prefix}:");
    loop {
        let scan = json!([{ "scan": { "start": start, "end": end, "limit": PAGE, "reverse": false } }]);
        let found = ask(pair, service, &scan).await?;
        let page = found[0].as_array().with_context(|| format!("{service} does not list its keys: {found}"))?;
        for entry in page {
            let (key, count) = (entry[0].as_str().unwrap_or_default(), entry[1].as_str().unwrap_or_default());
            let count = count.parse().with_context(|| format!("{service} holds {count:?} under {key:?}"))?;
            counts.insert(key.trim_start_matches(prefix).to_owned(), count);
            start = format!("{key}\0");
        }
        if page.len() < PAGE {
            return Ok(counts);
        }
    }
}

/// Has a plugin do what only reads.
async fn ask(pair: &Pair, service: &str, script: &Value) -> Result<Value> {
    let path = format!("/r1/{service}/script?script={}", admin::percent_encoded(&script.to_string()));
    let answer = pair.caller().get(&path).await;
    ensure!(answer.status == 200, "{service} answered {}: {}", answer.status, answer.text());
    Ok(answer.json())
}
