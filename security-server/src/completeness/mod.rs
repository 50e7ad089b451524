//! Completeness between counterparties: nothing that one side logged can vanish without the other side noticing.
//!
//! Each message brings the sender's newest checkpoint. It is believed only after a consistency proof from the one seen
//! before; and numbers that never arrived are asked for, until a record in the peer's log explains them. Each message also
//! says what its sender saw of our log, which must be what it is. What does not fit becomes a conflict record in our own
//! log, and a finding of `doctor`, until it is over.

mod noticed;
mod numbers;
pub(crate) mod wire;

pub use noticed::{Noticed, Topic};
pub use wire::{CONSISTENCY_PATH, EXPLANATIONS_PATH, answer};

use crate::messaging::Messaging;
use crate::transport::link::Link;
use message_log::{AppendError, MessageLog};
use noticed::Conflict;
use numbers::{Against, Memory};
use protocol::context::LogPoint;
use protocol::global_configuration::SecurityServer;
use protocol::identifier::ServerId;
use std::collections::{BTreeSet, VecDeque};
use std::time::Duration;
use trust::checkpoint::SignedCheckpoint;
use trust::leaf::{ConflictLeaf, Leaf};
use trust::merkle;

/// Questions about numbers that one peer is asked in one round.
const QUESTIONS_IN_A_ROUND: usize = 64;
/// Checkpoints a peer may miss before numbers it says nothing of are a conflict, and the least time that takes: the peer
/// may make its own less often.
const PATIENCE_INTERVALS: u32 = 5;
const PATIENCE: Duration = Duration::from_secs(600);
/// How long one peer may take in a round: the others wait for it.
const ONE_PEER_WITHIN: Duration = Duration::from_secs(120);
/// So many of its newest messages are compared with a peer's log when that is not what it was.
const AUDITED: usize = 100;

enum Trouble {
    /// No answer: asked again in the next round.
    Unanswered(String),
    /// The peer's log is not what it was, or does not explain its numbers.
    Conflict(Topic, String),
}

/// One round: every checkpoint noticed since the last is proven and kept, gaps are looked into, and what peers say of our
/// log is compared with it. `interval` is that between checkpoints.
pub async fn reconcile(messaging: &Messaging, interval: Duration) {
    let mut memories = messaging.noticed.round.lock().await;
    check_echoes(messaging).await;
    check_repeated(messaging).await;
    let Ok(judgement) = messaging.configuration.usable() else { return };
    let mut noticed = messaging.noticed.take();
    let waiting: Vec<ServerId> =
        memories.iter().filter(|(_, memory)| memory.waits()).map(|(peer, _)| peer.clone()).collect();
    let peers: Vec<ServerId> =
        waiting.into_iter().filter(|peer| !noticed.contains_key(peer)).chain(noticed.keys().cloned()).collect();
    let patience = (interval * PATIENCE_INTERVALS).max(PATIENCE);
    for peer in peers {
        let checkpoint = noticed.remove(&peer);
        let Some(server) = judgement.global().server(&peer) else {
            // It is nobody any more: there is nobody to ask, and nothing that was open is over.
            memories.remove(&peer);
            continue;
        };
        let memory = memories.entry(peer.clone()).or_default();
        let compared = with_peer(messaging, server, checkpoint.as_ref(), memory, patience);
        let compared = tokio::time::timeout(ONE_PEER_WITHIN, compared).await;
        match compared.unwrap_or_else(|_| Err(Trouble::Unanswered("it took too long".to_owned()))) {
            Ok(()) => {
                // Without a new checkpoint nothing was proven of its log.
                if checkpoint.is_some() {
                    settle(messaging, &peer, Topic::Log).await;
                }
                settle(messaging, &peer, Topic::Numbers).await;
            }
            Err(Trouble::Conflict(topic, what)) => raise(messaging, &peer, topic, &what).await,
            Err(Trouble::Unanswered(why)) => {
                tracing::debug!(peer.server_id = %peer, why, "a peer did not prove its checkpoint yet");
                if let Some(checkpoint) = checkpoint {
                    messaging.noticed.put(&peer, checkpoint);
                }
            }
        }
    }
    memories.retain(|_, memory| memory.waits());
}

async fn with_peer(
    messaging: &Messaging,
    server: &SecurityServer,
    checkpoint: Option<&SignedCheckpoint>,
    memory: &mut Memory,
    patience: Duration,
) -> Result<(), Trouble> {
    let (log, peer) = (messaging.evidence.log(), server.id());
    let link = messaging.peers.link(server, messaging.now()).await;
    let link = link.map_err(|error| Trouble::Unanswered(error.to_string()))?;
    if let Some(checkpoint) = checkpoint {
        match prove(log, &link, peer, checkpoint).await {
            Err(Trouble::Conflict(topic, what)) if messaging.noticed.conflict(peer, topic).is_none() => {
                let lost = audit(log, &link, peer, &messaging.server).await.unwrap_or_default();
                return Err(Trouble::Conflict(topic, format!("{what}{lost}")));
            }
            proven => proven?,
        }
        let kept = log.keep_peer_checkpoint(peer, checkpoint).await;
        kept.map_err(|error| Trouble::Unanswered(error.to_string()))?;
    }
    explain_gaps(messaging, &link, peer, memory, patience).await
}

