//! What each kind does, in instructions.

use crate::answers;
use crate::kind::Kind;
use crate::module::{ALLOCATOR, Module};
use crate::specimen::Specimen;

/// Puts what a specimen does into a module that does nothing.
pub(crate) fn add(specimen: &Specimen, module: Module) -> Module {
    let Specimen { kind, door, variation } = *specimen;
    match kind {
        Kind::Loop => Module { more: NOTHING.to_owned(), handle: endless(variation), ..module },
        Kind::LoopInStart => Module { more: NOTHING.to_owned(), start: endless(variation), ..module },
        Kind::LoopInAllocator => Module { more: NOTHING.to_owned(), allocator: endless(variation), ..module },
        Kind::LoopAfterAnswer => {
            let handle = answers::with_body(door, variation);
            Module { more: NOTHING.to_owned(), handle, after: endless(variation), ..module }
        }
        Kind::Memory => Module { handle: grow(&format!("memory.grow (i32.const {})", variation % 16 + 1)), ..module },
        Kind::LargeAtBirth => Module { pages: 1024 - variation % 64, ..module },
        Kind::Resident => Module { handle: touch(variation), ..module },
        Kind::Table => {
            let step = 100 + 100 * (variation % 40);
            let handle = grow(&format!("table.grow $t (ref.null func) (i32.const {step})"));
            Module { more: "(table $t 1 funcref)".to_owned(), handle, ..module }
        }
        Kind::Trap => Module { more: "(table $none 1 funcref)".to_owned(), handle: trap(variation), ..module },
        Kind::Recursion => recursion(variation, module),
        Kind::HugeAnswer => huge_answer(specimen, module),
        Kind::BadAnswer => Module { handle: answers::unknown(door, variation), ..module },
        Kind::HostCopies => {
            let length = 5_000 + 500_000 * (variation % 16);
            Module { pages: 128, handle: format!("{} unreachable", emit(0, TEXT, length)), ..module }
        }
        Kind::BadArgument => Module { handle: bad_argument(variation), ..module },
        Kind::LogFlood => {
            Module { handle: format!("(loop $l {} (br $l)) unreachable", emit(0, TEXT, 4096 - variation)), ..module }
        }
        Kind::Writes => Module { pages: 20, handle: writes(4, 60_000 + 10_000 * variation), ..module },
        Kind::TinyWrites => Module { handle: writes(4 + variation, 0), ..module },
        Kind::Reads => {
            let get = format!("(call $get (i32.const 0) (i32.const {}) (i32.const 64))", 8 + variation % 2_000);
            Module { handle: format!("(loop $l {get} (br $l)) unreachable"), ..module }
        }
        Kind::BadAllocator => Module { allocator: bad_address(variation), ..module },
        Kind::ReEntry => {
            let call = re_entry(variation);
            Module { allocator: format!("{call} {ALLOCATOR}"), ..module }
        }
    }
}

/// Where there is nothing but zeros.
const TEXT: u32 = 2 * 65_536;
const NOTHING: &str = "(func $nothing)";

/// Loops within loops that never end.
fn endless(variation: u32) -> String {
    let next = "(local.set $i (i32.add (local.get $i) (i32.const 1)))";
    let work = match variation % 4 {
        0 => next.to_owned(),
        1 => format!("{next} (i32.store (i32.and (local.get $i) (i32.const 65532)) (local.get $i))"),
        2 => format!("{next} (call $nothing)"),
        _ => format!("{next} (drop (i32.div_u (i32.const 7) (i32.or (local.get $i) (i32.const 1))))"),
    };
    let depth = 1 + variation % 7;
    let within = (1..depth).fold(work, |within, level| {
        format!("(loop $l{level} {within} (br_if $l{level} (i32.and (local.get $i) (i32.const {}))))", (1 << level) - 1)
    });
    format!("(loop $for_ever {within} (br $for_ever)) unreachable")
}

/// Grows until there is no more.
fn grow(instruction: &str) -> String {
    format!("(loop $l (br_if $l (i32.ne ({instruction}) (i32.const -1)))) unreachable")
}

