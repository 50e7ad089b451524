//! What an operator can do besides plan and apply, on the administrator's socket.
//!
//! ```text
//! GET  /v1/requests                      the requests that wait
//! GET  /v1/requests/{hash}               what became of one
//! POST /v1/requests/{hash}/approve
//! POST /v1/requests/{hash}/decline       {"reason": "…"}
//! GET  /v1/events?after=N                what happened, a thousand at a time
//! GET  /v1/events/diff?from=N&to=M       what that changed
//! GET  /v1/trust-anchor                  the newest root.json
//! ```
//! and, in `root`, what is done about the keys of the publication.

use super::root;
use crate::registry::{DecisionError, HistoryError, Registry};
use crate::words;
use admin::{Administrators, Api, ApiError, Condition, Document, ErrorKind, Reply, Role, Route, RouteRequest};
use bytes::Bytes;
use jiff::Timestamp;
use protocol::hash::Sha256Hash;
use protocol::management::{Envelope, ManagementRequest, RequestSignature, RequestState, RequestStatus};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::future::Future;
use std::sync::Arc;

#[derive(Serialize)]
struct WaitingRequest {
    request: Sha256Hash,
    kind: &'static str,
    member: String,
    /// What it is about, in words.
    about: String,
    from: String,
    received: Timestamp,
    created: Timestamp,
    /// The document as it was signed.
    document: serde_json::Value,
    /// Whose signatures it carries, by certificate.
    signatures: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Decline {
    reason: String,
}

/// Everything that the registry offers to its administrator.
pub(crate) fn api(registry: &Registry, administrators: &Arc<Administrators>) -> Api {
    let document: Arc<dyn Document> = Arc::new(registry.clone());
    let condition: Arc<dyn Condition> = Arc::new(registry.clone());
    let api = Api::new(&document, &condition, administrators).with_routes([
        Route::get("/v1/requests", with(registry, requests)),
        Route::get("/v1/requests/{hash}", with(registry, request)),
        Route::post("/v1/requests/{hash}/approve", with(registry, approve)).only(Role::Registration),
        Route::post("/v1/requests/{hash}/decline", with(registry, decline)).only(Role::Registration),
        Route::get("/v1/events", with(registry, events)),
        Route::get("/v1/events/diff", with(registry, changes)),
        Route::get("/v1/trust-anchor", with(registry, trust_anchor)),
    ]);
    api.with_routes(root::routes(registry))
}

pub(super) fn with<F, A>(registry: &Registry, answer: F) -> impl Fn(RouteRequest) -> A + Send + Sync + use<F, A>
where
    F: Fn(Registry, RouteRequest) -> A + Send + Sync,
    A: Future<Output = Result<Reply, ApiError>> + Send,
{
    let registry = registry.clone();
    move |request| answer(registry.clone(), request)
}

async fn requests(registry: Registry, _: RouteRequest) -> Result<Reply, ApiError> {
    let waiting = registry.waiting().into_iter().map(|waiting| {
        let document = waiting.envelope.document();
        WaitingRequest {
            request: waiting.request,
            kind: document.request().kind(),
            member: document.request().member().to_string(),
            about: about(document.request()),
            received: waiting.received,
            created: document.created(),
            document: serde_json::from_slice(document.bytes()).unwrap_or_default(),
            signatures: signatures(&waiting.envelope),
            from: waiting.author,
        }
    });
    Reply::json(&waiting.collect::<Vec<_>>())
}

async fn request(registry: Registry, request: RouteRequest) -> Result<Reply, ApiError> {
    let hash = hash(&request)?;
    let status = registry.request_status(&hash).ok_or(DecisionError::Unknown { request: hash });
    let status = status.map_err(of_decision)?;
    let found = tokio::task::spawn_blocking(move || registry.events_of(&hash)).await;
    let (events, envelope) = found.map_err(broken_off)?.map_err(of_history)?;
    let mut answer = state_of(&status);
    if let Some(envelope) = envelope {
        let document = envelope.document();
        answer["kind"] = json!(document.request().kind());
        answer["member"] = json!(document.request().member().to_string());
        answer["about"] = json!(about(document.request()));
        answer["created"] = json!(document.created());
        answer["document"] = serde_json::from_slice(document.bytes()).unwrap_or_default();
        answer["signatures"] = json!(signatures(&envelope));
    }
    answer["events"] = json!(events);
    Ok(Reply::Json(answer))
}

async fn approve(registry: Registry, request: RouteRequest) -> Result<Reply, ApiError> {
    shown(&registry.approve(&hash(&request)?, &request.caller.name).await.map_err(of_decision)?)
}

async fn decline(registry: Registry, request: RouteRequest) -> Result<Reply, ApiError> {
    let Decline { reason } = request.json()?;
    shown(&registry.decline(&hash(&request)?, &reason, &request.caller.name).await.map_err(of_decision)?)
}

async fn events(registry: Registry, request: RouteRequest) -> Result<Reply, ApiError> {
    let after = if request.query.contains_key("after") { request.number("after")? } else { 0 };
    Reply::json(&registry.events(after).map_err(of_history)?)
}

async fn changes(registry: Registry, request: RouteRequest) -> Result<Reply, ApiError> {
    let (from, to) = (request.number("from")?, request.number("to")?);
    let compared = tokio::task::spawn_blocking(move || registry.changes_between(from, to)).await;
    Reply::json(&compared.map_err(broken_off)?.map_err(of_history)?)
}

async fn trust_anchor(registry: Registry, _: RouteRequest) -> Result<Reply, ApiError> {
    Ok(Reply::Bytes { content_type: "application/json", content: Bytes::from(registry.trust_anchor()) })
}

fn hash(request: &RouteRequest) -> Result<Sha256Hash, ApiError> {
    let text = request.placeholder("hash")?;
    let next = "take the hash from the list of requests";
    text.parse().map_err(|_| ApiError::new(ErrorKind::Invalid, format!("{text} is not the hash of a request"), next))
}

/// What a request is about, for who decides.
fn about(request: &ManagementRequest) -> String {
    use ManagementRequest as R;
    match request {
        R::RegisterAuthenticationCertificate { server, address, certificate } => {
            format!("{server} at {address}, certificate {}", Sha256Hash::of(certificate))
        }
        R::DeleteAuthenticationCertificate { server, certificate } => format!("{server}, certificate {certificate}"),
        R::RegisterClient { server, subsystem, name } => format!("{subsystem} ({name}) behind {server}"),
        R::DeleteClient { server, subsystem } => format!("{subsystem} behind {server}"),
        R::RegisterSigningCertificate { member, certificate } => {
            format!("{member}, certificate {}", Sha256Hash::of(certificate))
        }
        R::DeleteSigningCertificate { member, certificate } => format!("{member}, certificate {certificate}"),
        R::RegisterLogKey { server, key } => format!("{server}, key {}", key.as_str()),
        R::ChangeAddress { server, address } => format!("{server} to {address}"),
        R::BeginMaintenance { server, notice } => format!("{server}: {notice}"),
        R::EndMaintenance { server } => server.to_string(),
        R::RenameSubsystem { subsystem, name, .. } => format!("{subsystem} to {name}"),
    }
}

/// Whose signatures it carries, by certificate.
fn signatures(envelope: &Envelope) -> Vec<String> {
    let signature = |it: &RequestSignature| {
        let leaf = it.certificates.first().map(|certificate| Sha256Hash::of(certificate).to_string());
        format!("{:?} with certificate {}", it.by, leaf.unwrap_or_default()).to_lowercase()
    };
    envelope.signatures().iter().map(signature).collect()
}

fn shown(status: &RequestStatus) -> Result<Reply, ApiError> {
    Ok(Reply::Json(state_of(status)))
}

fn state_of(status: &RequestStatus) -> Value {
    let (state, reason) = match &status.state {
        RequestState::Waiting => ("waiting", None),
        RequestState::Applied => ("applied", None),
        RequestState::Declined { reason } => ("declined", Some(reason)),
    };
    json!({ "request": status.request.to_string(), "state": state, "reason": reason })
}

fn broken_off(_: tokio::task::JoinError) -> ApiError {
    ApiError::new(ErrorKind::Internal, "the server broke off", "look at the server's log")
}

fn of_decision(error: DecisionError) -> ApiError {
    let message = words(&error);
    match error {
        DecisionError::Unknown { .. } => ApiError::new(ErrorKind::NotFound, message, "list the requests that wait"),
        DecisionError::Decided { .. } => ApiError::new(ErrorKind::Conflict, message, "look at what became of it"),
        DecisionError::Refused { .. } => {
            ApiError::new(ErrorKind::Refused, message, "decline it, and have it asked for again if it is still wanted")
        }
        DecisionError::Reason => ApiError::new(ErrorKind::Invalid, message, "say in a line why it is declined"),
        DecisionError::Journal(_) => ApiError::new(ErrorKind::Internal, message, LOOK_AT_DISK),
    }
}

fn of_history(error: HistoryError) -> ApiError {
    let message = words(&error);
    match error {
        HistoryError::Unknown { .. } => ApiError::new(ErrorKind::NotFound, message, "see the events for their numbers"),
        HistoryError::Journal(_) => ApiError::new(ErrorKind::Internal, message, LOOK_AT_DISK),
    }
}

pub(super) const LOOK_AT_DISK: &str = "look at the server's log and its disk";
