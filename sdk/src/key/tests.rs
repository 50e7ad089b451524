//! The properties that every range scan and every uniqueness check leans on.

use proptest::prelude::*;

use super::*;
use crate::time::{Date, Timestamp};

/// Byte order is value order, every value reads back, and no value's bytes begin another's.
fn check<K: Key + Ord + std::fmt::Debug>(one: &K, other: &K) {
    let (left, right) = (encode(one), encode(other));
    assert_eq!(left.cmp(&right), one.cmp(other), "{one:?} and {other:?}");
    assert_eq!(decode::<K>(&left).as_ref(), Ok(one));
    assert!(one == other || !right.starts_with(&left), "{one:?} begins {other:?}");
}

fn dates() -> impl Strategy<Value = Date> {
    (0_u16..=9999, 1_u8..=12, 1_u8..=28).prop_map(|(year, month, day)| Date::new(year, month, day).unwrap())
}

fn times() -> impl Strategy<Value = Timestamp> {
    (0..=Timestamp::MAX.as_millisecond()).prop_map(Timestamp::from_millisecond)
}

/// Strings in which zeros, ones and high bytes, the ones that matter here, are frequent.
fn strings() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(prop::sample::select(vec![0_u8, 1, 0x61, 0xFE, 0xFF]), 0..6)
}

proptest! {
    #[test]
    fn integers_sort_like_numbers(one: (i64, i8, i128), other: (i64, i8, i128), bytes: (u8, u32), more: (u8, u32)) {
        check(&one.0, &other.0);
        check(&one.1, &other.1);
        check(&one.2, &other.2);
        check(&bytes, &more);
    }

    #[test]
    fn byte_strings_sort_byte_by_byte(one in strings(), other in strings()) {
        check(&one, &other);
        check(&(one.clone(), 7_u8), &(other.clone(), 0xFF_u8));
        check(&(one.clone(), other.clone()), &(other, one));
    }

    #[test]
    fn texts_sort_like_texts(one: String, other: String) {
        check(&one, &other);
        check(&Some(one), &None);
        check(&Some(other.clone()), &Some(format!("{other}\0")));
    }

    #[test]
    fn dates_and_times_sort_by_when_they_are(days in (dates(), dates()), moments in (times(), times())) {
        check(&days.0, &days.1);
        check(&moments.0, &moments.1);
    }

    #[test]
    fn tuples_sort_part_by_part(one: (Option<i16>, String, bool), other: (Option<i16>, String, bool)) {
        check(&one, &other);
    }

    #[test]
    fn a_prefix_holds_exactly_the_keys_that_begin_with_it(first in strings(), key: (Vec<u8>, u16), second in strings()) {
        for key in [key, (first.clone(), 3), (second, 4)] {
            let mut prefix = Vec::new();
            Prefix::<(Vec<u8>, u16)>::write_prefix(&(first.clone(),), &mut prefix);
            let bytes = encode(&key);
            let within = bytes >= prefix && end_of(&prefix).is_none_or(|end| bytes < end);
            prop_assert_eq!(within, key.0 == first);
        }
    }

    #[test]
    fn a_beginning_of_a_text_holds_exactly_the_texts_that_start_with_it(text: String, more: String, other: String) {
        let mut prefix = Vec::new();
        Prefix::<(u8, String)>::write_prefix(&(1_u8, StartsWith(&text)), &mut prefix);
        for candidate in [format!("{text}{more}"), other] {
            prop_assert_eq!(encode(&(1_u8, candidate.clone())).starts_with(&prefix), candidate.starts_with(&text));
        }
    }

    #[test]
    fn what_reads_as_a_key_is_written_the_same(bytes in strings()) {
        if let Ok(key) = decode::<(Vec<u8>, bool)>(&bytes) {
            prop_assert_eq!(encode(&key), bytes);
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Light {
    Red,
    Green,
}

crate::numbered!(Light { Red = 1, Green = 5 });

#[test]
fn an_enum_sorts_by_its_numbers_and_knows_no_others() {
    check(&Light::Red, &Light::Green);
    assert_eq!(decode::<Light>(&[2]), Err(KeyError::Form { expected: "Light" }));
}

#[test]
fn refuses_bytes_that_are_no_key() {
    assert_eq!(decode::<u32>(&[0, 0]), Err(KeyError::TooShort));
    assert_eq!(decode::<u8>(&[1, 2, 3]), Err(KeyError::TooLong { bytes: 2 }));
    assert_eq!(decode::<bool>(&[2]), Err(KeyError::Form { expected: "boolean" }));
    assert_eq!(decode::<Option<u8>>(&[9]), Err(KeyError::Form { expected: "option" }));
    assert_eq!(decode::<String>(&[0x61, 0, 7]), Err(KeyError::Form { expected: "byte string" }));
    assert_eq!(decode::<String>(&[0xC3, 0, 0]), Err(KeyError::Form { expected: "text" }));
    assert_eq!(decode::<Date>(&encode(&(2026_u16, 2_u8, 30_u8))), Err(KeyError::Form { expected: "date" }));
    assert_eq!(decode::<Timestamp>(&encode(&u64::MAX)), Err(KeyError::Form { expected: "time" }));
}

#[test]
fn the_last_range_of_all_has_no_end() {
    assert_eq!(end_of(&[]), None);
    assert_eq!(end_of(&[0xFF, 0xFF]), None);
    assert_eq!(end_of(&[1, 0xFF]), Some(vec![2]));
}
