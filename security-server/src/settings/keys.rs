//! The keys of a server: where they are, and which certificates go with them.

use protocol::identifier::MemberId;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::Duration;

/// The keys of a security server: names of keys in its tokens, and the certificates that go with them.
///
/// A bare name is a key in the software token; `hsm:auth-2026` is the key `auth-2026` in the hardware token `hsm`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keys {
    /// Folder of the software token, relative to the data folder: `token`.
    #[serde(default = "token")]
    pub token: PathBuf,
    /// The key that authenticates this server towards others.
    pub authentication: CertifiedKey,
    /// The keys that sign for members. Of a member's keys with a registered certificate of good status, the last one signs.
    pub signing: Vec<SigningKey>,
    /// Name of the key that signs the log's checkpoints, in the software token: `log`.
    #[serde(default = "log_key")]
    pub log: String,
    /// Name of the key that wraps the log's data keys, in the software token: `log-encryption`.
    #[serde(default = "log_encryption_key")]
    pub log_encryption: String,
    /// The TLS key shown to information systems, and to providers that ask for a certificate.
    pub internal: Option<CertifiedKey>,
    /// Tokens in hardware, by PKCS#11.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hardware: Vec<HardwareTokenSettings>,
    /// The program, and its arguments, that loads PKCS#11 modules in a process of its own: this program.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub signer_process: Vec<String>,
}

/// A key and its certificate chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CertifiedKey {
    /// The key's name.
    pub key: String,
    /// PEM chain, leaf first, without the root; relative to the data folder.
    pub certificate: PathBuf,
}

/// A key that signs for a member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SigningKey {
    /// For whom.
    pub member: MemberId,
    /// The key's name.
    pub key: String,
    /// PEM chain, leaf first, without the root; relative to the data folder.
    pub certificate: PathBuf,
}

/// A token in hardware.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HardwareTokenSettings {
    /// What it is called in the names of keys: `hsm` of `hsm:auth-2026`.
    pub name: String,
    /// The vendor's PKCS#11 module.
    pub module: PathBuf,
    /// The token's label, or `serial:` and its serial number.
    pub token: String,
    /// File with the user PIN, relative to the data folder, that only its owner may read.
    pub pin_file: PathBuf,
    /// Sessions that sign at once: 4.
    #[serde(default = "sessions")]
    pub sessions: u16,
    /// How long the token has for one signature, before its process is killed and started again: 5 s.
    #[serde(default = "timeout_seconds")]
    pub timeout_seconds: u64,
    /// How long it has to be opened: 30 s.
    #[serde(default = "start_seconds")]
    pub start_seconds: u64,
    /// Environment of the process that loads the module, which has no other: what the vendor's manual names.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub environment: BTreeMap<String, String>,
}

/// Where a key is, by its name in the settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeyPlace<'a> {
    /// In the software token.
    Software(&'a str),
    /// In a hardware token.
    Hardware {
        /// Which token.
        token: &'a str,
        /// The key's label there.
        label: &'a str,
    },
}

impl<'a> KeyPlace<'a> {
    /// Where the key of this name is. Names in the software token have no colon.
    pub(crate) fn of(name: &'a str) -> Self {
        match name.split_once(':') {
            Some((token, label)) => Self::Hardware { token, label },
            None => Self::Software(name),
        }
    }
}

impl HardwareTokenSettings {
    /// How long the token has for one signature.
    #[must_use]
    pub fn timeout(&self) -> Duration {
        Duration::from_secs(self.timeout_seconds)
    }

    /// How long it has to be opened.
    #[must_use]
    pub fn start_within(&self) -> Duration {
        Duration::from_secs(self.start_seconds)
    }
}

