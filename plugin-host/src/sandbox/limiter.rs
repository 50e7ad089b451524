//! What a sandbox may grow to, all its memories and tables together.

use wasmtime::ResourceLimiter;

/// Sums what a component's memories and tables take, which the engine limits one by one only.
#[derive(Debug)]
pub(crate) struct Limiter {
    memory_left: usize,
    memory_bytes: usize,
    elements_left: usize,
    /// Why growth was refused, once it was.
    pub(super) refused: Option<Refused>,
}

/// What could not grow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The memories together.
    #[error("it needs more memory than its limit of {limit_bytes} bytes")]
    Memory {
        /// The limit.
        limit_bytes: usize,
    },
    /// The tables together.
    #[error("its tables need more than {MAX_TABLE_ELEMENTS} elements")]
    Tables,
}

/// All tables of an instance together; the largest components seen have about 12,000.
pub const MAX_TABLE_ELEMENTS: usize = 20_000;

impl Limiter {
    pub(super) fn new(memory_bytes: usize) -> Self {
        Self { memory_left: memory_bytes, memory_bytes, elements_left: MAX_TABLE_ELEMENTS, refused: None }
    }

    /// Bytes of memory that are in use.
    pub(super) fn used_bytes(&self) -> usize {
        self.memory_bytes - self.memory_left
    }
}

impl ResourceLimiter for Limiter {
    fn memory_growing(&mut self, current: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        let more = desired.saturating_sub(current);
        let Some(left) = self.memory_left.checked_sub(more) else {
            self.refused = Some(Refused::Memory { limit_bytes: self.memory_bytes });
            return Ok(false);
        };
        self.memory_left = left;
        Ok(true)
    }

    fn table_growing(&mut self, current: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        let more = desired.saturating_sub(current);
        let Some(left) = self.elements_left.checked_sub(more) else {
            self.refused = Some(Refused::Tables);
            return Ok(false);
        };
        self.elements_left = left;
        Ok(true)
    }

    // What the engine refuses after this limiter agreed is not given back: the sandbox lives for one call.
    fn instances(&self) -> usize {
        MAX_INSTANCES
    }

    fn tables(&self) -> usize {
        MAX_TABLES
    }

    fn memories(&self) -> usize {
        MAX_MEMORIES
    }
}

/// Core instances of one component: compiled ones seen have at most 20.
pub(crate) const MAX_INSTANCES: usize = 64;
/// Tables of one component.
pub(crate) const MAX_TABLES: usize = 20;
/// Memories of one component: JavaScript needs three.
pub(crate) const MAX_MEMORIES: usize = 4;
