//! The plugins' way to other subsystems: the same exchange that information systems have, without a socket before it.

use crate::client_proxy::{Answered, ClientProxy};
use crate::messaging::Messaging;
use crate::refusal::Refusal;
use crate::server_proxy::{self, Asked, Counting, Target};
use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use plugin_host::{Again, Exchange, ExchangeAnswer, ExchangeCall, ExchangeRefusal, Neighbour};
use protocol::fault::{Layer, Reason};
use protocol::head::Method;
use protocol::identifier::{ClientId, ServiceId, SubsystemId};
use std::sync::Arc;

/// The proof that a plugin of this server calls: nothing but the host's seam makes one.
#[derive(Debug)]
pub(crate) struct PluginDoor(());

/// The exchange, as the plugins of this server have it.
pub(crate) struct PluginExchange {
    proxy: Arc<ClientProxy>,
    messaging: Arc<Messaging>,
}

/// The largest answer that a plugin is given: it lies in the memory of its sandbox.
const MAX_ANSWER_BYTES: u64 = 8 << 20;

impl PluginExchange {
    pub(crate) fn new(proxy: Arc<ClientProxy>, messaging: Arc<Messaging>) -> Self {
        Self { proxy, messaging }
    }
}

#[async_trait]
impl Exchange for PluginExchange {
    async fn call(&self, call: ExchangeCall) -> Result<ExchangeAnswer, ExchangeRefusal> {
        let answered = match self.proxy.call_for_plugin(PluginDoor(()), &call).await {
            Ok(answered) => answered,
            Err(refusal) => {
                let (client, service) = (&call.client, &call.service);
                tracing::info!(client.id = %client, service.id = %service, %refusal, "refused a plugin's call");
                return Err(refused(&refusal, Layer::ClientProxy));
            }
        };
        let body = whole(&answered).await?;
        let content_type = answered.head.fields().find("content-type").unwrap_or_default().to_owned();
        let headers = plugin_host::answer_headers(answered.head.fields().iter().map(|field| (field.name, field.value)));
        Ok(ExchangeAnswer { status: answered.head.status(), headers, content_type, body })
    }

    fn neighbour(
        &self,
        client: &SubsystemId,
        service: &ServiceId,
        path: &str,
    ) -> Result<Option<Neighbour>, ExchangeRefusal> {
        let configuration = self.messaging.server_configuration.load_full();
        // A service that is not here may be at another server of the member's.
        let Some(found) = configuration.service(service) else { return Ok(None) };
        // What another than a plugin answers goes through the exchange, where it counts.
        let counting = if found.plugin().is_some() { Counting::Call(&self.messaging.rates) } else { Counting::Look };
        let judged = || {
            let path = protocol::request_uri::normalise(path).map_err(Refusal::Uri)?;
            let encoded = server_proxy::encoded(&path);
            let judgement = self.messaging.configuration.usable()?;
            let client = ClientId::Subsystem(client.clone());
            let asked = Asked { client: &client, service, method: Method::Post, path: &path };
            let now = self.messaging.now();
            let target =
                server_proxy::open(asked, &self.messaging.server, judgement.global(), (&configuration, counting), now)?;
            Ok::<_, Refusal>((target, encoded))
        };
        match judged().map_err(|refusal| refused(&refusal, Layer::ServerProxy))? {
            (Target::Service(found), path) => {
                Ok(found.plugin().map(|name| Neighbour { plugin: name.as_str().to_owned(), path }))
            }
            (Target::Metaservice(_), _) => Ok(None),
        }
    }
}

async fn whole(answered: &Answered) -> Result<Bytes, ExchangeRefusal> {
    let Some(body) = &answered.body else { return Ok(Bytes::new()) };
    if body.digest().length > MAX_ANSWER_BYTES {
        let message =
            format!("the service answered with more than the {MAX_ANSWER_BYTES} bytes that a plugin is given");
        return Err(ExchangeRefusal { code: "client.body_too_large".to_owned(), message, again: Again::Never });
    }
    let unread =
        |error: message_log::BodyReadError| refused(&Refusal::LogFailed(error.to_string()), Layer::ClientProxy);
    let (mut reader, mut bytes) = (body.reader(), BytesMut::new());
    while let Some(chunk) = reader.next_chunk().await.map_err(unread)? {
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes.freeze())
}

fn refused(refusal: &Refusal, side: Layer) -> ExchangeRefusal {
    let fault = refusal.fault(side, String::new());
    ExchangeRefusal { code: fault.code.to_string(), message: fault.message, again: again(fault.code.reason) }
}

/// Only what stays refused until somebody changes a right, a name or the message is refused for good. A message whose
/// outcome is unknown is sent again: its receiver knows it by its id.
fn again(reason: Reason) -> Again {
    match reason {
        Reason::AccessDenied
        | Reason::InvalidRequest
        | Reason::InvalidHttpMethod
        | Reason::MissingHeader
        | Reason::DuplicateHeader
        | Reason::InvalidHeader
        | Reason::BodyTooLarge
        | Reason::UnknownMember
        | Reason::UnknownService
        | Reason::ServiceType => Again::Never,
        Reason::InvalidProtocolVersion
        // The registration of a client takes a while to be known everywhere.
        | Reason::InvalidClientIdentifier
        | Reason::InvalidBody
        | Reason::SslAuthenticationFailed
        | Reason::ServiceDisabled
        | Reason::ServiceFailed
        | Reason::NetworkError
        | Reason::Timeout
        | Reason::UnknownHost
        | Reason::InvalidSecurityServer
        | Reason::MaintenanceMode
        | Reason::GlobalConfOutdated
        | Reason::MalformedGlobalConf
        | Reason::CannotSign
        | Reason::InvalidSignatureValue
        | Reason::MalformedSignature
        | Reason::CertValidation
        | Reason::IncorrectValidationInfo
        | Reason::InvalidMessage
        | Reason::InconsistentResponse
        | Reason::MessageTooOld
        | Reason::ReplayedRequest
        | Reason::OutcomeUnknown
        | Reason::IdempotencyConflict
        | Reason::UnknownCredentials
        | Reason::LoggingFailed
        | Reason::TimestampingFailed
        | Reason::Overloaded
        | Reason::RateLimitExceeded
        | Reason::InternalError => Again::Later,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_stays_refused_is_not_sent_again() {
        let service: ServiceId = "BO/GOV/1001/cases/cases".parse().unwrap();
        let denied = refused(&Refusal::AccessDenied(service.clone()), Layer::ServerProxy);
        assert_eq!((denied.code.as_str(), denied.again), ("server.serverproxy.access_denied", Again::Never));
        let unknown = refused(&Refusal::UnknownProvider(service.subsystem().clone()), Layer::ClientProxy);
        assert_eq!(unknown.again, Again::Never);
        for later in [
            Refusal::OutcomeUnknown("r-1".to_owned()),
            Refusal::Overloaded,
            Refusal::PeerBroke("BO/GOV/1001/ss1".parse().unwrap()),
            Refusal::LogFull("4096 bytes".to_owned()),
            Refusal::ServiceDisabled { service, notice: "until noon".to_owned() },
        ] {
            assert_eq!(refused(&later, Layer::ClientProxy).again, Again::Later, "{later}");
        }
    }
}
