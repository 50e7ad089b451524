//! Where things are in the tree.
//!
//! A key of a keyspace stands under the number of the keyspace, four bytes, big-endian. Under number zero stand the
//! engine's own records: the sentinel, the number of each keyspace by its name, and the numbers that are no longer
//! in use but under which something is left.

use std::collections::BTreeMap;
use std::ops::Bound;

use crate::{EngineError, KeyRange};

/// The number of a keyspace.
pub(super) type Number = u32;
/// The keyspaces by their names.
pub(super) type Names = BTreeMap<String, Number>;
/// A range of keys of the tree.
pub(super) type Range = (Bound<Vec<u8>>, Bound<Vec<u8>>);

/// The record that every store of ours has from its creation on.
pub(super) const SENTINEL: &[u8] = b"\0\0\0\0s";
/// What the sentinel says.
pub(super) const FORMAT: &[u8] = b"chakana storage 1";
/// Before the name of a keyspace.
const NAME: &[u8] = b"\0\0\0\0n";
/// Before a number that is to be swept.
const SWEPT: &[u8] = b"\0\0\0\0w";
/// The length of a number.
pub(super) const NUMBER_BYTES: usize = size_of::<Number>();

pub(super) fn key(number: Number, key: &[u8]) -> Vec<u8> {
    [&number.to_be_bytes(), key].concat()
}

pub(super) fn name_key(name: &str) -> Vec<u8> {
    [NAME, name.as_bytes()].concat()
}

pub(super) fn swept_key(number: Number) -> Vec<u8> {
    [SWEPT, &number.to_be_bytes()].concat()
}

/// True for what belongs to a keyspace, and not to the engine.
pub(super) fn is_content(key: &[u8]) -> bool {
    key.get(..NUMBER_BYTES).is_some_and(|number| number != [0; NUMBER_BYTES])
}

/// All keys of a keyspace.
pub(super) fn all(number: Number) -> Range {
    let end = number.checked_add(1).map_or(Bound::Unbounded, |next| Bound::Excluded(next.to_be_bytes().to_vec()));
    (Bound::Included(number.to_be_bytes().to_vec()), end)
}

/// The keys of a keyspace within `range`.
pub(super) fn range(number: Number, range: &KeyRange) -> Range {
    let (first, end) = all(number);
    let within = |bound: Bound<&[u8]>, unbounded| match bound {
        Bound::Unbounded => unbounded,
        bound => bound.map(|bytes| key(number, bytes)),
    };
    let (start, last) = range.bounds();
    (within(start, first), within(last, end))
}

/// The numbers of all keyspaces, and those that are still to be swept.
pub(super) fn read(db: &sled::Db) -> Result<(Names, Vec<Number>), EngineError> {
    let sentinel = db.get(SENTINEL).map_err(EngineError::engine)?;
    if sentinel.as_deref() != Some(FORMAT) {
        return Err(EngineError::damaged("the store, whose sentinel is missing,"));
    }
    let number = |bytes: &[u8]| bytes.try_into().map(Number::from_be_bytes).ok();
    let (mut names, mut swept) = (Names::new(), Vec::new());
    for record in db.scan_prefix(NAME) {
        let (key, value) = record.map_err(EngineError::engine)?;
        let name = String::from_utf8(key[NAME.len()..].to_vec()).ok();
        let (name, number) = name.zip(number(&value)).ok_or(EngineError::damaged("the name of a keyspace"))?;
        names.insert(name, number);
    }
    for record in db.scan_prefix(SWEPT) {
        let (key, _) = record.map_err(EngineError::engine)?;
        swept.push(number(&key[SWEPT.len()..]).ok_or(EngineError::damaged("the number of a keyspace"))?);
    }
    Ok((names, swept))
}
