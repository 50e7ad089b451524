//! Completeness between counterparties: nothing that one side logged can vanish without the other side noticing.
//!
//! Each message brings the sender's newest checkpoint. It is believed only after a consistency proof from the one seen
//! before; and numbers that never arrived are asked for, until a record in the peer's log explains them. What does not fit
//! becomes a conflict record in our own log, and a finding of `doctor`.

use crate::configuration::Judgement;
use crate::messaging::Messaging;
use crate::transport::link::Link;
use bytes::Bytes;
use http::StatusCode;
use listener::read_bounded;
use message_log::{Explanation, MAX_EXPLAINED, explanation_holds};
use protocol::identifier::ServerId;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::ops::RangeInclusive;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use trust::checkpoint::SignedCheckpoint;
use trust::merkle::{self, Hash};
use trust::note::NoteKey;

/// Checkpoints of peers' logs whose signatures hold and whose consistency is still to be proven.
#[derive(Debug, Default)]
pub struct Noticed {
    // Short critical sections around a map look-up.
    newest: Mutex<HashMap<ServerId, SignedCheckpoint>>,
    conflicts: Mutex<HashMap<ServerId, String>>,
}

/// Where a peer proves that one checkpoint continues another: `?from=&to=`.
pub const CONSISTENCY_PATH: &str = "/chakana/1/log/consistency";
/// Where a peer explains its numbers towards us: `?first=&last=&size=`.
pub const EXPLANATIONS_PATH: &str = "/chakana/1/log/explanations";

/// Largest answer of a peer about its log.
const MAX_ANSWER_BYTES: usize = 4 << 20;
/// How long a peer has for such an answer.
pub(crate) const ANSWER_WITHIN: Duration = Duration::from_secs(20);
/// Gaps looked into in one round with one peer.
const GAPS_IN_A_ROUND: usize = 16;

impl Noticed {
    /// A checkpoint came with a verified message of `peer`.
    pub fn note(&self, judgement: &Judgement, peer: &ServerId, note: &[u8]) {
        let keys = log_keys(judgement, peer);
        let verified = SignedCheckpoint::parse(note).ok().filter(|checkpoint| {
            checkpoint.verify(&keys).is_ok()
                && checkpoint.claimed().origin == trust::checkpoint::Checkpoint::origin_of(peer)
        });
        let Some(checkpoint) = verified else {
            tracing::warn!(peer.server_id = %peer, "a peer sent a checkpoint that its registered log key did not sign");
            return;
        };
        let mut newest = lock(&self.newest);
        let older = newest.get(peer).is_none_or(|known| known.claimed().size <= checkpoint.claimed().size);
        if older {
            newest.insert(peer.clone(), checkpoint);
        }
    }

    /// What does not fit, by peer.
    #[must_use]
    pub fn conflicts(&self) -> Vec<(ServerId, String)> {
        lock(&self.conflicts).iter().map(|(peer, what)| (peer.clone(), what.clone())).collect()
    }

