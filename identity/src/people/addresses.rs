//! How often one address may try, in a table that does not grow.

use clock::Timestamp;
use http::Extensions;
use listener::{Connection, PeerAddress};
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

/// Tries of each address in the minute that goes on.
#[derive(Default)]
pub(super) struct Addresses {
    // A look-up a try, never held across a wait.
    tries: Mutex<HashMap<[u8; 8], (i64, u32)>>,
}

/// Failed tries of one address in a minute.
const MOST_A_MINUTE: u32 = 30;
/// Some megabytes. A flood of addresses has all forgotten: each account still counts for itself.
const MOST_ADDRESSES: usize = 50_000;
const WINDOW_SECONDS: i64 = 60;

impl Addresses {
    /// Whether whoever is at the other end may try.
    pub(super) fn may_try(&self, extensions: &Extensions, now: Timestamp) -> bool {
        let Some(client) = client(extensions) else { return true };
        let tries = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        tries.get(&client).is_none_or(|(since, count)| {
            now.as_second() >= since.saturating_add(WINDOW_SECONDS) || *count < MOST_A_MINUTE
        })
    }

    /// Counts a failure.
    pub(super) fn failed(&self, extensions: &Extensions, now: Timestamp) {
        let Some(client) = client(extensions) else { return };
        let mut tries = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        if tries.len() >= MOST_ADDRESSES && !tries.contains_key(&client) {
            tries.retain(|_, (since, _)| now.as_second() < since.saturating_add(WINDOW_SECONDS));
            if tries.len() >= MOST_ADDRESSES {
                tries.clear();
            }
        }
        let entry = tries.entry(client).or_insert((now.as_second(), 0));
        if now.as_second() >= entry.0.saturating_add(WINDOW_SECONDS) {
            *entry = (now.as_second(), 0);
        }
        entry.1 = entry.1.saturating_add(1);
    }
}

/// An address of IPv4, or the network of 64 bits that a household of IPv6 has. A process of this machine is not counted.
fn client(extensions: &Extensions) -> Option<[u8; 8]> {
    let PeerAddress::Tcp(address) = &extensions.get::<Connection>()?.peer_address else { return None };
    let mut client = [0; 8];
    match address.ip().to_canonical() {
        IpAddr::V4(address) => client[4..].copy_from_slice(&address.octets()),
        IpAddr::V6(address) => client.copy_from_slice(&address.octets()[..8]),
    }
    Some(client)
}
