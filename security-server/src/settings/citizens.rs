//! Where and how people come to the pages of a server's plugins.

use super::{CertifiedKey, ProviderSettings};
use notices::SettingsError;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;

/// The port for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CitizensSettings {
    /// Where it listens, over HTTPS.
    pub listen: SocketAddr,
    /// The domain by which people reach it, with a port where that is not 443. The plugin `portal` is at `portal.DOMAIN`.
    pub address: String,
    /// The entity whose pages these are, as people know it.
    pub entity: String,
    /// The key and certificate that browsers are shown: for the domain and all names one label below it.
    pub certificate: CertifiedKey,
    /// Requests of one client in a second, on average: 50.
    #[serde(default = "requests_per_second")]
    pub requests_per_second: u32,
    /// Connections at once: 4,096.
    #[serde(default = "connections")]
    pub connections: usize,
    /// Connections of one client at once: 256, for a whole town may come by one address of its telephone company.
    #[serde(default = "connections_per_client")]
    pub connections_per_client: usize,
    /// The issuer elsewhere with which people sign in; nobody does unless it stands here or `provider` does.
    pub sign_in: Option<SignInSettings>,
    /// The issuer that this server is itself, for a state that has none.
    pub provider: Option<ProviderSettings>,
    /// How people are told what was done to their accounts, beside their list of notices.
    pub notices: Option<notices::Settings>,
}

/// The OpenID Connect issuer that says who people are, and as whom the server comes there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignInSettings {
    /// The issuer as it calls itself, without a slash at the end.
    pub issuer: String,
    /// What this server is called there (`client_id`). Each plugin's `https://NAME.DOMAIN/-/signed-in` is to be known there as a
    /// redirect address, `https://DOMAIN/-/back-channel-logout` as that of the back-channel logout.
    pub client: String,
    /// The file of the secret that it shows there, of mode 0600; relative to the data folder.
    pub secret: PathBuf,
    /// Which `acr` values of the issuer stand for `low`, `substantial` and `high`: these words themselves, and eIDAS's.
    pub levels: Option<BTreeMap<String, Level>>,
    /// Where people see their account.
    pub account: Option<String>,
    /// The certification authorities by which the issuer's server is known, in PEM: `/etc/ssl/certs/ca-certificates.crt`.
    #[serde(default = "trust")]
    pub trust: PathBuf,
}

/// How well it is known who somebody is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// She says so.
    Low,
    /// It was checked against a register or at a counter.
    Substantial,
    /// It was checked in person, and is shown by a key.
    High,
}

impl CitizensSettings {
    pub(super) fn check(&self) -> Result<(), (&'static str, &'static str)> {
        let is_issuer = |sign_in: &SignInSettings| {
            sign_in.issuer.strip_prefix("https://").is_some_and(|rest| !rest.is_empty() && !rest.ends_with('/'))
        };
        let rules = [
            (
                self.address.parse::<citizens_gateway::PublicAddress>().is_ok(),
                "citizens.address",
                "a domain in small letters, with a port where it is not 443",
            ),
            // Read again whenever its file changes, and shown to whoever connects: no token signs as often.
            (!self.certificate.key.contains(':'), "citizens.certificate.key", "a key of the software token"),
            (!self.entity.trim().is_empty(), "citizens.entity", "the name of the entity"),
            ((1..=100_000).contains(&self.requests_per_second), "citizens.requests_per_second", "1 to 100000"),
            ((1..=1_000_000).contains(&self.connections), "citizens.connections", "1 to 1000000"),
            ((1..=1_000_000).contains(&self.connections_per_client), "citizens.connections_per_client", "1 to 1000000"),
            (
                self.sign_in.as_ref().is_none_or(is_issuer),
                "citizens.sign_in.issuer",
                "an address that begins with https:// and does not end with a slash",
            ),
            (
                self.sign_in.as_ref().is_none_or(|sign_in| !sign_in.client.is_empty()),
                "citizens.sign_in.client",
                "a name",
            ),
        ];
        if self.sign_in.is_some() && self.provider.is_some() {
            return Err(("citizens.provider", "absent where citizens.sign_in stands: people sign in with one issuer"));
        }
        self.provider.as_ref().map_or(Ok(()), ProviderSettings::check)?;
        if self.notices.is_some() && self.provider.is_none() {
            return Err(("citizens.notices", "absent without citizens.provider: nobody else has accounts here"));
        }
        match self.notices.as_ref().map_or(Ok(()), notices::Settings::check) {
            Ok(()) => {}
            Err(SettingsError::Value { setting, rule }) => return Err((setting, rule)),
            Err(SettingsError::File { .. }) => return Err(("citizens.notices", "of files that can be read")),
        }
        match rules.into_iter().find(|(holds, ..)| !holds) {
            Some((_, setting, rule)) => Err((setting, rule)),
            None => Ok(()),
        }
    }
}

fn requests_per_second() -> u32 {
    50
}

fn connections() -> usize {
    4_096
}

fn connections_per_client() -> usize {
    256
}

pub(super) fn trust() -> PathBuf {
    "/etc/ssl/certs/ca-certificates.crt".into()
}
