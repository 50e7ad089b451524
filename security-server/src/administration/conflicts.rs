//! The conflicts with peers' logs for the administrator: which are open, and that one is over.

use super::{Administration, internal, invalid};
use crate::completeness::{SettleError, settle_by_hand};
use crate::upkeep::words;
use admin::{ApiError, ErrorKind, Reply, Role, Route, RouteRequest};
use serde_json::{Value, json};
use std::sync::Arc;

pub(super) fn routes(administration: &Arc<Administration>) -> [Route; 2] {
    let (listing, settling) = (administration.clone(), administration.clone());
    [
        Route::get("/v1/log/conflicts", move |_| {
            let administration = listing.clone();
            async move { list(&administration).await }
        }),
        Route::post("/v1/log/conflicts/{index}/settle", move |request| {
            let administration = settling.clone();
            async move { settle(&administration, &request).await }
        })
        .only(Role::Security),
    ]
}

async fn list(administration: &Administration) -> Result<Reply, ApiError> {
    let log = administration.messaging.evidence.log().clone();
    let open = tokio::task::spawn_blocking(move || log.open_conflicts()).await.map_err(|error| internal(&error))?;
    let told = open.iter().map(|(index, leaf)| {
        json!({
            "index": index,
            "time": leaf.time.to_string(),
            "peer": leaf.peer.to_string(),
            "what": leaf.what,
        })
    });
    Ok(Reply::Json(json!({ "conflicts": told.collect::<Vec<Value>>() })))
}

async fn settle(administration: &Administration, request: &RouteRequest) -> Result<Reply, ApiError> {
    #[derive(serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Settle {
        reason: String,
    }
    let index = request.placeholder("index")?;
    let index = index.parse().map_err(|_| invalid(format!("{index} is no record's number"), TAKE_ONE))?;
    let Settle { reason } = request.json()?;
    if reason.trim().is_empty() {
        return Err(invalid("a conflict is settled for a reason", "say what was found out, and who was told"));
    }
    let settled = settle_by_hand(&administration.messaging, index, &request.caller.name, &reason).await;
    let settled = settled.map_err(|error| match error {
        SettleError::NotOpen(_) => ApiError::new(ErrorKind::NotFound, error.to_string(), TAKE_ONE),
        SettleError::Read(_) | SettleError::Append(_) => internal(&words(&error)),
    })?;
    Ok(Reply::Json(json!({ "settled": index, "peer": settled.peer.to_string(), "what": settled.what })))
}

const TAKE_ONE: &str = "take one from log conflicts";
