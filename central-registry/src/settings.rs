//! `registry-server.toml`: how this process runs. Who is a member is not said here but in the operator's document.

use protocol::global_configuration::{AddressError, ServerAddress};
use serde::{Deserialize, Serialize};
use signer::{Iterations, TooFewIterations};
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How the registry's process runs; each field has the default that is named with it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// The port for management requests.
    pub management: ManagementSettings,
    /// The port that serves the published files.
    pub public: PublicSettings,
    /// The port at which administrators come to pages and API; off unless it stands here. The socket in the data folder is there
    /// in any case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub administration: Option<admin::PortSettings>,
    /// The keys.
    pub keys: KeySettings,
}

/// The port for management requests: HTTPS.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ManagementSettings {
    /// Where it listens: `127.0.0.1:4001`.
    pub listen: SocketAddr,
    /// `host:port` by which security servers reach it, published to them: the one that it listens on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// The label of its key in the token: `management-tls`.
    pub key: String,
    /// Its certificate chain, PEM: `management-tls.pem`. Where there is none at creation, a self-signed one is made;
    /// servers know it by its hash, which is published, so that nobody has to issue it.
    pub certificate: PathBuf,
    /// How many seconds old a request may be, at least 60: 60.
    pub request_age_seconds: u64,
}

/// The port that serves the published files: plain HTTP, for what is signed needs no more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PublicSettings {
    /// Where it listens: `127.0.0.1:4002`.
    pub listen: SocketAddr,
}

/// The keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct KeySettings {
    /// The folder of the software token: `token`.
    pub token: PathBuf,
    /// How many root keys are made at creation: 3.
    pub root_keys: u8,
    /// How many of them must sign: 2.
    pub root_threshold: u8,
    /// Rounds of PBKDF2 that protect the keys, at least 100,000; counts at creation: 600,000.
    pub key_iterations: u32,
}

/// Why the settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The file cannot be read.
    #[error("failed to read {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file is not what is expected.
    #[error("{} is not understood", path.display())]
    Parse {
        /// The file.
        path: PathBuf,
        /// Where and why.
        source: Box<toml::de::Error>,
    },
    /// The settings cannot be written as TOML.
    #[error("the settings cannot be written")]
    Render(#[from] toml::ser::Error),
    /// A value that cannot be meant.
    #[error("{setting} must be {rule}")]
    Value {
        /// Which setting.
        setting: &'static str,
        /// What it must be.
        rule: &'static str,
    },
    /// The public address is none.
    #[error("management.address {text:?} cannot be used")]
    Address {
        /// What it says.
        text: String,
        /// Why not.
        source: AddressError,
    },
}

impl Settings {
    /// The file's name in the data folder.
    pub const FILE: &'static str = "registry-server.toml";

    /// Reads the settings of the registry in `folder`.
    ///
    /// # Errors
    /// When the file cannot be read, has unknown or malformed entries, or a value that cannot be meant.
    pub fn load(folder: &Path) -> Result<Self, SettingsError> {
        let path = folder.join(Self::FILE);
        let text =
            std::fs::read_to_string(&path).map_err(|source| SettingsError::Read { path: path.clone(), source })?;
        let settings: Self =
            toml::from_str(&text).map_err(|source| SettingsError::Parse { path, source: Box::new(source) })?;
        settings.check()?;
        Ok(settings)
    }

    /// As they stand in the file.
    ///
    /// # Errors
    /// When a path is not UTF-8.
    pub fn render(&self) -> Result<String, SettingsError> {
        Ok(toml::to_string(self)?)
    }

    /// Checks what the types alone do not.
    ///
    /// # Errors
    /// Names the first value that cannot be meant.
    pub fn check(&self) -> Result<(), SettingsError> {
        let keys = &self.keys;
        let rules = [
            (self.management.request_age_seconds >= MIN_AGE_SECONDS, "management.request_age_seconds", "at least 60"),
            (self.management.request_age_seconds <= MAX_AGE_SECONDS, "management.request_age_seconds", "at most 86400"),
            ((1..=MAX_ROOT_KEYS).contains(&keys.root_keys), "keys.root_keys", "between 1 and 16"),
            ((1..=keys.root_keys).contains(&keys.root_threshold), "keys.root_threshold", "between 1 and root_keys"),
            (keys.iterations().is_ok(), "keys.key_iterations", "between 100000 and 10000000"),
        ];
        match rules.into_iter().find(|(holds, ..)| !holds) {
            Some((_, setting, rule)) => Err(SettingsError::Value { setting, rule }),
            None => self.management.public_address().map(drop),
        }
    }
}

impl ManagementSettings {
    /// Where security servers reach the port.
    ///
    /// # Errors
    /// When the text is no `host:port`.
    pub fn public_address(&self) -> Result<ServerAddress, SettingsError> {
        let text = self.address.clone().unwrap_or_else(|| self.listen.to_string());
        text.parse().map_err(|source| SettingsError::Address { text, source })
    }

    /// How old a request may be.
    #[must_use]
    pub fn request_age(&self) -> Duration {
        Duration::from_secs(self.request_age_seconds)
    }
}

impl KeySettings {
    /// How hard a stolen key file is to open.
    ///
    /// # Errors
    /// When it would be too easy, or take for ever.
    pub fn iterations(&self) -> Result<Iterations, TooFewIterations> {
        Iterations::new(self.key_iterations)
    }
}

impl Default for ManagementSettings {
    fn default() -> Self {
        Self {
            listen: (Ipv4Addr::LOCALHOST, 4001).into(),
            address: None,
            key: "management-tls".to_owned(),
            certificate: "management-tls.pem".into(),
            request_age_seconds: MIN_AGE_SECONDS,
        }
    }
}

impl Default for PublicSettings {
    fn default() -> Self {
        Self { listen: (Ipv4Addr::LOCALHOST, 4002).into() }
    }
}

impl Default for KeySettings {
    fn default() -> Self {
        Self { token: "token".into(), root_keys: 3, root_threshold: 2, key_iterations: Iterations::RECOMMENDED.count() }
    }
}

/// What clocks may differ and a request may take on its way.
const MIN_AGE_SECONDS: u64 = 60;
const MAX_AGE_SECONDS: u64 = 86_400;
const MAX_ROOT_KEYS: u8 = 16;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_read_back_as_they_were() {
        let settings = Settings::default();
        settings.check().unwrap();
        let text = settings.render().unwrap();
        assert_eq!(toml::from_str::<Settings>(&text).unwrap(), settings);
        assert_eq!(toml::from_str::<Settings>("").unwrap(), settings);
    }

    #[test]
    fn refuses_unknown_entries_and_values_that_cannot_be_meant() {
        for bad in [
            "listen = \"127.0.0.1:1\"",
            "[management]\nlisten = \"here\"",
            "[management]\nrequest_age_seconds = 5",
            "[management]\nrequest_age_seconds = 100000",
            "[management]\naddress = \"nowhere\"",
            "[management]\nlisten = \"127.0.0.1:0\"",
            "[keys]\nroot_keys = 0",
            "[keys]\nroot_keys = 2\nroot_threshold = 3",
            "[keys]\nroot_keys = 17",
            "[keys]\nkey_iterations = 1000",
        ] {
            let folder = tempfile::tempdir().unwrap();
            std::fs::write(folder.path().join(Settings::FILE), bad).unwrap();
            assert!(Settings::load(folder.path()).is_err(), "{bad}");
        }
        assert!(matches!(Settings::load(Path::new("/nowhere")), Err(SettingsError::Read { .. })));
    }
}
