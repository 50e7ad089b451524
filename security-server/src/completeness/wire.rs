//! Questions to a peer about its log, and our answers to a peer's.

use super::{Topic, Trouble};
use crate::messaging::Messaging;
use crate::transport::link::Link;
use bytes::Bytes;
use http::StatusCode;
use listener::read_bounded;
use message_log::{Explained, Explanation, MAX_EXPLAINED, ProofError};
use protocol::identifier::ServerId;
use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;
use std::time::Duration;
use trust::merkle::Hash;

/// Where a peer proves that one checkpoint continues another: `?from=&to=`.
pub const CONSISTENCY_PATH: &str = "/chakana/1/log/consistency";
/// Where a peer explains its numbers towards us: `?numbers=3-3,7-19&size=`.
pub const EXPLANATIONS_PATH: &str = "/chakana/1/log/explanations";

/// Largest answer of a peer about its log.
const MAX_ANSWER_BYTES: usize = 8 << 20;
/// How long a peer has for such an answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(20);
/// Ranges of numbers in one question.
pub(super) const MAX_RANGES: usize = 100;

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ConsistencyAnswer {
    hashes: Vec<Hash>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ExplanationsAnswer {
    explanations: Vec<ExplanationWire>,
    outstanding: Vec<(u64, u64)>,
    missing: Option<u64>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ExplanationWire {
    first: u64,
    last: u64,
    index: u64,
    leaf: String,
    proof: Option<Vec<Hash>>,
}

/// Asks for the proof that a peer's log of `from` records is the beginning of that of `to` records.
pub(super) async fn ask_consistency(link: &Link, from: u64, to: u64) -> Result<Vec<Hash>, Trouble> {
    let answer: ConsistencyAnswer = ask(link, &format!("{CONSISTENCY_PATH}?from={from}&to={to}"), Topic::Log).await?;
    Ok(answer.hashes)
}

/// Asks what a peer's log says of its numbers towards us, with proofs in its tree of `size` records.
pub(super) async fn ask_explanations(
    link: &Link,
    numbers: &[RangeInclusive<u64>],
    size: u64,
) -> Result<Explained, Trouble> {
    let ranges: Vec<String> = numbers.iter().map(|range| format!("{}-{}", range.start(), range.end())).collect();
    let path = format!("{EXPLANATIONS_PATH}?numbers={}&size={size}", ranges.join(","));
    let answer: ExplanationsAnswer = ask(link, &path, Topic::Numbers).await?;
    explained(answer).ok_or_else(|| Trouble::Unanswered("an answer with ranges that end before they begin".to_owned()))
}

async fn ask<T: for<'de> Deserialize<'de>>(link: &Link, path: &str, topic: Topic) -> Result<T, Trouble> {
    let (status, bytes) = answer_to(link, path, MAX_ANSWER_BYTES).await.map_err(Trouble::Unanswered)?;
    match status {
        StatusCode::OK => serde_json::from_slice(&bytes).map_err(|error| Trouble::Unanswered(error.to_string())),
        // It says itself that it does not have what it signed.
        StatusCode::CONFLICT => Err(Trouble::Conflict(topic, format!("it says: {}", in_words(&bytes)))),
        other => Err(Trouble::Unanswered(format!("status {other}"))),
    }
}

/// What a peer answers to a question about a log, whatever its status; `Err` says in words why nothing came in time.
pub(crate) async fn answer_to(link: &Link, path: &str, limit: usize) -> Result<(StatusCode, Bytes), String> {
    let answering = async {
        let response = link.get(path).await.map_err(|error| error.to_string())?;
        let status = response.status();
        let bytes = read_bounded(response.into_body(), limit, ANSWER_WITHIN).await;
        Ok((status, bytes.map_err(|error| error.to_string())?))
    };
    tokio::time::timeout(ANSWER_WITHIN, answering).await.unwrap_or_else(|_| Err("no answer in time".to_owned()))
}

fn in_words(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).trim().chars().filter(|character| !character.is_control()).take(200).collect()
}

/// What we answer a peer that asks about our log. Blocks.
///
/// # Errors
/// With the status and the words of the refusal.
pub fn answer(messaging: &Messaging, peer: &ServerId, path: &str, query: &str) -> Result<Bytes, (StatusCode, String)> {
    let bad = |what: &str| (StatusCode::BAD_REQUEST, format!("{what} is missing or malformed\n"));
    let number =
        |name: &'static str| parameter(query, name).and_then(|value| value.parse().ok()).ok_or_else(|| bad(name));
    let log = messaging.evidence.log();
    let json = match path {
        CONSISTENCY_PATH => {
            let hashes = log.consistency_proof(number("from")?, number("to")?).map_err(refused)?;
            serde_json::to_vec(&ConsistencyAnswer { hashes })
        }
        EXPLANATIONS_PATH => {
            let numbers = parameter(query, "numbers").and_then(ranges).ok_or_else(|| bad("numbers"))?;
            let explained = log.explain(peer, &numbers, number("size")?).map_err(refused)?;
            serde_json::to_vec(&ExplanationsAnswer::from(explained))
        }
        _ => return Err((StatusCode::NOT_FOUND, "nothing is here\n".to_owned())),
    };
    json.map(Bytes::from).map_err(|error| (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()))
}

/// A conflict is only what contradicts; a disk that fails is asked again.
fn refused(error: ProofError) -> (StatusCode, String) {
    use trust::merkle::ProveError;
    let status = match &error {
        ProofError::NeverUsed { .. } | ProofError::Smaller { .. } => StatusCode::CONFLICT,
        ProofError::Prove(ProveError::LeafBeyondTree { .. } | ProveError::TreeShrinks { .. }) => {
            StatusCode::BAD_REQUEST
        }
        ProofError::Prove(ProveError::Read(_)) | ProofError::Tiles { .. } | ProofError::Disk { .. } => {
            StatusCode::SERVICE_UNAVAILABLE
        }
    };
    (status, format!("{error}\n"))
}

fn parameter<'a>(query: &'a str, name: &str) -> Option<&'a str> {
    query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
}

