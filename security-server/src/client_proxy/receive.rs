//! Taking in a request: its head in X-Road's byte form, its body into the spool.

use crate::messaging::{Messaging, spool_refusal};
use crate::refusal::Refusal;
use http_body_util::BodyExt;
use listener::{BodyError, Request, RequestBody, TimedBody};
use message_log::Body;
use protocol::head::{HeadError, Method, RequestHead, RequestHeadBuilder};
use protocol::identifier::ServerId;
use protocol::request_uri::RequestUri;
use uuid::Uuid;

/// The message head that the request's method, target and headers make.
pub(super) fn head(request: &Request, server: &ServerId) -> Result<RequestHead, Refusal> {
    let method: Method = request.method().as_str().parse().map_err(|_| unknown_method(request))?;
    let target = request.uri().path_and_query().map_or("", |target| target.as_str());
    let uri = RequestUri::parse(target).map_err(Refusal::Uri)?;
    let mut builder = RequestHeadBuilder::new(method, &uri);
    for (position, (name, value)) in request.headers().iter().enumerate() {
        let malformed = Refusal::Head(HeadError::Field { position: position + 1 });
        let value = std::str::from_utf8(value.as_bytes()).map_err(|_| malformed)?;
        builder.field(name.as_str(), value).map_err(Refusal::Head)?;
    }
    let request_id = Uuid::new_v4().to_string();
    let generated_id = format!("{}-{}", server.owner().instance(), Uuid::new_v4());
    builder.finish(&request_id, &generated_id).map_err(Refusal::Head)
}

fn unknown_method(request: &Request) -> Refusal {
    Refusal::Method(request.method().as_str().chars().take(32).collect())
}

/// The body, where there is a byte of one.
pub(super) async fn body(messaging: &Messaging, incoming: RequestBody) -> Result<Option<Body>, Refusal> {
    let limit = messaging.limits.body_bytes;
    if hyper::body::Body::size_hint(&incoming).lower() > limit {
        return Err(Refusal::BodyTooLarge { limit });
    }
    let (pause, rate) = (messaging.limits.body_pause(), messaging.limits.body_rate());
    let mut incoming = TimedBody::new(incoming, limit, pause).at_least(rate);
    let mut spool = None;
    while let Some(frame) = incoming.frame().await {
        let frame = frame.map_err(|error| body_refusal(&error))?;
        let Ok(data) = frame.into_data() else { continue };
        if data.is_empty() {
            continue;
        }
        let spool = spool.get_or_insert_with(|| messaging.spool());
        spool.push(data).await.map_err(|error| spool_refusal(&error, limit))?;
    }
    match spool {
        None => Ok(None),
        Some(spool) => Ok(Some(spool.finish().await.map_err(|error| spool_refusal(&error, limit))?)),
    }
}

fn body_refusal(error: &BodyError) -> Refusal {
    match error {
        BodyError::TooLarge { limit } => Refusal::BodyTooLarge { limit: *limit },
        BodyError::TooSlow { patience } => Refusal::BodyTooSlow(*patience),
        BodyError::Broken { .. } => Refusal::BodyBroken,
    }
}
