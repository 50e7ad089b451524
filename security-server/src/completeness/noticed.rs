//! What messages say of logs, put down on their way through and looked into afterwards; and what was found not to fit.

use crate::configuration::Judgement;
use message_log::MessageLog;
use protocol::context::{Context, LogPoint};
use protocol::identifier::ServerId;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};
use trust::checkpoint::{Checkpoint, SignedCheckpoint};
use trust::note::NoteKey;

/// What messages said of logs since the last round, and the conflicts that are open.
#[derive(Debug, Default)]
pub struct Noticed {
    // Short critical sections around map look-ups.
    newest: Mutex<HashMap<ServerId, SignedCheckpoint>>,
    echoes: Mutex<HashMap<ServerId, Echo>>,
    conflicts: Mutex<BTreeMap<(ServerId, Topic), Conflict>>,
    /// One round at a time, and what it must remember for the next.
    pub(super) round: tokio::sync::Mutex<HashMap<ServerId, super::numbers::Memory>>,
}

/// What does not fit with what. Each peer has one open conflict of each topic at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Topic {
    /// The peer's log does not continue what it was.
    Log,
    /// The peer's log does not explain its numbers.
    Numbers,
    /// The peer saw another log of ours than there is.
    Echo,
    /// The peer used a number for two messages.
    Repeated,
}

/// A conflict that is not over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// Its record, once there is one.
    pub index: Option<u64>,
    /// In words.
    pub what: String,
}

/// What a peer says that it saw of our log.
#[derive(Debug, Clone, Copy)]
struct Echo {
    point: LogPoint,
    checked: bool,
}

impl Topic {
    const ALL: [Self; 4] = [Self::Log, Self::Numbers, Self::Echo, Self::Repeated];

    /// What its records begin with.
    pub(super) const fn lead(self) -> &'static str {
        match self {
            Self::Log => "its log: ",
            Self::Numbers => "its numbers: ",
            Self::Echo => "our log: ",
            Self::Repeated => "its messages: ",
        }
    }

    fn of(what: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|topic| what.starts_with(topic.lead()))
    }
}

impl Noticed {
    /// Nothing yet, but for the conflicts that the log says are open. Blocks.
    #[must_use]
    pub fn of(log: &MessageLog) -> Self {
        let noticed = Self::default();
        let open = log.open_conflicts().into_iter();
        let conflicts = open.map(|(index, leaf)| {
            let topic = Topic::of(&leaf.what).unwrap_or(Topic::Log);
            ((leaf.peer, topic), Conflict { index: Some(index), what: leaf.what })
        });
        lock(&noticed.conflicts).extend(conflicts);
        noticed
    }

    /// A checkpoint came with a verified message of `peer`.
    pub fn note(&self, judgement: &Judgement, peer: &ServerId, note: &[u8]) {
        let parsed = SignedCheckpoint::parse(note).ok();
        // Every message carries one: its signature is worth looking at only where it says something new.
        if parsed.as_ref().is_some_and(|checkpoint| !self.is_news(peer, checkpoint.claimed())) {
            return;
        }
        let keys = log_keys(judgement, peer);
        let verified = parsed.filter(|checkpoint| {
            checkpoint.verify(&keys).is_ok() && checkpoint.claimed().origin == Checkpoint::origin_of(peer)
        });
        match verified {
            Some(checkpoint) => self.put(peer, checkpoint),
            None => {
                tracing::warn!(peer.server_id = %peer, "a peer sent a checkpoint that its registered log key did not sign");
            }
        }
    }

    /// Whether the checkpoint would take the place of the one that waits, and is not that one.
    fn is_news(&self, peer: &ServerId, claimed: &Checkpoint) -> bool {
        lock(&self.newest).get(peer).is_none_or(|known| {
            let known = known.claimed();
            known.size <= claimed.size && known != claimed
        })
    }

