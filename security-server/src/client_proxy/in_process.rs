//! Taking in what a plugin of this server says: the same head that an information system's request would become.

use crate::messaging::{Messaging, spool_refusal};
use crate::refusal::Refusal;
use bytes::Bytes;
use message_log::Body;
use plugin_host::{ExchangeCall, ExchangeMethod};
use protocol::head::{Method, RequestHead, RequestHeadBuilder, names};
use protocol::identifier::ServerId;
use protocol::request_uri::RequestUri;
use uuid::Uuid;

pub(super) fn head(call: &ExchangeCall, server: &ServerId) -> Result<RequestHead, Refusal> {
    let uri = RequestUri::parse(&format!("/r1/{}{}", call.service, call.path)).map_err(Refusal::Uri)?;
    // The id is part of what is signed: the receiver knows the message again by it.
    let (method, id_field) = match call.method {
        ExchangeMethod::Get => (Method::Get, names::ID),
        ExchangeMethod::Post => (Method::Post, "idempotency-key"),
    };
    let mut builder = RequestHeadBuilder::new(method, &uri);
    builder.field(names::CLIENT, &call.client.to_string()).map_err(Refusal::Head)?;
    builder.field(id_field, &call.id).map_err(Refusal::Head)?;
    if !call.content_type.is_empty() {
        builder.field("content-type", &call.content_type).map_err(Refusal::Head)?;
    }
    let generated_id = format!("{}-{}", server.owner().instance(), Uuid::new_v4());
    let head = builder.finish(&Uuid::new_v4().to_string(), &generated_id).map_err(Refusal::Head)?;
    // A path without its slash would make another service of the code.
    if head.service() == &call.service { Ok(head) } else { Err(Refusal::UnknownService(head.service().clone())) }
}

pub(super) async fn body(messaging: &Messaging, bytes: Bytes) -> Result<Option<Body>, Refusal> {
    if bytes.is_empty() {
        return Ok(None);
    }
    let limit = messaging.limits.body_bytes;
    let mut spool = messaging.spool();
    spool.push(bytes).await.map_err(|error| spool_refusal(&error, limit))?;
    spool.finish().await.map(Some).map_err(|error| spool_refusal(&error, limit))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head_of(method: ExchangeMethod, path: &str) -> Result<RequestHead, Refusal> {
        let call = ExchangeCall {
            client: "BO/GOV/1001/registro%20civil".parse().unwrap(),
            service: "BO/GOV/1002/cases/notices".parse().unwrap(),
            method,
            path: path.to_owned(),
            content_type: "application/json".to_owned(),
            body: Bytes::from_static(b"{}"),
            id: "m-1".to_owned(),
        };
        head(&call, &"BO/GOV/1001/ss1".parse().unwrap())
    }

    #[test]
    fn the_id_of_what_a_plugin_sends_is_signed_so_that_the_receiver_knows_it_again() {
        let head = head_of(ExchangeMethod::Post, "/a?b=1").unwrap();
        assert_eq!(head.client().to_string(), "BO/GOV/1001/registro%20civil");
        assert_eq!((head.uri().service_path(), head.uri().query()), ("/a", Some("b=1")));
        assert_eq!(head.fields().find("idempotency-key"), Some("m-1"));
        assert_eq!(head.fields().find("content-type"), Some("application/json"));
        assert_ne!(head.id(), "m-1");
    }

    #[test]
    fn the_id_of_what_a_plugin_asks_is_the_message_id() {
        let head = head_of(ExchangeMethod::Get, "").unwrap();
        assert_eq!((head.id(), head.fields().find("idempotency-key")), ("m-1", None));
    }

    #[test]
    fn a_path_that_climbs_out_of_the_service_is_refused() {
        assert!(matches!(head_of(ExchangeMethod::Get, "/../other"), Err(Refusal::Uri(_))));
        assert!(matches!(head_of(ExchangeMethod::Get, "other"), Err(Refusal::UnknownService(_))));
    }
}
