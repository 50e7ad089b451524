//! Settings of a security server: `server.toml` in its data folder, read once at start.
//!
//! What changes while it runs (clients, services, access rights) is the server configuration, applied with plan and apply.

mod citizens;
mod keys;
mod limits;
mod listen;
mod plugins;
mod provider;

pub use citizens::{CitizensSettings, Level, SignInSettings};
pub(crate) use keys::KeyPlace;
pub use keys::{CertifiedKey, HardwareTokenSettings, Keys, SigningKey};
pub use limits::Limits;
pub use listen::Listen;
pub use plugins::{PluginSettings, StorageEngine, StorageSettings};
pub use provider::{ConsentSetting, PasswordSettings, ProviderSettings, RelyingParty};

use plugins::MAX_SLOW_THREADS;
use protocol::identifier::ServerId;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Why settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The file cannot be read.
    #[error("failed to read the settings {path}")]
    Read {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file is not settings.
    #[error("the settings {path} are not valid")]
    Parse {
        /// Which file.
        path: PathBuf,
        /// Where and why.
        source: toml::de::Error,
    },
    /// A value that cannot be meant.
    #[error("{setting} in {path} must be {rule}")]
    Value {
        /// Which file.
        path: PathBuf,
        /// Which setting.
        setting: &'static str,
        /// What it must be.
        rule: &'static str,
    },
}

/// Everything a security server needs to know before it opens a socket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The server's own id.
    pub server: ServerId,
    /// Where other security servers reach it: `host:port`, as the registry publishes it.
    pub address: String,
    /// Where it listens.
    pub listen: Listen,
    /// Whose word it takes.
    pub global_configuration: GlobalConfigurationSettings,
    /// Its keys.
    pub keys: Keys,
    /// Its message log.
    #[serde(default)]
    pub message_log: MessageLogSettings,
    /// Its bounds.
    #[serde(default)]
    pub limits: Limits,
    /// Its plugins.
    #[serde(default)]
    pub plugins: PluginSettings,
    /// The port at which administrators come to pages and API; off unless it stands here. The socket in the data folder is there
    /// in any case.
    pub administration: Option<admin::PortSettings>,
    /// The port at which people come to its plugins' pages; off unless it stands here.
    pub citizens: Option<CitizensSettings>,
    /// How its plugins' data are kept.
    #[serde(default)]
    pub storage: StorageSettings,
    /// The spelling of fault codes.
    #[serde(default)]
    pub fault_codes: FaultCodes,
}

/// Where the global configuration comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GlobalConfigurationSettings {
    /// The trust anchor (`root.json`), relative to the data folder.
    pub trust_anchor: PathBuf,
    /// Base URLs of the registry and its mirrors, tried in order.
    pub mirrors: Vec<String>,
    /// How often it is asked for: 30 s.
    #[serde(default = "defaults::refresh_seconds")]
    pub refresh_seconds: u64,
    /// What happens when it has expired: messages are refused.
    #[serde(default)]
    pub expired: ExpiryPolicy,
}

/// What happens once the global configuration has expired.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum ExpiryPolicy {
    /// Messages are refused.
    #[default]
    Refuse,
    /// Messages go on, with a warning, for so many hours; then they are refused.
    WarnHours(u32),
}

/// How evidence is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MessageLogSettings {
    /// Whether bodies are part of the evidence: `keep`.
    pub bodies: BodyKeeping,
    /// What is time-stamped: `checkpoint`.
    pub timestamp: TimestampMode,
    /// How often a checkpoint is made and stamped: 60 s.
    pub checkpoint_seconds: u64,
    /// For how long messages go on without a time-stamping service: 4 h.
    pub stop_without_timestamp_hours: u32,
    /// Size of a segment file: 64 MiB.
    pub segment_bytes: u64,
    /// Bytes of the disk that stay free: 256 MiB. Below it, traffic stops before anything is half-written. At least two
    /// segments, so that what was promised room always finds a segment to go to.
    pub free_bytes_floor: u64,
}

