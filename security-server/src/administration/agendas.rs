//! What plugins are to do, and what was given up: shown, and put on the agenda again. Contents are not shown: they are
//! the plugin's, and may be a citizen's.

use super::plugins::{refused, unknown};
use super::{Administration, internal};
use crate::plugins::PluginRefusal;
use admin::{ApiError, ErrorKind, Reply, Role, Route, RouteRequest};
use plugin_host::manifest::PluginName;
use plugin_host::{AgendaEntry, AgendaError, EntryKind};
use serde_json::{Value, json};
use std::sync::Arc;

/// So many entries of each kind are shown.
const SHOWN: usize = 200;

pub(super) fn routes(administration: &Arc<Administration>) -> [Route; 2] {
    let [looking, retrying] = [(); 2].map(|()| administration.clone());
    [
        Route::get("/v1/plugins/{name}/agenda", move |request| {
            let administration = looking.clone();
            async move { look(&administration, &request).await }
        }),
        Route::post("/v1/plugins/{name}/retry", move |request| {
            let administration = retrying.clone();
            async move { retry(&administration, &request).await }
        })
        .only(Role::System),
    ]
}

async fn look(administration: &Arc<Administration>, request: &RouteRequest) -> Result<Reply, ApiError> {
    let name = named(request)?;
    let administration = administration.clone();
    let looked = tokio::task::spawn_blocking(move || administration.plugins.agenda(&name, SHOWN + 1)).await;
    let looked = looked.map_err(|error| internal(&error))?;
    let (mut waiting, mut given_up) = looked.map_err(|refusal| told(&refusal, "run doctor"))?;
    let more = waiting.len() > SHOWN || given_up.len() > SHOWN;
    waiting.truncate(SHOWN);
    given_up.truncate(SHOWN);
    let shown = |entries: &[AgendaEntry]| entries.iter().map(entry).collect::<Vec<_>>();
    Ok(Reply::Json(json!({ "waiting": shown(&waiting), "givenUp": shown(&given_up), "more": more })))
}

async fn retry(administration: &Administration, request: &RouteRequest) -> Result<Reply, ApiError> {
    let name = named(request)?;
    let retried = administration.plugins.retry(&name).await;
    let retried = retried.map_err(|refusal| told(&refusal, "try again; what was put on the agenda stays there"))?;
    tracing::info!(plugin = %name, retried, author = request.caller.name, "put what was given up on the agenda again");
    Ok(Reply::Json(json!({ "retried": retried })))
}

fn told(refusal: &PluginRefusal, next: &str) -> ApiError {
    match refusal {
        PluginRefusal::Agenda { source: source @ AgendaError::NotLoaded { .. } } => {
            ApiError::new(ErrorKind::NotFound, source.to_string(), "see plugin list")
        }
        refusal => refused(refusal, next),
    }
}

/// The plugin that a path names.
pub(super) fn named(request: &RouteRequest) -> Result<PluginName, ApiError> {
    let name = request.placeholder("name")?;
    name.parse().map_err(|_| unknown(name))
}

fn entry(entry: &AgendaEntry) -> Value {
    let (kind, of) = match &entry.kind {
        EntryKind::Message(message) => ("message", format!("{} to {}", message.id, message.to)),
        EntryKind::Timer(name) => ("timer", name.clone()),
        EntryKind::Schedule(name) => ("schedule", name.clone()),
        EntryKind::Reply(message) => ("reply", message.clone()),
        EntryKind::Undelivered(message) => ("undelivered", message.clone()),
        EntryKind::Topic { topic, subscriber } => ("topic", format!("{topic} for {subscriber}")),
        EntryKind::Signing(id) => ("signing", id.clone()),
    };
    json!({
        "due": entry.due.to_string(),
        "ordered": entry.ordered.to_string(),
        "tries": entry.tries,
        "kind": kind,
        "of": of,
    })
}
