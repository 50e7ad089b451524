//! The call of a service that a plugin of this server answers.

use super::Permit;
use super::authorise::Target;
use super::service_call::Reply;
use crate::plugins::Plugins;
use crate::refusal::{MessageRefusal, Refusal};
use bytes::BytesMut;
use message_log::Body;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use plugin_host::manifest::PluginName;
use plugin_host::{Answer, CallError, Caller, Field, Method, Principal, Request, Sender, answer_of_failure};
use protocol::head::{self, RequestHead};
use protocol::identifier::ClientId;
use storage::CommitError;
use uuid::Uuid;

/// The largest body that a plugin is given: it lies in the memory of its sandbox, of which there is a limit too.
pub(super) const MAX_BODY_BYTES: u64 = 8 << 20;

/// Refuses what no plugin takes, before its body is read.
///
/// # Errors
/// When the body is too large.
pub(super) fn check(permit: &Permit, body_length: Option<u64>) -> Result<(), Refusal> {
    let Target::Service(service) = permit.target() else { return Ok(()) };
    if service.plugin().is_none() {
        return Ok(());
    }
    if body_length.is_some_and(|length| length > MAX_BODY_BYTES) {
        return Err(MessageRefusal::BodyTooLarge(MAX_BODY_BYTES).into());
    }
    Ok(())
}

/// Has the plugin answer. The request's record is durable.
pub(super) async fn call(
    plugins: &Plugins,
    name: &PluginName,
    head: &RequestHead,
    body: Option<Body>,
) -> Result<Reply, Refusal> {
    let Some(method) = method(head.method()) else { return Ok(not_taken(head.method())) };
    let request = Request {
        service: head.service().code().to_owned(),
        method,
        path: encoded(head.uri().normal_path()),
        query: query(head.uri().query().unwrap_or_default()),
        headers: plugin_host::request_headers(head.fields().iter().map(|field| (field.name, field.value))),
        content_type: head.fields().find("content-type").unwrap_or_default().to_owned(),
        body: whole(body).await?,
        message_id: Some(head.id().to_owned()),
    };
    let request_id = Uuid::now_v7().to_string();
    tracing::debug!(
        message.id = head.id(),
        exchange.request = head.request_id(),
        request.id = request_id,
        "calls a plugin"
    );
    let caller = Caller {
        // The host's own: the exchange's is chosen by the caller's server, and what a plugin orders is known by this one.
        request_id,
        principal: Principal::Entity(head.client().to_string()),
        locale: head.fields().find("accept-language").and_then(preferred).unwrap_or("es").to_owned(),
        trace_parent: head.fields().find("traceparent").map(ToOwned::to_owned),
        document: None,
    };
    match plugins.call(name, caller, request, sender(head)).await {
        Ok(answer) => Ok(reply(answer)),
        Err(CallError::Failed(failure)) => Ok(reply(answer_of_failure(&failure))),
        Err(error) => {
            let cause = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
            tracing::warn!(service.id = %head.service(), %error, cause, "a plugin gave no answer");
            Err(refusal(&error, head))
        }
    }
}

/// By what the plugin knows a message again: whoever sends it again says so in the signed head.
fn sender(head: &RequestHead) -> Option<Sender> {
    let ClientId::Subsystem(subsystem) = head.client() else { return None };
    let message_id = head.fields().find(IDEMPOTENCY_KEY)?.to_owned();
    (1..=MAX_KEY_BYTES).contains(&message_id.len()).then(|| Sender { subsystem: subsystem.clone(), message_id })
}

fn method(method: head::Method) -> Option<Method> {
    match method {
        head::Method::Get => Some(Method::Get),
        head::Method::Head => Some(Method::Head),
        head::Method::Post => Some(Method::Post),
        head::Method::Put => Some(Method::Put),
        head::Method::Delete => Some(Method::Delete),
        head::Method::Patch => Some(Method::Patch),
        head::Method::Options => Some(Method::Options),
        head::Method::Trace => None,
    }
}

/// RFC 9110 §15.5.6: the contract does not have the method, so each plugin answers the same.
fn not_taken(method: head::Method) -> Reply {
    let message = format!("no plugin takes the method {}; use one of {METHODS}", method.as_str());
    reply(Answer {
        status: 405,
        headers: vec![Field { name: "allow".to_owned(), value: METHODS.to_owned() }],
        content_type: "application/json".to_owned(),
        body: serde_json::json!({ "error": "invalid", "message": message }).to_string().into_bytes(),
    })
}

