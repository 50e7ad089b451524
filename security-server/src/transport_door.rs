//! The port for other security servers.

use crate::completeness;
use crate::messaging::Messaging;
use crate::restored;
use crate::server_proxy::{ServerProxy, peer_certificate};
use crate::transport::tls::AuthenticatedPeer;
use http::StatusCode;
use listener::{Handler, Request, Response, reply};
use protocol::identifier::ServerId;
use std::sync::Arc;

/// The port for other security servers: messages, and questions about the log.
pub(crate) struct TransportDoor {
    server_proxy: ServerProxy,
    messaging: Arc<Messaging>,
}

impl Handler for TransportDoor {
    async fn handle(&self, request: Request) -> Response {
        match (request.method().as_str(), request.uri().path()) {
            ("POST", _) => self.server_proxy.handle(request).await,
            ("GET", completeness::CONSISTENCY_PATH | completeness::EXPLANATIONS_PATH | restored::MEMORY_PATH) => {
                self.tell(&request).await
            }
            _ => reply::text(StatusCode::METHOD_NOT_ALLOWED, "messages are posted\n"),
        }
    }
}

impl TransportDoor {
    /// Answers by these parts.
    pub(crate) fn new(server_proxy: ServerProxy, messaging: Arc<Messaging>) -> Self {
        Self { server_proxy, messaging }
    }

    /// Answers a question about a log.
    async fn tell(&self, request: &Request) -> Response {
        let Some(peer) = self.peer_of(request) else {
            return reply::text(StatusCode::FORBIDDEN, "the authentication certificate is not registered\n");
        };
        // A question takes a place among the peer's exchanges: what it costs is bounded as those are.
        let Some(_place) = self.messaging.peers.peer(&peer).admit_message() else {
            return reply::text(StatusCode::SERVICE_UNAVAILABLE, "too much is under way\n");
        };
        let (messaging, path) = (self.messaging.clone(), request.uri().path().to_owned());
        let query = request.uri().query().unwrap_or_default().to_owned();
        let answer = tokio::task::spawn_blocking(move || match path.as_str() {
            restored::MEMORY_PATH => restored::answer(&messaging.evidence, &peer)
                .map_err(|error| (StatusCode::INTERNAL_SERVER_ERROR, error.to_string())),
            _ => completeness::answer(&messaging, &peer, &path, &query),
        });
        match answer.await {
            Ok(Ok(json)) => reply::json(StatusCode::OK, json),
            Ok(Err((status, words))) => reply::text(status, words),
            Err(error) => reply::text(StatusCode::INTERNAL_SERVER_ERROR, error.to_string()),
        }
    }

    fn peer_of(&self, request: &Request) -> Option<ServerId> {
        let certificate = peer_certificate(request)?;
        let judgement = self.messaging.configuration.usable().ok()?;
        AuthenticatedPeer::by_certificate(certificate, judgement.global()).map(|peer| peer.server().clone())
    }
}
