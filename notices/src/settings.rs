//! The settings of notices: how this server sends them.

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use url::Url;

/// How notices are sent. What is not set is not offered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The address of the site, which links begin with: `https://servicios.example.bo`.
    pub site: String,
    /// E-mail.
    #[serde(default)]
    pub smtp: Option<SmtpSettings>,
    /// SMS.
    #[serde(default)]
    pub sms: Option<SmsSettings>,
    /// Webhooks.
    #[serde(default)]
    pub webhooks: Option<WebhookSettings>,
}

/// The mail server that takes e-mail from this one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SmtpSettings {
    /// Its name.
    pub host: String,
    /// Its port: 465 for `tls`, 587 for `starttls`.
    pub port: u16,
    /// How the connection is kept private.
    pub security: SmtpSecurity,
    /// Who this server is there, if it has to say.
    #[serde(default)]
    pub user: Option<String>,
    /// The file that holds the user's password.
    #[serde(default)]
    pub password_file: Option<PathBuf>,
    /// Whom citizens see as the sender: `Servicios del Estado <avisos@example.bo>`.
    pub from: String,
    /// Certificates in PEM that are trusted beside those of the system, of an authority of the state's own.
    #[serde(default)]
    pub certificates: Option<PathBuf>,
}

/// How a connection to a mail server is kept private.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SmtpSecurity {
    /// TLS from the beginning (RFC 8314 §3.3).
    Tls,
    /// TLS after a command, and nothing without it (RFC 3207).
    Starttls,
    /// None: only to this machine itself.
    Plain,
}

/// The service that takes SMS from this server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SmsSettings {
    /// Where messages are posted.
    pub url: String,
    /// The file that holds the token that is presented there (RFC 6750).
    pub token_file: PathBuf,
    /// What is posted: JSON, in whose strings `{to}`, `{text}` and `{id}` stand for the number, the text and the id of the
    /// message.
    #[serde(default = "template")]
    pub template: String,
}

/// Calls of citizens' own programs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WebhookSettings {
    /// Which addresses may be called.
    #[serde(default)]
    pub reach: WebhookReach,
}

/// Which addresses webhooks may have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WebhookReach {
    /// Public ones, over HTTPS.
    #[default]
    Public,
    /// This machine as well, over HTTP too: for a demonstration.
    Loopback,
}

/// Why settings of notices cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// A value that cannot be meant.
    #[error("notices.{setting} must be {rule}")]
    Value {
        /// Which.
        setting: &'static str,
        /// What it must be.
        rule: &'static str,
    },
    /// A file that is named cannot be read.
    #[error("failed to read {path}, which the settings of notices name")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

impl SettingsError {
    pub(crate) fn value(setting: &'static str, rule: &'static str) -> Self {
        Self::Value { setting, rule }
    }

    pub(crate) fn file(path: &Path, source: std::io::Error) -> Self {
        Self::File { path: path.to_owned(), source }
    }
}

impl Settings {
    /// The same, with files that are relative to a folder.
    #[must_use]
    pub fn in_folder(&self, folder: &Path) -> Self {
        let mut settings = self.clone();
        if let Some(smtp) = &mut settings.smtp {
            for file in [&mut smtp.password_file, &mut smtp.certificates].into_iter().flatten() {
                *file = folder.join(&*file);
            }
        }
        if let Some(sms) = &mut settings.sms {
            sms.token_file = folder.join(&sms.token_file);
        }
        settings
    }

    /// Checks what can be checked without opening a file or a socket.
    ///
    /// # Errors
    /// The first value that cannot be meant.
    pub fn check(&self) -> Result<(), SettingsError> {
        let rule =
            "the address of a site over https (http on this machine), without path: https://servicios.example.bo";
        if !web_address(&self.site).is_some_and(|site| site.path() == "/" && site.query().is_none()) {
            return Err(SettingsError::value("site", rule));
        }
        self.smtp.as_ref().map_or(Ok(()), SmtpSettings::check)?;
        self.sms.as_ref().map_or(Ok(()), SmsSettings::check)
    }
}

impl SmtpSettings {
    /// Checks the values.
    ///
    /// # Errors
    /// The first value that cannot be meant.
    pub fn check(&self) -> Result<(), SettingsError> {
        if self.host.is_empty() || self.port == 0 {
            return Err(SettingsError::value(
                "smtp.host",
                "the name of the mail server, with its port in notices.smtp.port",
            ));
        }
        if self.security == SmtpSecurity::Plain && !is_this_machine(&self.host) {
            let rule = "\"tls\" or \"starttls\", for the mail server is not on this machine";
            return Err(SettingsError::value("smtp.security", rule));
        }
        if self.user.is_some() != self.password_file.is_some() {
            return Err(SettingsError::value("smtp.password_file", "there exactly if notices.smtp.user is"));
        }
        let from: Result<lettre::message::Mailbox, _> = self.from.parse();
        if !from.is_ok_and(|from| from.email.to_string().parse::<crate::EmailAddress>().is_ok()) {
            return Err(SettingsError::value("smtp.from", "a sender: Servicios del Estado <avisos@example.bo>"));
        }
        Ok(())
    }
}

impl SmsSettings {
    /// Checks the values.
    ///
    /// # Errors
    /// The first value that cannot be meant.
    pub fn check(&self) -> Result<(), SettingsError> {
        if web_address(&self.url).is_none() {
            return Err(SettingsError::value("sms.url", "an address over https (http on this machine)"));
        }
        let json = serde_json::from_str::<serde_json::Value>(&self.template).is_ok();
        if !json || !self.template.contains("{to}") || !self.template.contains("{text}") {
            return Err(SettingsError::value("sms.template", "JSON with {to} and {text} in its strings"));
        }
        Ok(())
    }
}

/// An address over HTTPS, or over HTTP on this machine; without a user in it.
fn web_address(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let host = url.host_str()?;
    let private = url.scheme() == "https" || (url.scheme() == "http" && is_this_machine(host));
    (private && url.username().is_empty() && url.password().is_none()).then_some(url)
}

fn is_this_machine(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn template() -> String {
    r#"{"to":"{to}","text":"{text}","id":"{id}"}"#.to_owned()
}

/// So long one attempt takes at most.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(30);

/// Whose certificates are trusted by services that the world has: those that the operating system trusts.
///
/// # Errors
/// When the system has none.
pub fn system_trust() -> Result<std::sync::Arc<rustls::ClientConfig>, SettingsError> {
    let mut roots = rustls::RootCertStore::empty();
    let found = rustls_native_certs::load_native_certs();
    let (added, _) = roots.add_parsable_certificates(found.certs);
    if added == 0 {
        let rule = "used on a machine that has certificates of authorities (the package ca-certificates)";
        return Err(SettingsError::value("sms and notices.webhooks", rule));
    }
    let provider = std::sync::Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let config = config.map_err(|_| SettingsError::value("sms", "used with a TLS that has versions"))?;
    Ok(std::sync::Arc::new(config.with_root_certificates(roots).with_no_client_auth()))
}
