//! At most once: which request ids were seen, and what became of them.

use jiff::{SignedDuration, Timestamp};
use message_log::MessageLog;
use protocol::context::MessageKind;
use protocol::fault::Fault;
use protocol::hash::Sha512Hash;
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;
use trust::leaf::Direction;

/// For how long a request id is remembered: longer than the window in which its message is accepted, and any retry of it.
pub const REMEMBERED_FOR: SignedDuration = SignedDuration::from_secs(180);

/// What tells two requests with the same id apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fingerprint([u8; 16]);

/// The request ids of the last minutes.
#[derive(Debug, Default)]
pub struct Replay {
    // Short critical sections around a map look-up.
    seen: Mutex<Seen>,
}

#[derive(Debug, Default)]
struct Seen {
    entries: HashMap<u128, Entry>,
    oldest_first: VecDeque<(i64, u128)>,
}

#[derive(Debug)]
struct Entry {
    // Not known for what was found in the log after a restart: then the id alone decides.
    fingerprint: Option<Fingerprint>,
    /// The second in which it was claimed.
    at: i64,
    state: State,
}

#[derive(Debug)]
enum State {
    UnderWay(watch::Receiver<()>),
    Answered(u64),
    Refused(Box<Fault>),
    Unknown,
}

/// What a request id means now.
#[derive(Debug)]
pub enum Claim {
    /// It is new: this call, and no other, may have the effect.
    First(FirstClaim),
    /// The first call is still under way; the receiver hears when it has ended.
    UnderWay(watch::Receiver<()>),
    /// The answer is the record with this index.
    Answered(u64),
    /// The first call was refused, without an effect that would have an answer.
    Refused(Fault),
    /// The server stopped between the request's record and the answer's.
    Unknown,
    /// The id came before with another request.
    OtherContent,
}

/// The right to the one effect of a request id. Dropped without a word, the outcome is unknown.
#[derive(Debug)]
pub struct FirstClaim {
    replay: Arc<Replay>,
    id: u128,
    // Its end is what waiting duplicates hear.
    _under_way: watch::Sender<()>,
    settled: Settled,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Settled {
    No,
    Yes,
}

impl Fingerprint {
    /// The fingerprint of a request, from the hash that its response echoes.
    #[must_use]
    pub fn of(request_hash: &Sha512Hash) -> Self {
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&request_hash.as_bytes()[..16]);
        Self(bytes)
    }
}

impl Replay {
    /// What the log says of the minutes before a start. Blocks.
    #[must_use]
    pub fn of(log: &MessageLog, now: Timestamp) -> Self {
        let replay = Self::default();
        let since = now.checked_sub(REMEMBERED_FOR).unwrap_or(now);
        let mut answers: HashMap<String, u64> = HashMap::new();
        // Newest first, so that an answer is met before its request.
        for message in log.recent(since) {
            let Ok(message) = message else { continue };
            match (message.direction, message.kind) {
                (Direction::Sent, MessageKind::Response) => {
                    answers.insert(message.request_id, message.index);
                }
                (Direction::Received, MessageKind::Request) => {
                    let answer = answers.get(&message.request_id).copied();
                    replay.recall(&message.request_id, answer, message.time);
                }
                _ => {}
            }
        }
        replay
    }

    /// Remembers what the log says of the time before a restart: `answer` is the index of the response's record.
    pub fn recall(&self, request_id: &str, answer: Option<u64>, at: Timestamp) {
        let Some(id) = key(request_id) else { return };
        let state = answer.map_or(State::Unknown, State::Answered);
        let mut seen = self.lock();
        seen.entries.insert(id, Entry { fingerprint: None, at: at.as_second(), state });
        seen.oldest_first.push_back((at.as_second(), id));
    }

    /// Claims a request id.
    #[must_use]
    pub fn claim(self: &Arc<Self>, request_id: &str, fingerprint: Fingerprint, now: Timestamp) -> Claim {
        // The head's parser lets no other form through.
        let Some(id) = key(request_id) else { return Claim::OtherContent };
        let mut seen = self.lock();
        seen.forget(now);
        if let Some(entry) = seen.entries.get(&id) {
            return entry.meaning(fingerprint);
        }
        let (under_way, ended) = watch::channel(());
        let (at, state) = (now.as_second(), State::UnderWay(ended));
        seen.entries.insert(id, Entry { fingerprint: Some(fingerprint), at, state });
        seen.oldest_first.push_back((now.as_second(), id));
        Claim::First(FirstClaim { replay: self.clone(), id, _under_way: under_way, settled: Settled::No })
    }

    fn settle(&self, id: u128, state: State) {
        if let Some(entry) = self.lock().entries.get_mut(&id) {
            entry.state = state;
        }
    }

    fn forget_one(&self, id: u128) {
        self.lock().entries.remove(&id);
    }

