//! The call itself: an information system of the provider, a plugin, or a metaservice of this server.

use super::authorise::Target;
use super::{Backends, Permit, plugin_call};
use crate::messaging::{Messaging, spool_refusal};
use crate::metaservices::{self, Answer, Caller, Metaservice, OpenApiError};
use crate::provider::{ProviderError, ProviderRequest, ProviderResponse, Providers};
use crate::refusal::Refusal;
use crate::server_configuration::{Backend, InformationSystem};
use http_body_util::BodyExt;
use message_log::{Body, LoggedMessage, SpoolError};
use protocol::head::RequestHead;
use tokio::time::{Instant, timeout_at};

/// What a service answered, its body taken in.
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) reason: String,
    pub(super) fields: Vec<(String, String)>,
    pub(super) body: Option<Body>,
}

/// Calls what the permit opens. The request's record is durable: `_logged` is the proof.
pub(super) async fn call(
    messaging: &Messaging,
    backends: &Backends,
    permit: &Permit,
    _logged: &LoggedMessage,
    head: &RequestHead,
    body: Option<Body>,
) -> Result<Reply, Refusal> {
    match permit.target() {
        Target::Service(service) => match service.backend() {
            Backend::InformationSystem(system) => {
                call_provider(messaging, &backends.providers, system, head, body).await
            }
            Backend::Plugin(name) => plugin_call::call(&backends.plugins, name, head, body).await,
        },
        Target::Metaservice(metaservice) => {
            let answer = answer_metaservice(messaging, *metaservice, permit, head)?;
            Ok(Reply {
                status: 200,
                reason: "OK".to_owned(),
                fields: vec![("content-type".to_owned(), answer.content_type.to_owned())],
                body: Some(Body::from_bytes(answer.body.into())),
            })
        }
    }
}

fn answer_metaservice(
    messaging: &Messaging,
    metaservice: Metaservice,
    permit: &Permit,
    head: &RequestHead,
) -> Result<Answer, Refusal> {
    let (configuration, descriptions) = (permit.configuration(), messaging.descriptions.load());
    let provider = head.service().subsystem();
    match metaservice {
        Metaservice::ListMethods => Ok(metaservices::list_methods(configuration, provider, &descriptions)),
        Metaservice::AllowedMethods => {
            let judgement = messaging.configuration.usable()?;
            let caller =
                Caller { client: head.client(), global_configuration: judgement.global(), now: messaging.now() };
            Ok(metaservices::allowed_methods(configuration, provider, &descriptions, caller))
        }
        Metaservice::GetOpenApi => metaservices::open_api(configuration, provider, head.uri().query(), &descriptions)
            .map_err(|error| match error {
                OpenApiError::InvalidServiceType => Refusal::ServiceType("REST".to_owned()),
                other => Refusal::Metaservice(other.to_string()),
            }),
    }
}

async fn call_provider(
    messaging: &Messaging,
    providers: &Providers,
    system: &InformationSystem,
    head: &RequestHead,
    body: Option<Body>,
) -> Result<Reply, Refusal> {
    let request = ProviderRequest::of(head, body.as_ref().map(crate::body::outgoing));
    // The caller's server waits so long, and some seconds more: no answer later than that is of use.
    let within = messaging.limits.response();
    let deadline = Instant::now() + within;
    let answering = async {
        let refused = |error: ProviderError| provider_refusal(error, system);
        let response = providers.call(system, request, deadline).await.map_err(refused)?;
        take_in(messaging, system, head.request_id(), response).await
    };
    let late = || Refusal::ProviderTimeout { service: system.service().clone(), within };
    timeout_at(deadline, answering).await.unwrap_or_else(|_| Err(late()))
}

async fn take_in(
    messaging: &Messaging,
    system: &InformationSystem,
    request_id: &str,
    response: ProviderResponse,
) -> Result<Reply, Refusal> {
    let ProviderResponse { status, reason, fields, mut body } = response;
    let limit = messaging.limits.body_bytes;
    let mut spool = None;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| provider_refusal(error, system))?;
        let Ok(data) = frame.into_data() else { continue };
        if data.is_empty() {
            continue;
        }
        let spool = spool.get_or_insert_with(|| messaging.spool());
        spool.push(data).await.map_err(|error| answer_refusal(&error, limit, system, request_id))?;
    }
    let body = match spool {
        None => None,
        Some(spool) => Some(spool.finish().await.map_err(|error| answer_refusal(&error, limit, system, request_id))?),
    };
    Ok(Reply { status, reason, fields, body })
}

/// The service has acted: its answer is too large, or is lost.
fn answer_refusal(error: &SpoolError, limit: u64, system: &InformationSystem, request_id: &str) -> Refusal {
    match spool_refusal(error, limit) {
        Refusal::BodyTooLarge { limit } => Refusal::ProviderMalformed {
            service: system.service().clone(),
            rule: format!("its body is larger than {limit} bytes"),
        },
        why => Refusal::AnswerLost { request_id: request_id.to_owned(), why: Box::new(why) },
    }
}

/// The caller gets the rule; where the provider is, and what its connection said, is for the log.
fn provider_refusal(error: ProviderError, system: &InformationSystem) -> Refusal {
    let id = system.service().clone();
    let cause = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
    tracing::warn!(service.id = %id, %error, cause, "a provider gave no answer");
    let malformed =
        |rule: &str| Refusal::ProviderMalformed { service: system.service().clone(), rule: rule.to_owned() };
    match error {
        ProviderError::UnknownHost { .. } => Refusal::ProviderHost(id),
        ProviderError::ConnectionRefused { .. }
        | ProviderError::Unreachable { .. }
        | ProviderError::Tls { .. }
        | ProviderError::Busy { .. } => Refusal::ProviderUnreachable(id),
        ProviderError::Timeout { within, .. } => Refusal::ProviderTimeout { service: id, within },
        ProviderError::Malformed { .. } => malformed("it is not HTTP, or its head is beyond the bounds"),
        ProviderError::Closed { .. } => malformed("the connection was closed before it"),
        ProviderError::BodyBroken { .. } => malformed("it broke off before its end"),
        ProviderError::Request { .. } => malformed("the request cannot be written as HTTP"),
        ProviderError::RequestBody { .. } => Refusal::Internal(format!("the request's body cannot be read: {cause}")),
    }
}