/// RFC 6962 §2.1.2: of the log we saw before and the one we see now, one is a prefix of the other. Messages overtake each
/// other, so that the one we see now may be the older.
async fn prove(log: &MessageLog, link: &Link, peer: &ServerId, checkpoint: &SignedCheckpoint) -> Result<(), Trouble> {
    let now = LogPoint { size: checkpoint.claimed().size, root: checkpoint.claimed().root };
    let Some(before) = log.peer_log_point(peer) else { return Ok(()) };
    let (old, new) = if before.size <= now.size { (before, now) } else { (now, before) };
    if old.size == 0 || old == new {
        return Ok(());
    }
    let hashes =
        if old.size == new.size { Vec::new() } else { wire::ask_consistency(link, old.size, new.size).await? };
    merkle::verify_consistency((old.size, &old.root), (new.size, &new.root), &hashes).map_err(|_| {
        let LogPoint { size, root } = before;
        let what = format!(
            "its log of {} records does not go with the one of {size} records and root {root} seen before: a record was removed or changed",
            now.size
        );
        Trouble::Conflict(Topic::Log, what)
    })
}

/// Which of the newest messages that came from a peer its log does not hold as they came, in words.
async fn audit(log: &MessageLog, link: &Link, peer: &ServerId, us: &ServerId) -> Result<String, Trouble> {
    let (searched, from) = (log.clone(), peer.clone());
    let received = tokio::task::spawn_blocking(move || searched.newest_received(&from, AUDITED)).await;
    let received = received.map_err(|error| Trouble::Unanswered(error.to_string()))?;
    let mut lost = BTreeSet::new();
    for ours in received.map_err(|error| Trouble::Unanswered(error.to_string()))? {
        let number = ours.sequence;
        let theirs = match wire::ask_explanations(link, &[number..=number], 0).await {
            Ok(explained) => explained.records.into_iter().next(),
            Err(Trouble::Conflict(..)) => None,
            Err(unanswered) => return Err(unanswered),
        };
        let same = theirs.is_some_and(|theirs| match Leaf::parse(&theirs.leaf) {
            Ok(Leaf::Message(leaf)) => leaf.peer == *us && leaf.sequence == number && leaf.parts == ours.parts,
            _ => false,
        });
        if !same {
            lost.insert(number);
        }
    }
    if lost.is_empty() {
        return Ok(format!("; it holds the newest {AUDITED} messages that came from it as they came"));
    }
    let lost: Vec<String> = lost.iter().map(u64::to_string).collect();
    Ok(format!("; it no longer holds its messages to us with the numbers {}", lost.join(", ")))
}

async fn explain_gaps(
    messaging: &Messaging,
    link: &Link,
    peer: &ServerId,
    memory: &mut Memory,
    patience: Duration,
) -> Result<(), Trouble> {
    let log = messaging.evidence.log();
    let Some(checkpoint) = log.peer_checkpoint(peer) else { return Ok(()) };
    let conflict = |what| Trouble::Conflict(Topic::Numbers, what);
    let mut gaps: VecDeque<_> = log.received_gaps(peer).into();
    let (mut owed, now) = (Vec::new(), messaging.now());
    for _ in 0..QUESTIONS_IN_A_ROUND {
        let asked: Vec<_> = gaps.drain(..gaps.len().min(wire::MAX_RANGES)).collect();
        if asked.is_empty() {
            break;
        }
        let answer = wire::ask_explanations(link, &asked, checkpoint.claimed().size).await?;
        let against = Against { checkpoint: checkpoint.claimed(), receiver: &messaging.server, now };
        let heard = memory.hear(&answer, &asked, &against).map_err(conflict)?;
        let kept = log.keep_explanations(peer, &heard.proven).await;
        kept.map_err(|error| Trouble::Unanswered(error.to_string()))?;
        owed.extend(heard.owed);
        for left in heard.left.into_iter().rev() {
            gaps.push_front(left);
        }
    }
    memory.owes(owed, now);
    memory.overdue(checkpoint.claimed(), now, patience).map_or(Ok(()), |what| Err(conflict(what)))
}

