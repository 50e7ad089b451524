//! What is to be done, first come, first served.

use std::marker::PhantomData;

use super::TableError;
use super::record::{self, Record};
use super::scan::Scan;
use super::space::Space;
use crate::context::Context;
use crate::imports::kv::{self, Order};
use crate::time::Timestamp;

/// Items of type `T`, in the order of the calls that pushed them. Pushes do not conflict with each other.
pub struct Queue<T> {
    name: &'static str,
    holds: PhantomData<fn() -> T>,
}

impl<T: Record> Queue<T> {
    /// The queue of a name.
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Self { name, holds: PhantomData }
    }

    /// Puts an item at the end.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn push(&self, context: &Context, item: &T) -> Result<(), TableError> {
        // A place that no other call has, so that nobody has to read where the queue ends.
        let call: (Timestamp, String) = (context.time(), context.request_id.clone());
        let prefix = Space::Queue.key(self.name, &call);
        let last = Scan::new(&prefix, None, Order::Descending, 1).next();
        let pushed = last.map_or(Ok(0), |entry| crate::key::decode::<u32>(&entry.key[prefix.len()..]).map(|n| n + 1));
        let number = pushed.map_err(|source| TableError::Key { table: self.name, source })?;
        kv::put(&Space::Queue.key(self.name, &(call.0, call.1, number)), &record::write(self.name, item)?);
        Ok(())
    }

    /// The first item, which stays.
    ///
    /// # Errors
    /// If it does not read back.
    pub fn peek(&self) -> Result<Option<T>, TableError> {
        self.first().map(|entry| record::read(self.name, &entry.value)).transpose()
    }

    /// Takes the first item out.
    ///
    /// # Errors
    /// If it does not read back. Then it stays the first; [`Queue::skip`] gets past it.
    pub fn pop(&self) -> Result<Option<T>, TableError> {
        let Some(entry) = self.first() else { return Ok(None) };
        let item = record::read(self.name, &entry.value)?;
        kv::delete(&entry.key);
        Ok(Some(item))
    }

    /// Drops the first item without reading it, if there is one.
    pub fn skip(&self) {
        if let Some(entry) = self.first() {
            kv::delete(&entry.key);
        }
    }

    fn first(&self) -> Option<kv::Entry> {
        Scan::new(&Space::Queue.of(self.name), None, Order::Ascending, 1).next()
    }
}