    fn lock(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Seen {
    fn forget(&mut self, now: Timestamp) {
        let before = now.as_second() - REMEMBERED_FOR.as_secs();
        while self.oldest_first.front().is_some_and(|(at, _)| *at < before) {
            let Some((at, id)) = self.oldest_first.pop_front() else { break };
            match self.entries.get(&id) {
                // What is still under way is looked at again when the window has passed once more.
                Some(Entry { state: State::UnderWay(_), .. }) => self.oldest_first.push_back((now.as_second(), id)),
                // An id that was released and claimed again is remembered from then on.
                Some(entry) if entry.at > at => {}
                _ => {
                    self.entries.remove(&id);
                }
            }
        }
    }
}

impl Entry {
    fn meaning(&self, fingerprint: Fingerprint) -> Claim {
        if self.fingerprint.is_some_and(|own| own != fingerprint) {
            return Claim::OtherContent;
        }
        match &self.state {
            State::UnderWay(ended) => Claim::UnderWay(ended.clone()),
            State::Answered(record) => Claim::Answered(*record),
            State::Refused(fault) => Claim::Refused(Fault::clone(fault)),
            State::Unknown => Claim::Unknown,
        }
    }
}

impl FirstClaim {
    /// The answer is logged under this index.
    pub fn answered(mut self, record: u64) {
        self.settle(State::Answered(record));
    }

    /// The call ended in this fault.
    pub fn refused(mut self, fault: Fault) {
        self.settle(State::Refused(Box::new(fault)));
    }

    /// Nothing has happened yet: the id may be used again.
    pub fn released(mut self) {
        self.settled = Settled::Yes;
        self.replay.forget_one(self.id);
    }

    fn settle(&mut self, state: State) {
        self.settled = Settled::Yes;
        self.replay.settle(self.id, state);
    }
}

impl Drop for FirstClaim {
    fn drop(&mut self) {
        if self.settled == Settled::No {
            self.replay.settle(self.id, State::Unknown);
        }
    }
}

fn key(request_id: &str) -> Option<u128> {
    uuid::Uuid::try_parse(request_id).ok().map(|uuid| uuid.as_u128())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "8f0e4a3c-5d0c-4d5e-9a55-0f6c1b9d2e11";

    fn print(content: &str) -> Fingerprint {
        Fingerprint::of(&Sha512Hash::of(content.as_bytes()))
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn first(replay: &Arc<Replay>) -> FirstClaim {
        match replay.claim(ID, print("a"), at(0)) {
            Claim::First(claim) => claim,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_second_call_waits_for_the_first_and_gets_its_answer() {
        let replay = Arc::new(Replay::default());
        let claim = first(&replay);
        assert!(matches!(replay.claim(ID, print("a"), at(1)), Claim::UnderWay(_)));
        claim.answered(7);
        assert!(matches!(replay.claim(ID, print("a"), at(1)), Claim::Answered(7)));
    }

    #[test]
    fn another_content_under_the_same_id_is_refused() {
        let replay = Arc::new(Replay::default());
        first(&replay).answered(7);
        assert!(matches!(replay.claim(ID, print("b"), at(1)), Claim::OtherContent));
    }

    #[test]
    fn a_claim_that_is_lost_leaves_the_outcome_unknown() {
        let replay = Arc::new(Replay::default());
        drop(first(&replay));
        assert!(matches!(replay.claim(ID, print("a"), at(1)), Claim::Unknown));
    }

    #[test]
    fn a_claim_that_is_released_may_be_made_again() {
        let replay = Arc::new(Replay::default());
        first(&replay).released();
        let _ = first(&replay);
    }

    #[test]
    fn after_a_restart_the_log_decides() {
        let replay = Arc::new(Replay::default());
        replay.recall(ID, None, at(0));
        assert!(matches!(replay.claim(ID, print("a"), at(1)), Claim::Unknown));
        replay.recall(ID, Some(9), at(0));
        assert!(matches!(replay.claim(ID, print("a"), at(1)), Claim::Answered(9)));
    }

    #[test]
    fn ids_are_forgotten_only_after_the_window() {
        let replay = Arc::new(Replay::default());
        first(&replay).answered(7);
        let end = REMEMBERED_FOR.as_secs();
        assert!(matches!(replay.claim(ID, print("a"), at(end)), Claim::Answered(7)));
        assert!(matches!(replay.claim(ID, print("a"), at(end + 1)), Claim::First(_)));
    }

    #[test]
    fn a_long_call_is_forgotten_a_window_after_it_was_last_seen_under_way() {
        const OTHER: &str = "8f0e4a3c-5d0c-4d5e-9a55-0f6c1b9d2e12";
        let replay = Arc::new(Replay::default());
        let (claim, end) = (first(&replay), REMEMBERED_FOR.as_secs());
        // Another request comes when the first would be forgotten, were it not under way.
        let _ = replay.claim(OTHER, print("b"), at(end + 1));
        claim.answered(7);
        assert!(matches!(replay.claim(ID, print("a"), at(2 * end)), Claim::Answered(7)));
        assert!(matches!(replay.claim(ID, print("a"), at(2 * end + 2)), Claim::First(_)));
        assert!(replay.lock().entries.len() <= 2);
    }

    #[test]
    fn an_id_that_was_released_is_remembered_from_its_next_claim() {
        let replay = Arc::new(Replay::default());
        first(&replay).released();
        let Claim::First(claim) = replay.claim(ID, print("a"), at(100)) else { panic!("not released") };
        claim.answered(7);
        let end = REMEMBERED_FOR.as_secs();
        assert!(matches!(replay.claim(ID, print("a"), at(end + 50)), Claim::Answered(7)));
        assert!(matches!(replay.claim(ID, print("a"), at(end + 101)), Claim::First(_)));
    }
}
