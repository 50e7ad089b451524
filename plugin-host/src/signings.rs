//! Who waits for which signatures: a call is answered when the documents that it had signed are signed.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::timeout;

/// The signings that somebody waits for.
#[derive(Debug, Clone, Default)]
// Shared by calls and agendas, and held for a look-up: never while anybody waits.
pub(crate) struct Signings(Arc<Mutex<HashMap<Key, oneshot::Sender<()>>>>);

/// A plugin, and the id of one of its signings.
type Key = (String, String);

/// The signings that one call waits for. Dropped, it waits no more.
#[derive(Debug, Default)]
pub(crate) struct Expected {
    signings: Signings,
    waiting: Vec<(Key, oneshot::Receiver<()>)>,
}

/// A caller gets the answer after so long even if something is not signed yet; it is signed later then.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

impl Signings {
    /// From now on, the signings of a plugin are waited for.
    pub(crate) fn expect(&self, plugin: &str, ids: &[String]) -> Expected {
        let mut expected = Expected { signings: self.clone(), waiting: Vec::new() };
        if ids.is_empty() {
            return expected;
        }
        let mut signings = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for id in ids {
            let (done, waiting) = oneshot::channel();
            let key = (plugin.to_owned(), id.clone());
            signings.insert(key.clone(), done);
            expected.waiting.push((key, waiting));
        }
        expected
    }

    /// Tells who waits for a signing that its document is signed.
    pub(crate) fn done(&self, plugin: &str, id: &str) {
        let mut signings = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(done) = signings.remove(&(plugin.to_owned(), id.to_owned())) {
            // Nobody hears it who has stopped waiting.
            let _ = done.send(());
        }
    }
}

impl Expected {
    /// Waits for all of them, but not for ever.
    pub(crate) async fn all(mut self) {
        let all = async {
            for (_, waiting) in &mut self.waiting {
                // An error says that somebody else waits for the same by now.
                let _ = waiting.await;
            }
        };
        // Who waited in vain finds the document not signed, and comes again.
        let _ = timeout(LONGEST_WAIT, all).await;
    }
}

impl Drop for Expected {
    fn drop(&mut self) {
        if self.waiting.is_empty() {
            return;
        }
        let mut signings = self.signings.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (key, _) in &self.waiting {
            signings.remove(key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn waits_for_all_but_not_for_ever() {
        let signings = Signings::default();
        let began = tokio::time::Instant::now();
        let expected = signings.expect("cases", &["a".to_owned(), "b".to_owned()]);
        signings.done("cases", "b");
        signings.done("register", "a");
        signings.done("cases", "a");
        expected.all().await;
        assert_eq!(began.elapsed(), Duration::ZERO);

        let expected = signings.expect("cases", &["a".to_owned(), "b".to_owned()]);
        signings.done("cases", "b");
        expected.all().await;
        assert_eq!(began.elapsed(), LONGEST_WAIT);
        assert!(signings.0.lock().expect("no panic").is_empty());
    }
}
