//! Who has a place, and whether places are short: a peer has so many at most, and who only sits there leaves while others wait.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

use crate::{Limits, Peer, PeerAddress, Share, Shares};

/// The places of one listener.
#[derive(Debug)]
pub(crate) struct Places {
    free: Arc<Semaphore>,
    of_peers: Shares<Peer>,
    most_of_peer: u64,
    crowd: Arc<Crowd>,
}

/// Whether all places are taken, and how long somebody without a request keeps one then.
#[derive(Debug)]
pub(crate) struct Crowd {
    is_full: watch::Sender<bool>,
    patience: Duration,
}

/// A place that somebody has, until it is dropped.
#[derive(Debug)]
pub(crate) struct Place {
    _place: OwnedSemaphorePermit,
    _of_peer: Share<Peer>,
}

impl Places {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            free: Arc::new(Semaphore::new(limits.max_connections)),
            of_peers: Shares::default(),
            most_of_peer: limits.max_connections_per_peer as u64,
            crowd: Arc::new(Crowd { is_full: watch::Sender::new(false), patience: limits.crowded_idle_timeout }),
        }
    }

    pub(crate) fn crowd(&self) -> Arc<Crowd> {
        self.crowd.clone()
    }

    /// Waits until there is a place for whoever comes next. The semaphore is never closed, so there always is one in the end.
    pub(crate) async fn next(&self) -> Option<OwnedSemaphorePermit> {
        if let Ok(place) = self.free.clone().try_acquire_owned() {
            return Some(place);
        }
        self.crowd.is_full.send_replace(true);
        let place = self.free.clone().acquire_owned().await;
        self.crowd.is_full.send_replace(false);
        place.ok()
    }

    /// Gives a place to a peer, unless it has as many as it may have.
    pub(crate) fn give(&self, place: OwnedSemaphorePermit, peer: &PeerAddress) -> Option<Place> {
        let mut of_peer = self.of_peers.share(Peer::of(peer));
        of_peer.grow(1, self.most_of_peer).then_some(Place { _place: place, _of_peer: of_peer })
    }
}

impl Crowd {
    pub(crate) fn changes(&self) -> watch::Receiver<bool> {
        self.is_full.subscribe()
    }

    /// The usual patience, or less in a crowd.
    pub(crate) fn patience(&self, usual: Duration, changes: &mut watch::Receiver<bool>) -> Duration {
        if *changes.borrow_and_update() { usual.min(self.patience) } else { usual }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> PeerAddress {
        PeerAddress::Tcp(text.parse().expect("an address"))
    }

    #[tokio::test]
    async fn a_peer_has_so_many_places_and_gets_another_when_one_is_left() {
        let limits = Limits { max_connections: 8, max_connections_per_peer: 2, ..Limits::default() };
        let places = Places::new(&limits);
        let (one, other) = (at("[2001:db8::1]:1"), at("[2001:db8:0:1::1]:1"));
        let first = places.give(places.next().await.unwrap(), &one).expect("a place");
        let _second =
            places.give(places.next().await.unwrap(), &at("[2001:db8::2]:9")).expect("a place of the same household");
        assert!(places.give(places.next().await.unwrap(), &one).is_none());
        assert!(places.give(places.next().await.unwrap(), &other).is_some(), "another household has its own");
        drop(first);
        let _third = places.give(places.next().await.unwrap(), &one).expect("a place again");
        // Who was refused or has left takes up nothing.
        assert_eq!((places.free.available_permits(), places.of_peers.holders()), (6, 1));
    }

    #[tokio::test]
    async fn places_are_short_only_while_all_are_taken() {
        let places = Arc::new(Places::new(&Limits { max_connections: 1, ..Limits::default() }));
        let crowd = places.crowd();
        let mut changes = crowd.changes();
        let usual = Duration::from_secs(60);
        let only = places.next().await.unwrap();
        assert_eq!(crowd.patience(usual, &mut changes), usual);
        let waiting = tokio::spawn({
            let places = places.clone();
            async move { drop(places.next().await) }
        });
        changes.changed().await.expect("it gets full");
        assert_eq!(crowd.patience(usual, &mut changes), Duration::from_secs(1));
        drop(only);
        waiting.await.expect("it got a place");
        assert_eq!(crowd.patience(usual, &mut changes), usual);
    }
}
