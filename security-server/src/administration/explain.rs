//! Which step or right decides about a call, and why.

use super::{Administration, invalid, unavailable};
use crate::messaging::Messaging;
use crate::refusal::Refusal;
use crate::server_configuration::ServerConfiguration;
use crate::server_proxy::{self, Asked, Target};
use admin::{ApiError, Reply, Route, RouteRequest};
use jiff::Timestamp;
use protocol::access::{Decision, Question, Verdict};
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
    let rights = considered(asked, &configuration, judgement.global(), messaging.now());
    let (decision, because) = match decide(messaging, asked, &configuration, judgement.global()) {
        Ok(because) => ("allowed", because),
        Err(Refusal::AccessDenied(_)) if rights.is_empty() => {
            ("denied", format!("no right names {client}, or a group it is in, for {service}"))
        }
        Err(Refusal::AccessDenied(_)) => ("denied", "no right opens this call; see what each one says".to_owned()),
        Err(refusal) => ("denied", refusal.to_string()),
    };
    Ok(Reply::Json(json!({
        "decision": decision,
        "because": because,
        "path": path,
        "considered": rights,
    })))
}

/// The steps that a call goes through, in their order; the first that refuses decides.
fn decide(
    messaging: &Messaging,
    asked: Asked<'_>,
    configuration: &ServerConfiguration,
    global: &GlobalConfiguration,
) -> Result<String, Refusal> {
    messaging.configuration.usable()?;
    // Who calls comes from a server of its own; here only that there is one can be said.
    if !is_registered(asked.client, global) {
        return Err(Refusal::ClientNotRegistered(asked.client.clone()));
    }
    let now = messaging.now();
    match server_proxy::open(asked, &messaging.server, global, configuration, now)? {
        Target::Metaservice(_) => Ok("metaservices are open to every registered client".to_owned()),
        Target::Service(_) => {
            let Asked { client, service, method, path } = asked;
            let question = Question { client, service, method, path, now };
            match configuration.access_rights().decide(&question, &configuration.memberships(global)) {
                Decision::Allowed(right) => {
                    Ok(format!("{} has a right to {} of {service}", right.subject, right.endpoint))
                }
                Decision::Denied => Err(Refusal::AccessDenied(service.clone())),
            }
        }
    }
}

fn is_registered(client: &ClientId, global: &GlobalConfiguration) -> bool {
    match client {
        ClientId::Subsystem(subsystem) => !global.servers_of(subsystem).is_empty(),
        ClientId::Member(member) => global.member(member).is_some_and(|member| member.servers().next().is_some()),
    }
}

/// What each right that concerns the caller and the service says.
fn considered(
    asked: Asked<'_>,
    configuration: &ServerConfiguration,
    global: &GlobalConfiguration,
    now: Timestamp,
) -> Vec<Value> {
    let Asked { client, service, method, path } = asked;
    let question = Question { client, service, method, path, now };
    let memberships = configuration.memberships(global);
    let considered = configuration.access_rights().explain(&question, &memberships);
    let told = considered.into_iter().map(|considered| {
        json!({
            "subject": considered.right.subject.to_string(),
            "endpoint": considered.right.endpoint.to_string(),
            "expires": considered.right.expires.map(|expires| expires.to_string()),
            "verdict": words(considered.verdict),
        })
    });
    told.collect()
}

fn words(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Opens => "opens the call",
        Verdict::OtherMethod => "is for another method",
        Verdict::OtherPath => "is for other paths",
        Verdict::Expired => "has expired",
    }
}