impl Keys {
    pub(super) fn check(&self) -> Result<(), (&'static str, &'static str)> {
        let tokens: BTreeSet<&str> = self.hardware.iter().map(|token| token.name.as_str()).collect();
        let is_there = |name: &str| match KeyPlace::of(name) {
            KeyPlace::Software(_) => true,
            KeyPlace::Hardware { token, label } => tokens.contains(token) && !label.is_empty(),
        };
        let is_software = |name: &str| matches!(KeyPlace::of(name), KeyPlace::Software(_));
        let of_tokens = |rule: fn(&HardwareTokenSettings) -> bool| self.hardware.iter().all(rule);
        const KNOWN: &str = "a key of the software token, or TOKEN:LABEL of a token under keys.hardware";
        const IN_SOFTWARE: &str = "a key of the software token";
        let rules = [
            (!self.signing.is_empty(), "keys.signing", "at least one key"),
            (tokens.len() == self.hardware.len(), "keys.hardware.name", "another for each token"),
            (self.hardware.len() <= MAX_TOKENS, "keys.hardware", "at most 8 tokens"),
            (of_tokens(|token| is_name(&token.name)), "keys.hardware.name", "1 to 32 letters, digits and '-'"),
            (of_tokens(|token| !token.token.is_empty()), "keys.hardware.token", "a label, or serial:NUMBER"),
            (of_tokens(|token| (1..=64).contains(&token.sessions)), "keys.hardware.sessions", "1 to 64"),
            (of_tokens(|token| (1..=60).contains(&token.timeout_seconds)), "keys.hardware.timeout_seconds", "1 to 60"),
            (of_tokens(|token| (1..=600).contains(&token.start_seconds)), "keys.hardware.start_seconds", "1 to 600"),
            (is_there(&self.authentication.key), "keys.authentication.key", KNOWN),
            (self.signing.iter().all(|key| is_there(&key.key)), "keys.signing.key", KNOWN),
            (self.internal.as_ref().is_none_or(|key| is_there(&key.key)), "keys.internal.key", KNOWN),
            (is_software(&self.log), "keys.log", IN_SOFTWARE),
            (is_software(&self.log_encryption), "keys.log_encryption", IN_SOFTWARE),
        ];
        match rules.into_iter().find(|(holds, ..)| !holds) {
            Some((_, setting, rule)) => Err((setting, rule)),
            None => Ok(()),
        }
    }
}

fn is_name(name: &str) -> bool {
    (1..=32).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// Each has a process and a few threads.
const MAX_TOKENS: usize = 8;

fn token() -> PathBuf {
    "token".into()
}

fn log_key() -> String {
    "log".to_owned()
}

fn log_encryption_key() -> String {
    "log-encryption".to_owned()
}

fn sessions() -> u16 {
    4
}

fn timeout_seconds() -> u64 {
    5
}

fn start_seconds() -> u64 {
    30
}

#[cfg(test)]
mod tests {
    use super::*;

    const HARDWARE: &str = r#"
authentication = { key = "hsm:auth-2026", certificate = "auth.pem" }
[[signing]]
member = "BO/GOV/1001"
key = "hsm:sign 1: of 2"
certificate = "sign.pem"
[[hardware]]
name = "hsm"
module = "/usr/lib/softhsm/libsofthsm2.so"
token = "chakana"
pin_file = "hsm-pin"
"#;

    fn check(text: &str) -> Result<Keys, String> {
        let keys: Keys = toml::from_str(text).map_err(|error| error.to_string())?;
        keys.check().map_err(|(setting, rule)| format!("{setting} must be {rule}"))?;
        Ok(keys)
    }

    #[test]
    fn a_key_is_named_by_its_token_and_label() {
        let keys = check(HARDWARE).unwrap();
        assert_eq!(KeyPlace::of(&keys.authentication.key), KeyPlace::Hardware { token: "hsm", label: "auth-2026" });
        assert_eq!(KeyPlace::of(&keys.signing[0].key), KeyPlace::Hardware { token: "hsm", label: "sign 1: of 2" });
        assert_eq!(KeyPlace::of(&keys.log), KeyPlace::Software("log"));
        let token = &keys.hardware[0];
        assert_eq!((token.sessions, token.timeout_seconds, token.start_seconds), (4, 5, 30));
    }

    #[test]
    fn refuses_what_cannot_be_meant() {
        for (from, to, setting) in [
            ("hsm:auth-2026", "other:auth-2026", "keys.authentication.key"),
            ("hsm:auth-2026", "hsm:", "keys.authentication.key"),
            ("hsm:sign 1: of 2", "other:sign", "keys.signing.key"),
            ("name = \"hsm\"", "name = \"h s m\"", "keys.hardware.name"),
            ("token = \"chakana\"", "token = \"\"", "keys.hardware.token"),
            ("token = \"chakana\"", "token = \"chakana\"\nsessions = 65", "keys.hardware.sessions"),
            ("token = \"chakana\"", "token = \"chakana\"\ntimeout_seconds = 0", "keys.hardware.timeout_seconds"),
            ("authentication =", "log_encryption = \"hsm:log\"\nauthentication =", "keys.log_encryption"),
            ("authentication =", "log = \"hsm:log\"\nauthentication =", "keys.log must"),
        ] {
            let refused = check(&HARDWARE.replace(from, to)).unwrap_err();
            assert!(refused.contains(setting), "{to}: {refused}");
        }
        let twice = HARDWARE.to_owned() + &HARDWARE[HARDWARE.find("[[hardware]]").unwrap()..];
        assert!(check(&twice).unwrap_err().contains("keys.hardware.name"));
    }
}
