//! The gateway's origins: a host name for itself, one for each plugin, and one for what each plugin's visitors uploaded.

use std::fmt;
use std::str::FromStr;
use thiserror::Error;

/// Where people reach the gateway: a domain, such as `ciudadania.gob.bo`, and a port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicAddress {
    domain: String,
    port: u16,
}

/// A text that is no public address.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error(
    "{found:?} is no public address: that is a domain in small letters, with a port where it is not 443, such as \"ciudadania.gob.bo\""
)]
pub struct AddressError {
    /// What was found.
    found: String,
}

/// Which of the origins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    /// The gateway's own.
    Apex,
    /// The pages of a plugin.
    Plugin(String),
    /// What was uploaded to a plugin.
    Files(String),
}

/// Before the name of a plugin, in the host name of its files. No plugin's label has two hyphens there.
const FILES: &str = "files--";
const HTTPS: u16 = 443;
const MAX_DOMAIN_BYTES: usize = 180;

impl PublicAddress {
    /// The origin of a place, such as `https://portal.ciudadania.gob.bo`.
    pub(crate) fn origin(&self, place: &Place) -> String {
        let domain = &self.domain;
        let host = match place {
            Place::Apex => domain.clone(),
            Place::Plugin(name) => format!("{name}.{domain}"),
            Place::Files(name) => format!("{FILES}{name}.{domain}"),
        };
        if self.port == HTTPS { format!("https://{host}") } else { format!("https://{host}:{}", self.port) }
    }

    /// The origin of a plugin's pages.
    #[must_use]
    pub fn origin_of(&self, plugin: &str) -> String {
        self.origin(&Place::Plugin(plugin.to_owned()))
    }

    /// The place that an authority, as a browser sends it, names.
    pub(crate) fn place(&self, authority: &str) -> Option<Place> {
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) => (host, port.parse().ok()?),
            None => (authority, HTTPS),
        };
        if port != self.port || host.len() > MAX_DOMAIN_BYTES * 2 {
            return None;
        }
        let host = host.to_ascii_lowercase();
        if host == self.domain {
            return Some(Place::Apex);
        }
        let label = host.strip_suffix(&self.domain)?.strip_suffix('.')?;
        match label.strip_prefix(FILES) {
            Some(name) => Some(Place::Files(name.to_owned())),
            None => Some(Place::Plugin(label.to_owned())),
        }
    }
}

impl FromStr for PublicAddress {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let refused = || AddressError { found: text.to_owned() };
        let (domain, port) = match text.split_once(':') {
            Some((domain, port)) => (domain, port.parse().map_err(|_| refused())?),
            None => (text, HTTPS),
        };
        let is_label = |label: &str| {
            (1..=63).contains(&label.len())
                && label.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        };
        let fits = domain.len() <= MAX_DOMAIN_BYTES && domain.split('.').all(is_label) && port != 0;
        if fits { Ok(Self { domain: domain.to_owned(), port }) } else { Err(refused()) }
    }
}

impl fmt::Display for PublicAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.origin(&Place::Apex))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address() -> PublicAddress {
        "localhost:8443".parse().expect("an address")
    }

    #[test]
    fn each_plugin_has_an_origin_and_its_files_another() {
        let address = address();
        for (place, origin) in [
            (Place::Apex, "https://localhost:8443"),
            (Place::Plugin("portal".to_owned()), "https://portal.localhost:8443"),
            (Place::Files("portal".to_owned()), "https://files--portal.localhost:8443"),
        ] {
            assert_eq!(address.origin(&place), origin);
            assert_eq!(address.place(&origin["https://".len()..]), Some(place));
        }
        assert_eq!(address.place("PORTAL.LocalHost:8443"), Some(Place::Plugin("portal".to_owned())));
    }

    #[test]
    fn a_name_that_is_not_ours_is_no_place() {
        for authority in [
            "",
            "localhost",
            "localhost:443",
            "portal.example:8443",
            "portallocalhost:8443",
            "[::1]:8443",
            "localhost:x",
        ] {
            assert_eq!(address().place(authority), None, "{authority}");
        }
    }

    #[test]
    fn refuses_what_is_no_domain() {
        for text in ["", "https://a.bo", "A.bo", "a..bo", "a.bo:0", "a.bo:70000", "a b"] {
            assert!(text.parse::<PublicAddress>().is_err(), "{text}");
        }
        assert_eq!("ciudadania.gob.bo".parse::<PublicAddress>().expect("one").to_string(), "https://ciudadania.gob.bo");
    }
}
