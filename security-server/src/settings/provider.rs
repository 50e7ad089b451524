//! What the issuer is like that a server is itself.

use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// An OpenID Connect provider on an origin of the citizens' port, for states that have none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProviderSettings {
    /// What stands before the domain of the citizens' port, and so no plugin's name: `ingreso`.
    #[serde(default = "label")]
    pub label: String,
    /// What people know it as; authenticator apps show it.
    pub name: String,
    /// What passwords cost.
    #[serde(default)]
    pub password: PasswordSettings,
    /// The certification authorities by which relying parties are known that are told who signed out, in PEM.
    #[serde(default = "super::citizens::trust")]
    pub trust: PathBuf,
    /// Relying parties beside this server's own plugins.
    #[serde(default, rename = "client")]
    pub clients: Vec<RelyingParty>,
}

/// What a password costs whoever checks or guesses it (Argon2id, RFC 9106).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PasswordSettings {
    /// Memory of one, in KiB: 65,536.
    pub memory_kib: u32,
    /// Passes over it: 3.
    pub passes: u32,
    /// Lanes: 4.
    pub lanes: u32,
    /// How many are hashed at once: 2.
    pub at_once: usize,
}

/// A relying party (OpenID Connect Dynamic Client Registration 1.0 §2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RelyingParty {
    /// What it is called in requests (`client_id`).
    pub id: String,
    /// What people know it as.
    pub name: String,
    /// The file of its secret, of mode 0600; relative to the data folder. Without one it is public.
    pub secret: Option<PathBuf>,
    /// Whose it is: relying parties of one entity know people by the same subject.
    pub sector: String,
    /// Where browsers may be sent back to, letter by letter.
    pub redirect_uris: Vec<String>,
    /// Where browsers may be sent after signing out, letter by letter.
    #[serde(default)]
    pub post_logout_redirect_uris: Vec<String>,
    /// Where it is told that somebody signed out.
    pub backchannel_logout_uri: Option<String>,
    /// Whether people are asked before it learns who they are: `asked` or `first-party`.
    #[serde(default)]
    pub consent: ConsentSetting,
    /// How its ID tokens are signed: `ES256`, or `RS256` where it knows nothing else.
    #[serde(default)]
    pub id_token_signed_response_alg: identity::IdTokenAlgorithm,
    /// What it may ask for: `openid`, `profile`, `fecha_nacimiento`, `email`, `celular`, `representacion`, `offline_access`.
    pub scopes: Vec<String>,
}

/// Whether people are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ConsentSetting {
    /// Once for each scope.
    #[default]
    Asked,
    /// Not: it is the issuer's own.
    FirstParty,
}

impl Default for PasswordSettings {
    fn default() -> Self {
        let usual = identity::PasswordCost::default();
        Self { memory_kib: usual.memory_kib, passes: usual.passes, lanes: usual.lanes, at_once: 2 }
    }
}

impl ProviderSettings {
    pub(super) fn check(&self) -> Result<(), (&'static str, &'static str)> {
        let is_label = (1..=40).contains(&self.label.len())
            && self.label.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
            && !self.label.starts_with("files--");
        let unknown = |client: &RelyingParty| client.scopes.iter().any(|scope| identity::Scope::of(scope).is_none());
        let rules = [
            (is_label, "citizens.provider.label", "1 to 40 small letters, digits and hyphens"),
            (!self.name.trim().is_empty(), "citizens.provider.name", "what people know it as"),
            ((1..=64).contains(&self.password.at_once), "citizens.provider.password.at_once", "1 to 64"),
            (
                !self.clients.iter().any(unknown),
                "citizens.provider.client.scopes",
                "of openid, profile, fecha_nacimiento, email, celular, representacion and offline_access",
            ),
        ];
        match rules.into_iter().find(|(holds, ..)| !holds) {
            Some((_, setting, rule)) => Err((setting, rule)),
            None => Ok(()),
        }
    }
}

fn label() -> String {
    "ingreso".to_owned()
}
