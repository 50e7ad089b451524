//! The rows of a plugin's keyspace, as its imports read and write them. Whatever they do is weighed: what the host holds for
//! one call has a bound, however small the pieces are.

use storage::counter::Bounds;

use crate::contract::limits::ROW_BYTES;
use crate::sandbox::{Sandbox, Stop, View};

impl Sandbox {
    pub(super) fn read_row(&mut self, key: &[u8]) -> Result<Option<Vec<u8>>, Stop> {
        self.note(key.len())?;
        let keyspace = self.keyspace();
        self.view.get(keyspace, key)
    }

    pub(super) fn put_row(&mut self, function: &'static str, key: Vec<u8>, value: Vec<u8>) -> Result<(), Stop> {
        let keyspace = self.keyspace();
        let transaction = self.view.writing(function)?;
        self.effects.write(key.len() + value.len())?;
        transaction.put(keyspace, key, value);
        Ok(())
    }

    pub(super) fn delete_row(&mut self, function: &'static str, key: Vec<u8>) -> Result<(), Stop> {
        let keyspace = self.keyspace();
        let transaction = self.view.writing(function)?;
        self.effects.write(key.len())?;
        transaction.delete(keyspace, key);
        Ok(())
    }

    pub(super) fn add_to_row(
        &mut self,
        function: &'static str,
        key: Vec<u8>,
        delta: i64,
        bounds: Bounds,
    ) -> Result<(), Stop> {
        let keyspace = self.keyspace();
        let transaction = self.view.writing(function)?;
        self.effects.write(key.len())?;
        transaction.add(keyspace, key, delta, bounds);
        Ok(())
    }

    /// A read of a call that may write is noted, and the notes have a bound.
    pub(super) fn note(&mut self, key_bytes: usize) -> Result<(), Stop> {
        match self.view {
            View::Read(_) => Ok(()),
            View::Write(_) => self.effects.weigh(key_bytes + ROW_BYTES),
        }
    }
}
