//! Components that mean harm, generated: each does one thing that a host has to withstand.
//!
//! This crate never loads what it makes, and knows no host: a specimen is a component of the contract in `sdk/wit`, and the
//! manifest that it would come with.

mod kind;
mod specimen;

mod answers;
mod harm;
mod module;

mod encode;

pub use encode::{component_of, shape};
pub use kind::{Cut, Kind};
pub use specimen::{Door, Specimen, specimens};

/// A component with so many memories of 64 MiB.
///
/// # Errors
/// When what is generated is no component.
pub fn with_memories(memories: usize) -> anyhow::Result<Vec<u8>> {
    let core = "(core module $m (memory (export \"memory\") 1024))\n";
    let instances = "(core instance (instantiate $m))\n".repeat(memories);
    Ok(wat::parse_str(format!("(component {core}{instances})"))?)
}
