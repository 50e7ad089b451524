//! The core module around what a kind does.

use crate::answers;
use crate::harm;
use crate::specimen::{Door, Specimen};

/// The parts of a core module, as text.
pub(crate) struct Module {
    /// Pages of memory at the start.
    pub(crate) pages: u32,
    /// What stands beside the functions that a host knows.
    pub(crate) more: String,
    /// What the handler does when it does not behave; leaves where its answer is.
    pub(crate) handle: String,
    /// What the allocator does; leaves an address.
    pub(crate) allocator: String,
    /// What happens after the answer was read.
    pub(crate) after: String,
    /// What the module does before anything else.
    pub(crate) start: String,
    /// Functions that nobody calls.
    pub(crate) padding: u32,
}

impl Module {
    pub(crate) fn of(specimen: &Specimen) -> Self {
        // Of all sizes, so that no two components are the same: up to some 30 KB.
        harm::add(specimen, Self::harmless(specimen.variation.saturating_mul(37) % 600))
    }

    /// A module that traps, and does nothing else.
    pub(crate) fn harmless(padding: u32) -> Self {
        Self {
            pages: 4,
            more: String::new(),
            handle: "unreachable".to_owned(),
            allocator: ALLOCATOR.to_owned(),
            after: String::new(),
            start: String::new(),
            padding,
        }
    }

    pub(crate) fn text(&self, door: Door) -> String {
        let (interface, method_offset) = match door {
            Door::Service => ("chakana:plugin/service@0.1.0", SERVICE_METHOD),
            Door::Web => ("chakana:plugin/web@0.1.0", WEB_METHOD),
        };
        let Self { pages, more, handle, allocator, after, start, padding } = self;
        let padding: String = (0..*padding)
            .map(|number| format!("(func (param i32) (result i32) (i32.add (local.get 0) (i32.const {number})))\n"))
            .collect();
        let well = answers::with_body(door, 0);
        format!(
            r#"(module
  (import "chakana:plugin/kv@0.1.0" "get" (func $get (param i32 i32 i32)))
  (import "chakana:plugin/kv@0.1.0" "put" (func $put (param i32 i32 i32 i32)))
  (import "chakana:plugin/log@0.1.0" "emit" (func $emit (param i32 i32 i32 i32 i32)))
  (memory (export "memory") {pages})
  (global $heap (mut i32) (i32.const 4096))
  (global $behaves (mut i32) (i32.const 0))
  {more}
  {padding}
  (func $start (local $i i32) {start})
  (start $start)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (local $i i32) {allocator})
  (func (export "cabi_post_{interface}#handle") (param i32) (local $i i32)
    (if (i32.eqz (global.get $behaves)) (then {after})))
  (func (export "{interface}#handle") (param $arguments i32) (result i32) (local $i i32)
    (if (i32.eq (i32.load8_u offset={method_offset} (local.get $arguments)) (i32.const {HEAD}))
      (then (global.set $behaves (i32.const 1)) (return {well})))
    {handle})
)"#
        )
    }
}

/// Gives out memory from the heap on, and never takes any back.
pub(crate) const ALLOCATOR: &str = "(local.set $i (global.get $heap)) \
    (global.set $heap (i32.add (global.get $heap) (i32.and (i32.add (local.get 3) (i32.const 7)) (i32.const -8)))) \
    (local.get $i)";
/// Where the method stands in the arguments of a handler: behind the context, and there behind the service's code.
const SERVICE_METHOD: u32 = 104;
/// Behind the context.
const WEB_METHOD: u32 = 96;
/// HEAD, in both enumerations of methods.
const HEAD: u32 = 1;
