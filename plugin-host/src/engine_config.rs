//! The engine that compiles components and the one that runs them: what both have to agree on.
//!
//! Code compiled by one engine is loaded by another only if these settings are the same; how instances are allocated is
//! not among them, and belongs to whoever runs them.

use wasmparser::WasmFeatures;
use wasmtime::Config;

/// The settings of every engine.
#[must_use]
pub fn engine_config() -> Config {
    let mut config = Config::new();
    config.wasm_component_model(true);
    // Every loop looks at the clock of the host: there is no code that cannot be cut off.
    config.epoch_interruption(true);
    for feature in unused_features() {
        config.wasm_features(feature, false);
    }
    // Not for guests, whose modules are checked without it: where a component is made of several, the engine's own code
    // between them has both their memories.
    config.wasm_multi_memory(true);
    // Floating-point results are the same in every attempt, whatever the processor leaves in the bits of a NaN.
    config.cranelift_nan_canonicalization(true);
    config
}

/// The WebAssembly features that components may use: those that the compilers of our plugins emit.
#[must_use]
pub fn wasm_features() -> WasmFeatures {
    WasmFeatures::default() - unused_features().into_iter().collect::<WasmFeatures>()
}

/// What no plugin needs: each would widen what has to be right for a sandbox to hold.
fn unused_features() -> [WasmFeatures; 12] {
    [
        WasmFeatures::THREADS,
        WasmFeatures::SHARED_EVERYTHING_THREADS,
        WasmFeatures::GC,
        WasmFeatures::FUNCTION_REFERENCES,
        WasmFeatures::EXCEPTIONS,
        WasmFeatures::STACK_SWITCHING,
        WasmFeatures::MEMORY64,
        WasmFeatures::MULTI_MEMORY,
        WasmFeatures::TAIL_CALL,
        WasmFeatures::RELAXED_SIMD,
        WasmFeatures::WIDE_ARITHMETIC,
        WasmFeatures::CM_ASYNC,
    ]
}
