//! How quick the guests of a plugin have been of late, which decides where its next one begins.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

/// Whether a plugin is quick, by its last calls.
#[derive(Debug, Default)]
pub(crate) struct Pace {
    owed: AtomicU32,
}

/// So many quick calls make up for a slow one. What a plugin can take of its callers' lane is then a few milliseconds
/// for every so many calls, however it behaves in between.
const OWED: u32 = 16;

impl Pace {
    pub(super) fn is_quick(&self) -> bool {
        self.owed.load(Relaxed) == 0
    }

    pub(super) fn was_slow(&self) {
        self.owed.store(OWED, Relaxed);
    }

    pub(super) fn was_quick(&self) {
        // Of two that end at once one may be lost or counted twice, which is no matter.
        let owed = self.owed.load(Relaxed);
        self.owed.store(owed.saturating_sub(1), Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plugin_is_quick_until_a_call_is_slow_and_again_after_many_that_are_not() {
        let pace = Pace::default();
        assert!(pace.is_quick());
        pace.was_slow();
        for _ in 0..OWED {
            assert!(!pace.is_quick());
            pace.was_quick();
        }
        assert!(pace.is_quick());
        pace.was_quick();
        assert!(pace.is_quick());
    }
}
