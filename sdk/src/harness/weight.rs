//! What an attempt has done so far, against the limits of the contract.

use super::attempt::Stop;
use crate::limits::{
    MAX_BLOBS, MAX_CALL_BYTES, MAX_LINES, MAX_METRICS, MAX_NAME_BYTES, MAX_ORDERS, MAX_ROWS, ROW_BYTES,
};

/// How much of everything that has a limit.
#[derive(Debug, Default)]
pub(super) struct Weight {
    bytes: usize,
    rows: usize,
    orders: usize,
    blobs: usize,
    lines: u32,
    metrics: usize,
}

impl Weight {
    /// Notes that a call holds more.
    pub(super) fn hold(&mut self, bytes: usize) -> Result<(), Stop> {
        self.bytes = self.bytes.saturating_add(bytes);
        fits(self.bytes, MAX_CALL_BYTES, "bytes of writes, orders and notes of reads")
    }

    /// Notes a put, a deletion or an addition.
    pub(super) fn write(&mut self, bytes: usize) -> Result<(), Stop> {
        self.rows += 1;
        fits(self.rows, MAX_ROWS, "puts, deletions and additions")?;
        self.hold(bytes + ROW_BYTES)
    }

    /// Notes a message, a publication or a document.
    pub(super) fn order(&mut self, bytes: usize) -> Result<(), Stop> {
        self.orders += 1;
        fits(self.orders, MAX_ORDERS, "orders")?;
        self.hold(bytes + ROW_BYTES)
    }

    pub(super) fn create(&mut self, bytes: usize) -> Result<(), Stop> {
        self.blobs += 1;
        fits(self.blobs, MAX_BLOBS, "blobs created")?;
        self.hold(bytes)
    }

    pub(super) fn log(&mut self) -> Result<(), Stop> {
        self.lines += 1;
        fits(self.lines as usize, MAX_LINES as usize, "lines of log")
    }

    pub(super) fn measure(&mut self) -> Result<(), Stop> {
        self.metrics += 1;
        fits(self.metrics, MAX_METRICS, "metrics")
    }
}

fn fits(number: usize, limit: usize, what: &str) -> Result<(), Stop> {
    if number <= limit { Ok(()) } else { Err(Stop::Trap(format!("more than {limit} {what} in one call"))) }
}

/// Stops a handler that passes something too long.
pub(super) fn at_most(function: &str, what: &str, length: usize, limit: usize) -> Result<(), Stop> {
    if length <= limit {
        return Ok(());
    }
    Err(Stop::Trap(format!("{function}: {what} has {length} bytes, and may have {limit}")))
}

/// Stops a handler that passes a name which is empty or too long.
pub(super) fn a_name(function: &str, what: &str, name: &str) -> Result<(), Stop> {
    if name.is_empty() {
        return Err(Stop::Trap(format!("{function}: {what} is empty")));
    }
    at_most(function, what, name.len(), MAX_NAME_BYTES)
}