/// The path by which access was decided, encoded again: what the plugin decodes is what was decided on, and a `..` never
/// reaches it.
pub(crate) fn encoded(normal: &str) -> String {
    let segments: Vec<String> =
        normal.split('/').map(|segment| utf8_percent_encode(segment, ENCODED).to_string()).collect();
    segments.join("/")
}

fn query(query: &str) -> Vec<Field> {
    let parameters = url::form_urlencoded::parse(query.as_bytes());
    parameters.map(|(name, value)| Field { name: name.into_owned(), value: value.into_owned() }).collect()
}

/// The first language that the caller names: negotiation is the plugin's, by the texts that it has.
fn preferred(accepted: &str) -> Option<&str> {
    let first = accepted.split([',', ';']).next()?.trim();
    let is_tag = !first.is_empty()
        && first.len() <= MAX_TAG_BYTES
        && first.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    is_tag.then_some(first)
}

async fn whole(body: Option<Body>) -> Result<Vec<u8>, Refusal> {
    let Some(body) = body else { return Ok(Vec::new()) };
    let mut bytes = BytesMut::new();
    let mut reader = body.reader();
    while let Some(chunk) = reader.next_chunk().await.map_err(|error| Refusal::Internal(error.to_string()))? {
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes.to_vec())
}

fn reply(answer: Answer) -> Reply {
    let Answer { status, headers, content_type, body } = answer;
    let reason = http::StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason());
    let content_type = (!content_type.is_empty()).then(|| ("content-type".to_owned(), content_type));
    let headers = headers.into_iter().map(|Field { name, value }| (name, value));
    Reply {
        status,
        reason: reason.unwrap_or_default().to_owned(),
        fields: content_type.into_iter().chain(headers).collect(),
        body: (!body.is_empty()).then(|| Body::from_bytes(body.into())),
    }
}

/// The caller gets the rule; what happened inside the plugin is for the log.
fn refusal(error: &CallError, head: &RequestHead) -> Refusal {
    let service = head.service().clone();
    let unavailable = |why: String| Refusal::PluginUnavailable { service: service.clone(), why };
    let busy = |why: String| Refusal::PluginBusy { service: service.clone(), why };
    let failed = |rule: String| Refusal::PluginFailed { service: service.clone(), rule };
    match error {
        CallError::Unknown | CallError::NotExported => unavailable("it is not running".to_owned()),
        CallError::BreakerOpen { .. } | CallError::ShutDown => unavailable(error.to_string()),
        CallError::Busy | CallError::Rate { .. } | CallError::Conflict { .. } => busy(error.to_string()),
        CallError::Fault(plugin_host::Fault::Trap(_) | plugin_host::Fault::Broken(_)) => {
            failed("it stopped with a fault".to_owned())
        }
        CallError::Fault(fault) => failed(fault.to_string()),
        CallError::OtherData => unavailable(error.to_string()),
        CallError::TooManyQuestions { .. } | CallError::TooLongAnswers { .. } => failed(error.to_string()),
        CallError::Commit(CommitError::Quota { .. }) | CallError::Storage { .. } => {
            failed("it has used up its storage".to_owned())
        }
        CallError::Commit(CommitError::TooLarge { .. }) => failed("it wrote more than a transaction takes".to_owned()),
        CallError::Commit(CommitError::Failed { .. }) => Refusal::OutcomeUnknown(head.request_id().to_owned()),
        CallError::Commit(_) | CallError::Read(_) | CallError::Blob(_) | CallError::Citizens(_) => {
            unavailable("its store takes nothing, or cannot be read".to_owned())
        }
        CallError::Failed(failure) => failed(format!("it refused with status {}", answer_of_failure(failure).status)),
    }
}

