//! Answers of a handler, written into its memory as the contract lays them out.

use crate::specimen::Door;

/// Where an answer lies.
pub(crate) const AT: u32 = 128;

/// Answers with a body of so many bytes at the beginning of the memory.
pub(crate) fn with_body(door: Door, length: u32) -> String {
    let stores = match door {
        // `ok`, its status, no headers, a content type of no length, the body.
        Door::Service => vec![(0, 0), (4, 200), (8, 0), (12, 0), (16, 0), (20, 0), (24, 0), (28, length)],
        // `ok`, its status, no headers, the content `raw` with a type of no length.
        Door::Web => vec![(0, 0), (4, 200), (8, 0), (12, 0), (16, 5), (20, 0), (24, 0), (28, 0), (32, length)],
    };
    stored(&stores)
}

/// Answers with something that the contract does not know: another case of the result, an unknown case of the failure, a
/// text that is none, a list that ends beyond the memory.
pub(crate) fn unknown(door: Door, which: u32) -> String {
    let not_text = "(i32.store (i32.const 64) (i32.const 0xfefefefe))";
    match which % 4 {
        0 => stored(&[(0, 2 + which)]),
        1 => stored(&[(0, 1), (4, 7 + which)]),
        2 => format!("{not_text} {}", stored(&[(0, 1), (4, 0), (8, 64), (12, 4)])),
        _ => match door {
            Door::Service => stored(&[(0, 0), (4, 200), (8, 0x7fff_0000), (12, 9)]),
            Door::Web => stored(&[(0, 0), (4, 200), (8, 0), (12, 0), (16, 7 + which)]),
        },
    }
}

fn stored(stores: &[(u32, u32)]) -> String {
    let store = |(at, value): &(u32, u32)| format!("(i32.store (i32.const {}) (i32.const {value}))", AT + at);
    format!("{} (i32.const {AT})", stores.iter().map(store).collect::<Vec<_>>().join(" "))
}
