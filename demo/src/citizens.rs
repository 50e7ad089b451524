//! What people find in the small state: pages at the identity register's server, and an account to sign in with.

use crate::installation::Installation;
use crate::state::{Door, Entity, State};
use admin::{Client, ClientError, percent_encoded};
use anyhow::{Context as _, Result};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// The domain of the pages; every machine leads names below `localhost` to itself.
pub const DOMAIN: &str = "ciudadania.localhost";
/// The domain of the pages of the municipality.
pub const OFFICE_DOMAIN: &str = "lapaz.localhost";
/// The document of somebody who can sign in.
pub const DOCUMENT: &str = "CI 1234567";
/// The document of who moderates the guestbook.
pub const MODERATOR: &str = "CI 7654321";

/// The document of somebody who decides at the municipality too, and judges what competes for funds.
pub const COLLEAGUE: &str = "CI 5678901";
/// The document of another one who judges, and competes for the municipality.
pub const EVALUATOR: &str = "CI 6789012";

/// Those who have an account from the start, with their names.
const PEOPLE: [(&str, &str, &str); 4] = [
    (DOCUMENT, "Juana", "Quispe"),
    (MODERATOR, "Beto", "Choque"),
    (COLLEAGUE, "Rosa", "Mamani"),
    (EVALUATOR, "Iván", "Rojas"),
];

/// Where people go, and how somebody sets her credentials.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shown {
    /// The pages.
    pub pages: String,
    /// The state's portal.
    pub portal: String,
    /// The municipality's.
    pub office: String,
    /// Who, and where she sets her credentials, unless she did.
    pub people: Vec<(&'static str, String)>,
}

/// The domain of an entity's pages.
pub(crate) fn domain_of(entity: &Entity) -> &'static str {
    if entity.door == Door::Office { OFFICE_DOMAIN } else { DOMAIN }
}

/// Of `server.toml`: the port for people, where the server has one.
pub(crate) fn settings(installation: &Installation, entity: &Entity) -> String {
    let Some(listen) = installation.addresses_of(&entity.folder).citizens else { return String::new() };
    let pages = format!(
        r#"
[citizens]
listen = "{listen}"
address = "{domain}:{port}"
entity = "{name}"
certificate = {{ key = "citizens", certificate = "citizens.pem" }}
"#,
        domain = domain_of(entity),
        port = listen.port(),
        name = entity.name,
    );
    match entity.door {
        Door::Closed => String::new(),
        Door::Citizens => pages + PROVIDER + &offices(installation),
        Door::Office => pages + &sign_in(installation, entity),
    }
}

/// Where people sign in at an office: at the state's issuer.
fn sign_in(installation: &Installation, entity: &Entity) -> String {
    let port = issuer_port(installation);
    format!(
        r#"
[citizens.sign_in]
issuer = "https://ingreso.{DOMAIN}:{port}"
client = "{client}"
secret = "{SECRET_FILE}"
account = "https://citizenship.{DOMAIN}:{port}/profile"
trust = "../trust-services/root.pem"
"#,
        client = entity.folder,
    )
}

/// The offices that the state's issuer knows.
fn offices(installation: &Installation) -> String {
    let state = installation.state();
    let offices = state.entities.iter().filter(|entity| entity.door == Door::Office);
    offices
        .filter_map(|entity| {
            let port = installation.addresses_of(&entity.folder).citizens?.port();
            Some(format!(
                r#"
# The gateway of another entity.
[[citizens.provider.client]]
id = "{client}"
name = "{name}"
secret = "{secret}"
sector = "{sector}"
redirect_uris = ["https://portal.{OFFICE_DOMAIN}:{port}/-/signed-in"]
post_logout_redirect_uris = ["https://portal.{OFFICE_DOMAIN}:{port}/"]
consent = "first-party"
scopes = ["openid", "profile", "representacion"]
backchannel_logout_uri = "https://{OFFICE_DOMAIN}:{port}/-/back-channel-logout"
"#,
                client = entity.folder,
                name = entity.name,
                secret = secret_file_of(entity),
                sector = state.member(entity),
            ))
        })
        .collect()
}

/// The secrets by which offices are known to the issuer, as files of a server.
pub(crate) fn secrets(state: &State, entity: &Entity) -> Vec<(String, String)> {
    let secret = |entity: &Entity| format!("chakana-demo-{}", entity.folder);
    let offices = state.entities.iter().filter(|entity| entity.door == Door::Office);
    match entity.door {
        Door::Closed => Vec::new(),
        Door::Office => vec![(SECRET_FILE.to_owned(), secret(entity))],
        Door::Citizens => offices.map(|office| (secret_file_of(office), secret(office))).collect(),
    }
}

fn secret_file_of(entity: &Entity) -> String {
    format!("{}-secret", entity.folder)
}

/// The port of the state's issuer.
fn issuer_port(installation: &Installation) -> u16 {
    let issuer = installation.state().entities.iter().find(|entity| entity.door == Door::Citizens);
    issuer.and_then(|entity| installation.addresses_of(&entity.folder).citizens).map_or(0, |address| address.port())
}

const SECRET_FILE: &str = "citizens-client-secret";

/// Of the server that is the issuer itself.
const PROVIDER: &str = r#"
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
"#;

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
    shown.portal = format!("https://portal.{DOMAIN}:{}/", address.port());
    let office = installation.state().entities.iter().find(|entity| entity.door == Door::Office);
    if let Some(port) = office.and_then(|office| installation.addresses_of(&office.folder).citizens) {
        shown.office = format!("https://portal.{OFFICE_DOMAIN}:{}/", port.port());
    }
    let client = Client::of(installation.folder_of(&entity.folder));
    for (document, given, surname) in PEOPLE {
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
