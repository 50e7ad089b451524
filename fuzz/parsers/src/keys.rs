//! Keys of plugins: what a store gives back, and what a cursor of a stranger claims to be.

use std::fmt::Debug;

use sdk::key::{Key, decode, encode};
use sdk::{Date, Timestamp};

/// Keys of every kind. The first byte says where one ends and another begins.
pub fn keys(data: &[u8]) {
    let Some((&at, data)) = data.split_first() else { return };
    let (one, other) = data.split_at(usize::from(at).min(data.len()));
    sort_like_values::<u64>(one, other);
    sort_like_values::<i128>(one, other);
    sort_like_values::<Option<bool>>(one, other);
    sort_like_values::<Vec<u8>>(one, other);
    sort_like_values::<(String, [u8; 2])>(one, other);
    sort_like_values::<(Option<Vec<u8>>, String, i16)>(one, other);
    sort_like_values::<(Date, Timestamp)>(one, other);
}

fn sort_like_values<K: Key + Ord + Debug>(one: &[u8], other: &[u8]) {
    let (Ok(left), Ok(right)) = (reads_back::<K>(one), reads_back::<K>(other)) else { return };
    assert_eq!(left.cmp(&right), one.cmp(other), "{left:?} and {right:?}");
}

fn reads_back<K: Key>(bytes: &[u8]) -> Result<K, sdk::key::KeyError> {
    let key = decode::<K>(bytes)?;
    assert_eq!(encode(&key), bytes);
    Ok(key)
}
