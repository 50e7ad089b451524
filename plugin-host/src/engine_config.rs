//! The settings that compiler and sandbox share: what was compiled with them runs under them, and under no others.

use wasmtime::Config;

/// What a component may be, and how it is compiled. The sandbox adds its pool.
pub(crate) fn config() -> Config {
    let mut config = Config::new();
    config
        .wasm_component_model(true)
        // A guest that runs on is interrupted at the ticks of an epoch.
        .epoch_interruption(true)
        .consume_fuel(false)
        // What toolchains for components need, and no proposal beyond: each is code that an attacker can reach.
        .wasm_bulk_memory(true)
        .wasm_multi_value(true)
        .wasm_simd(true)
        .wasm_relaxed_simd(false)
        .wasm_tail_call(false)
        .wasm_multi_memory(false)
        .wasm_memory64(false)
        .wasm_backtrace_max_frames(None)
        .max_wasm_stack(512 << 10)
        .async_stack_size(1 << 20);
    config
}
