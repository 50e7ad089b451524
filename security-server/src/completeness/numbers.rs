//! A peer's numbers that never came: what its log says of them, what it promised to prove, and for how long it has owed a word.

use jiff::{SignedDuration, Timestamp};
use message_log::{Explained, Explanation, PeerRecord, explained_numbers, explanation_holds};
use protocol::identifier::ServerId;
use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::time::Duration;
use trust::checkpoint::Checkpoint;
use trust::merkle::{Hash, leaf_hash};

/// What a peer said of its numbers in earlier rounds.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    /// By their first number: records that no checkpoint covered yet.
    promised: BTreeMap<u64, Promise>,
    /// Numbers of which nothing was said, and since when.
    owed: Vec<(RangeInclusive<u64>, Timestamp)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Promise {
    last: u64,
    index: u64,
    leaf: Hash,
    since: Timestamp,
    /// The checkpoint that did not cover it.
    size: u64,
}

/// What one answer gave.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Heard {
    /// What is proven.
    pub(super) proven: Vec<PeerRecord>,
    /// What nothing is said of yet.
    pub(super) owed: Vec<RangeInclusive<u64>>,
    /// What the answer did not come to.
    pub(super) left: Vec<RangeInclusive<u64>>,
}

/// Against what an answer is held.
#[derive(Debug, Clone, Copy)]
pub(super) struct Against<'a> {
    pub(super) checkpoint: &'a Checkpoint,
    pub(super) receiver: &'a ServerId,
    pub(super) now: Timestamp,
}

/// Records without proof that are remembered of one peer; of further ones the first proof counts.
const MAX_PROMISES: usize = 1024;

enum Said<'a> {
    Record(&'a Explanation),
    Outstanding(u64),
}

impl Memory {
    /// Whether the peer owes something.
    pub(super) fn waits(&self) -> bool {
        !self.promised.is_empty() || !self.owed.is_empty()
    }

    /// Takes in what a peer answered about the numbers `asked`.
    ///
    /// # Errors
    /// In words, when the answer leaves a number out, proves nothing, or says something else than an earlier one.
    pub(super) fn hear(
        &mut self,
        answer: &Explained,
        asked: &[RangeInclusive<u64>],
        against: &Against<'_>,
    ) -> Result<Heard, String> {
        let records = answer.records.iter().map(|record| (*record.numbers.start(), Said::Record(record)));
        let outstanding = answer.outstanding.iter().map(|range| (*range.start(), Said::Outstanding(*range.end())));
        let said: BTreeMap<u64, Said<'_>> = records.chain(outstanding).collect();
        let mut heard = Heard::default();
        let mut ranges = asked.iter();
        while let Some(range) = ranges.next() {
            let mut next = *range.start();
            while next <= *range.end() {
                let last = match said.get(&next) {
                    Some(Said::Record(record)) => self.record(record, against, &mut heard)?,
                    Some(Said::Outstanding(last)) => self.outstanding(next..=*last, &mut heard)?,
                    // An answer says something of the first number at least.
                    None if answer.missing == Some(next) || asked.first().map(RangeInclusive::start) == Some(&next) => {
                        return Err(format!("no record in its log explains its number {next} to us"));
                    }
                    // So much fits into one answer.
                    None => {
                        heard.left.push(next..=*range.end());
                        heard.left.extend(ranges.cloned());
                        return Ok(heard);
                    }
                };
                next = last.saturating_add(1);
            }
        }
        Ok(heard)
    }

    fn record(&mut self, record: &Explanation, against: &Against<'_>, heard: &mut Heard) -> Result<u64, String> {
        let Against { checkpoint, receiver, now } = *against;
        let first = *record.numbers.start();
        let leaf = leaf_hash(&record.leaf);
        let numbers = match &record.proof {
            Some(_) => explanation_holds(record, checkpoint, receiver),
            None => explained_numbers(record, receiver).filter(|_| record.index >= checkpoint.size),
        };
        let Some(numbers) = numbers else {
            return Err(format!("what it showed for its number {first} is no record of it in its log"));
        };
        let last = *numbers.end();
        if let Some(promise) = self.promised(first) {
            if (promise.index, promise.leaf) != (record.index, leaf) {
                return Err(format!("it shows another record for its number {first} than it did before"));
            }
        } else if record.proof.is_none() && self.promised.len() < MAX_PROMISES {
            let promise = Promise { last, index: record.index, leaf, since: now, size: checkpoint.size };
            self.promised.insert(first, promise);
        }
        if record.proof.is_some() {
            self.promised.retain(|start, promise| promise.last < first || *start > last);
            heard.proven.push(PeerRecord { numbers, index: record.index, leaf });
        }
        Ok(last)
    }

