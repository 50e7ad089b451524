//! Who counts as one, where somebody may have or do only so much.

use crate::PeerAddress;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Who comes: an address of IPv4, the network of 64 bits that one household of IPv6 has (RFC 7421), or somebody on this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Peer {
    /// An address of IPv4, also where it comes by IPv6.
    V4([u8; 4]),
    /// A network of IPv6.
    V6([u8; 8]),
    /// A process of this machine, by the number of the user that it runs as.
    Local(u32),
}

impl Peer {
    /// Who is at the other end of a connection.
    #[must_use]
    pub fn of(address: &PeerAddress) -> Self {
        match address {
            PeerAddress::Unix { user } => Self::Local(*user),
            PeerAddress::Tcp(address) => address.ip().into(),
        }
    }
}

impl From<IpAddr> for Peer {
    fn from(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => Self::V4(address.octets()),
            IpAddr::V6(address) => {
                let [a, b, c, d, e, f, g, h, ..] = address.octets();
                Self::V6([a, b, c, d, e, f, g, h])
            }
        }
    }
}

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::V4(address) => Ipv4Addr::from_octets(*address).fmt(f),
            Self::V6(network) => {
                let bits = u128::from(u64::from_be_bytes(*network)) << 64;
                write!(f, "{}/64", Ipv6Addr::from_bits(bits))
            }
            Self::Local(user) => write!(f, "user {user}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_addresses_of_a_household_are_one_peer() {
        let at = |text: &str| Peer::from(text.parse::<IpAddr>().expect("an address"));
        assert_eq!(at("2001:db8::1"), at("2001:db8::ffff:1"));
        assert_ne!(at("2001:db8::1"), at("2001:db8:0:1::1"));
        assert_eq!(at("::ffff:10.0.0.1"), at("10.0.0.1"));
        assert_eq!(at("2001:db8:0:1::1").to_string(), "2001:db8:0:1::/64");
        assert_eq!(at("10.0.0.1").to_string(), "10.0.0.1");
    }
}
