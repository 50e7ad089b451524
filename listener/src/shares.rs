//! How much of something each has, where nobody is to have all of it.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Who has how much. Clones share it. It has an entry for each who has something.
#[derive(Debug)]
pub struct Shares<K>(
    // A look-up each time somebody takes more, never held across a wait.
    Arc<Mutex<HashMap<K, u64>>>,
);

/// What somebody has, until it is dropped.
#[derive(Debug)]
pub struct Share<K: Eq + Hash> {
    shares: Shares<K>,
    of: K,
    amount: u64,
}

impl<K> Default for Shares<K> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<K> Clone for Shares<K> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<K: Eq + Hash> Shares<K> {
    /// A share in which there is nothing yet.
    #[must_use]
    pub fn share(&self, of: K) -> Share<K> {
        Share { shares: self.clone(), of, amount: 0 }
    }

    /// How many have something.
    #[must_use]
    pub fn holders(&self) -> usize {
        self.lock().len()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<K, u64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K: Clone + Eq + Hash> Share<K> {
    /// Takes so much more, if all shares of the same have no more than `most` together then.
    #[must_use]
    pub fn grow(&mut self, amount: u64, most: u64) -> bool {
        let mut shares = self.shares.lock();
        let grown = shares.get(&self.of).copied().unwrap_or(0).saturating_add(amount);
        if grown > most {
            return false;
        }
        if grown > 0 {
            shares.insert(self.of.clone(), grown);
        }
        drop(shares);
        self.amount += amount;
        true
    }
}

impl<K: Eq + Hash> Drop for Share<K> {
    fn drop(&mut self) {
        let mut shares = self.shares.lock();
        if let Some(left) = shares.get_mut(&self.of) {
            *left -= self.amount;
            if *left == 0 {
                shares.remove(&self.of);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn somebody_has_so_much_together_and_again_when_some_of_it_is_gone() {
        let shares = Shares::default();
        let (mut first, mut second, mut other) = (shares.share("a"), shares.share("a"), shares.share("b"));
        assert!(first.grow(3, 4) && first.grow(1, 4));
        assert!(!second.grow(1, 4) && other.grow(4, 4));
        drop(first);
        assert!(second.grow(4, 4));
        assert!(!second.grow(u64::MAX, u64::MAX - 1));
        drop((second, other, shares.share("c")));
        assert_eq!(shares.holders(), 0);
    }
}
