//! The operating system's clock.

use std::sync::Arc;

use jiff::Timestamp;

use crate::{Clock, SharedClock};

/// The operating system's wall clock.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SystemClock;

impl SystemClock {
    /// The operating system's clock as components hold it.
    #[must_use]
    pub fn shared() -> SharedClock {
        Arc::new(Self)
    }
}

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that asks the operating system")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_the_modification_time_of_a_file_written_now() {
        let before = SystemClock.now();
        let file = std::env::temp_dir().join(format!("chakana-clock-{}", std::process::id()));
        std::fs::write(&file, b"now").unwrap();
        let written: Timestamp = std::fs::metadata(&file).unwrap().modified().unwrap().try_into().unwrap();
        std::fs::remove_file(&file).unwrap();

        // A file system's time stamps come from the kernel's tick, which may lag a few milliseconds behind.
        assert!(written.duration_since(before).abs() < jiff::SignedDuration::from_secs(1));
    }
}