/// Whether bodies are part of the evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BodyKeeping {
    /// They are kept, encrypted.
    #[default]
    Keep,
    /// They are left out: evidence then verifies for what it holds.
    LeaveOut,
}

/// What is time-stamped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TimestampMode {
    /// Checkpoints, each of which covers every record before it.
    #[default]
    Checkpoint,
    /// Checkpoints, and each message's signature by itself.
    PerMessage,
}

/// The spelling of fault codes towards information systems.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum FaultCodes {
    /// As X-Road 7.8: `server.serverproxy.access_denied`.
    #[default]
    #[serde(rename = "7.8")]
    Snake,
    /// As X-Road up to 7.7: `Server.ServerProxy.AccessDenied`.
    #[serde(rename = "7.7")]
    Camel,
}

impl Settings {
    /// The file's name in the data folder.
    pub const FILE: &'static str = "server.toml";

    /// Reads the settings of the server in `folder`.
    ///
    /// # Errors
    /// When the file cannot be read, has unknown or malformed entries, or a value that cannot be meant.
    pub fn load(folder: &Path) -> Result<Self, SettingsError> {
        let path = folder.join(Self::FILE);
        let text =
            std::fs::read_to_string(&path).map_err(|source| SettingsError::Read { path: path.clone(), source })?;
        let settings: Self =
            toml::from_str(&text).map_err(|source| SettingsError::Parse { path: path.clone(), source })?;
        settings.check().map_err(|(setting, rule)| SettingsError::Value { path, setting, rule })?;
        Ok(settings)
    }

    fn check(&self) -> Result<(), (&'static str, &'static str)> {
        let limits = &self.limits;
        if let Some(citizens) = &self.citizens {
            citizens.check()?;
        }
        self.keys.check()?;
        let rules = [
            (!self.global_configuration.mirrors.is_empty(), "global_configuration.mirrors", "at least one URL"),
            (self.global_configuration.refresh_seconds > 0, "global_configuration.refresh_seconds", "at least 1"),
            (self.message_log.checkpoint_seconds > 0, "message_log.checkpoint_seconds", "at least 1"),
            (self.message_log.segment_bytes >= MIN_SEGMENT_BYTES, "message_log.segment_bytes", "at least 4194304"),
            (
                self.message_log.free_bytes_floor >= self.message_log.segment_bytes.saturating_mul(2),
                "message_log.free_bytes_floor",
                "at least twice message_log.segment_bytes",
            ),
            (limits.body_bytes <= MAX_BODY_BYTES, "limits.body_bytes", "at most 4293918720"),
            (limits.inline_body_bytes <= MAX_INLINE_BYTES, "limits.inline_body_bytes", "at most 1048576"),
            (limits.exchanges > 0, "limits.exchanges", "at least 1"),
            (limits.head_seconds > 0, "limits.head_seconds", "at least 1"),
            (limits.response_seconds > 0, "limits.response_seconds", "at least 1"),
            (limits.body_bytes_per_second > 0, "limits.body_bytes_per_second", "at least 1"),
            (limits.exchanges_per_peer > 0, "limits.exchanges_per_peer", "at least 1"),
            (limits.exports > 0, "limits.exports", "at least 1"),
            ((1..=MAX_SANDBOXES).contains(&self.plugins.sandboxes), "plugins.sandboxes", "1 to 4096"),
            ((1..=MAX_SLOW_THREADS).contains(&self.plugins.slow_threads), "plugins.slow_threads", "1 to 64"),
        ];
        match rules.into_iter().find(|(holds, ..)| !holds) {
            Some((_, setting, rule)) => Err((setting, rule)),
            None => Ok(()),
        }
    }
}