const METHODS: &str = "GET, HEAD, POST, PUT, DELETE, PATCH, OPTIONS";
const IDEMPOTENCY_KEY: &str = "idempotency-key";
/// As the client's side has it.
const MAX_KEY_BYTES: usize = 255;
/// RFC 5646 §4.4.1.
const MAX_TAG_BYTES: usize = 35;
/// All but the unreserved characters of RFC 3986.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::head::RequestHeadBuilder;
    use protocol::request_uri::RequestUri;

    const ID: &str = "7c9e6679-7425-40de-944b-e07fc1f90ae7";

    fn head_of(client: &str, target: &str, fields: &[(&str, &str)]) -> RequestHead {
        let uri = RequestUri::parse(&format!("/r1/BO/GOV/1001/cases/cases{target}")).unwrap();
        let mut builder = RequestHeadBuilder::new(head::Method::Post, &uri);
        builder.field("x-road-client", client).unwrap();
        for (name, value) in fields {
            builder.field(name, value).unwrap();
        }
        builder.finish(ID, ID).unwrap()
    }

    fn words(error: &CallError) -> (String, String) {
        let refusal = refusal(error, &head_of("BO/GOV/1002/app", "", &[]));
        let fault = refusal.fault(protocol::fault::Layer::ServerProxy, String::new());
        (fault.code.to_string(), fault.message)
    }

    #[test]
    fn a_plugin_sees_the_path_that_access_was_decided_on() {
        let head = head_of("BO/GOV/1002/app", "/a/../b%20c/%2525/?x=1%202&y", &[]);
        assert_eq!(encoded(head.uri().normal_path()), "/b%20c/%2525/");
        assert_eq!(encoded(""), "");
        let query = query(head.uri().query().unwrap());
        let pairs: Vec<_> = query.iter().map(|field| (field.name.as_str(), field.value.as_str())).collect();
        assert_eq!(pairs, [("x", "1 2"), ("y", "")]);
    }

    #[test]
    fn a_method_that_no_plugin_takes_is_answered_with_those_that_it_may() {
        assert!(method(head::Method::Trace).is_none());
        let answered = not_taken(head::Method::Trace);
        assert_eq!(answered.status, 405);
        assert!(answered.fields.contains(&("allow".to_owned(), METHODS.to_owned())), "{:?}", answered.fields);
    }

    #[test]
    fn a_message_is_known_again_by_the_subsystem_that_sent_it_and_its_key() {
        let key = [("idempotency-key", "m-1")];
        let known = sender(&head_of("BO/GOV/1002/app", "", &key)).unwrap();
        assert_eq!((known.subsystem.to_string().as_str(), known.message_id.as_str()), ("BO/GOV/1002/app", "m-1"));
        assert_eq!(sender(&head_of("BO/GOV/1002/app", "", &[])), None);
        assert_eq!(sender(&head_of("BO/GOV/1002", "", &key)), None, "a member has no plugin that would send again");
        let long = "k".repeat(MAX_KEY_BYTES + 1);
        assert_eq!(sender(&head_of("BO/GOV/1002/app", "", &[("idempotency-key", &long)])), None);
    }

    #[test]
    fn a_language_is_a_tag_or_none() {
        assert_eq!(preferred("qu-BO, es;q=0.5"), Some("qu-BO"));
        assert_eq!(preferred("*"), None);
        assert_eq!(preferred(""), None);
    }

    #[test]
    fn what_happened_inside_a_plugin_never_reaches_the_wire() {
        let trap = CallError::Fault(plugin_host::Fault::Trap("secret 1234".to_owned()));
        let (code, message) = words(&trap);
        assert_eq!(code, "server.serverproxy.service_failed");
        assert!(message.contains("stopped with a fault") && !message.contains("1234"), "{message}");
        let closed = CallError::Commit(CommitError::Closed { reason: "/var/lib/disk".to_owned() });
        assert!(!words(&closed).1.contains("/var"), "{}", words(&closed).1);
    }

    #[test]
    fn each_reason_for_no_answer_has_its_code() {
        let failed = CommitError::Failed { reason: String::new() };
        for (error, code, says) in [
            (CallError::Unknown, "network_error", "it is not running"),
            (CallError::BreakerOpen { wait: std::time::Duration::from_secs(4) }, "network_error", "in 5 s"),
            (CallError::ShutDown, "network_error", "shutting down"),
            (CallError::Busy, "server_overloaded", "too many calls"),
            (CallError::Rate { limit: 7 }, "server_overloaded", "more than 7 calls a second"),
            (CallError::Conflict { attempts: 8 }, "server_overloaded", "8 times"),
            (
                CallError::Fault(plugin_host::Fault::Time(std::time::Duration::from_millis(20))),
                "service_failed",
                "20 ms",
            ),
            (CallError::TooManyQuestions { limit: 16 }, "service_failed", "more than 16 questions"),
            (CallError::Commit(failed), "outcome_unknown", "is not known"),
        ] {
            let (found, message) = words(&error);
            assert_eq!(found, format!("server.serverproxy.{code}"), "{error:?}");
            assert!(message.contains(says), "{message}");
        }
    }
}
