//! Components that mean harm, generated: each does one thing that a host has to withstand.
//!
//! They are of the world `service-plugin`, so that they can be loaded and called like any other. What a kind does has a
//! `variation`, so that three hundred of them are not one component three hundred times.

use anyhow::{Result, anyhow};
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

/// What a component does to its host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Runs for ever.
    Loop,
    /// Runs for ever before it can be called at all.
    LoopInStart,
    /// Grows its memory for ever.
    Memory,
    /// Grows a table for ever.
    Table,
    /// Traps.
    Trap,
    /// Overflows its stack.
    Recursion,
    /// Says that its answer lies beyond its memory.
    HugeAnswer,
    /// Has the host copy large strings for ever.
    HostCopies,
    /// Writes for ever.
    Writes,
    /// Asks for more entries than there can be, for ever.
    Scans,
    /// Gives the host memory that is not there.
    BadAllocator,
    /// Calls the host while the host calls it.
    ReEntry,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 12] = [
        Self::Loop,
        Self::LoopInStart,
        Self::Memory,
        Self::Table,
        Self::Trap,
        Self::Recursion,
        Self::HugeAnswer,
        Self::HostCopies,
        Self::Writes,
        Self::Scans,
        Self::BadAllocator,
        Self::ReEntry,
    ];
}

/// A component of a kind.
///
/// # Errors
/// When what is generated is no component: then this crate and the contract do not fit.
pub fn component(kind: Kind, variation: u32) -> Result<Vec<u8>> {
    encode(&module(kind, variation))
}

/// A component of so many functions that do nothing: small to send, large to compile.
///
/// # Errors
/// As [`component`].
pub fn compile_bomb(functions: usize) -> Result<Vec<u8>> {
    let function = "(func (param i32) (result i32) local.get 0 i32.const 1 i32.add)\n";
    encode(&with_handle("unreachable", &function.repeat(functions)))
}

/// A component with so many memories of 64 MiB.
///
/// # Errors
/// As [`component`].
pub fn with_memories(memories: usize) -> Result<Vec<u8>> {
    let core = "(core module $m (memory (export \"memory\") 1024))\n";
    let instances = "(core instance (instantiate $m))\n".repeat(memories);
    Ok(wat::parse_str(format!("(component {core}{instances})"))?)
}

fn module(kind: Kind, variation: u32) -> String {
    let spin = format!(
        "(local.set 0 (i32.const {variation})) (loop $l (local.set 0 (i32.add (local.get 0) (i32.const 1))) (br $l)) unreachable"
    );
    match kind {
        Kind::Loop => with_handle(&spin, ""),
        Kind::LoopInStart => with_handle("unreachable", "(func $start (local i32) (loop $l (br $l)))\n(start $start)"),
        Kind::Memory => {
            let pages = variation % 16 + 1;
            with_handle(&format!("(loop $l (drop (memory.grow (i32.const {pages}))) (br $l)) unreachable"), "")
        }
        Kind::Table => {
            let grow = "(loop $l (drop (table.grow $t (ref.null func) (i32.const 1000))) (br $l)) unreachable";
            with_handle(grow, "(table $t 1 funcref)")
        }
        Kind::Trap => with_handle("unreachable", ""),
        Kind::Recursion => with_handle(
            "(call $deep (local.get 0))",
            "(func $deep (param i32) (result i32) (i32.add (call $deep (local.get 0)) (i32.const 1)))",
        ),
        Kind::HugeAnswer => with_handle(&huge_answer(), ""),
        Kind::HostCopies => {
            let length = 8_000_000 + variation;
            let grow = "(drop (memory.grow (i32.const 200)))";
            let emit =
                format!("(call $emit (i32.const 1) (i32.const 0) (i32.const {length}) (i32.const 0) (i32.const 0))");
            with_handle(&format!("{grow} (loop $l {emit} (br $l)) unreachable"), "")
        }
        Kind::Writes => {
            let put = "(call $put (i32.const 0) (i32.const 8) (i32.const 0) (i32.const 60000))";
            let next = "(i32.store (i32.const 0) (i32.add (i32.load (i32.const 0)) (i32.const 1)))";
            with_handle(&format!("(loop $l {next} {put} (br $l)) unreachable"), "")
        }
        Kind::Scans => {
            let get = "(call $get (i32.const 0) (i32.const 8) (i32.const 64))";
            with_handle(&format!("(loop $l {get} (br $l)) unreachable"), "")
        }
        Kind::BadAllocator => with_allocator("unreachable", "", &format!("i32.const {}", 0x7fff_0000_u32 + variation)),
        Kind::ReEntry => {
            with_allocator("unreachable", "", "(call $get (i32.const 0) (i32.const 8) (i32.const 64)) i32.const 1024")
        }
    }
}

/// `ok` with a body of 4 GiB less one.
fn huge_answer() -> String {
    "(i32.store8 (i32.const 128) (i32.const 0)) (i32.store16 (i32.const 132) (i32.const 200)) \
     (i32.store (i32.const 136) (i32.const 0)) (i32.store (i32.const 140) (i32.const 0)) \
     (i32.store (i32.const 144) (i32.const 0)) (i32.store (i32.const 148) (i32.const -1)) (i32.const 128)"
        .to_owned()
}

fn with_handle(handle: &str, more: &str) -> String {
    let bump = "(local $at i32) (local.set $at (global.get $heap)) \
        (global.set $heap (i32.add (global.get $heap) (i32.and (i32.add (local.get 3) (i32.const 7)) (i32.const -8)))) \
        local.get $at";
    with_allocator(handle, more, bump)
}

fn with_allocator(handle: &str, more: &str, allocator: &str) -> String {
    format!(
        r#"(module
  (import "chakana:plugin/kv@0.1.0" "get" (func $get (param i32 i32 i32)))
  (import "chakana:plugin/kv@0.1.0" "put" (func $put (param i32 i32 i32 i32)))
  (import "chakana:plugin/log@0.1.0" "emit" (func $emit (param i32 i32 i32 i32 i32)))
  (memory (export "memory") 4)
  (global $heap (mut i32) (i32.const 4096))
  {more}
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) {allocator})
  (func (export "chakana:plugin/service@0.1.0#handle") (param i32) (result i32) {handle})
)"#
    )
}

fn encode(module: &str) -> Result<Vec<u8>> {
    let mut module = wat::parse_str(module)?;
    let mut resolve = Resolve::default();
    let package = resolve.push_str("contract.wit", CONTRACT)?;
    let world = resolve.select_world(&[package], Some("service-plugin"))?;
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8)?;
    let encoded = ComponentEncoder::default().validate(true).module(&module)?.encode();
    encoded.map_err(|error| anyhow!("not a component of the contract: {error:#}"))
}

const CONTRACT: &str = concat!(
    include_str!("../../../../../sdk/wit/types.wit"),
    include_str!("../../../../../sdk/wit/state.wit"),
    include_str!("../../../../../sdk/wit/effects.wit"),
    include_str!("../../../../../sdk/wit/environment.wit"),
    include_str!("../../../../../sdk/wit/exports.wit"),
    include_str!("../../../../../sdk/wit/worlds.wit"),
);
