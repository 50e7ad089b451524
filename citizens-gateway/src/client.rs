//! How often a client may come: a bucket for each address, in a table that does not grow.

use listener::{Connection, PeerAddress};
use std::collections::HashMap;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// How often each client may come.
pub(crate) struct Clients {
    per_second: u32,
    // A look-up a request, never held across a wait.
    buckets: Mutex<HashMap<Client, Bucket>>,
}

/// Who comes: an address of IPv4, or the network of 64 bits that one household of IPv6 has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Client {
    V4([u8; 4]),
    V6([u8; 8]),
    /// A process of this machine.
    Local,
}

struct Bucket {
    left: f64,
    since: Instant,
}

/// A visit of a page takes some requests at once.
const BURST_SECONDS: f64 = 4.0;
/// Some megabytes. With more, those are forgotten who may send what they like again, or all if they are few.
const MAX_CLIENTS: usize = 50_000;

impl Client {
    /// Who is at the other end of a connection.
    pub(crate) fn of(connection: &Connection) -> Self {
        match connection.peer_address {
            PeerAddress::Tcp(address) => Self::at(address.ip()),
            PeerAddress::Unix { .. } => Self::Local,
        }
    }

    fn at(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => Self::V4(address.octets()),
            IpAddr::V6(address) => {
                let mut network = [0; 8];
                network.copy_from_slice(&address.octets()[..8]);
                Self::V6(network)
            }
        }
    }
}

/// By it a client gets the same version of a plugin at each visit.
impl fmt::Display for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::V4(address) => write!(f, "{}", Ipv4Addr::from_octets(*address)),
            Self::V6(network) => write!(f, "{:016x}", u64::from_be_bytes(*network)),
            Self::Local => f.write_str("local"),
        }
    }
}

impl Clients {
    pub(crate) fn new(per_second: u32) -> Self {
        Self { per_second, buckets: Mutex::default() }
    }

    /// Whether a client may come once more now.
    pub(crate) fn admit(&self, client: Client, now: Instant) -> Admission {
        let rate = f64::from(self.per_second);
        let most = rate * BURST_SECONDS;
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= MAX_CLIENTS && !buckets.contains_key(&client) {
            forget(&mut buckets, now);
        }
        let bucket = buckets.entry(client).or_insert(Bucket { left: most, since: now });
        let passed = now.saturating_duration_since(bucket.since).as_secs_f64();
        bucket.left = (bucket.left + passed * rate).min(most);
        bucket.since = now;
        if bucket.left < 1.0 {
            return Admission::TooOften;
        }
        bucket.left -= 1.0;
        Admission::Admitted
    }
}

/// Whether a client may come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Admission {
    Admitted,
    TooOften,
}

/// Forgets whose buckets are full again; and all, where a flood of addresses leaves no other way.
fn forget(buckets: &mut HashMap<Client, Bucket>, now: Instant) {
    buckets.retain(|_, bucket| now.saturating_duration_since(bucket.since).as_secs_f64() < BURST_SECONDS);
    // Going through the table for each new address would be the flood's true effect.
    if buckets.len() > MAX_CLIENTS / 2 {
        buckets.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_client_that_comes_too_often_waits_and_others_do_not() {
        let (clients, now) = (Clients::new(10), Instant::now());
        let one = Client::at("10.0.0.1".parse().expect("an address"));
        let admitted = (0..100).filter(|_| clients.admit(one, now) == Admission::Admitted).count();
        assert_eq!(admitted, 40);
        assert_eq!(clients.admit(Client::Local, now), Admission::Admitted);
        assert_eq!(clients.admit(one, now + Duration::from_millis(150)), Admission::Admitted);
        assert_eq!(clients.admit(one, now + Duration::from_millis(150)), Admission::TooOften);
    }

    #[test]
    fn all_addresses_of_a_household_are_one_client() {
        let at = |text: &str| Client::at(text.parse().expect("an address"));
        assert_eq!(at("2001:db8::1"), at("2001:db8::ffff:1"));
        assert_ne!(at("2001:db8::1"), at("2001:db8:0:1::1"));
        assert_eq!(at("::ffff:10.0.0.1"), at("10.0.0.1"));
    }

    #[test]
    fn a_flood_of_addresses_fills_no_memory() {
        let (clients, now) = (Clients::new(1), Instant::now());
        for number in 0..=MAX_CLIENTS as u32 {
            clients.admit(Client::V4(number.to_be_bytes()), now);
        }
        assert!(clients.buckets.lock().expect("a table").len() <= MAX_CLIENTS);
    }
}
