//! Components compiled ahead of time, in a process that can be cut off, and kept so that nobody else can put code there.
//!
//! A component is code of a stranger, and compiling it may take any amount of time and memory. So the server never does it
//! itself: [`Compiler`] starts a child with limits, whose only work is [`run_child`]. What the child made is machine code
//! that runs inside the server, so [`CompiledCache`] keeps it under a key of the server, bound to the component and the
//! engine; [`ComponentLoader`] puts the two together.

mod cache;
mod child;
mod compiler;
mod deserialize;
mod key;
mod loader;
#[cfg(test)]
mod tests;

pub use cache::{CacheError, CompiledCache};
pub use child::{ChildError, run_child};
pub use compiler::{CompileError, CompileLimits, Compiler};
pub use key::{CacheKey, KeyError};
pub use loader::{ComponentLoader, LoadError};
