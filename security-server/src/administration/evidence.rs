//! The message log for its administrator: finding, showing, exporting, verifying, erasing, checkpoints and proofs.

use super::{Administration, internal, invalid, unavailable};
use crate::log_keys::TokenKeyWrap;
use crate::log_verification::{LogVerifier, report_json};
use crate::streaming;
use crate::upkeep::Upkeep;
use crate::upkeep::words;
use admin::{ApiError, ErrorKind, Reply, Role, Route, RouteRequest};
use global_configuration::StoreError;
use message_log::{Content, Found, FoundState, Query, StoredBody, VerifyReport};
use protocol::context::MessageKind;
use protocol::hash::Sha256Hash;
use serde_json::{Value, json};
use std::future::Future;
use std::str::FromStr;
use std::sync::Arc;

pub(super) fn routes(administration: &Arc<Administration>, upkeep: &Arc<Upkeep>) -> Vec<Route> {
    let upkeep = upkeep.clone();
    vec![
        shows(administration, "/v1/log/records", |administration, request| async move {
            find(administration, request).await
        }),
        shows(administration, "/v1/log/records/{index}", |administration, request| async move {
            show(administration, request).await
        })
        .only(Role::Security),
        shows(administration, "/v1/log/records/{index}/container", |administration, request| async move {
            export(administration, request).await
        })
        .only(Role::Security),
        shows(administration, "/v1/log/records/{index}/proof", |administration, request| async move {
            prove(administration, request).await
        }),
        shows(administration, "/v1/log/consistency", |administration, request| async move {
            prove_consistency(administration, request).await
        }),
        does(
            administration,
            "/v1/log/erase",
            |administration, request| async move { erase(administration, request).await },
        ),
        does(administration, "/v1/log/verify", |administration, _| async move { verify(administration).await })
            // It changes nothing, and what is noted would be another log than the one that was verified.
            .that_shows(),
        shows(
            administration,
            "/v1/log/checkpoint",
            |administration, _| async move { newest_checkpoint(&administration) },
        ),
        shows(administration, "/v1/verification-configuration", |administration, request| async move {
            verification_configuration(administration, request).await
        }),
        Route::post("/v1/log/checkpoint", move |_| {
            let upkeep = upkeep.clone();
            async move {
                upkeep.checkpoint_and_stamp().await;
                Ok(Reply::Json(json!({ "made": true })))
            }
        })
        .only(Role::Security),
    ]
}

fn shows<F, A>(administration: &Arc<Administration>, path: &str, handler: F) -> Route
where
    F: Fn(Arc<Administration>, RouteRequest) -> A + Send + Sync + 'static,
    A: Future<Output = Result<Reply, ApiError>> + Send + 'static,
{
    let administration = administration.clone();
    Route::get(path, move |request| handler(administration.clone(), request))
}

