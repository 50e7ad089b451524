//! Registering with the central registry: what is missing, and asking for it.

use super::{Administration, invalid, unavailable};
use crate::configuration::Judgement;
use crate::registration::Superfluous;
use admin::{ApiError, Reply, Role, Route, RouteRequest};
use protocol::hash::CertificateHash;
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
                let missing: Vec<Value> = missing(&administration, &judgement).iter().map(summary).collect();
                let superfluous = superfluous(&administration, &judgement);
                Ok(Reply::Json(json!({ "missing": missing, "superfluous": shown(&superfluous) })))
            }
        }),
        Route::post("/v1/registration", move |request| {
            let administration = ask.clone();
            async move { register(&administration, &request).await }
        })
        .only(Role::Registration),
        Route::post("/v1/maintenance", move |request| {
            let administration = maintain.clone();
            async move { maintenance(&administration, &request).await }
        })
        .only(Role::System),
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

fn superfluous(administration: &Administration, judgement: &Judgement) -> Superfluous {
    let configuration = administration.messaging.server_configuration.load();
    administration.registration.superfluous(judgement, &configuration)
}

/// Asks for what is missing; takes back what is superfluous only where that is confirmed.
async fn register(administration: &Administration, request: &RouteRequest) -> Result<Reply, ApiError> {
    #[derive(Default, serde::Deserialize)]
    #[serde(deny_unknown_fields, default)]
    struct Confirmed {
        /// What certainly was this server's alone.
        remove: bool,
        /// The signing certificate of a member, by its hash.
        remove_signing_certificate: Option<CertificateHash>,
    }
    let confirmed: Option<Confirmed> = if request.body.is_empty() { None } else { request.json()? };
    let confirmed = confirmed.unwrap_or_default();
    let judgement = newest(administration)?;
    let mut superfluous = superfluous(administration, &judgement);
    let mut requests = missing(administration, &judgement);
    if confirmed.remove {
        requests.append(&mut superfluous.of_server);
    }
    if let Some(hash) = confirmed.remove_signing_certificate {
        let position = superfluous.signing.iter().position(|(_, certificate)| *certificate == hash);
        let position = position.ok_or_else(|| {
            let message = format!("no member of this server has another signing certificate {hash}");
            invalid(message, "see what is registered and not here: chakana register --show")
        })?;
        let (member, certificate) = superfluous.signing.remove(position);
        requests.push(ManagementRequest::DeleteSigningCertificate { member, certificate });
    }
    submit(administration, &judgement, requests, &superfluous).await
}

/// Each request by itself, in order; one that is refused does not stop the others.
async fn submit(
    administration: &Administration,
    judgement: &Judgement,
    requests: Vec<ManagementRequest>,
    superfluous: &Superfluous,
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
    Ok(Reply::Json(json!({ "requests": answers, "superfluous": shown(superfluous) })))
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
    submit(administration, &judgement, vec![request], &Superfluous::default()).await
}

fn shown(superfluous: &Superfluous) -> Vec<Value> {
    let signing = superfluous.signing.iter().map(|(member, certificate)| {
        json!({
            "request": "delete signing certificate",
            "of": member.to_string(),
            "certificate": certificate.to_string(),
            "note": "it may be in use at another server of the member",
        })
    });
    superfluous.of_server.iter().map(summary).chain(signing).collect()
}

fn summary(request: &ManagementRequest) -> Value {
    let (what, of) = match request {
        ManagementRequest::RegisterAuthenticationCertificate { server, .. } => {
            ("register authentication certificate", server.to_string())
        }
        ManagementRequest::DeleteAuthenticationCertificate { server, certificate } => {
            ("delete authentication certificate", format!("{server}, {certificate}"))
        }
        ManagementRequest::RegisterClient { subsystem, .. } => ("register client", subsystem.to_string()),
        ManagementRequest::DeleteClient { subsystem, .. } => ("delete client", subsystem.to_string()),
        ManagementRequest::RegisterSigningCertificate { member, .. } => {
            ("register signing certificate", member.to_string())
        }
        ManagementRequest::DeleteSigningCertificate { member, certificate } => {
            ("delete signing certificate", format!("{member}, {certificate}"))
        }
        ManagementRequest::RegisterLogKey { server, .. } => ("register log key", server.to_string()),
        ManagementRequest::ChangeAddress { server, .. } => ("change address", server.to_string()),
        ManagementRequest::BeginMaintenance { server, .. } => ("begin maintenance", server.to_string()),
        ManagementRequest::EndMaintenance { server } => ("end maintenance", server.to_string()),
        ManagementRequest::RenameSubsystem { subsystem, .. } => ("rename subsystem", subsystem.to_string()),
    };
    json!({ "request": what, "of": of })
}
