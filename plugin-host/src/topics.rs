//! Who hears of which topic.
//!
//! A plugin hears of what is published from the moment that the server knows of it, also while no version of it is
//! loaded: what it is to hear waits on the publisher's agenda. Topics reach no other member's plugins: what leaves a
//! member goes through the exchange.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwap;
use protocol::identifier::MemberId;

use crate::manifest::{Manifest, Subscription};

/// The subscriptions of all plugins that a server has.
#[derive(Debug, Clone, Default)]
pub(crate) struct Topics(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    // Replaced whole when a plugin comes or goes; every publication reads it.
    subscribers: ArcSwap<Subscribers>,
    // Held while the set is changed, so that no change is lost.
    of_plugins: Mutex<BTreeMap<String, (MemberId, Vec<Subscription>)>>,
}

/// Subscribers by publisher and topic.
type Subscribers = HashMap<(String, String), Vec<(MemberId, String)>>;

impl Topics {
    /// The plugins of a member that hear of a topic of its plugin `publisher`.
    pub(crate) fn subscribers(&self, member: &MemberId, publisher: &str, topic: &str) -> Vec<String> {
        let subscribers = self.0.subscribers.load();
        let all = subscribers.get(&(publisher.to_owned(), topic.to_owned()));
        all.into_iter().flatten().filter(|(of, _)| of == member).map(|(_, subscriber)| subscriber.clone()).collect()
    }

    /// A plugin of a member hears from now on what its manifest says, and nothing else.
    pub(crate) fn hears(&self, member: &MemberId, manifest: &Manifest) {
        let subscriptions = (member.clone(), manifest.subscriptions().to_vec());
        self.change(|of_plugins| drop(of_plugins.insert(manifest.name().as_str().to_owned(), subscriptions)));
    }

    /// A plugin hears nothing any more.
    pub(crate) fn forget(&self, plugin: &str) {
        self.change(|of_plugins| drop(of_plugins.remove(plugin)));
    }

    fn change(&self, change: impl FnOnce(&mut BTreeMap<String, (MemberId, Vec<Subscription>)>)) {
        let mut of_plugins = self.0.of_plugins.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut of_plugins);
        let mut subscribers = Subscribers::new();
        for (plugin, (member, subscriptions)) in &*of_plugins {
            for subscription in subscriptions {
                let of = (subscription.publisher().as_str().to_owned(), subscription.topic().as_str().to_owned());
                subscribers.entry(of).or_default().push((member.clone(), plugin.clone()));
            }
        }
        self.0.subscribers.store(Arc::new(subscribers));
    }
}
