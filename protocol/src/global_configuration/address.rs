//! Where a server is reached.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// `host:port`; an IPv6 address stands in brackets.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ServerAddress {
    host: Arc<str>,
    port: u16,
}

/// A text that is no `host:port`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an address is a host name or IP address, a colon and a port number")]
pub struct AddressError;

impl ServerAddress {
    /// The host: a name or an address, an IPv6 address without its brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        self.host.trim_start_matches('[').trim_end_matches(']')
    }

    /// The port.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }
}

impl FromStr for ServerAddress {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let (host, port) = text.rsplit_once(':').ok_or(AddressError)?;
        let digits = !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()) && !port.starts_with('0');
        let port = if digits { port.parse().map_err(|_| AddressError)? } else { return Err(AddressError) };
        if !(is_name(host) || is_ipv6(host)) {
            return Err(AddressError);
        }
        Ok(Self { host: Arc::from(host), port })
    }
}

impl fmt::Display for ServerAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.host, self.port)
    }
}

/// A DNS name or an IPv4 address: labels of letters, digits and inner hyphens.
fn is_name(host: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty()
            && label.len() <= MAX_LABEL_BYTES
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    host.len() <= MAX_NAME_BYTES && host.split('.').all(label)
}

fn is_ipv6(host: &str) -> bool {
    let inner = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    inner.is_some_and(|inner| inner.parse::<std::net::Ipv6Addr>().is_ok())
}

/// RFC 1035 §2.3.4.
const MAX_LABEL_BYTES: usize = 63;
const MAX_NAME_BYTES: usize = 253;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_names_and_both_kinds_of_ip_addresses() {
        for good in ["ss1.segip.gob.bo:5500", "127.0.0.1:1", "[::1]:65535", "localhost:80"] {
            assert_eq!(good.parse::<ServerAddress>().unwrap().to_string(), good);
        }
        assert_eq!("[::1]:5500".parse::<ServerAddress>().unwrap().host(), "::1");
    }

    #[test]
    fn refuses_what_is_no_address() {
        for bad in [
            "",
            "host",
            "host:",
            ":80",
            "host:0",
            "host:065",
            "host:65536",
            "a b:80",
            "::1:80",
            "-a:80",
            "a..b:80",
            "h/x:80",
        ] {
            assert!(bad.parse::<ServerAddress>().is_err(), "{bad}");
        }
    }
}
