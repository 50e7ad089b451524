//! WASI as a sandbox has it: the interfaces that compilers for wasm32-wasip2 expect, and nothing behind them.
//!
//! No arguments, environment, files or sockets; the wall clock stands at the transaction's time; what is printed goes
//! to the plugin's log. It is set up when a guest first uses it, which most never do.

use std::time::Duration;

use clock::Timestamp;
use wasmtime::component::{Linker, ResourceTable};
use wasmtime_wasi::p2::pipe::MemoryOutputPipe;
use wasmtime_wasi::{HostWallClock, WasiCtx, WasiCtxView, WasiView};

use super::Sandbox;

pub(super) struct Wasi {
    ctx: WasiCtx,
    table: ResourceTable,
    printed: MemoryOutputPipe,
}

/// What one attempt may print; more of it stops the sandbox.
const MAX_PRINTED_BYTES: usize = 16 << 10;

/// Streams, clocks and the like that one attempt may hold at once; the next one stops it.
const MAX_RESOURCES: usize = 1_000;

pub(super) fn add_to_linker(linker: &mut Linker<Sandbox>) -> wasmtime::Result<()> {
    wasmtime_wasi::p2::add_to_linker_async(linker)
}

impl Wasi {
    fn new(now: Timestamp) -> Self {
        let printed = MemoryOutputPipe::new(MAX_PRINTED_BYTES);
        let mut ctx = WasiCtx::builder();
        ctx.stdout(printed.clone()).stderr(printed.clone());
        ctx.allow_tcp(false).allow_udp(false).allow_ip_name_lookup(false);
        ctx.wall_clock(TransactionTime(now)).max_random_size(4096);
        let mut table = ResourceTable::new();
        table.set_max_capacity(MAX_RESOURCES);
        Self { ctx: ctx.build(), table, printed }
    }

    /// What the guest printed, such as the words of its panic.
    pub(super) fn printed(&self) -> String {
        String::from_utf8_lossy(&self.printed.contents()).trim_end().to_owned()
    }
}

impl WasiView for Sandbox {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        let now = self.call.now;
        let wasi = self.wasi.get_or_insert_with(|| Box::new(Wasi::new(now)));
        WasiCtxView { ctx: &mut wasi.ctx, table: &mut wasi.table }
    }
}

struct TransactionTime(Timestamp);

impl HostWallClock for TransactionTime {
    fn resolution(&self) -> Duration {
        Duration::from_millis(1)
    }

    fn now(&self) -> Duration {
        Duration::try_from(self.0.as_duration()).unwrap_or_default()
    }
}