fn ranges(text: &str) -> Option<Vec<RangeInclusive<u64>>> {
    let range = |text: &str| {
        let (first, last) = text.split_once('-')?;
        let range = first.parse::<u64>().ok()?..=last.parse().ok()?;
        (!range.is_empty()).then_some(range)
    };
    let ranges: Vec<_> = text.split(',').take(MAX_RANGES + 1).map(range).collect::<Option<_>>()?;
    (ranges.len() <= MAX_RANGES).then_some(ranges)
}

fn explained(answer: ExplanationsAnswer) -> Option<Explained> {
    let range = |first: u64, last: u64| (first <= last).then_some(first..=last);
    let records = answer.explanations.into_iter().take(MAX_EXPLAINED).map(|wire| {
        let numbers = range(wire.first, wire.last)?;
        Some(Explanation { numbers, index: wire.index, leaf: wire.leaf.into_bytes(), proof: wire.proof })
    });
    let outstanding = answer.outstanding.into_iter().take(MAX_EXPLAINED).map(|(first, last)| range(first, last));
    Some(Explained {
        records: records.collect::<Option<_>>()?,
        outstanding: outstanding.collect::<Option<_>>()?,
        missing: answer.missing,
    })
}

impl From<Explained> for ExplanationsAnswer {
    fn from(explained: Explained) -> Self {
        let explanations = explained.records.into_iter().map(|explanation| {
            let Explanation { numbers, index, leaf, proof } = explanation;
            // A leaf is lines of text.
            let leaf = String::from_utf8_lossy(&leaf).into_owned();
            ExplanationWire { first: *numbers.start(), last: *numbers.end(), index, leaf, proof }
        });
        let outstanding = explained.outstanding.iter().map(|range| (*range.start(), *range.end())).collect();
        Self { explanations: explanations.collect(), outstanding, missing: explained.missing }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use message_log::TreeError;
    use std::io;
    use trust::merkle::ProveError;

    #[test]
    fn reads_ranges_of_numbers() {
        assert_eq!(ranges("3-3,7-19"), Some(vec![3..=3, 7..=19]));
        for malformed in ["", "3", "7-3", "3-3,", "a-b", "1-99999999999999999999"] {
            assert_eq!(ranges(malformed), None, "{malformed}");
        }
        let many = vec!["1-1"; MAX_RANGES + 1].join(",");
        assert_eq!(ranges(&many), None);
    }

    #[test]
    fn a_disk_that_fails_is_no_conflict() {
        let failed = || io::Error::other("the disk is gone");
        let tile = TreeError::Tile { tile: "tile/0/000".to_owned(), source: failed() };
        assert_eq!(refused(ProofError::Prove(ProveError::Read(tile))).0, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(refused(ProofError::Disk { index: 1, source: failed() }).0, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(refused(ProofError::Tiles { index: 1, size: 2 }).0, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(refused(ProofError::Smaller { has: 1, asked: 2 }).0, StatusCode::CONFLICT);
        assert_eq!(refused(ProofError::NeverUsed { from: 7 }).0, StatusCode::CONFLICT);
    }
}
