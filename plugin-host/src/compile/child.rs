//! What the child process does: a component in, its compiled form out.

use crate::engine_config::engine_config;
use crate::package::Package;
use std::io::{self, Read, Write};
use thiserror::Error;
use wasmtime::Engine;

/// Why a child has no result; its text goes to the parent.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ChildError {
    /// The component does not arrive.
    #[error("failed to read the component")]
    Read(#[source] io::Error),
    /// It is larger than any plugin's.
    #[error("the component has more than {} bytes", Package::MAX_COMPONENT_BYTES)]
    TooLarge,
    /// There is no compiler for this machine.
    #[error("the compiler cannot be set up: {0:#}")]
    Engine(wasmtime::Error),
    /// The component is refused.
    #[error("the component is refused: {0:#}")]
    Component(wasmtime::Error),
    /// The result cannot be handed over.
    #[error("failed to write the compiled component")]
    Write(#[source] io::Error),
}

/// Reads a component to its end, compiles it, and writes the result. Nothing else happens in the process that runs this.
///
/// # Errors
/// [`ChildError`] in words for the parent; where a limit is reached, the process ends instead.
pub fn run_child(input: impl Read, mut output: impl Write) -> Result<(), ChildError> {
    let mut component = Vec::new();
    let most = Package::MAX_COMPONENT_BYTES as u64;
    input.take(most + 1).read_to_end(&mut component).map_err(ChildError::Read)?;
    if component.len() as u64 > most {
        return Err(ChildError::TooLarge);
    }
    let engine = Engine::new(&engine_config()).map_err(ChildError::Engine)?;
    let compiled = engine.precompile_component(&component).map_err(ChildError::Component)?;
    output.write_all(&compiled).and_then(|()| output.flush()).map_err(ChildError::Write)
}
