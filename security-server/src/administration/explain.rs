//! Which step or right decides about a call, and why.

use super::{Administration, invalid, unavailable};
use crate::messaging::Messaging;
use crate::refusal::Refusal;
use crate::server_configuration::ServerConfiguration;
use crate::server_proxy::{self, Asked, Counting, Target};
use admin::{ApiError, Reply, Route, RouteRequest};
use jiff::Timestamp;
use protocol::access::{Considered, Question, Verdict};
use protocol::global_configuration::GlobalConfiguration;
use protocol::identifier::{ClientId, ServiceId};
use protocol::request_uri::normalise;
use serde_json::{Value, json};
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
    let asked = Asked { client: &client, service: &service, method, path: &path };
    let (global, now) = (judgement.global(), messaging.now());
    let memberships = configuration.memberships(global);
    let question = Question { client: &client, service: &service, method, path: &path, now };
    let considered = configuration.access_rights().explain(&question, &memberships);
    let (decision, because) = match decide(messaging, asked, &configuration, global, now) {
        Ok(Target::Metaservice(_)) => ("allowed", "metaservices are open to every registered client".to_owned()),
        Ok(Target::Service(_)) => ("allowed", opening(&considered)),
        Err(Refusal::AccessDenied(_)) if considered.is_empty() => {
            ("denied", format!("no right names {client}, or a group it is in, for {service}"))
        }
        Err(Refusal::AccessDenied(_)) => ("denied", "no right opens this call; see what each one says".to_owned()),
        Err(refusal) => ("denied", refusal.to_string()),
    };
    Ok(Reply::Json(json!({
        "decision": decision,
        "because": because,
        "path": path,
        "considered": considered.iter().map(told).collect::<Vec<_>>(),
    })))
}

/// The steps that a call goes through, in their order; the first that refuses decides.
fn decide(
    messaging: &Messaging,
    asked: Asked<'_>,
    configuration: &ServerConfiguration,
    global: &GlobalConfiguration,
    now: Timestamp,
) -> Result<Target, Refusal> {
    messaging.configuration.usable()?;
    // Who calls comes from a server of its own; here only that there is one can be said.
    if !is_registered(asked.client, global) {
        return Err(Refusal::ClientNotRegistered(asked.client.clone()));
    }
    server_proxy::open(asked, &messaging.server, global, (configuration, Counting::Look), now)
}

/// The right that the decision was made by is the first that opens the call.
fn opening(considered: &[Considered<'_>]) -> String {
    let opening = considered.iter().find(|considered| considered.verdict == Verdict::Opens);
    opening.map_or_else(String::new, |Considered { right, .. }| {
        format!("{} has a right to {} of {}", right.subject, right.endpoint, right.service)
    })
}

fn is_registered(client: &ClientId, global: &GlobalConfiguration) -> bool {
    match client {
        ClientId::Subsystem(subsystem) => !global.servers_of(subsystem).is_empty(),
        ClientId::Member(member) => global.member(member).is_some_and(|member| member.servers().next().is_some()),
    }
}

/// What a right that concerns the caller and the service says.
fn told(considered: &Considered<'_>) -> Value {
    json!({
        "subject": considered.right.subject.to_string(),
        "endpoint": considered.right.endpoint.to_string(),
        "expires": considered.right.expires.map(|expires| expires.to_string()),
        "when": considered.right.window.as_ref().map(ToString::to_string),
        "rate": considered.right.rate.map(|rate| rate.to_string()),
        "verdict": words(considered.verdict),
    })
}

fn words(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Opens => "opens the call",
        Verdict::OtherMethod => "is for another method",
        Verdict::OtherPath => "is for other paths",
        Verdict::Expired => "has expired",
        Verdict::OtherTime => "counts at other times",
    }
}
