//! What the entities of the small state do for people: each publishes its procedures in the state's portal, over the exchange.

use crate::installation::Installation;
use crate::plugins::{CATALOGUE, DEFINITIONS};
use anyhow::{Context as _, Result, bail, ensure};
use bytes::Bytes;
use http::{Method, Request};
use http_body_util::Full;
use listener::client::{Client, ClientTls};
use serde_json::{Value, json};
use std::time::Duration;

/// By entity and name: what an entity says of itself, `entity`, and its procedures.
const PROCEDURES: &[(&str, &str, &str)] = include!(concat!(env!("OUT_DIR"), "/procedures.rs"));
/// Whose portal is at its own server: there its procedures are done online.
const WITH_PORTAL: &str = "gamlp";
const WITHIN: Duration = Duration::from_secs(60);
const MAX_ANSWER_BYTES: usize = 1 << 20;

/// An entity that publishes: from where, and as whom.
struct Publisher {
    server: String,
    client: String,
}

/// Has every entity publish its procedures; gives how many there are.
///
/// # Errors
/// When one is refused.
pub(crate) async fn publish(installation: &Installation) -> Result<usize> {
    let http = Client::new(ClientTls::Plain);
    let mut published = 0;
    // Who does not say what it is cannot publish.
    let all = PROCEDURES.iter().copied();
    let (entities, procedures): (Vec<_>, Vec<_>) = all.partition(|(_, name, _)| *name == "entity");
    for (entity, name, text) in entities.into_iter().chain(procedures) {
        let publisher = publisher(installation, entity)?;
        let document: Value = serde_json::from_str(text)?;
        let (path, body) = match name {
            "entity" if entity == WITH_PORTAL => continue,
            "entity" => (
                format!("{CATALOGUE}/entity"),
                json!({
                    "name": document["name"], "place": document["place"], "homepage": document["homepage"],
                }),
            ),
            _ if entity == WITH_PORTAL => (format!("{DEFINITIONS}/definitions/{name}"), document),
            _ => (format!("{CATALOGUE}/entries/{name}"), json!({ "entry": elsewhere(document) })),
        };
        put(installation, &http, &publisher, &path, &body)
            .await
            .with_context(|| format!("{entity} publishes {name}"))?;
        published += usize::from(name != "entity");
    }
    Ok(published)
}

/// What the entities of the small state say in the catalogue of procedures that are not done online there.
///
/// # Errors
/// When one is no JSON.
pub fn catalogue_entries() -> Result<Vec<Value>> {
    let procedures = PROCEDURES.iter().filter(|(_, name, _)| *name != "entity");
    procedures.map(|(_, _, text)| Ok(elsewhere(serde_json::from_str(text)?))).collect()
}

/// The entry of a procedure that is not done online here.
fn elsewhere(mut document: Value) -> Value {
    let mut entry = document["entry"].take();
    if let Some(channels) = entry["channels"].as_array_mut() {
        channels.retain(|channel| channel["kind"] != "online" || channel["address"].is_string());
    }
    entry
}

fn publisher(installation: &Installation, folder: &str) -> Result<Publisher> {
    let state = installation.state();
    for entity in &state.entities {
        let server = entity.folder.clone();
        if entity.folder == folder {
            return Ok(Publisher { server, client: format!("{}/{}", state.member(entity), entity.subsystems[0].code) });
        }
        if let Some(guest) = entity.guests.iter().find(|guest| guest.folder == folder) {
            return Ok(Publisher { server, client: state.guest(guest) });
        }
    }
    bail!("the small state has no entity {folder}")
}

async fn put(
    installation: &Installation,
    http: &Client,
    publisher: &Publisher,
    path: &str,
    body: &Value,
) -> Result<()> {
    let address = installation.addresses_of(&publisher.server).clients_http;
    let request = Request::builder()
        .method(Method::PUT)
        .uri(format!("http://{address}/r1/{path}"))
        .header("X-Road-Client", &publisher.client)
        .header("Content-Type", "application/json")
        .body(Full::new(Bytes::from(body.to_string())))?;
    let answer = http.send(request, WITHIN, MAX_ANSWER_BYTES).await?;
    let said = String::from_utf8_lossy(answer.body());
    ensure!(answer.status().is_success(), "{}: {said}", answer.status());
    Ok(())
}
