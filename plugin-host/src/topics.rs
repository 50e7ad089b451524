//! Who hears of which topic.

use std::collections::HashMap;
use std::sync::Arc;

use arc_swap::ArcSwap;

use crate::manifest::Manifest;

/// The subscriptions of all loaded plugins, replaced whole when one is loaded or removed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Topics(Arc<ArcSwap<Subscribers>>);

/// Subscribers by publisher and topic.
type Subscribers = HashMap<(String, String), Vec<String>>;

impl Topics {
    /// The plugins that hear of a publisher's topic.
    pub(crate) fn subscribers(&self, publisher: &str, topic: &str) -> Vec<String> {
        self.0.load().get(&(publisher.to_owned(), topic.to_owned())).cloned().unwrap_or_default()
    }

    /// Takes the subscriptions of these plugins in place of all earlier ones.
    pub(crate) fn replace<'a>(&self, plugins: impl Iterator<Item = &'a Manifest>) {
        let mut subscribers = Subscribers::new();
        for manifest in plugins {
            for subscription in manifest.subscriptions() {
                let of = (subscription.publisher().as_str().to_owned(), subscription.topic().as_str().to_owned());
                subscribers.entry(of).or_default().push(manifest.name().as_str().to_owned());
            }
        }
        self.0.store(Arc::new(subscribers));
    }
}
