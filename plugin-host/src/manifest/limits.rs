//! What a plugin may use up.

use super::error::Key;
use super::{ManifestError, quantity};
use serde::Deserialize;
use std::fmt;
use std::time::Duration;

/// What a plugin may use up at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    memory_bytes: u64,
    time: Duration,
    storage_bytes: u64,
    calls_per_second: u32,
    concurrent_calls: u32,
}

/// Limits as they are written, in a manifest or by an administrator.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct LimitsTable {
    /// Such as `"16 MiB"`.
    pub memory: Option<String>,
    /// Such as `"1 s"`.
    pub time: Option<String>,
    /// Such as `"256 MiB"`.
    pub storage: Option<String>,
    /// Calls begun in a second.
    pub calls_per_second: Option<u32>,
    /// Calls at the same time.
    pub concurrent_calls: Option<u32>,
}

impl Limits {
    /// The limits of a plugin that names none.
    pub const DEFAULT: Self = Self {
        // Four times what a page of a few hundred rows takes in the largest of the measured languages.
        memory_bytes: 16 * MIB,
        // Ordinary calls take milliseconds; whoever waits at a page has given up after a few seconds.
        time: Duration::from_secs(1),
        // Some hundred thousand cases; a fault that fills it takes hours to do so, and is seen before.
        storage_bytes: 256 * MIB,
        // More than the busiest service of an entity is asked, and a fraction of what one core gives.
        calls_per_second: 1_000,
        // With the default memory this is 1 GiB at worst, and a tenth of the sandboxes that a server has.
        concurrent_calls: 64,
    };

    /// What no plugin may ask for more than.
    pub const CEILING: Self = Self {
        // The size of a slot of the sandboxes.
        memory_bytes: 64 * MIB,
        // Half of what callers in the exchange wait by default.
        time: Duration::from_secs(30),
        storage_bytes: 1024 * 1024 * MIB,
        calls_per_second: 100_000,
        concurrent_calls: 512,
    };

    /// Memory of one call, all linear memories together.
    #[must_use]
    pub const fn memory_bytes(&self) -> u64 {
        self.memory_bytes
    }

    /// Time of one attempt at a call, from start to result.
    #[must_use]
    pub const fn time(&self) -> Duration {
        self.time
    }

    /// Everything that the plugin keeps.
    #[must_use]
    pub const fn storage_bytes(&self) -> u64 {
        self.storage_bytes
    }

    /// Calls begun in a second.
    #[must_use]
    pub const fn calls_per_second(&self) -> u32 {
        self.calls_per_second
    }

    /// Calls at the same time.
    #[must_use]
    pub const fn concurrent_calls(&self) -> u32 {
        self.concurrent_calls
    }

    /// These limits with an administrator's in their place, where she names one.
    ///
    /// # Errors
    /// When a text is not a limit, or a limit is wider than the manifest's.
    pub fn narrowed(&self, by: &LimitsTable) -> Result<Self, ManifestError> {
        by.read(self, self)
    }
}

impl fmt::Display for Limits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (memory, storage) = (quantity::bytes_text(self.memory_bytes), quantity::bytes_text(self.storage_bytes));
        let time = quantity::duration_text(self.time);
        let Self { calls_per_second, concurrent_calls, .. } = self;
        write!(
            f,
            "{memory} memory, {time} a call, {storage} storage, {calls_per_second} calls a second, {concurrent_calls} at once"
        )
    }
}

impl LimitsTable {
    /// The limits of a manifest.
    pub(super) fn requested(&self) -> Result<Limits, ManifestError> {
        self.read(&Limits::DEFAULT, &Limits::CEILING)
    }

    fn read(&self, default: &Limits, most: &Limits) -> Result<Limits, ManifestError> {
        Ok(Limits {
            memory_bytes: size("memory", self.memory.as_deref(), default.memory_bytes, MIB..=most.memory_bytes)?,
            time: time(self.time.as_deref(), default.time, most.time)?,
            storage_bytes: size("storage", self.storage.as_deref(), default.storage_bytes, MIB..=most.storage_bytes)?,
            calls_per_second: number(
                "calls-per-second",
                self.calls_per_second,
                default.calls_per_second,
                most.calls_per_second,
            )?,
            concurrent_calls: number(
                "concurrent-calls",
                self.concurrent_calls,
                default.concurrent_calls,
                most.concurrent_calls,
            )?,
        })
    }
}

fn size(
    name: &str,
    text: Option<&str>,
    default: u64,
    allowed: std::ops::RangeInclusive<u64>,
) -> Result<u64, ManifestError> {
    let Some(text) = text else { return Ok(default) };
    quantity::bytes(text).filter(|bytes| allowed.contains(bytes)).ok_or_else(|| {
        let (least, most) = (quantity::bytes_text(*allowed.start()), quantity::bytes_text(*allowed.end()));
        key(name).refused(text, format!("{least} to {most} are allowed"), "write a size like \"16 MiB\" within that")
    })
}

fn time(text: Option<&str>, default: Duration, most: Duration) -> Result<Duration, ManifestError> {
    let Some(text) = text else { return Ok(default) };
    quantity::duration(text).filter(|time| (MILLISECOND..=most).contains(time)).ok_or_else(|| {
        let rule = format!("1 ms to {} are allowed", quantity::duration_text(most));
        key("time").refused(text, rule, "write a duration like \"500 ms\" or \"1 s\" within that")
    })
}

fn number(name: &str, written: Option<u32>, default: u32, most: u32) -> Result<u32, ManifestError> {
    match written {
        None => Ok(default),
        Some(number) if (1..=most).contains(&number) => Ok(number),
        Some(number) => {
            Err(key(name).refused_as(number, format!("1 to {most} are allowed"), "write a number within that"))
        }
    }
}

fn key(name: &str) -> Key {
    Key::new(format!("[limits] {name}"))
}

const MIB: u64 = 1024 * 1024;
const MILLISECOND: Duration = Duration::from_millis(1);
