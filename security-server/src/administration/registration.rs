//! Registering with the central registry: what is missing, and asking for it.

use super::{Administration, unavailable};
use crate::configuration::Judgement;
use admin::{ApiError, Reply, Route, RouteRequest};
use protocol::management::{ManagementRequest, RequestState};
use serde_json::{Value, json};
use std::sync::Arc;

pub(super) fn routes(administration: &Arc<Administration>) -> [Route; 3] {
    let (show, ask, maintain) = (administration.clone(), administration.clone(), administration.clone());
    [
        Route::get("/v1/registration", move |_| {
            let administration = show.clone();
            async move {
                let judgement = newest(&administration)?;
                let requests: Vec<Value> = missing(&administration, &judgement).iter().map(summary).collect();
                Ok(Reply::Json(json!({ "missing": requests })))
            }
        }),
        Route::post("/v1/registration", move |_| {
            let administration = ask.clone();
            async move {
                let judgement = newest(&administration)?;
                let requests = missing(&administration, &judgement);
                submit(&administration, &judgement, requests).await
            }
        }),
        Route::post("/v1/maintenance", move |request| {
            let administration = maintain.clone();
            async move { maintenance(&administration, &request).await }
        }),
    ]
}

fn newest(administration: &Administration) -> Result<Arc<Judgement>, ApiError> {
    administration.messaging.configuration.newest().ok_or_else(|| {
        unavailable(
            "there is no global configuration yet, so that the registry's address is not known",
            "check global_configuration.mirrors in server.toml and that the registry runs; then run doctor",
        )
    })
}

fn missing(administration: &Administration, judgement: &Judgement) -> Vec<ManagementRequest> {
    let configuration = administration.messaging.server_configuration.load();
    administration.registration.missing(judgement, &configuration)
}

/// Each request by itself, in order; one that is refused does not stop the others.
async fn submit(
    administration: &Administration,
    judgement: &Judgement,
    requests: Vec<ManagementRequest>,
) -> Result<Reply, ApiError> {
    let mut answers = Vec::new();
    for request in requests {
        let mut answer = summary(&request);
        let now = administration.messaging.now();
        let (state, detail) = match administration.registration.submit(request, judgement, now).await {
            Ok(status) => match status.state {
                RequestState::Applied => ("applied", None),
                RequestState::Waiting => ("waiting", Some("an operator of the registry has to approve it".to_owned())),
                RequestState::Declined { reason } => ("declined", Some(reason)),
            },
            Err(error) => ("failed", Some(error.to_string())),
        };
        answer["state"] = json!(state);
        answer["detail"] = json!(detail);
        answers.push(answer);
    }
    Ok(Reply::Json(json!({ "requests": answers })))
}

async fn maintenance(administration: &Administration, request: &RouteRequest) -> Result<Reply, ApiError> {
    #[derive(serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Maintenance {
        notice: Option<String>,
    }
    let asked: Maintenance = request.json()?;
    let judgement = newest(administration)?;
    let server = administration.messaging.server.clone();
    let request = match asked.notice {
        Some(notice) => ManagementRequest::BeginMaintenance { server, notice },
        None => ManagementRequest::EndMaintenance { server },
    };
    submit(administration, &judgement, vec![request]).await
}

fn summary(request: &ManagementRequest) -> Value {
    let (what, of) = match request {
        ManagementRequest::RegisterAuthenticationCertificate { server, .. } => {
            ("register authentication certificate", server.to_string())
        }
        ManagementRequest::DeleteAuthenticationCertificate { server, .. } => {
            ("delete authentication certificate", server.to_string())
        }
        ManagementRequest::RegisterClient { subsystem, .. } => ("register client", subsystem.to_string()),
        ManagementRequest::DeleteClient { subsystem, .. } => ("delete client", subsystem.to_string()),
        ManagementRequest::RegisterSigningCertificate { member, .. } => {
            ("register signing certificate", member.to_string())
        }
        ManagementRequest::DeleteSigningCertificate { member, .. } => {
            ("delete signing certificate", member.to_string())
        }
        ManagementRequest::RegisterLogKey { server, .. } => ("register log key", server.to_string()),
        ManagementRequest::ChangeAddress { server, .. } => ("change address", server.to_string()),
        ManagementRequest::BeginMaintenance { server, .. } => ("begin maintenance", server.to_string()),
        ManagementRequest::EndMaintenance { server } => ("end maintenance", server.to_string()),
        ManagementRequest::RenameSubsystem { subsystem, .. } => ("rename subsystem", subsystem.to_string()),
    };
    json!({ "request": what, "of": of })
}
