//! What plugins are fed: keys of their collections, and components.

use sdk::key::{Key, encode};
use sdk::{Date, Timestamp};

use crate::seed;

pub fn keys() {
    pair_of_keys("numbers", &7_u64, &u64::MAX);
    pair_of_keys("options", &None::<bool>, &Some(true));
    pair_of_keys("strings", &vec![0x61_u8, 0, 0x62], &vec![0x61_u8, 0xFF]);
    pair_of_keys("texts", &("ana".to_owned(), *b"ok"), &("ana maría".to_owned(), *b"ok"));
    pair_of_keys("tuples", &(Some(vec![0_u8]), "x".to_owned(), -1_i16), &(None::<Vec<u8>>, String::new(), 1_i16));
    let day = Date::new(2026, 11, 26).expect("a day of November");
    pair_of_keys("times", &(day, Timestamp::from_millisecond(0)), &(day, Timestamp::MAX));
}

/// The first byte says what the rest is, and through which export it is called.
pub fn components() {
    for (number, specimen) in hostile::specimens(40).enumerate().filter(|(number, _)| number % 7 == 0) {
        let component = specimen.component().expect("a component");
        let name = format!("component-{}", specimen.kind.name().replace('_', "-"));
        seed("host", &name, [&[u8::from(number % 2 == 0)], component.as_slice()].concat());
    }
    // What makes random sections and instructions is random itself; the same each time.
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    for (form, name) in [(2, "sections"), (3, "service"), (7, "web")] {
        let bytes = (0..512).flat_map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state.to_le_bytes()
        });
        seed("host", name, std::iter::once(form).chain(bytes).collect::<Vec<u8>>());
    }
}

/// What browsers send, a field a line.
pub fn forms() {
    seed(
        "forms",
        "whole",
        "key=1\nline=x\nlines=a\\b\nday.day=1\nday.month=2\nday.year=2026\nkind=a\nkinds=b\nagreed=yes\nn=1.234\nbs=99,99",
    );
    seed("forms", "wrong", "line=<script>\nday=2026-02-30\nkind=c\nn=1,5\nbs=-1\nmail=a@b\ntel=x");
    seed("forms", "amount", "Bs 1.234,50");
}

/// Two keys, behind one byte that says where the second begins.
fn pair_of_keys<K: Key>(name: &str, one: &K, other: &K) {
    let (one, other) = (encode(one), encode(other));
    let at = u8::try_from(one.len()).expect("seeds are short");
    seed("keys", name, [&[at], one.as_slice(), &other].concat());
}
