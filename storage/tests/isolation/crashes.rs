//! Transactions of a process that is killed while it commits, again and again over one store.
//!
//! The process says what it is about to commit, and what it was told of it. Where it was killed in between, the store
//! itself has to say which it was; the history of all of them has to be serializable, and whole.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde::{Deserialize, Serialize};
use storage::{Batch, Direction, KeyRange, Keyspace, Quota, Store};

use super::open;
use crate::checker::check;
use crate::history::{Id, Observed};
use crate::random::{End, end, step};
use crate::session::{Session, history};
use crate::{scale, variable};

const THREADS: usize = 4;
/// How often the process is killed over one store.
const ROUNDS: u64 = 4;
/// A round is over after so many transactions of each thread, should nobody kill it.
const LONGEST_ROUND: usize = 10_000;
/// Ticks and numbers of transactions that belong to one round.
const TICKS: u64 = 1_000_000_000;
/// One of the keyspaces of the workload: its bytes are counted all along.
const COUNTED: Keyspace = Keyspace::new("even");

const FOLDER: &str = "STORAGE_ISOLATION_CRASH_FOLDER";
const ROUND: &str = "STORAGE_ISOLATION_CRASH_ROUND";

/// What the process says, a line each.
#[derive(Debug, Serialize, Deserialize)]
enum Event {
    Tries(Observed),
    Done { id: Id, ended: u64 },
    Refused { id: Id },
}

/// What is known of the transactions of all rounds.
#[derive(Debug, Default)]
struct Told {
    committed: Vec<Observed>,
    /// Of the round that is under way: what was tried and not told.
    open: Vec<Observed>,
}

impl Told {
    fn hear(&mut self, event: Event) {
        let (id, ended) = match event {
            Event::Tries(observed) => return self.open.push(observed),
            Event::Done { id, ended } => (id, Some(ended)),
            Event::Refused { id } => (id, None),
        };
        let place = self.open.iter().position(|observed| observed.id == id).expect("what is told was tried");
        let observed = self.open.swap_remove(place);
        self.committed.extend(ended.map(|ended| Observed { ended, ..observed }));
    }

    /// The process is dead. What was tried last and stands in the store was committed, before the death at the latest.
    fn resolve(&mut self, store: &Store, death: u64) {
        let left = history(store, Vec::new()).left;
        for observed in std::mem::take(&mut self.open) {
            if observed.appends.keys().any(|key| left.get(key).is_some_and(|list| list.contains(&observed.id))) {
                self.committed.push(Observed { ended: death, ..observed });
            }
        }
    }
}

/// The other process, where the test is run with the folder of a store; otherwise there is nothing to do.
#[test]
fn commits_until_it_is_killed() {
    let (Some(folder), Some(round)) = (variable(FOLDER), variable(ROUND)) else { return };
    let first: u64 = round.parse::<u64>().unwrap() * TICKS;
    let store = open(Path::new(&folder).join("store"));
    let (clock, ids) = (AtomicU64::new(first), AtomicU64::new(first + 1));
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| work(&store, &clock, &ids));
        }
    });
}

fn work(store: &Store, clock: &AtomicU64, ids: &AtomicU64) {
    let mut runner = TestRunner::default();
    let script = (prop::collection::vec(step(), 1..5), end());
    for _ in 0..LONGEST_ROUND {
        let (steps, end) = script.new_tree(&mut runner).unwrap().current();
        let id = ids.fetch_add(1, Ordering::SeqCst);
        let mut session = Session::begin(store, clock, id);
        steps.iter().for_each(|step| session.step(step));
        if end == End::Abort {
            continue;
        }
        say(&Event::Tries(session.observed().clone()));
        match session.commit(clock) {
            Some(observed) => say(&Event::Done { id, ended: observed.ended }),
            None => say(&Event::Refused { id }),
        }
    }
}

/// Where the test runner says nothing itself.
fn say(event: &Event) {
    let line = serde_json::to_string(event).unwrap() + "\n";
    std::io::stderr().lock().write_all(line.as_bytes()).unwrap();
}

/// Runs a process over the store in `folder` and kills it after `after` commits.
fn round(folder: &Path, round: u64, after: usize, told: &mut Told) {
    let module = module_path!().split_once("::").expect("a module of a crate").1;
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args([&format!("{module}::commits_until_it_is_killed"), "--exact", "--nocapture"])
        .envs([(FOLDER, folder.to_str().unwrap()), (ROUND, &round.to_string())])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap());
    let (mut line, mut done) = (String::new(), 0);
    while lines.read_line(&mut line).unwrap() > 0 {
        // Death may cut the last line short; then nobody was told.
        if line.ends_with('\n') {
            let event: Event = serde_json::from_str(&line).unwrap_or_else(|_| panic!("the process says {line}"));
            done += usize::from(matches!(event, Event::Done { .. }));
            told.hear(event);
        }
        line.clear();
        if done == after {
            child.kill().unwrap();
        }
    }
    child.wait().unwrap();
    assert!(done >= after, "only {done} of {after} were committed");
}

#[test]
fn of_a_process_that_is_killed_they_are_serializable_and_none_is_lost() {
    let mut runner = TestRunner::default();
    for _ in 0..scale() {
        let folder = tempfile::tempdir().unwrap();
        let mut batch = Batch::new();
        batch.quota(COUNTED, Quota::Unlimited);
        open(folder.path().join("store")).commit_blocking(batch).unwrap();
        let mut told = Told::default();
        for number in 0..ROUNDS {
            let after = (1..120_usize).new_tree(&mut runner).unwrap().current();
            round(folder.path(), number, after, &mut told);
            told.resolve(&open(folder.path().join("store")), (number + 1) * TICKS - 1);
        }
        let store = open(folder.path().join("store"));
        assert_eq!(check(&history(&store, told.committed)), Ok(()));
        let entries = store.snapshot().unwrap().scan(COUNTED, KeyRange::all(), Direction::Ascending).unwrap();
        let bytes: usize = entries.map(Result::unwrap).map(|(key, value)| key.len() + value.len()).sum();
        assert_eq!(store.size_bytes(COUNTED).unwrap(), Some(bytes as u64), "the count went through every crash");
    }
}
