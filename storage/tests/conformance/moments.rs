//! Snapshots, each of which goes on showing its own moment, whatever is written meanwhile.

use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::prelude::*;
use storage::{Batch, Direction, KeyRange, Keyspace, Snapshot};

const KEYSPACES: [Keyspace; 2] = [Keyspace::new("left"), Keyspace::new("right")];
/// Enough that a scan takes several looks into the engine.
const KEYS: u16 = 600;
const PLACES: usize = 3;

type Model = [BTreeMap<Vec<u8>, Vec<u8>>; 2];

#[derive(Debug, Clone)]
enum Step {
    Write(Vec<Change>),
    Take(usize),
    Drop(usize),
    Get(usize, usize, u16),
    Scan { place: usize, keyspace: usize, first: u16, last: u16, direction: Direction, limit: usize },
}

#[derive(Debug, Clone)]
enum Change {
    Put(usize, u16, u8),
    Delete(usize, u16),
    DeleteFrom(usize, u16),
    Clear(usize),
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        8 => (0..2_usize, 0..KEYS, any::<u8>()).prop_map(|(keyspace, key, value)| Change::Put(keyspace, key, value)),
        4 => (0..2_usize, 0..KEYS).prop_map(|(keyspace, key)| Change::Delete(keyspace, key)),
        1 => (0..2_usize, 0..KEYS).prop_map(|(keyspace, key)| Change::DeleteFrom(keyspace, key)),
        1 => (0..2_usize).prop_map(Change::Clear),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let direction = prop_oneof![Just(Direction::Ascending), Just(Direction::Descending)];
    let scan = (0..PLACES, 0..2_usize, 0..KEYS, 0..KEYS, direction, 1..900_usize);
    prop_oneof![
        4 => vec(change(), 1..12).prop_map(Step::Write),
        2 => (0..PLACES).prop_map(Step::Take),
        1 => (0..PLACES).prop_map(Step::Drop),
        2 => (0..PLACES, 0..2_usize, 0..KEYS).prop_map(|(place, keyspace, key)| Step::Get(place, keyspace, key)),
        3 => scan.prop_map(|(place, keyspace, first, last, direction, limit)| {
            Step::Scan { place, keyspace, first, last, direction, limit }
        }),
    ]
}

fn key(key: u16) -> Vec<u8> {
    key.to_be_bytes().to_vec()
}

fn full() -> Model {
    let entries: BTreeMap<_, _> = (0..KEYS).map(|number| (key(number), vec![1; 20])).collect();
    [entries.clone(), entries]
}

fn apply(changes: &[Change], batch: &mut Batch, model: &mut Model) {
    for change in changes {
        match *change {
            Change::Put(keyspace, number, value) => {
                batch.put(KEYSPACES[keyspace], key(number), vec![value; 20]);
                model[keyspace].insert(key(number), vec![value; 20]);
            }
            Change::Delete(keyspace, number) => {
                batch.delete(KEYSPACES[keyspace], key(number));
                model[keyspace].remove(&key(number));
            }
            Change::DeleteFrom(keyspace, first) => {
                let gone: Vec<_> = model[keyspace].range(key(first)..).map(|(key, _)| key.clone()).take(100).collect();
                for key in gone {
                    model[keyspace].remove(&key);
                    batch.delete(KEYSPACES[keyspace], key);
                }
            }
            Change::Clear(keyspace) => {
                batch.clear(KEYSPACES[keyspace]);
                model[keyspace].clear();
            }
        }
    }
}

fn check(snapshot: &Snapshot, model: &Model, step: &Step) -> Result<(), TestCaseError> {
    match *step {
        Step::Get(_, keyspace, number) => {
            let found = snapshot.get(KEYSPACES[keyspace], key(number)).unwrap();
            prop_assert_eq!(found.as_ref(), model[keyspace].get(&key(number)));
        }
        Step::Scan { keyspace, first, last, direction, limit, .. } => {
            let range = key(first.min(last))..=key(first.max(last));
            let mut scan = snapshot.scan(KEYSPACES[keyspace], KeyRange::between(range.clone()), direction).unwrap();
            let found = scan.page(limit).unwrap();
            let expected = model[keyspace].range(range).map(|(key, value)| (key.clone(), value.clone()));
            let expected: Vec<_> = match direction {
                Direction::Ascending => expected.take(limit).collect(),
                Direction::Descending => expected.rev().take(limit).collect(),
            };
            prop_assert_eq!(found, expected);
        }
        _ => {}
    }
    let names: Vec<_> = (0..2).filter(|keyspace| !model[*keyspace].is_empty()).map(|at| KEYSPACES[at].name()).collect();
    prop_assert_eq!(snapshot.keyspaces().unwrap(), names);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn every_snapshot_shows_its_own_moment(steps in vec(step(), 1..60)) {
        let folder = tempfile::tempdir().unwrap();
        let store = super::open(folder.path().join("store")).unwrap();
        let mut model = full();
        let mut batch = Batch::new();
        for (keyspace, entries) in KEYSPACES.into_iter().zip(&model) {
            for (key, value) in entries {
                batch.put(keyspace, key.clone(), value.clone());
            }
        }
        store.commit_blocking(batch).unwrap();
        let mut places: [Option<(Snapshot, Model)>; PLACES] = [const { None }; PLACES];
        for step in &steps {
            match step {
                Step::Write(changes) => {
                    let mut batch = Batch::new();
                    apply(changes, &mut batch, &mut model);
                    store.commit_blocking(batch).unwrap();
                }
                Step::Take(place) => places[*place] = Some((store.snapshot().unwrap(), model.clone())),
                Step::Drop(place) => places[*place] = None,
                Step::Get(place, ..) | Step::Scan { place, .. } => match &places[*place] {
                    Some((snapshot, model)) => check(snapshot, model, step)?,
                    None => check(&store.snapshot().unwrap(), &model, step)?,
                },
            }
        }
        for (snapshot, model) in places.iter().flatten() {
            for keyspace in 0..2 {
                let direction = Direction::Descending;
                check(snapshot, model, &Step::Scan { place: 0, keyspace, first: 0, last: KEYS, direction, limit: 900 })?;
            }
        }
    }
}
