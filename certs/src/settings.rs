//! How trust services are set up.

use std::fmt;
use std::time::Duration;

use aws_lc_rs::constant_time;
use serde::Deserialize;
use signer::Iterations;
use thiserror::Error;
use trust::timestamp::authority::Policy;
use zeroize::Zeroizing;

/// How trust services are set up. Every field but `url` has the default that is named with it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Where clients reach the services, without a path: `http://127.0.0.1:8888`. Certificates name it (OCSP).
    pub url: String,
    /// Begins the names of the services: `Chakana development`.
    #[serde(default = "default_name")]
    pub name: String,
    /// From where connections are accepted: `loopback`.
    #[serde(default)]
    pub reach: Reach,
    /// Rounds of PBKDF2 that protect the keys, at least 100,000: 600,000.
    #[serde(default = "default_key_iterations")]
    pub key_iterations: u32,
    /// The certification authority.
    #[serde(default)]
    pub certification: Certification,
    /// The OCSP responder.
    #[serde(default)]
    pub ocsp: Ocsp,
    /// The time-stamping authority.
    #[serde(default)]
    pub time_stamping: TimeStamping,
}

/// From where connections are accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reach {
    /// This machine only: the services refuse to run on another address.
    #[default]
    Loopback,
    /// The network. For who knows that these services suit a development or small installation only.
    Network,
}

/// The certification authority.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Certification {
    /// What a client must show to have certificates issued and revoked over HTTP: none, so that nobody can.
    pub token: Option<BearerToken>,
    /// Days that the root and the issuing authority are valid: 3,650.
    pub authority_days: u16,
    /// Days that the certificates of OCSP responder and time-stamping authority are valid: 365. They are renewed at start
    /// when less than a tenth is left.
    pub service_days: u16,
    /// Days that signing, authentication and TLS server certificates are valid: 730.
    pub leaf_days: u16,
}

/// The OCSP responder.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Ocsp {
    /// Minutes until an answer is to be replaced by a newer one: 60.
    pub validity_minutes: u16,
}

/// The time-stamping authority.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TimeStamping {
    /// The policy that timestamps name: `2.5.29.32.0`, any policy, because none is promised.
    pub policy: String,
    /// How far the clock may be off, in milliseconds: 1,000.
    pub accuracy_milliseconds: u32,
}

/// A secret that a client shows as `Authorization: Bearer …`.
#[derive(Clone, Deserialize)]
#[serde(try_from = "String")]
pub struct BearerToken(Zeroizing<String>);

/// Settings that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SettingsError {
    /// The address is none.
    #[error("url {url:?} must begin with http:// or https:// and end without a slash")]
    Url {
        /// The address.
        url: String,
    },
    /// The name cannot stand in a certificate.
    #[error("name {name:?} must have 1 to 40 characters")]
    Name {
        /// The name.
        name: String,
    },
    /// A number outside what is accepted.
    #[error("{field} must be {expected}")]
    Number {
        /// Which one.
        field: &'static str,
        /// What is accepted.
        expected: &'static str,
    },
    /// The policy is no object identifier.
    #[error("time-stamping policy {policy:?} is not an object identifier")]
    Policy {
        /// The policy.
        policy: String,
    },
    /// The token is easy to guess.
    #[error("the bearer token must have 16 to 256 printable characters without spaces")]
    Token,
}

impl Settings {
    /// Settings with every default, for services that are reached at `url`.
    #[must_use]
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            name: default_name(),
            reach: Reach::default(),
            key_iterations: default_key_iterations(),
            certification: Certification::default(),
            ocsp: Ocsp::default(),
            time_stamping: TimeStamping::default(),
        }
    }

    /// Checks what the types alone do not.
    ///
    /// # Errors
    /// Names the first field that cannot be used.
    pub fn validate(&self) -> Result<(), SettingsError> {
        let is_web = self.url.starts_with("http://") || self.url.starts_with("https://");
        if !is_web || !self.url.is_ascii() || self.url.ends_with('/') || self.url.len() > 200 {
            return Err(SettingsError::Url { url: self.url.clone() });
        }
        if !(1..=40).contains(&self.name.chars().count()) {
            return Err(SettingsError::Name { name: self.name.clone() });
        }
        let certification = &self.certification;
        let days = [certification.authority_days, certification.service_days, certification.leaf_days];
        if days.contains(&0) {
            return Err(SettingsError::Number { field: "days", expected: "at least 1" });
        }
        if self.ocsp.validity_minutes == 0 {
            return Err(SettingsError::Number { field: "validity_minutes", expected: "at least 1" });
        }
        self.iterations()?;
        self.policy().map(drop)
    }

    pub(crate) fn ocsp_url(&self) -> String {
        format!("{}/ocsp", self.url)
    }

    pub(crate) fn iterations(&self) -> Result<Iterations, SettingsError> {
        let expected = "between 100000 and 10000000";
        Iterations::new(self.key_iterations).map_err(|_| SettingsError::Number { field: "key_iterations", expected })
    }

    pub(crate) fn policy(&self) -> Result<Policy, SettingsError> {
        let TimeStamping { policy, accuracy_milliseconds } = &self.time_stamping;
        let accuracy = Duration::from_millis(u64::from(*accuracy_milliseconds));
        Policy::new(policy, accuracy).map_err(|_| SettingsError::Policy { policy: policy.clone() })
    }
}

impl BearerToken {
    /// The token with this text.
    ///
    /// # Errors
    /// When it is easy to guess or cannot stand in a header.
    pub fn new(token: impl Into<String>) -> Result<Self, SettingsError> {
        let token = Zeroizing::new(token.into());
        let is_printable = token.bytes().all(|byte| byte.is_ascii_graphic());
        if is_printable && (16..=256).contains(&token.len()) { Ok(Self(token)) } else { Err(SettingsError::Token) }
    }

    /// Whether this is what a client shows; takes as long for a near miss as for a far one.
    pub(crate) fn is(&self, shown: &str) -> bool {
        constant_time::verify_slices_are_equal(self.0.as_bytes(), shown.as_bytes()).is_ok()
    }
}

impl TryFrom<String> for BearerToken {
    type Error = SettingsError;

    fn try_from(token: String) -> Result<Self, SettingsError> {
        Self::new(token)
    }
}

// Settings are printed at start: that there is a token may be seen, the token may not.
impl fmt::Debug for BearerToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(secret)")
    }
}

impl Default for Certification {
    fn default() -> Self {
        Self { token: None, authority_days: 3_650, service_days: 365, leaf_days: 730 }
    }
}

impl Default for Ocsp {
    fn default() -> Self {
        Self { validity_minutes: 60 }
    }
}

impl Default for TimeStamping {
    fn default() -> Self {
        Self { policy: "2.5.29.32.0".to_owned(), accuracy_milliseconds: 1_000 }
    }
}

fn default_name() -> String {
    "Chakana development".to_owned()
}

fn default_key_iterations() -> u32 {
    Iterations::RECOMMENDED.count()
}

#[cfg(test)]
#[path = "settings_tests.rs"]
mod tests;
