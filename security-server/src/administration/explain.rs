//! Which right decides about a call, and why.

use super::{Administration, invalid, unavailable};
use admin::{ApiError, Reply, Route, RouteRequest};
use protocol::access::{Decision, Question, Verdict};
use protocol::identifier::{ClientId, ServiceId};
use protocol::request_uri::normalise;
use serde_json::json;
use std::sync::Arc;

pub(super) fn routes(administration: &Arc<Administration>) -> [Route; 1] {
    let administration = administration.clone();
    [Route::get("/v1/explain", move |request| {
        let administration = administration.clone();
        async move { explain(&administration, &request) }
    })]
}

fn explain(administration: &Administration, request: &RouteRequest) -> Result<Reply, ApiError> {
    let messaging = &administration.messaging;
    let value = |name: &str| {
        let found = request.query.get(name).map(String::as_str);
        found.ok_or_else(|| invalid(format!("{name} is missing"), format!("add {name}=… to the query")))
    };
    let malformed = |name: &str, error: &dyn std::fmt::Display| invalid(format!("{name}: {error}"), "correct it");
    let client: ClientId = value("client")?.parse().map_err(|error| malformed("client", &error))?;
    let service: ServiceId = value("service")?.parse().map_err(|error| malformed("service", &error))?;
    let method = request.query.get("method").map_or("GET", String::as_str);
    let method = method.to_ascii_uppercase().parse().map_err(|error| malformed("method", &error))?;
    let path = request.query.get("path").map_or("", String::as_str);
    let path = normalise(path).map_err(|error| malformed("path", &error))?;
    let judgement = messaging
        .configuration
        .newest()
        .ok_or_else(|| unavailable("there is no global configuration yet", "run doctor"))?;
    let configuration = messaging.server_configuration.load();
    let question = Question { client: &client, service: &service, method, path: &path, now: messaging.now() };
    let memberships = configuration.memberships(judgement.global());
    let rights = configuration.access_rights();
    let considered: Vec<_> = rights
        .explain(&question, &memberships)
        .into_iter()
        .map(|considered| {
            json!({
                "subject": considered.right.subject.to_string(),
                "endpoint": considered.right.endpoint.to_string(),
                "expires": considered.right.expires.map(|expires| expires.to_string()),
                "verdict": words(considered.verdict),
            })
        })
        .collect();
    let (decision, because) = match rights.decide(&question, &memberships) {
        Decision::Allowed(right) => {
            ("allowed", format!("{} has a right to {} of {service}", right.subject, right.endpoint))
        }
        Decision::Denied if configuration.service(&service).is_none() => {
            ("denied", format!("this server has no service {service}"))
        }
        Decision::Denied if considered.is_empty() => {
            ("denied", format!("no right names {client}, or a group it is in, for {service}"))
        }
        Decision::Denied => ("denied", "no right opens this call; see what each one says".to_owned()),
    };
    Ok(Reply::Json(json!({
        "decision": decision,
        "because": because,
        "path": path,
        "considered": considered,
    })))
}

fn words(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Opens => "opens the call",
        Verdict::OtherMethod => "is for another method",
        Verdict::OtherPath => "is for other paths",
        Verdict::Expired => "has expired",
    }
}