    /// A verified message says what its sender saw of our log.
    pub fn note_echo(&self, context: &Context) {
        let Some(point) = context.peer_checkpoint else { return };
        let mut echoes = lock(&self.echoes);
        match echoes.get_mut(&context.from) {
            Some(echo) if echo.point == point => {}
            // One that waits is looked into first: a peer that says something else now takes nothing back.
            Some(echo) if !echo.checked => {}
            Some(echo) => *echo = Echo { point, checked: false },
            None => {
                echoes.insert(context.from.clone(), Echo { point, checked: false });
            }
        }
    }

    /// What does not fit, by peer.
    #[must_use]
    pub fn conflicts(&self) -> Vec<(ServerId, Topic, String)> {
        let conflicts = lock(&self.conflicts);
        conflicts.iter().map(|((peer, topic), conflict)| (peer.clone(), *topic, conflict.what.clone())).collect()
    }

    pub(super) fn conflict(&self, peer: &ServerId, topic: Topic) -> Option<Conflict> {
        lock(&self.conflicts).get(&(peer.clone(), topic)).cloned()
    }

    pub(super) fn open(&self, peer: &ServerId, topic: Topic, conflict: Conflict) {
        lock(&self.conflicts).insert((peer.clone(), topic), conflict);
    }

    pub(super) fn close(&self, peer: &ServerId, topic: Topic) {
        lock(&self.conflicts).remove(&(peer.clone(), topic));
    }

    /// The checkpoints to look into.
    pub(super) fn take(&self) -> HashMap<ServerId, SignedCheckpoint> {
        std::mem::take(&mut lock(&self.newest))
    }

    /// A checkpoint to look into, unless a larger one waits.
    pub(super) fn put(&self, peer: &ServerId, checkpoint: SignedCheckpoint) {
        let mut newest = lock(&self.newest);
        if newest.get(peer).is_none_or(|known| known.claimed().size <= checkpoint.claimed().size) {
            newest.insert(peer.clone(), checkpoint);
        }
    }

    /// What peers saw of our log, where it was not looked into yet.
    pub(super) fn unchecked_echoes(&self) -> Vec<(ServerId, LogPoint)> {
        let echoes = lock(&self.echoes);
        let unchecked = echoes.iter().filter(|(_, echo)| !echo.checked);
        unchecked.map(|(peer, echo)| (peer.clone(), echo.point)).collect()
    }

    pub(super) fn echo_checked(&self, peer: &ServerId) {
        if let Some(echo) = lock(&self.echoes).get_mut(peer) {
            echo.checked = true;
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn log_keys(judgement: &Judgement, peer: &ServerId) -> Vec<NoteKey> {
    let keys = judgement.global().server(peer).map(|server| server.log_keys()).unwrap_or_default();
    keys.iter().filter_map(|key| key.as_str().parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};

    #[test]
    fn a_record_tells_its_topic() {
        for topic in Topic::ALL {
            assert_eq!(Topic::of(&format!("{}something", topic.lead())), Some(topic));
        }
        assert_eq!(Topic::of("something else"), None);
    }

    fn checkpoint(size: u64, root: &[u8]) -> SignedCheckpoint {
        let peer: ServerId = "BO/GOV/1002/ss1".parse().unwrap();
        let root = protocol::hash::Sha256Hash::of(root);
        let checkpoint = Checkpoint { origin: Checkpoint::origin_of(&peer), size, root };
        let pair = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap();
        let key = NoteKey::new(&checkpoint.origin, pair.public_key().as_ref().try_into().unwrap()).unwrap();
        let text = checkpoint.to_text().unwrap();
        let signature = pair.sign(text.as_bytes());
        text.signed(&key, signature.as_ref()).unwrap().try_into().unwrap()
    }

    #[test]
    fn a_checkpoint_that_waits_already_is_no_news() {
        let (noticed, peer) = (Noticed::default(), "BO/GOV/1002/ss1".parse().unwrap());
        let is_news = |size, root: &[u8]| noticed.is_news(&peer, checkpoint(size, root).claimed());
        assert!(is_news(5, b"root"), "the first one");
        noticed.put(&peer, checkpoint(5, b"root"));
        assert!(!is_news(5, b"root"), "the same one again");
        assert!(!is_news(4, b"earlier"), "a smaller one never takes its place");
        assert!(is_news(5, b"another root") && is_news(6, b"later"));
    }
}