    fn take(&self) -> Vec<(ServerId, SignedCheckpoint)> {
        lock(&self.newest).drain().collect()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn log_keys(judgement: &Judgement, peer: &ServerId) -> Vec<NoteKey> {
    let keys = judgement.global().server(peer).map(|server| server.log_keys()).unwrap_or_default();
    keys.iter().filter_map(|key| key.as_str().parse().ok()).collect()
}

/// One round: every checkpoint noticed since the last is proven and kept, and gaps are looked into.
pub async fn reconcile(messaging: &Messaging) {
    let Ok(judgement) = messaging.configuration.usable() else { return };
    for (peer, checkpoint) in messaging.noticed.take() {
        if let Err(trouble) = with_peer(messaging, &judgement, &peer, checkpoint).await {
            match trouble {
                Trouble::Unanswered(why) => {
                    tracing::debug!(peer.server_id = %peer, why, "a peer did not prove its checkpoint yet");
                }
                Trouble::Conflict(what) => raise(messaging, &peer, what).await,
            }
        }
    }
}

enum Trouble {
    /// No answer: asked again with its next checkpoint.
    Unanswered(String),
    /// The peer's log is not what it was, or does not explain its numbers.
    Conflict(String),
}

async fn with_peer(
    messaging: &Messaging,
    judgement: &Judgement,
    peer: &ServerId,
    checkpoint: SignedCheckpoint,
) -> Result<(), Trouble> {
    let server = judgement.global().server(peer).ok_or_else(|| Trouble::Unanswered("no longer registered".into()))?;
    let link = messaging.peers.link(server, messaging.now()).await;
    let link = link.map_err(|error| Trouble::Unanswered(error.to_string()))?;
    prove(messaging, &link, peer, &checkpoint).await?;
    let kept = messaging.evidence.log().keep_peer_checkpoint(peer, &checkpoint).await;
    kept.map_err(|error| Trouble::Unanswered(error.to_string()))?;
    lock(&messaging.noticed.conflicts).remove(peer);
    explain_gaps(messaging, &link, peer, &checkpoint).await
}

/// RFC 6962 §2.1.2: the log we saw before is a prefix of the one we see now.
async fn prove(
    messaging: &Messaging,
    link: &Link,
    peer: &ServerId,
    checkpoint: &SignedCheckpoint,
) -> Result<(), Trouble> {
    let now = checkpoint.claimed();
    let Some(before) = messaging.evidence.log().peer_log_point(peer).filter(|before| before.size > 0) else {
        return Ok(());
    };
    if before.size > now.size {
        return Err(Trouble::Conflict(format!("its log shrank from {} to {} records", before.size, now.size)));
    }
    let path = format!("{CONSISTENCY_PATH}?from={}&to={}", before.size, now.size);
    let proof: ConsistencyAnswer = ask(link, &path).await?;
    let hashes: Vec<Hash> = proof.hashes;
    merkle::verify_consistency((before.size, &before.root), (now.size, &now.root), &hashes).map_err(|_| {
        Trouble::Conflict(format!(
            "its log of {} records does not continue the one of {} records seen before: a record was removed or changed",
            now.size, before.size
        ))
    })
}

async fn explain_gaps(
    messaging: &Messaging,
    link: &Link,
    peer: &ServerId,
    checkpoint: &SignedCheckpoint,
) -> Result<(), Trouble> {
    let log = messaging.evidence.log();
    for gap in log.received_gaps(peer).into_iter().take(GAPS_IN_A_ROUND) {
        let last = (*gap.end()).min(gap.start().saturating_add(MAX_EXPLAINED - 1));
        let path = format!("{EXPLANATIONS_PATH}?first={}&last={last}&size={}", gap.start(), checkpoint.claimed().size);
        let answer: ExplanationsAnswer = ask(link, &path).await?;
        let explained = covered(&answer, checkpoint, &messaging.server, *gap.start(), last);
        if let Err(missing) = explained {
            return Err(Trouble::Conflict(format!("no record in its log explains its message number {missing} to us")));
        }
    }
    Ok(())
}

/// Whether the explanations leave no number out; the first that they leave out otherwise.
///
/// Numbers whose record is younger than the checkpoint cannot be proven yet: they are asked again in a later round.
fn covered(
    answer: &ExplanationsAnswer,
    checkpoint: &SignedCheckpoint,
    receiver: &ServerId,
    first: u64,
    last: u64,
) -> Result<(), u64> {
    let mut next = first;
    for wire in answer.explanations.iter().take(usize::try_from(MAX_EXPLAINED).unwrap_or(usize::MAX)) {
        let Some(explanation) = wire.explanation() else { return Err(next) };
        if *explanation.numbers.start() != next {
            return Err(next);
        }
        let until = match &explanation.proof {
            None => *explanation.numbers.end(),
            Some(_) => match explanation_holds(&explanation, checkpoint.claimed(), receiver) {
                Some(numbers) => *numbers.end(),
                None => return Err(next),
            },
        };
        if until >= last {
            return Ok(());
        }
        next = until.saturating_add(1);
    }
    Err(next)
}

async fn raise(messaging: &Messaging, peer: &ServerId, what: String) {
    let known = lock(&messaging.noticed.conflicts).insert(peer.clone(), what.clone());
    if known.as_ref() == Some(&what) {
        return;
    }
    tracing::error!(peer.server_id = %peer, what, "a peer's log conflicts with what it said before");
    if let Err(error) = messaging.evidence.log().append_conflict(peer, &what, messaging.now()).await {
        tracing::error!(%error, "failed to record the conflict");
    }
}

async fn ask<T: for<'de> Deserialize<'de>>(link: &Link, path: &str) -> Result<T, Trouble> {
    let unanswered = |why: String| Trouble::Unanswered(why);
    let answering = async {
        let response = link.get(path).await.map_err(|error| unanswered(error.to_string()))?;
        let status = response.status();
        let bytes = read_bounded(response.into_body(), MAX_ANSWER_BYTES, ANSWER_WITHIN).await;
        let bytes = bytes.map_err(|error| unanswered(error.to_string()))?;
        match status {
            StatusCode::OK => Ok(bytes),
            // It has no proof of its own checkpoints: it lost what it had.
            StatusCode::CONFLICT => Err(Trouble::Conflict(String::from_utf8_lossy(&bytes).chars().take(200).collect())),
            other => Err(unanswered(format!("status {other}"))),
        }
    };
    let bytes = tokio::time::timeout(ANSWER_WITHIN, answering)
        .await
        .unwrap_or_else(|_| Err(unanswered("no answer in time".to_owned())))?;
    serde_json::from_slice(&bytes).map_err(|error| unanswered(error.to_string()))
}

/// What we answer a peer that asks about our log. Blocks.
///
/// # Errors
/// With the status and the words of the refusal.
pub fn answer(messaging: &Messaging, peer: &ServerId, path: &str, query: &str) -> Result<Bytes, (StatusCode, String)> {
    let bad = |what: &str| (StatusCode::BAD_REQUEST, format!("{what} is missing or malformed\n"));
    let number = |name: &'static str| parameter(query, name).ok_or_else(|| bad(name));
    let log = messaging.evidence.log();
    let conflict = |error: message_log::ProofError| (StatusCode::CONFLICT, format!("{error}\n"));
    let json = match path {
        CONSISTENCY_PATH => {
            let hashes = log.consistency_proof(number("from")?, number("to")?).map_err(conflict)?;
            serde_json::to_vec(&ConsistencyAnswer { hashes })
        }
        EXPLANATIONS_PATH => {
            let numbers: RangeInclusive<u64> = number("first")?..=number("last")?;
            let explained = log.explain(peer, numbers, number("size")?).map_err(conflict)?;
            let explanations = explained.into_iter().map(ExplanationWire::from).collect();
            serde_json::to_vec(&ExplanationsAnswer { explanations })
        }
        _ => return Err((StatusCode::NOT_FOUND, "nothing is here\n".to_owned())),
    };
    json.map(Bytes::from).map_err(|error| (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()))
}

fn parameter(query: &str, name: &str) -> Option<u64> {
    query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('=')).and_then(|value| value.parse().ok())
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ConsistencyAnswer {
    hashes: Vec<Hash>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ExplanationsAnswer {
    explanations: Vec<ExplanationWire>,
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

impl ExplanationWire {
    fn explanation(&self) -> Option<Explanation> {
        let proof = self.proof.clone();
        let leaf = self.leaf.clone().into_bytes();
        (self.first <= self.last).then_some(Explanation {
            numbers: self.first..=self.last,
            index: self.index,
            leaf,
            proof,
        })
    }
}

impl From<Explanation> for ExplanationWire {
    fn from(explanation: Explanation) -> Self {
        let Explanation { numbers, index, leaf, proof } = explanation;
        // A leaf is lines of text.
        let leaf = String::from_utf8_lossy(&leaf).into_owned();
        Self { first: *numbers.start(), last: *numbers.end(), index, leaf, proof }
    }
}
