//! What the limits of keys, values and calls do: who looks is answered, who writes is stopped.

use super::*;
use crate::call::{CallError, Failure};
use crate::sandbox::Access;
use crate::testing::{Stage, broken};

fn range(start: &[u8], end: Option<&[u8]>, limit: u32) -> Range {
    Range { start: start.to_vec(), end: end.map(<[u8]>::to_vec), order: Order::Ascending, limit }
}

#[tokio::test]
async fn whoever_looks_for_a_key_that_is_too_long_finds_nothing() {
    let stage = Stage::new().await;
    let long = vec![b'k'; MAX_KEY_BYTES + 1];
    for access in [Access::Read, Access::Write] {
        let long = long.clone();
        let found = stage.call(access, move |sandbox| {
            let many = sandbox.get_many(vec![long.clone(), b"k".to_vec()])?;
            Ok((sandbox.get(long.clone())?, many, sandbox.count(long.clone())?))
        });
        assert_eq!(found.await.expect("it is called"), (None, vec![None, None], 0));
    }
    let put = stage.call(Access::Write, move |sandbox| sandbox.put(long.clone(), Vec::new()));
    let rule = "the key has 2049 bytes, and may have 2048".to_owned();
    assert_eq!(broken(put.await), Broken::Argument { function: "kv.put", rule });
}

#[tokio::test]
async fn a_bound_that_is_too_long_lies_where_it_would_among_all_keys() {
    let stage = Stage::new().await;
    let longest = vec![b'k'; MAX_KEY_BYTES];
    let [before, after] = [[&longest[1..], b"j"].concat(), [&longest[1..], b"l"].concat()];
    let found = stage.call(Access::Write, move |sandbox| {
        for key in [&before, &longest, &after] {
            sandbox.put(key.clone(), Vec::new())?;
        }
        let bound = [longest.as_slice(), b"k"].concat();
        let from = sandbox.scan_keys(range(&bound, None, 9))?;
        let until = sandbox.scan_keys(range(b"", Some(&bound), 9))?;
        Ok((from == [after.clone()], until == [before.clone(), longest.clone()]))
    });
    assert_eq!(found.await.expect("it is called"), (true, true));
}

#[tokio::test]
async fn a_scan_and_a_get_many_give_what_fits_and_at_least_one() {
    let stage = Stage::new().await;
    let keys = [b"a", b"b", b"c", b"d", b"e"].map(|key| key.to_vec()).to_vec();
    let lengths = stage.call(Access::Write, move |sandbox| {
        keys.iter().try_for_each(|key| sandbox.put(key.clone(), vec![0; MAX_VALUE_BYTES]))?;
        let first = sandbox.scan(range(b"", None, u32::MAX))?.len();
        let rest = sandbox.scan(range(b"e", None, u32::MAX))?.len();
        let none = sandbox.scan(range(b"f", None, u32::MAX))?.len();
        let many = sandbox.get_many(keys.clone())?.len();
        // The plugin may keep less than that.
        keys.iter().try_for_each(|key| sandbox.delete(key.clone()))?;
        Ok((first, rest, none, many))
    });
    // A scan ends with the entry that fills it, and its keys count too.
    assert_eq!(lengths.await.expect("it is called"), (4, 1, 0, 4));
}

#[tokio::test]
async fn an_addition_out_of_bounds_that_is_read_fails_as_it_would_at_the_end() {
    let stage = Stage::new().await;
    let bounds = Some(WitBounds { min: 0, max: 10 });
    for read in [true, false] {
        let called = stage.call(Access::Write, move |sandbox| {
            sandbox.add(b"stock".to_vec(), -1, bounds)?;
            if read { sandbox.count(b"stock".to_vec()) } else { Ok(0) }
        });
        match called.await {
            Err(CallError::Failed(Failure::Conflict(says))) => assert_eq!(says, "a counter would leave its bounds"),
            other => panic!("it is no conflict: {other:?}"),
        }
    }
}

#[tokio::test]
async fn whoever_counts_what_is_no_counter_is_stopped() {
    let stage = Stage::new().await;
    let put = stage.call(Access::Write, |sandbox| sandbox.put(b"name".to_vec(), b"Ana".to_vec()));
    put.await.expect("it is called");
    let counted = stage.call(Access::Read, |sandbox| sandbox.count(b"name".to_vec()));
    assert_eq!(broken(counted.await), Broken::Counter);
    let added = stage.call(Access::Write, |sandbox| sandbox.add(b"name".to_vec(), 1, None));
    assert_eq!(broken(added.await), Broken::Counter);
}

#[tokio::test]
async fn small_writes_have_a_bound_in_number_and_in_weight() {
    let stage = Stage::new().await;
    let added =
        stage.call(Access::Write, |sandbox| (0..=MAX_ENTRIES).try_for_each(|_| sandbox.add(b"n".to_vec(), 1, None)));
    let excess = Broken::Excess { what: "puts, deletions and additions", limit: 10_000 };
    assert_eq!(broken(added.await), excess);
    let read = stage.call(Access::Write, |sandbox| {
        (0..100_000_u32).try_for_each(|key| sandbox.get(key.to_be_bytes().to_vec()).map(drop))
    });
    assert!(matches!(broken(read.await), Broken::Excess { what: "bytes of writes, orders and notes of reads", .. }));
}
