//! What people find in the small state: pages at the identity register's server, and an account to sign in with.

use crate::installation::Installation;
use crate::state::Door;
use admin::{Client, ClientError, percent_encoded};
use anyhow::{Context as _, Result};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// The domain of the pages; every machine leads names below `localhost` to itself.
pub const DOMAIN: &str = "ciudadania.localhost";
/// The document of somebody who can sign in.
pub const DOCUMENT: &str = "CI 1234567";
/// The document of who moderates the guestbook.
pub const MODERATOR: &str = "CI 7654321";

/// Where people go, and how somebody sets her credentials.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shown {
    /// The pages.
    pub pages: String,
    /// Who, and where she sets her credentials, unless she did.
    pub people: Vec<(&'static str, String)>,
}

/// Of `server.toml`: the port for people, where the server is the issuer itself.
pub(crate) fn settings(entity: &str, listen: SocketAddr) -> String {
    format!(
        r#"
[citizens]
listen = "{listen}"
address = "{DOMAIN}:{port}"
entity = "{entity}"
certificate = {{ key = "citizens", certificate = "citizens.pem" }}

[citizens.provider]
name = "Ingreso ciudadano"
trust = "../trust-services/root.pem"

# A relying party of somebody else, on this machine: people are asked before it learns who they are.
[[citizens.provider.client]]
id = "banco"
name = "Banco del Salar"
sector = "BO/COM/3001"
redirect_uris = ["http://127.0.0.1:4005/back"]
post_logout_redirect_uris = ["http://127.0.0.1:4005/"]
scopes = ["openid", "profile", "email", "offline_access"]

# One that reads no other signatures than those of RSA, and belongs to the state.
[[citizens.provider.client]]
id = "biblioteca"
name = "Biblioteca municipal"
sector = "BO/MUN/2001"
redirect_uris = ["http://127.0.0.1:4005/back"]
consent = "first-party"
scopes = ["openid", "profile"]
id_token_signed_response_alg = "RS256"
"#,
        port = listen.port()
    )
}

/// Makes the accounts that are not there yet, and codes for who has set no credentials.
///
/// # Errors
/// When the server refuses.
pub(crate) async fn enrol(installation: &Installation) -> Result<Shown> {
    let mut shown = Shown::default();
    let with_pages = installation.state().entities.iter().find(|entity| entity.door == Door::Citizens);
    let Some(entity) = with_pages else { return Ok(shown) };
    let address = installation.addresses_of(&entity.folder).citizens.context("the citizens' port has no address")?;
    shown.pages = format!("https://{DOMAIN}:{}/", address.port());
    let client = Client::of(installation.folder_of(&entity.folder));
    for (document, given, surname) in [(DOCUMENT, "Juana", "Quispe"), (MODERATOR, "Beto", "Choque")] {
        let path = format!("/v1/citizens/{}", percent_encoded(document));
        let there = account(&client, &path).await;
        let made: Value = match there {
            Ok(account) if account["enrolled"] == true => continue,
            Ok(_) => client.post(&format!("{path}/enrolment"), &Value::Null).await?,
            Err(_) => {
                let new = json!({
                    "document": document, "givenNames": given, "firstSurname": surname, "assurance": "high",
                });
                client.post("/v1/citizens", &new).await?
            }
        };
        shown.people.push((document, made["enrolment"]["link"].as_str().unwrap_or_default().to_owned()));
    }
    Ok(shown)
}

/// An account, once the issuer is open: that is some time after its server takes messages.
async fn account(client: &Client, path: &str) -> Result<Value, ClientError> {
    let deadline = Instant::now() + OPEN_WITHIN;
    loop {
        match client.get(path).await {
            Err(ClientError::Answered { status: 503, .. }) if Instant::now() < deadline => sleep(POLL).await,
            other => return other,
        }
    }
}

const OPEN_WITHIN: Duration = Duration::from_secs(30);
const POLL: Duration = Duration::from_millis(100);
