//! The one place where bytes become machine code that the server runs.
#![allow(unsafe_code, reason = "wasmtime loads compiled code only through an unsafe function")]

use super::cache::Authenticated;
use wasmtime::component::Component;
use wasmtime::{Engine, Result};

/// Loads a compiled component.
pub(super) fn component(engine: &Engine, compiled: &Authenticated) -> Result<Component> {
    // SAFETY: the bytes are what `Engine::precompile_component` returned in a child of this server, and have not changed
    // since: `Authenticated` is made of nothing else, by the MAC under a key that only the server has. The engine that made
    // them is compatible with this one, which wasmtime checks again.
    unsafe { Component::deserialize(engine, compiled.bytes()) }
}