    fn outstanding(&self, range: RangeInclusive<u64>, heard: &mut Heard) -> Result<u64, String> {
        if let Some((number, _)) = self.promised.range(range.clone()).next() {
            return Err(format!(
                "it showed a record for its number {number} before, and says now that there is none yet"
            ));
        }
        heard.owed.push(range.clone());
        Ok(*range.end())
    }

    fn promised(&self, number: u64) -> Option<&Promise> {
        self.promised.range(..=number).next_back().map(|(_, promise)| promise).filter(|promise| promise.last >= number)
    }

    /// Remembers what is still owed at the end of a round in which everything was asked.
    pub(super) fn owes(&mut self, owed: Vec<RangeInclusive<u64>>, now: Timestamp) {
        let before = std::mem::take(&mut self.owed);
        let since = |range: &RangeInclusive<u64>| {
            let overlaps =
                |(old, _): &&(RangeInclusive<u64>, Timestamp)| old.start() <= range.end() && range.start() <= old.end();
            before.iter().filter(overlaps).map(|(_, since)| *since).min().unwrap_or(now)
        };
        self.owed = owed.into_iter().map(|range| (range.clone(), since(&range))).collect();
    }

    /// What has been owed for longer than `patience`, in words.
    pub(super) fn overdue(&self, checkpoint: &Checkpoint, now: Timestamp, patience: Duration) -> Option<String> {
        let patience = SignedDuration::try_from(patience).unwrap_or(SignedDuration::MAX);
        let overdue = |since: &Timestamp| now.duration_since(*since) > patience;
        if let Some((range, since)) = self.owed.iter().find(|(_, since)| overdue(since)) {
            let (first, last) = (range.start(), range.end());
            return Some(format!("its numbers {first} to {last} are used, and since {since} no record explains them"));
        }
        // Whatever checkpoint was made after the record was shown covers it.
        let unproven = |promise: &Promise| overdue(&promise.since) && checkpoint.size > promise.size;
        let (first, promise) = self.promised.iter().find(|(_, promise)| unproven(promise))?;
        Some(format!(
            "the record that it showed for its number {first} at {} is in none of its checkpoints",
            promise.since
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
    use message_log::{
        CheckpointSigner, CheckpointSignerError, DataKey, MemoryKeyWrap, MessageLog, OpenMode, OutcomeDetails, Settings,
    };
    use std::sync::Arc;
    use trust::leaf::Outcome;
    use trust::note::NoteKey;

    const PATIENCE: Duration = Duration::from_secs(600);

    struct LogKey(Ed25519KeyPair, NoteKey);

    impl CheckpointSigner for LogKey {
        fn verifier_key(&self) -> &NoteKey {
            &self.1
        }

        fn sign(&self, text: &[u8]) -> Result<Vec<u8>, CheckpointSignerError> {
            Ok(self.0.sign(text).as_ref().to_vec())
        }
    }

    /// The log of a peer, which answers; and who asks.
    struct Scene {
        log: MessageLog,
        signer: Arc<dyn CheckpointSigner>,
        us: ServerId,
        memory: Memory,
        _folder: tempfile::TempDir,
    }

    fn at(seconds: i64) -> Timestamp {
        "2026-11-21T01:20:03Z".parse::<Timestamp>().unwrap() + SignedDuration::from_secs(seconds)
    }

    impl Scene {
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let peer: ServerId = "BO/GOV/1002/ss1".parse().unwrap();
            let key = Arc::new(MemoryKeyWrap::new(&DataKey::from_bytes([9; 32])));
            let settings = Settings::new(peer.clone());
            let log = MessageLog::open(folder.path(), settings, key, &OpenMode::Verified, at(0)).unwrap();
            let pair = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap();
            let public = pair.public_key().as_ref().try_into().unwrap();
            let key = NoteKey::new(&Checkpoint::origin_of(&peer), public).unwrap();
            let us = "BO/GOV/1001/ss1".parse().unwrap();
            Self { log, signer: Arc::new(LogKey(pair, key)), us, memory: Memory::default(), _folder: folder }
        }

        /// Uses a number for a message that was refused before it left.
        async fn refuse(&self) {
            let number = self.log.next_sequence(&self.us).await.unwrap();
            let details = OutcomeDetails::default();
            self.log.append_fate(&self.us, number.number(), Outcome::Refused, details, at(0)).await.unwrap();
            // Dropped, it would be explained a second time.
            std::mem::forget(number);
        }

        async fn checkpoint(&self) -> Checkpoint {
            self.log.checkpoint(&self.signer, at(1)).await.unwrap().claimed().clone()
        }

        fn answer(&self, asked: RangeInclusive<u64>, checkpoint: &Checkpoint) -> Explained {
            self.log.explain(&self.us, &[asked], checkpoint.size).unwrap()
        }

        fn hear(
            &mut self,
            answer: &Explained,
            asked: RangeInclusive<u64>,
            checkpoint: &Checkpoint,
        ) -> Result<Heard, String> {
            let against = Against { checkpoint, receiver: &self.us, now: at(2) };
            self.memory.hear(answer, &[asked], &against)
        }
    }

    #[tokio::test]
    async fn proven_records_explain_numbers_that_never_came() {
        let mut scene = Scene::new();
        scene.refuse().await;
        scene.refuse().await;
        let checkpoint = scene.checkpoint().await;
        let heard = scene.hear(&scene.answer(1..=2, &checkpoint), 1..=2, &checkpoint).unwrap();
        let proven: Vec<_> = heard.proven.iter().map(|record| (record.numbers.clone(), record.index)).collect();
        assert_eq!((proven, heard.owed, heard.left), (vec![(1..=1, 0), (2..=2, 1)], vec![], vec![]));
        assert!(!scene.memory.waits());
    }

    #[tokio::test]
    async fn what_an_answer_did_not_come_to_is_asked_again_and_what_is_missing_is_named() {
        let mut scene = Scene::new();
        scene.refuse().await;
        let checkpoint = scene.checkpoint().await;
        let mut answer = scene.answer(1..=1, &checkpoint);
        assert_eq!(scene.hear(&answer, 1..=9, &checkpoint).unwrap().left, [2..=9]);
        answer.missing = Some(2);
        assert!(scene.hear(&answer, 1..=9, &checkpoint).unwrap_err().contains("number 2"));
        assert!(scene.hear(&Explained::default(), 5..=9, &checkpoint).unwrap_err().contains("number 5"));
    }

    #[tokio::test]
    async fn without_a_proof_the_leaf_must_explain_and_be_newer_than_the_checkpoint() {
        let mut scene = Scene::new();
        scene.refuse().await;
        let checkpoint = scene.checkpoint().await;
        scene.refuse().await;
        let answer = scene.answer(2..=2, &checkpoint);
        let mut other = answer.clone();
        other.records[0].index = 0;
        assert!(scene.hear(&other, 2..=2, &checkpoint).is_err(), "the checkpoint covers that index");
        let mut other = answer.clone();
        other.records[0].leaf = scene.answer(1..=1, &checkpoint).records[0].leaf.clone();
        assert!(scene.hear(&other, 2..=2, &checkpoint).is_err(), "the leaf speaks of another number");
        let heard = scene.hear(&answer, 2..=2, &checkpoint).unwrap();
        assert!(heard.proven.is_empty() && scene.memory.waits(), "a promise proves nothing");
    }

    #[tokio::test]
    async fn what_was_shown_once_must_be_proven_later() {
        let mut scene = Scene::new();
        scene.refuse().await;
        let old = scene.checkpoint().await;
        scene.refuse().await;
        scene.hear(&scene.answer(2..=2, &old), 2..=2, &old).unwrap();
        assert_eq!(scene.memory.overdue(&old, at(10_000), PATIENCE), None, "no newer checkpoint came");
        let new = scene.checkpoint().await;
        assert!(scene.memory.overdue(&new, at(10_000), PATIENCE).unwrap().contains("number 2"));
        let taken_back = Explained { outstanding: vec![2..=2], ..Explained::default() };
        assert!(scene.hear(&taken_back, 2..=2, &new).is_err());
        scene.memory.promised.get_mut(&2).unwrap().leaf = Hash::of(b"another leaf");
        assert!(scene.hear(&scene.answer(2..=2, &new), 2..=2, &new).unwrap_err().contains("another record"));
        scene.memory.promised.clear();
        assert_eq!(scene.hear(&scene.answer(2..=2, &new), 2..=2, &new).unwrap().proven.len(), 1);
    }

    #[tokio::test]
    async fn a_number_under_way_is_waited_for_and_not_for_ever() {
        let mut scene = Scene::new();
        scene.refuse().await;
        let held = scene.log.next_sequence(&scene.us).await.unwrap();
        let checkpoint = scene.checkpoint().await;
        let owed = scene.hear(&scene.answer(1..=2, &checkpoint), 1..=2, &checkpoint).unwrap().owed;
        assert_eq!(owed, [2..=2]);
        scene.memory.owes(owed.clone(), at(0));
        scene.memory.owes(owed, at(599));
        assert_eq!(scene.memory.overdue(&checkpoint, at(599), PATIENCE), None);
        assert!(scene.memory.overdue(&checkpoint, at(601), PATIENCE).unwrap().contains("2 to 2"));
        drop(held);
        let checkpoint = scene.checkpoint().await;
        let heard = scene.hear(&scene.answer(1..=2, &checkpoint), 1..=2, &checkpoint).unwrap();
        scene.memory.owes(heard.owed, at(602));
        assert_eq!((heard.proven.len(), scene.memory.waits()), (2, false));
    }
}
