//! The order of commits, and where in it the open transactions began.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A place in the order of commits: each group that wrote something has the next one.
pub(crate) type Version = u64;

/// Shared by the committer, which advances it, and the transactions, which begin at it.
///
/// Behind a lock because a transaction must not begin at a version whose successors the committer is just about to
/// forget. It is held for a few instructions, and a poisoned one still guards whole values.
#[derive(Clone, Debug, Default)]
pub(crate) struct Versions(Arc<Mutex<Order>>);

#[derive(Debug, Default)]
struct Order {
    newest: Version,
    /// How many transactions are open that began at a version.
    open: BTreeMap<Version, usize>,
}

impl Versions {
    /// Begins at the newest version. The snapshot is to be taken afterwards: one that shows more than its version
    /// says can cause a needless conflict, one that shows less would hide a real one.
    pub(crate) fn begin(&self) -> Began {
        let mut order = self.lock();
        let version = order.newest;
        *order.open.entry(version).or_default() += 1;
        Began { version, versions: self.clone() }
    }

    pub(crate) fn newest(&self) -> Version {
        self.lock().newest
    }

    /// Shows that `version` is durable; returns the oldest version that an open transaction began at.
    pub(crate) fn advance(&self, version: Version) -> Version {
        let mut order = self.lock();
        order.newest = version;
        order.open.keys().next().copied().unwrap_or(version)
    }

    fn lock(&self) -> MutexGuard<'_, Order> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where a transaction began. As long as it is kept, the writes since then are remembered, within the limits.
#[derive(Debug)]
pub(crate) struct Began {
    version: Version,
    versions: Versions,
}

impl Began {
    pub(crate) fn version(&self) -> Version {
        self.version
    }
}

impl Drop for Began {
    fn drop(&mut self) {
        let mut order = self.versions.lock();
        if let Some(open) = order.open.get_mut(&self.version) {
            *open -= 1;
            if *open == 0 {
                order.open.remove(&self.version);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_the_oldest_transaction_that_is_open() {
        let versions = Versions::default();
        let (first, second) = (versions.begin(), versions.begin());
        assert_eq!(versions.advance(1), 0);
        let third = versions.begin();
        drop(first);
        assert_eq!(versions.advance(2), 0, "another one began there too");
        drop(second);
        assert_eq!((versions.advance(3), third.version()), (1, 1));
        drop(third);
        assert_eq!(versions.advance(4), 4);
    }
}