fn does<F, A>(administration: &Arc<Administration>, path: &str, handler: F) -> Route
where
    F: Fn(Arc<Administration>, RouteRequest) -> A + Send + Sync + 'static,
    A: Future<Output = Result<Reply, ApiError>> + Send + 'static,
{
    let administration = administration.clone();
    Route::post(path, move |request| handler(administration.clone(), request)).only(Role::Security)
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, ApiError> {
    tokio::task::spawn_blocking(work).await.map_err(|error| internal(&error))
}

async fn find(administration: Arc<Administration>, request: RouteRequest) -> Result<Reply, ApiError> {
    let query = query_of(&request)?;
    let log = administration.messaging.evidence.log().clone();
    let found = blocking(move || log.find(&query)).await?.map_err(|error| internal(&error))?;
    let records: Vec<Value> = found.iter().map(summary).collect();
    Ok(Reply::Json(json!({ "records": records })))
}

fn query_of(request: &RouteRequest) -> Result<Query, ApiError> {
    fn parsed<T: FromStr>(request: &RouteRequest, name: &str) -> Result<Option<T>, ApiError>
    where
        T::Err: std::fmt::Display,
    {
        let value = request.query.get(name).map(|text| text.parse());
        value.transpose().map_err(|error: T::Err| invalid(format!("{name}: {error}"), "correct it"))
    }
    let kind = match request.query.get("kind").map(String::as_str) {
        None => None,
        Some("request") => Some(MessageKind::Request),
        Some("response") => Some(MessageKind::Response),
        Some(other) => return Err(invalid(format!("kind: {other}"), "use request or response")),
    };
    Ok(Query {
        x_road_id: request.query.get("id").cloned(),
        request_id: request.query.get("request-id").cloned(),
        client: parsed(request, "client")?,
        service: parsed(request, "service")?,
        kind,
        from: parsed(request, "from")?,
        to: parsed(request, "to")?,
        limit: parsed(request, "limit")?.unwrap_or(50),
        ..Query::default()
    })
}

fn summary(found: &Found) -> Value {
    let leaf = &found.leaf;
    json!({
        "index": found.index,
        "time": leaf.time.to_string(),
        "direction": leaf.direction.as_str(),
        "kind": leaf.role.as_str(),
        "id": leaf.id,
        "requestId": leaf.request_id,
        "client": leaf.client.to_string(),
        "service": leaf.service.to_string(),
        "peer": leaf.peer.to_string(),
        "sequence": leaf.sequence,
        "erased": found.state == FoundState::Erased,
    })
}

fn index_of(request: &RouteRequest) -> Result<u64, ApiError> {
    let index = request.placeholder("index")?;
    index.parse().map_err(|_| invalid(format!("{index} is no record's number"), "take one from log find"))
}

async fn show(administration: Arc<Administration>, request: RouteRequest) -> Result<Reply, ApiError> {
    let index = index_of(&request)?;
    let log = administration.messaging.evidence.log().clone();
    let stored = blocking(move || log.read(index)).await?.map_err(|error| not_there(&error))?;
    let leaf = String::from_utf8_lossy(&stored.leaf_bytes).into_owned();
    let content = match &stored.content {
        Content::Erased(erasure) => json!({
            "erased": erasure.as_ref().map(|erasure| json!({
                "time": erasure.time.to_string(), "reason": erasure.reason, "author": erasure.author,
            })),
        }),
        Content::Kept(kept) => json!({
            "head": String::from_utf8_lossy(&kept.head),
            "context": String::from_utf8_lossy(&kept.context),
            "bodyBytes": match &kept.body {
                StoredBody::None => None,
                StoredBody::Kept(body) => Some(body.digest().length),
                StoredBody::LeftOut(digest) => Some(digest.length),
            },
            "bodyKept": !matches!(kept.body, StoredBody::LeftOut(_)),
        }),
    };
    Ok(Reply::Json(json!({ "index": index, "leaf": leaf, "content": content })))
}

fn not_there(error: &message_log::ReadError) -> ApiError {
    match error {
        message_log::ReadError::NoSuchRecord { .. } => {
            ApiError::new(ErrorKind::NotFound, error.to_string(), "take a record's number from log find")
        }
        other => internal(other),
    }
}

async fn export(administration: Arc<Administration>, request: RouteRequest) -> Result<Reply, ApiError> {
    let index = index_of(&request)?;
    let place = administration.messaging.exports.place();
    let place = place.map_err(|error| unavailable(error.to_string(), "try again when one of them is done"))?;
    let log = administration.messaging.evidence.log().clone();
    let exported = blocking(move || log.export(index)).await?;
    let container = exported.map_err(|error| ApiError::new(ErrorKind::Conflict, words(&error), "see log show"))?;
    let content = streaming::written(place, move |out| container.write(out).map(|_| ()));
    Ok(Reply::Stream { content_type: trust::asic::MIME_TYPE, content })
}

async fn prove(administration: Arc<Administration>, request: RouteRequest) -> Result<Reply, ApiError> {
    let index = index_of(&request)?;
    let log = administration.messaging.evidence.log().clone();
    let checkpoint = log.newest_checkpoint().filter(|checkpoint| checkpoint.claimed().size > index);
    let checkpoint = checkpoint.ok_or_else(|| {
        ApiError::new(ErrorKind::Conflict, "no checkpoint covers the record yet", "make one: log checkpoint")
    })?;
    let size = checkpoint.claimed().size;
    let proof = blocking(move || log.inclusion_proof(index, size)).await?.map_err(|error| internal(&error))?;
    let hashes: Vec<String> = proof.iter().map(Sha256Hash::to_string).collect();
    Ok(Reply::Json(json!({ "index": index, "checkpoint": checkpoint.to_string(), "inclusion": hashes })))
}

/// That the log of `to` records begins with the log of `from` records.
async fn prove_consistency(administration: Arc<Administration>, request: RouteRequest) -> Result<Reply, ApiError> {
    let (from, to) = (request.number("from")?, request.number("to")?);
    let log = administration.messaging.evidence.log().clone();
    if from == 0 || from > to || to > log.size() {
        let sizes = format!("the log has {} records: there is no proof from {from} to {to}", log.size());
        return Err(invalid(sizes, "take sizes from two checkpoints, the smaller one first"));
    }
    let proof = blocking(move || log.consistency_proof(from, to)).await?.map_err(|error| internal(&words(&error)))?;
    let hashes: Vec<String> = proof.iter().map(Sha256Hash::to_string).collect();
    Ok(Reply::Json(json!({ "from": from, "to": to, "consistency": hashes })))
}

async fn erase(administration: Arc<Administration>, request: RouteRequest) -> Result<Reply, ApiError> {
    #[derive(serde::Deserialize)]
    #[serde(deny_unknown_fields, rename_all = "camelCase")]
    struct Erase {
        request_id: String,
        reason: String,
    }
    let asked: Erase = request.json()?;
    if asked.reason.trim().is_empty() {
        return Err(invalid("an erasure needs a reason", "say which law or request demands it"));
    }
    let log = administration.messaging.evidence.log();
    let now = administration.messaging.now();
    let erased = log.erase(&asked.request_id, &asked.reason, &request.caller.name, now).await;
    let erased = erased.map_err(|error| match error {
        message_log::EraseError::Nothing { .. } => {
            ApiError::new(ErrorKind::NotFound, error.to_string(), "take the request id from log find")
        }
        other => internal(&words(&other)),
    })?;
    Ok(Reply::Json(json!({ "erasedRecords": erased })))
}

async fn verify(administration: Arc<Administration>) -> Result<Reply, ApiError> {
    let under_way = || unavailable("a verification of the log is under way", "wait until it has ended");
    let _alone = administration.verifying.clone().try_lock_owned().map_err(|_| under_way())?;
    let report = blocking(move || run_verification(&administration)).await?.map_err(|error| internal(&error))?;
    Ok(Reply::Json(report_json(&report)))
}

fn run_verification(administration: &Administration) -> std::io::Result<VerifyReport> {
    let messaging = &administration.messaging;
    let key = TokenKeyWrap::new(administration.log_encryption.clone());
    let judgement = messaging.configuration.newest();
    let registered = judgement.iter().filter_map(|judgement| judgement.global().server(&messaging.server));
    let log_keys = std::iter::once(&administration.registration.log_key)
        .chain(registered.flat_map(|own| own.log_keys()))
        .filter_map(|key| key.as_str().parse().ok())
        .collect();
    let (source, now) = (&messaging.source, messaging.now());
    let verifier = LogVerifier { key: Some(&key), log_keys, judgement: judgement.clone(), source, now };
    verifier.run(&administration.folder)
}

fn newest_checkpoint(administration: &Administration) -> Result<Reply, ApiError> {
    let checkpoint = administration.messaging.evidence.log().newest_checkpoint();
    let checkpoint = checkpoint.ok_or_else(|| {
        ApiError::new(ErrorKind::NotFound, "the log has no checkpoint yet", "make one: log checkpoint")
    })?;
    Ok(Reply::Bytes { content_type: "text/plain; charset=utf-8", content: checkpoint.to_string().into() })
}

/// The newest snapshot; `snapshot=HASH` asks for another one, `record=INDEX` for that which a record was judged by.
async fn verification_configuration(
    administration: Arc<Administration>,
    request: RouteRequest,
) -> Result<Reply, ApiError> {
    let messaging = &administration.messaging;
    let asked = (request.query.get("snapshot"), request.query.contains_key("record"));
    let hash = match asked {
        (Some(hash), _) => {
            hash.parse().map_err(|_| invalid(format!("{hash} is no snapshot's hash"), "take it from log show"))?
        }
        (None, true) => {
            let (log, index) = (messaging.evidence.log().clone(), request.number("record")?);
            blocking(move || log.read(index)).await?.map_err(|error| not_there(&error))?.leaf.configuration
        }
        (None, false) => {
            let unavailable = || super::unavailable("there is no global configuration yet", "run doctor");
            messaging.configuration.newest().ok_or_else(unavailable)?.hash()
        }
    };
    let bundle = messaging.source.bundle(&hash).await.map_err(|error| match error {
        StoreError::UnknownSnapshot { .. } => {
            ApiError::new(ErrorKind::NotFound, error.to_string(), "ask the server whose record names it")
        }
        other => internal(&other),
    })?;
    Ok(Reply::Bytes { content_type: "application/zip", content: bundle.into() })
}
