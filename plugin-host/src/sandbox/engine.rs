//! The engine and its clock tick: pooled sandboxes, and the ticks by which a running guest yields.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use wasmtime::component::{InstancePre, Linker};
use wasmtime::{Enabled, InstanceAllocationStrategy, PoolingAllocationConfig, Store, UpdateDeadline};

use super::limiter::{MAX_INSTANCES, MAX_MEMORIES, MAX_TABLE_ELEMENTS, MAX_TABLES};
use super::{Sandbox, wasi};
use crate::engine_config::engine_config;
use crate::imports;

/// The engine that all plugins of a server share.
pub(crate) struct Engine {
    engine: wasmtime::Engine,
    linker: Linker<Sandbox>,
    _ticker: Ticker,
}

/// Why there is no engine.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The machine does not give what the pool of sandboxes needs.
    #[error("failed to set up {sandboxes} sandboxes: {reason}")]
    Pool {
        /// How many at once.
        sandboxes: u32,
        /// What the engine says.
        reason: String,
    },
    /// No thread for the ticks.
    #[error("failed to start the thread that interrupts plugins")]
    Ticker(#[source] std::io::Error),
}

impl Engine {
    /// An engine for so many sandboxes at once.
    pub(crate) fn new(sandboxes: u32) -> Result<Self, EngineError> {
        let refused = |error: wasmtime::Error| EngineError::Pool { sandboxes, reason: error.to_string() };
        let mut config = engine_config();
        config.max_wasm_stack(MAX_STACK_BYTES).async_stack_size(2 * MAX_STACK_BYTES);
        config.wasm_backtrace_max_frames(None);
        config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool(sandboxes)));
        let engine = wasmtime::Engine::new(&config).map_err(refused)?;
        let mut linker = Linker::new(&engine);
        imports::add_to_linker(&mut linker).map_err(refused)?;
        wasi::add_to_linker(&mut linker).map_err(refused)?;
        let ticker = Ticker::start(engine.clone()).map_err(EngineError::Ticker)?;
        Ok(Self { engine, linker, _ticker: ticker })
    }

    /// The engine itself, to load compiled components into.
    pub(crate) fn wasmtime(&self) -> &wasmtime::Engine {
        &self.engine
    }

    /// Resolves the imports of a component.
    pub(crate) fn link(&self, component: &wasmtime::component::Component) -> wasmtime::Result<InstancePre<Sandbox>> {
        self.linker.instantiate_pre(component)
    }

    /// A store for one attempt, its limits set before any of the guest's code runs.
    pub(crate) fn store(&self, sandbox: Sandbox) -> Store<Sandbox> {
        let mut store = Store::new(&self.engine, sandbox);
        store.limiter(|sandbox| &mut sandbox.limiter);
        store.set_hostcall_fuel(MAX_HOSTCALL_BYTES);
        // The tick after the next: the next one may come in a moment.
        store.set_epoch_deadline(2);
        store.epoch_deadline_callback(|_| Ok(UpdateDeadline::Yield(1)));
        store
    }
}

fn pool(sandboxes: u32) -> PoolingAllocationConfig {
    let mut pool = PoolingAllocationConfig::new();
    let each = |of: usize| sandboxes.saturating_mul(u32::try_from(of).unwrap_or(u32::MAX));
    pool.total_component_instances(sandboxes)
        .total_core_instances(each(CORE_INSTANCES))
        .total_memories(each(2))
        .total_tables(each(4))
        .total_stacks(sandboxes)
        .max_component_instance_size(1 << 20)
        .max_core_instance_size(1 << 20)
        .max_core_instances_per_component(MAX_INSTANCES as u32)
        .max_memories_per_component(MAX_MEMORIES as u32)
        .max_tables_per_component(MAX_TABLES as u32)
        .table_elements(MAX_TABLE_ELEMENTS)
        .max_memory_size(MAX_MEMORY_BYTES)
        // What guests touch, laid out compactly, lies in these bytes: to clear them costs less than to fault them in.
        .linear_memory_keep_resident(128 << 10)
        .table_keep_resident(64 << 10)
        // Where the kernel tells which pages were written, only those are cleared.
        .pagemap_scan(Enabled::Auto)
        .async_stack_keep_resident(64 << 10);
    pool
}

/// The most that any plugin's memories may take together.
pub(crate) const MAX_MEMORY_BYTES: usize = 64 << 20;
/// The stack of a guest; the host's functions have as much again.
const MAX_STACK_BYTES: usize = 512 << 10;
/// Slots for core instances, per sandbox: the contract's guests have four to ten.
const CORE_INSTANCES: usize = 16;
/// What one host call may copy out of a guest: a few times what any import takes.
const MAX_HOSTCALL_BYTES: usize = 8 << 20;
/// Between two ticks; a guest that runs longer than one or two of them makes room for others.
/// For so long it holds up whatever is queued behind it; and so often a second a thread wakes up for nothing.
pub(crate) const TICK: Duration = Duration::from_millis(2);

/// The thread that moves the engine's epoch on.
struct Ticker {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Ticker {
    fn start(engine: wasmtime::Engine) -> std::io::Result<Self> {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = stop.clone();
        let thread = thread::Builder::new().name("plugin-ticks".to_owned()).spawn(move || {
            while !stopped.load(Ordering::Relaxed) {
                thread::park_timeout(TICK);
                engine.increment_epoch();
            }
        })?;
        Ok(Self { stop, thread: Some(thread) })
    }
}

impl Drop for Ticker {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            // It only counts: it cannot have panicked in a way that matters here.
            let _ = thread.join();
        }
    }
}
