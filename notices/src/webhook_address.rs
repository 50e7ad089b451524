//! Which addresses a webhook may have: one that is public, so that nobody makes this server call its own network.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

use crate::settings::WebhookReach;

/// A URL that may be called, if the address of its host may.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct WebhookUrl(Url);

impl WebhookUrl {
    /// Reads a URL, or says what is wrong with it.
    pub(crate) fn read(text: &str, reach: WebhookReach) -> Result<Self, &'static str> {
        if text.len() > MAX_URL_BYTES {
            return Err("it has more than 512 bytes");
        }
        let url = Url::parse(text.trim()).map_err(|_| "it is no URL")?;
        if url.scheme() != "https" && !(url.scheme() == "http" && reach == WebhookReach::Loopback) {
            return Err("it does not begin with https://");
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err("it has a user in it");
        }
        if url.fragment().is_some() {
            return Err("it has a fragment, which is never sent");
        }
        let address = match url.host() {
            None => return Err("it has no host"),
            Some(Host::Domain(_)) => return Ok(Self(url)),
            Some(Host::Ipv4(address)) => IpAddr::V4(address),
            Some(Host::Ipv6(address)) => IpAddr::V6(address),
        };
        if may_be_called(address, reach) { Ok(Self(url)) } else { Err(NOT_PUBLIC) }
    }

    /// The URL.
    pub(crate) fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Host, without the brackets of an address.
    pub(crate) fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']')
    }

    /// Host and port as the header `Host` has them.
    pub(crate) fn authority(&self) -> String {
        let host = self.0.host_str().unwrap_or_default();
        self.0.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
    }

    pub(crate) fn port(&self) -> u16 {
        self.0.port_or_known_default().unwrap_or(443)
    }

    pub(crate) fn is_https(&self) -> bool {
        self.0.scheme() == "https"
    }

    /// Path and query.
    pub(crate) fn target(&self) -> String {
        self.0.query().map_or_else(|| self.0.path().to_owned(), |query| format!("{}?{query}", self.0.path()))
    }
}

/// Whether an address may be called.
pub(crate) fn may_be_called(address: IpAddr, reach: WebhookReach) -> bool {
    let address = address.to_canonical();
    match address {
        _ if address.is_loopback() => reach == WebhookReach::Loopback,
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

/// RFC 6890 and the IANA registry that it began, of special-purpose addresses.
fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_documentation()
        || a == 0
        || a >= 240
        || (a == 100 && b & 0xc0 == 64)
        || (a == 192 && b == 0 && c == 0)
        || (a == 192 && b == 88 && c == 99)
        || (a == 198 && b & 0xfe == 18);
    !special
}

/// Of IPv6, only what is given out for the world (2000::/3), without what stands for other addresses or for none.
fn is_public_v6(address: Ipv6Addr) -> bool {
    let [a, b, ..] = address.segments();
    let given_out = a & 0xe000 == 0x2000;
    let special = (a == 0x2001 && (b < 0x0200 || b == 0x0db8)) || a == 0x2002 || (a & 0xfff0 == 0x3ff0);
    given_out && !special
}

pub(crate) const NOT_PUBLIC: &str = "its host has an address that is not public";
const MAX_URL_BYTES: usize = 512;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_public_addresses_may_be_called() {
        for address in [
            "127.0.0.1",
            "10.0.0.1",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "192.0.0.8",
            "198.18.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "203.0.113.1",
            "::1",
            "::",
            "::ffff:10.0.0.1",
            "fe80::1",
            "fc00::1",
            "fd12::1",
            "ff02::1",
            "64:ff9b::a00:1",
            "2002:a00:1::",
            "2001::1",
            "2001:db8::1",
            "::10.0.0.1",
        ] {
            assert!(!may_be_called(address.parse().unwrap(), WebhookReach::Public), "{address}");
        }
        for address in ["200.87.100.10", "1.1.1.1", "2800:cd0::1", "2606:4700::1111", "::ffff:1.1.1.1"] {
            assert!(may_be_called(address.parse().unwrap(), WebhookReach::Public), "{address}");
        }
        assert!(may_be_called("127.0.0.1".parse().unwrap(), WebhookReach::Loopback));
        assert!(!may_be_called("10.0.0.1".parse().unwrap(), WebhookReach::Loopback));
    }

    #[test]
    fn a_url_is_refused_by_its_rule() {
        let long = format!("https://a.bo/{}", "x".repeat(512));
        for (url, rule) in [
            ("a.bo", "it is no URL"),
            ("http://a.bo/", "it does not begin with https://"),
            ("ftp://a.bo/", "it does not begin with https://"),
            ("https://u:p@a.bo/", "it has a user in it"),
            ("https://a.bo/#x", "it has a fragment, which is never sent"),
            ("https://0x7f.1/", NOT_PUBLIC),
            ("https://2130706433/", NOT_PUBLIC),
            ("https://[::ffff:127.0.0.1]/", NOT_PUBLIC),
            (&long, "it has more than 512 bytes"),
        ] {
            assert_eq!(WebhookUrl::read(url, WebhookReach::Public), Err(rule), "{url}");
        }
        let url = WebhookUrl::read("https://Ana.example.bo:8443/a?b=c", WebhookReach::Public).unwrap();
        assert_eq!((url.host(), url.port(), url.target().as_str()), ("ana.example.bo", 8443, "/a?b=c"));
        assert_eq!(url.authority(), "ana.example.bo:8443");
        assert!(WebhookUrl::read("http://127.0.0.1:9/", WebhookReach::Loopback).is_ok());
    }
}
