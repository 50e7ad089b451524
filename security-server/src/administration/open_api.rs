//! OpenAPI documents of services: imported, and refreshed when what changes was seen and confirmed.

use super::{Administration, internal, invalid};
use crate::metaservices::Descriptions;
use admin::{ApiError, ErrorKind, Reply, Role, Route, RouteRequest};
use openapi::Description;
use protocol::access::Endpoint;
use protocol::hash::Sha256Hash;
use protocol::identifier::ServiceId;
use serde_json::json;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use storage::{Batch, Direction, KeyRange, Keyspace};
use tokio::time::Instant;

const DESCRIPTIONS: Keyspace = Keyspace::new("open-api-documents");
const FETCH_WITHIN: Duration = Duration::from_secs(30);

pub(super) fn routes(administration: &Arc<Administration>) -> [Route; 2] {
    let (show, confirm) = (administration.clone(), administration.clone());
    [
        Route::get("/v1/open-api", move |request| {
            let administration = show.clone();
            async move { refresh(&administration, &request).await }
        }),
        Route::post("/v1/open-api", move |request| {
            let administration = confirm.clone();
            async move { import(&administration, &request).await }
        })
        .only(Role::Services),
    ]
}

/// Takes up the documents that were imported before.
pub(crate) fn recall(administration: &Administration) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let mut imported = HashMap::new();
    for entry in administration.store.snapshot()?.scan(DESCRIPTIONS, KeyRange::all(), Direction::Ascending)? {
        let (key, document) = entry?;
        let service = std::str::from_utf8(&key)?.parse::<ServiceId>()?;
        imported.insert(service, Arc::new(Description::import(&document)?));
    }
    administration
        .messaging
        .descriptions
        .rcu(|known| Descriptions { imported: imported.clone(), ..Descriptions::clone(known) });
    Ok(())
}

/// What the provider's document says now, and what would change.
async fn refresh(administration: &Administration, request: &RouteRequest) -> Result<Reply, ApiError> {
    let id = service_of(request)?;
    let (bytes, newer) = fetch(administration, &id).await?;
    let known = administration.messaging.descriptions.load().imported.get(&id).cloned();
    let list = |endpoints: &mut dyn Iterator<Item = &Endpoint>| endpoints.map(ToString::to_string).collect::<Vec<_>>();
    let (added, removed) = match &known {
        None => (list(&mut newer.endpoints().iter()), Vec::new()),
        Some(known) => {
            let refresh = known.refresh(&newer);
            (list(&mut refresh.added.iter()), list(&mut refresh.removed.iter()))
        }
    };
    Ok(Reply::Json(json!({
        "service": id.to_string(),
        "title": newer.title(),
        "added": added,
        "removed": removed,
        "digest": Sha256Hash::of(&bytes).to_string(),
    })))
}

/// Imports the document whose changes were seen: the digest says which.
async fn import(administration: &Administration, request: &RouteRequest) -> Result<Reply, ApiError> {
    let id = service_of(request)?;
    let seen = request.query.get("digest").ok_or_else(|| {
        invalid("digest is missing", "look at the changes first; the answer has the digest to confirm")
    })?;
    let (bytes, newer) = fetch(administration, &id).await?;
    if Sha256Hash::of(&bytes).to_string() != *seen {
        let message = "the provider's document has changed since its changes were shown";
        return Err(ApiError::new(ErrorKind::Conflict, message, "look at the changes again"));
    }
    let mut batch = Batch::new();
    batch.put(DESCRIPTIONS, id.to_string().as_bytes(), bytes);
    administration.store.commit(batch).await.map_err(|error| internal(&error))?;
    let endpoints = newer.endpoints().len();
    administration.messaging.descriptions.rcu(|known| {
        let mut descriptions = Descriptions::clone(known);
        descriptions.imported.insert(id.clone(), newer.clone());
        descriptions
    });
    Ok(Reply::Json(json!({ "service": id.to_string(), "endpoints": endpoints })))
}

fn service_of(request: &RouteRequest) -> Result<ServiceId, ApiError> {
    let service =
        request.query.get("service").ok_or_else(|| invalid("service is missing", "add service=… to the query"))?;
    service.parse().map_err(|error| invalid(format!("service: {error}"), "use instance/class/member/subsystem/service"))
}

async fn fetch(administration: &Administration, id: &ServiceId) -> Result<(Vec<u8>, Arc<Description>), ApiError> {
    let configuration = administration.messaging.server_configuration.load();
    let service = configuration.service(id).ok_or_else(|| {
        ApiError::new(ErrorKind::NotFound, format!("this server has no service {id}"), "see the server configuration")
    })?;
    let unread = |why: String| ApiError::new(ErrorKind::Unavailable, why, "check the service's openapi URL");
    let system = service.information_system().ok_or_else(|| {
        let message = format!("{id} is answered by a plugin, whose package describes it");
        ApiError::new(ErrorKind::Conflict, message, "see it with getOpenAPI; there is nothing to import")
    })?;
    let fetched = administration.providers.fetch_description(system, Instant::now() + FETCH_WITHIN).await;
    let response = fetched.map_err(|error| unread(error.to_string()))?.ok_or_else(|| {
        ApiError::new(ErrorKind::Conflict, format!("{id} has no OpenAPI document"), "add openapi = … to the service")
    })?;
    let bytes = listener::read_bounded(response.body, openapi::limits::DOCUMENT_BYTES, FETCH_WITHIN).await;
    let bytes = bytes.map_err(|error| unread(error.to_string()))?.to_vec();
    if response.status != 200 {
        return Err(unread(format!("the provider answered with status {}", response.status)));
    }
    let document = bytes.clone();
    let description = tokio::task::spawn_blocking(move || Description::import(&document)).await;
    let description = description.map_err(|error| internal(&error))?;
    let description = description.map_err(|error| {
        ApiError::new(ErrorKind::Refused, format!("the document is refused: {error}"), "correct it at the provider")
    })?;
    Ok((bytes, Arc::new(description)))
}