/// A record with an inline body and its head fits a segment many times over.
const MIN_SEGMENT_BYTES: u64 = 4 << 20;
/// Each reserves some gigabytes of addresses, of which there are 47 bits.
const MAX_SANDBOXES: u32 = 4096;
const MAX_INLINE_BYTES: u64 = 1 << 20;
/// An evidence container is a ZIP file of less than 4 GiB; all of it but the body is far below 1 MiB.
const MAX_BODY_BYTES: u64 = (4 << 30) - (1 << 20);

impl GlobalConfigurationSettings {
    /// How often the configuration is asked for.
    #[must_use]
    pub fn refresh(&self) -> Duration {
        Duration::from_secs(self.refresh_seconds)
    }
}

impl MessageLogSettings {
    /// How often a checkpoint is made.
    #[must_use]
    pub fn checkpoint_interval(&self) -> Duration {
        Duration::from_secs(self.checkpoint_seconds)
    }

    /// For how long messages go on unstamped.
    #[must_use]
    pub fn stop_without_timestamp(&self) -> Duration {
        Duration::from_secs(u64::from(self.stop_without_timestamp_hours) * 3600)
    }
}

impl Default for MessageLogSettings {
    fn default() -> Self {
        Self {
            bodies: BodyKeeping::default(),
            timestamp: TimestampMode::default(),
            checkpoint_seconds: 60,
            stop_without_timestamp_hours: 4,
            segment_bytes: 64 << 20,
            free_bytes_floor: 256 << 20,
        }
    }
}

mod defaults {
    pub(super) fn refresh_seconds() -> u64 {
        30
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALLEST: &str = r#"
server = "BO/GOV/1001/ss1"
address = "127.0.0.1:5500"

[listen]
transport = "127.0.0.1:5500"

[global_configuration]
trust_anchor = "root.json"
mirrors = ["http://127.0.0.1:4000/"]

[keys.authentication]
key = "auth"
certificate = "auth.pem"

[[keys.signing]]
member = "BO/GOV/1001"
key = "sign"
certificate = "sign.pem"
"#;

    fn load(text: &str) -> Result<Settings, SettingsError> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(Settings::FILE), text).unwrap();
        Settings::load(folder.path())
    }

    #[test]
    fn few_lines_are_enough() {
        let settings = load(SMALLEST).unwrap();
        assert_eq!(settings.limits, Limits::default());
        assert_eq!(settings.listen.clients_http, None, "plain HTTP is off unless asked for");
        assert_eq!(settings.global_configuration.expired, ExpiryPolicy::Refuse);
    }

    #[test]
    fn refuses_what_it_does_not_know() {
        assert!(matches!(load(&format!("{SMALLEST}\nspeed = 11")), Err(SettingsError::Parse { .. })));
        assert!(matches!(load(&format!("{SMALLEST}\n[limits]\nbodies = 11")), Err(SettingsError::Parse { .. })));
    }

    #[test]
    fn refuses_values_that_cannot_be_meant() {
        let refused = load(&format!("{SMALLEST}\n[limits]\nexchanges = 0")).unwrap_err();
        assert!(refused.to_string().contains("limits.exchanges"), "{refused}");
        let refused = load(&format!("{SMALLEST}\n[limits]\nbody_bytes = 4293918721")).unwrap_err();
        assert!(refused.to_string().contains("limits.body_bytes"), "{refused}");
        assert!(load(&format!("{SMALLEST}\n[limits]\nbody_bytes = 4293918720")).is_ok());
        let refused = load(&format!("{SMALLEST}\n[message_log]\nfree_bytes_floor = 134217727")).unwrap_err();
        assert!(refused.to_string().contains("message_log.free_bytes_floor"), "{refused}");
        assert!(load(&format!("{SMALLEST}\n[message_log]\nfree_bytes_floor = 134217728")).is_ok());
        assert!(load(&SMALLEST.replace(r#"["http://127.0.0.1:4000/"]"#, "[]")).is_err());
    }

    #[test]
    fn says_which_file_is_missing() {
        let folder = tempfile::tempdir().unwrap();
        let refused = Settings::load(folder.path()).unwrap_err();
        assert!(refused.to_string().contains("server.toml"));
    }
}
