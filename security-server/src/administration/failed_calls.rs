//! Calls of plugins that failed and were kept: shown without what was sent, which may be a citizen's, replayed, and forgotten.

use super::agendas::named;
use super::{Administration, internal};
use crate::upkeep::words;
use admin::{ApiError, ErrorKind, Reply, Role, Route, RouteRequest};
use plugin_host::manifest::PluginName;
use plugin_host::{Called, FailedCall, FailedCallError, Failure, PluginHost, ReplayEnd, Replayed, ReplayedBy};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

/// Which version a call is replayed by.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Wanted {
    trial: bool,
}

pub(super) fn routes(administration: &Arc<Administration>) -> [Route; 3] {
    let [looking, replaying, forgetting] = [(); 3].map(|()| administration.clone());
    [
        Route::get("/v1/plugins/{name}/failed-calls", move |request| {
            let administration = looking.clone();
            async move { look(&administration, &request).await }
        }),
        Route::post("/v1/plugins/{name}/failed-calls/{id}/replay", move |request| {
            let administration = replaying.clone();
            async move { replay(&administration, &request).await }
        })
        .only(Role::System),
        Route::post("/v1/plugins/{name}/failed-calls/{id}/forget", move |request| {
            let administration = forgetting.clone();
            async move { forget(&administration, &request).await }
        })
        .only(Role::System),
    ]
}

async fn look(administration: &Arc<Administration>, request: &RouteRequest) -> Result<Reply, ApiError> {
    let name = named(request)?;
    let (plugins, of) = (administration.clone(), name.clone());
    let read = tokio::task::spawn_blocking(move || host(&plugins, &of)?.failed_calls(of.as_str())).await;
    let calls = read.map_err(|error| internal(&error))?.map_err(|error| told(&error, "run doctor"))?;
    let configuration = administration.messaging.server_configuration.load();
    let days = configuration.plugin(name.as_str()).and_then(|plugin| plugin.failed_calls_days());
    Ok(Reply::Json(json!({ "keptForDays": days, "failedCalls": calls.iter().map(shown).collect::<Vec<_>>() })))
}

async fn replay(administration: &Administration, request: &RouteRequest) -> Result<Reply, ApiError> {
    let (name, id, wanted) = (named(request)?, request.placeholder("id")?, request.json::<Wanted>()?);
    let by = if wanted.trial { ReplayedBy::Trial } else { ReplayedBy::Current };
    let replay = async || host(administration, &name)?.replay(name.as_str(), id, by).await;
    let replayed = replay().await.map_err(|error| told(&error, "nothing was kept; try again"))?;
    tracing::info!(plugin = %name, request.id = id, author = request.caller.name, "replayed a failed call");
    Ok(Reply::Json(ended(&replayed)))
}

async fn forget(administration: &Administration, request: &RouteRequest) -> Result<Reply, ApiError> {
    let (name, id) = (named(request)?, request.placeholder("id")?);
    let forget = async || host(administration, &name)?.forget_failed_call(name.as_str(), id).await;
    forget().await.map_err(|error| told(&error, "it is there as before; check the disk"))?;
    tracing::info!(plugin = %name, request.id = id, author = request.caller.name, "forgot a failed call");
    Ok(Reply::Json(json!({ "forgotten": id })))
}

fn host<'a>(administration: &'a Administration, name: &PluginName) -> Result<&'a PluginHost, FailedCallError> {
    let not_loaded = || FailedCallError::NotLoaded { plugin: name.to_string(), by: ReplayedBy::Current };
    administration.plugins.host().ok_or_else(not_loaded)
}

fn told(error: &FailedCallError, next: &str) -> ApiError {
    match error {
        FailedCallError::NotLoaded { .. } => ApiError::new(ErrorKind::NotFound, error.to_string(), "see plugin list"),
        FailedCallError::Unknown { plugin, .. } => {
            ApiError::new(ErrorKind::NotFound, error.to_string(), format!("see plugin replay {plugin}"))
        }
        FailedCallError::Read(_) | FailedCallError::Commit(_) | FailedCallError::Call(_) => {
            ApiError::new(ErrorKind::Refused, words(error), next)
        }
    }
}

fn shown(call: &FailedCall) -> Value {
    let (kind, of) = match &call.called {
        Called::Page(route) => ("page", route),
        Called::Service(code) => ("service", code),
    };
    json!({
        "id": call.id,
        "calledAt": call.called_at.to_string(),
        "keptUntil": call.kept_until.to_string(),
        "version": call.version,
        "kind": kind,
        "of": of,
        "method": call.method,
        "fields": call.fields,
        "bodyBytes": call.body_bytes,
        "files": call.files,
        "answers": call.answers,
        "failure": call.failure,
    })
}

fn ended(replayed: &Replayed) -> Value {
    let (end, status, why) = match &replayed.end {
        ReplayEnd::Answered { status } => ("answered", Some(*status), None),
        ReplayEnd::Failed(Failure::Internal(why)) => ("failed", Some(500), Some(why.clone())),
        ReplayEnd::Failed(failure) => {
            let answer = plugin_host::answer_of_failure(failure);
            ("failed", Some(answer.status), Some(String::from_utf8_lossy(&answer.body).into_owned()))
        }
        ReplayEnd::Fault(fault) => ("fault", None, Some(fault.to_string())),
        ReplayEnd::Asked { service } => ("asked", None, Some(service.clone())),
    };
    json!({
        "version": replayed.version, "end": end, "status": status, "why": why,
        "writes": replayed.writes, "orders": replayed.orders,
    })
}
