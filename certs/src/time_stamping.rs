//! The time-stamping authority (RFC 3161): serial numbers that are never used twice, times that never go back.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use trust::certificate::Certificate;
use trust::timestamp::FailureReason;
use trust::timestamp::authority::{Policy, ToBeSigned, parse_request, rejection};

use crate::service_key::ServiceKey;
use crate::{IndexError, durable};

/// The time-stamping authority.
pub(crate) struct TimeStamper {
    key: ServiceKey,
    chain: Vec<Certificate>,
    policy: Policy,
    // One request after the other takes a number; signing is done outside the lock.
    counter: Mutex<Counter>,
}

/// Serial numbers and the newest time, of which the file is always ahead.
#[derive(Debug)]
pub(crate) struct Counter {
    path: PathBuf,
    next: u64,
    newest: Timestamp,
    saved: Saved,
}

/// What the file says: numbers from `unused_from` on were never used, and no timestamp is later than `newest` and
/// [`SAVE_EVERY`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Saved {
    unused_from: u64,
    newest: Timestamp,
}

impl TimeStamper {
    /// The authority with this key; `issuing` and whoever certified it go into tokens that want certificates.
    pub(crate) fn new(key: ServiceKey, issuing: &Certificate, policy: Policy, counter: Counter) -> Self {
        let chain = vec![key.certificate().clone(), issuing.clone()];
        Self { key, chain, policy, counter: Mutex::new(counter) }
    }

    pub(crate) fn key(&self) -> &ServiceKey {
        &self.key
    }

    /// Answers a request (DER) with a response (DER): there always is one. A test may have the time that is stamped
    /// lie `behind`.
    pub(crate) fn stamp(&self, request: &[u8], now: Timestamp, behind: SignedDuration) -> Vec<u8> {
        self.try_stamp(request, now, behind).unwrap_or_else(rejection)
    }

    fn try_stamp(&self, request: &[u8], now: Timestamp, behind: SignedDuration) -> Result<Vec<u8>, FailureReason> {
        let request = parse_request(request)?;
        let (serial, time) = self.counter.lock().unwrap_or_else(PoisonError::into_inner).take(now)?;
        let token = ToBeSigned::new(&request, self.key.certificate(), &self.policy, serial, time - behind)?;
        let signature = self.key.sign(token.bytes()).map_err(|error| {
            tracing::error!(error = %error, "failed to sign a timestamp");
            FailureReason::SystemFailure
        })?;
        Ok(token.complete(&signature, &self.chain))
    }
}

impl Counter {
    /// Reads the file at `path`, or begins at serial number 1.
    pub(crate) fn open(path: &Path) -> Result<Self, IndexError> {
        let content = durable::read(path, MAX_FILE_BYTES);
        let content = content.map_err(|source| IndexError::Read { path: path.to_owned(), source })?;
        let saved = match content {
            None => Saved { unused_from: 1, newest: Timestamp::UNIX_EPOCH },
            Some(content) => {
                serde_json::from_slice(&content).map_err(|_| IndexError::Damaged { path: path.to_owned(), line: 1 })?
            }
        };
        Ok(Self { path: path.to_owned(), next: saved.unused_from, newest: saved.newest, saved })
    }

    /// Takes the next serial number, and the time to stamp with it.
    fn take(&mut self, now: Timestamp) -> Result<(u64, Timestamp), FailureReason> {
        if self.newest.duration_since(now) > TOLERATED_STEP {
            tracing::error!(clock = %now, newest = %self.newest, "the clock went back behind a timestamp already given");
            return Err(FailureReason::TimeNotAvailable);
        }
        let time = now.max(self.newest);
        if self.next >= self.saved.unused_from || time.duration_since(self.saved.newest) >= SAVE_EVERY {
            self.save(time)?;
        }
        let serial = self.next;
        self.next += 1;
        self.newest = time;
        Ok((serial, time))
    }

    /// Reserves serial numbers. After a crash the rest of them is left out, which harms nobody.
    fn save(&mut self, newest: Timestamp) -> Result<(), FailureReason> {
        let saved = Saved { unused_from: self.next.saturating_add(RESERVED_AT_ONCE), newest };
        let content = serde_json::to_vec(&saved).map_err(|_| FailureReason::SystemFailure)?;
        durable::replace(&self.path, &content).map_err(|error| {
            tracing::error!(error = %error, path = %self.path.display(), "failed to save the serial number of timestamps");
            FailureReason::SystemFailure
        })?;
        self.saved = saved;
        Ok(())
    }
}

/// Steps of the clock that NTP makes; the time that is stamped then stands still for a moment.
const TOLERATED_STEP: SignedDuration = SignedDuration::from_secs(1);
/// So close after a restart it is still noticed that the clock went back.
const SAVE_EVERY: SignedDuration = SignedDuration::from_secs(60);
const RESERVED_AT_ONCE: u64 = 1_000;
const MAX_FILE_BYTES: u64 = 1024;

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    #[test]
    fn never_uses_a_serial_number_twice_even_after_a_crash() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("time-stamping.json");
        let mut highest = 0;
        for _ in 0..3 {
            let mut counter = Counter::open(&path).unwrap();
            for _ in 0..RESERVED_AT_ONCE + 1 {
                let (serial, _) = counter.take(at(0)).unwrap();
                assert!(serial > highest);
                highest = serial;
            }
        }
    }

    #[test]
    fn never_stamps_an_earlier_time() {
        let folder = tempfile::tempdir().unwrap();
        let mut counter = Counter::open(&folder.path().join("time-stamping.json")).unwrap();
        assert_eq!(counter.take(at(10)).unwrap().1, at(10));
        assert_eq!(counter.take(at(9)).unwrap().1, at(10), "a small step is waited out");
        assert_eq!(counter.take(at(8)), Err(FailureReason::TimeNotAvailable));
        assert_eq!(counter.take(at(11)).unwrap().1, at(11));
    }

    #[test]
    fn notices_after_a_restart_that_the_clock_went_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("time-stamping.json");
        let mut counter = Counter::open(&path).unwrap();
        for second in 0..200 {
            counter.take(at(second)).unwrap();
        }
        let mut counter = Counter::open(&path).unwrap();
        assert_eq!(counter.take(at(100)), Err(FailureReason::TimeNotAvailable));
        assert!(counter.take(at(200)).is_ok());
    }

    #[test]
    fn refuses_a_damaged_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("time-stamping.json");
        for content in ["", "{}", "{\"unused_from\":1,\"newest\":\"2026-11-21T00:00:00Z\",\"more\":1}"] {
            std::fs::write(&path, content).unwrap();
            assert!(matches!(Counter::open(&path), Err(IndexError::Damaged { .. })), "{content}");
        }
    }
}
