//! Who has a place, and whether places are short: a peer has so many at most, and who only sits there leaves while others wait.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

use crate::{Limits, PeerAddress};

/// The places of one listener.
#[derive(Debug)]
pub(crate) struct Places {
    free: Arc<Semaphore>,
    of_peers: Arc<OfPeers>,
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
    peer: Peer,
    of_peers: Arc<OfPeers>,
}

/// How many places each peer has.
#[derive(Debug)]
struct OfPeers {
    most: usize,
    // A look-up a connection, never held across a wait. It has as many entries as there are places, at most.
    taken: Mutex<HashMap<Peer, usize>>,
}

/// Who counts as one: an address of IPv4, the network of a household, or a user of this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Peer {
    Address(IpAddr),
    User(u32),
}

impl Places {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            free: Arc::new(Semaphore::new(limits.max_connections)),
            of_peers: Arc::new(OfPeers { most: limits.max_connections_per_peer, taken: Mutex::default() }),
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
        let peer = Peer::of(peer);
        let mut taken = self.of_peers.lock();
        let of_peer = taken.entry(peer).or_default();
        // Whoever has none has no entry, so one that is refused was there before, unless nobody is let in at all.
        if *of_peer >= self.of_peers.most {
            return None;
        }
        *of_peer += 1;
        drop(taken);
        Some(Place { _place: place, peer, of_peers: self.of_peers.clone() })
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

impl OfPeers {
    fn lock(&self) -> MutexGuard<'_, HashMap<Peer, usize>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.of_peers.lock();
        if let Some(of_peer) = taken.get_mut(&self.peer) {
            *of_peer -= 1;
            if *of_peer == 0 {
                taken.remove(&self.peer);
            }
        }
    }
}

impl Peer {
    fn of(address: &PeerAddress) -> Self {
        match address {
            PeerAddress::Unix { user } => Self::User(*user),
            PeerAddress::Tcp(address) => Self::Address(match address.ip().to_canonical() {
                IpAddr::V6(address) => {
                    let network = address.to_bits() >> HOST_BITS << HOST_BITS;
                    Ipv6Addr::from_bits(network).into()
                }
                address => address,
            }),
        }
    }
}

/// RFC 7421: what is behind the network of one household.
const HOST_BITS: u32 = 64;

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
        assert_eq!((places.free.available_permits(), places.of_peers.lock().len()), (6, 1));
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