/// What peers saw of our log must be a beginning of it.
async fn check_echoes(messaging: &Messaging) {
    for (peer, point) in messaging.noticed.unchecked_echoes() {
        let log = messaging.evidence.log().clone();
        let size = log.size();
        let root = tokio::task::spawn_blocking(move || (point.size <= size).then(|| log.root(point.size)).transpose());
        match root.await {
            Ok(Ok(root)) => {
                if root != Some(point.root) {
                    let what = format!(
                        "it was rolled back or changed: {peer} saw {} records with the root {}, and now there are {size}",
                        point.size, point.root
                    );
                    raise(messaging, &peer, Topic::Echo, &what).await;
                }
                messaging.noticed.echo_checked(&peer);
            }
            // Looked into again in the next round.
            Ok(Err(error)) => tracing::warn!(%error, "what a peer saw of this log cannot be compared with it"),
            Err(error) => tracing::warn!(%error, "what a peer saw of this log was not compared with it"),
        }
    }
}

/// A message that was sent again is the same message.
async fn check_repeated(messaging: &Messaging) {
    for (peer, number) in messaging.evidence.log().take_repeated() {
        let (log, from) = (messaging.evidence.log().clone(), peer.clone());
        let received = tokio::task::spawn_blocking(move || log.received_under(&from, number)).await;
        let Ok(Ok(received)) = received else { continue };
        let mut others = received.iter().skip(1);
        let Some((first, leaf)) = received.first() else { continue };
        if let Some((other, _)) = others.find(|(_, other)| other.parts != leaf.parts) {
            let what = format!("it used its number {number} for two messages: records {first} and {other} of this log");
            raise(messaging, &peer, Topic::Repeated, &what).await;
        }
    }
}

/// Records a conflict, unless one of its topic is open: a peer cannot fill the log by contradicting itself.
async fn raise(messaging: &Messaging, peer: &ServerId, topic: Topic, what: &str) {
    if messaging.noticed.conflict(peer, topic).is_some_and(|known| known.index.is_some()) {
        return;
    }
    let what: String = format!("{}{what}", topic.lead()).chars().take(MAX_CONFLICT_CHARS).collect();
    tracing::error!(peer.server_id = %peer, what, "a peer and this server contradict each other");
    let recorded = messaging.evidence.log().append_conflict(peer, &what, messaging.now()).await;
    if let Err(error) = &recorded {
        tracing::error!(%error, "failed to record the conflict");
    }
    messaging.noticed.open(peer, topic, Conflict { index: recorded.ok(), what });
}

/// Texts in leaves are bounded.
const MAX_CONFLICT_CHARS: usize = 500;

async fn settle(messaging: &Messaging, peer: &ServerId, topic: Topic) {
    let Some(conflict) = messaging.noticed.conflict(peer, topic) else { return };
    if let Some(index) = conflict.index
        && let Err(error) = messaging.evidence.log().settle_conflict(index).await
    {
        tracing::error!(%error, "failed to record that a conflict is over");
        return;
    }
    tracing::info!(peer.server_id = %peer, conflict.what, "a conflict is over");
    messaging.noticed.close(peer, topic);
}

/// A conflict that an administrator wants to be over cannot be made so.
#[derive(Debug, thiserror::Error)]
pub enum SettleError {
    /// There is none, or it is over.
    #[error("record {0} is no conflict that is open")]
    NotOpen(u64),
    /// The log could not be asked.
    #[error("failed to read which conflicts are open")]
    Read(#[from] tokio::task::JoinError),
    /// The log did not take it.
    #[error("failed to record that the conflict is over")]
    Append(#[from] AppendError),
}

/// The conflict in record `index` is over because an administrator says so: what a peer saw of this log, and what it sent,
/// stays as it was, so that no round finds that it fits again. What still contradicts is found anew.
///
/// # Errors
/// When no such conflict is open, or the log cannot take it.
pub async fn settle_by_hand(
    messaging: &Messaging,
    index: u64,
    author: &str,
    reason: &str,
) -> Result<ConflictLeaf, SettleError> {
    let log = messaging.evidence.log();
    let reading = log.clone();
    let open = tokio::task::spawn_blocking(move || reading.open_conflicts()).await?;
    let (_, leaf) = open.into_iter().find(|(open, _)| *open == index).ok_or(SettleError::NotOpen(index))?;
    log.settle_conflict(index).await?;
    for (peer, topic, _) in messaging.noticed.conflicts() {
        if messaging.noticed.conflict(&peer, topic).is_some_and(|conflict| conflict.index == Some(index)) {
            messaging.noticed.close(&peer, topic);
        }
    }
    // Its record stays in the log; who said that it is over, and why, is only here.
    tracing::warn!(
        conflict.index = index,
        peer.server_id = %leaf.peer,
        conflict.what = leaf.what,
        author,
        reason,
        "an administrator settled a conflict"
    );
    Ok(leaf)
}