/// Grows as far as it goes, and writes to each page again and again.
fn touch(variation: u32) -> String {
    let pages = 64 + variation % 128;
    let last = pages * 65_536;
    let step = 4096 >> (variation % 4);
    format!(
        "(drop (memory.grow (i32.const {pages}))) (loop $l (i32.store (local.get $i) (local.get $i)) \
         (local.set $i (i32.rem_u (i32.add (local.get $i) (i32.const {step})) (i32.const {last}))) (br $l)) unreachable"
    )
}

fn trap(variation: u32) -> String {
    match variation % 6 {
        0 => "unreachable".to_owned(),
        1 => "(i32.div_s (i32.const 1) (local.get $i))".to_owned(),
        2 => "(i32.div_s (i32.const 0x80000000) (i32.const -1))".to_owned(),
        3 => format!("(i32.load offset=0xfffffff0 (i32.const {variation}))"),
        4 => "(i32.trunc_f64_s (f64.const nan))".to_owned(),
        _ => "(call_indirect $none (result i32) (i32.const 0))".to_owned(),
    }
}

/// Calls itself with frames of so many variables.
fn recursion(variation: u32, module: Module) -> Module {
    let variables = "(local i64) ".repeat((variation % 64) as usize);
    let deeper = "(i32.add (call $deep (i32.add (local.get 0) (i32.const 1))) (local.get 0))";
    let more = format!("(func $deep (param i32) (result i32) {variables}{deeper})");
    Module { more, handle: "(call $deep (local.get $i))".to_owned(), ..module }
}

/// More than the host copies where it is there, and more than is there.
fn huge_answer(specimen: &Specimen, module: Module) -> Module {
    let Specimen { door, variation, .. } = *specimen;
    if variation.is_multiple_of(2) {
        let handle = answers::with_body(door, u32::MAX - variation * 1_000_000);
        return Module { handle, ..module };
    }
    let mebibytes = 9 + variation % 4;
    Module { pages: mebibytes * 16, handle: answers::with_body(door, mebibytes << 20), ..module }
}

fn bad_argument(variation: u32) -> String {
    let (text, length) = (1024, 8 + variation);
    let calls = match variation % 5 {
        0 => emit(0, 0x7fff_0000, length),
        1 => emit(4 + variation, text, length),
        2 => format!("(i32.store (i32.const {text}) (i32.const 0xfefefefe)) {}", emit(0, text, length)),
        3 => format!("(call $put (i32.const -8) (i32.const {length}) (i32.const 0) (i32.const 0))"),
        _ => format!("(call $get (i32.const 0) (i32.const {length}) (i32.const -4))"),
    };
    format!("{calls} unreachable")
}

fn emit(level: u32, at: u32, length: u32) -> String {
    format!("(call $emit (i32.const {level}) (i32.const {at}) (i32.const {length}) (i32.const 0) (i32.const 0))")
}

/// Each under another key.
fn writes(key_bytes: u32, value_bytes: u32) -> String {
    let next = "(i32.store (i32.const 0) (i32.add (i32.load (i32.const 0)) (i32.const 1)))";
    let put = format!("(call $put (i32.const 0) (i32.const {key_bytes}) (i32.const 0) (i32.const {value_bytes}))");
    format!("(loop $l {next} {put} (br $l)) unreachable")
}

/// Beyond the memory, at its end, or not aligned.
fn bad_address(variation: u32) -> String {
    let address = match variation % 3 {
        0 => 0x7fff_0000 + 8 * variation,
        1 => 4 * 65_536 - 4,
        _ => 4097,
    };
    format!("(i32.const {address})")
}

fn re_entry(variation: u32) -> String {
    match variation % 3 {
        0 => "(call $get (i32.const 0) (i32.const 8) (i32.const 64))".to_owned(),
        1 => format!("(call $put (i32.const 0) (i32.const {}) (i32.const 0) (i32.const 8))", 8 + variation),
        _ => emit(0, 1024, 8 + variation),
    }
}
