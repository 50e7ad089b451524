//! The administrators' port: HTTPS, for programs with an API key below `/v1/`, and for people with pages.

use crate::caller::Caller;
use crate::dispatch::Dispatcher;
use crate::error::ErrorKind;
use crate::web::Web;
use crate::{Api, ApiError, Reply};
use factors::Throttle;
use http::{HeaderMap, HeaderValue, header};
use listener::{Connection, Drained, Handler, Limits, Peer, Request, Response, Socket, Tls};
use pages::ContentPolicy;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// Answers at the port.
struct PortHandler {
    dispatcher: Dispatcher,
    web: Web,
    /// How often one address may show a key that is none.
    throttle: Throttle,
}

const MAX_CONNECTIONS: usize = 256;
const DRAIN: Duration = Duration::from_secs(10);

/// Answers at a port until `shutdown` is cancelled, then finishes what is in progress.
pub async fn serve_port(
    listener: TcpListener,
    tls: Arc<rustls::ServerConfig>,
    api: Api,
    shutdown: CancellationToken,
) -> Drained {
    let dispatcher = Dispatcher::new(api);
    let web = Web::new(dispatcher.clone());
    let handler = Arc::new(PortHandler { dispatcher: dispatcher.clone(), web, throttle: Throttle::default() });
    let limits = Limits { max_connections: MAX_CONNECTIONS, ..Limits::default() };
    let drained = listener::serve(Socket::Tcp(listener), Tls::fixed(tls), limits, handler, shutdown, DRAIN).await;
    dispatcher.finish(DRAIN).await;
    drained
}

impl PortHandler {
    async fn answer(&self, request: Request) -> Result<Reply, ApiError> {
        let (head, body) = request.into_parts();
        let peer = head.extensions.get::<Connection>();
        let peer = peer.map_or(Peer::Local(0), |connection| Peer::of(&connection.peer_address));
        let caller = self.caller(&head.headers, peer)?;
        self.dispatcher.answer(&head, body, caller).await
    }

    /// Who shows which key (RFC 6750 §2.1).
    fn caller(&self, headers: &HeaderMap, peer: Peer) -> Result<Caller, ApiError> {
        let next = "send Authorization: Bearer <key>; chakana api-key create makes one";
        let nobody = |message: &str| ApiError::new(ErrorKind::Unauthenticated, message, next);
        let shown = headers.get(header::AUTHORIZATION).ok_or_else(|| nobody("the request shows no API key"))?;
        let shown = shown.to_str().ok().and_then(|value| value.split_once(' '));
        let key = shown.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")).map(|(_, key)| key.trim());
        let key = key.ok_or_else(|| nobody("the header Authorization names no bearer"))?;
        let administrators = self.dispatcher.api().administrators();
        if let Some(caller) = administrators.by_api_key(key)? {
            return Ok(caller);
        }
        if self.throttle.admits(peer, administrators.now()) {
            return Err(nobody("the API key is none, was revoked or has ended"));
        }
        let next = "wait a minute, and show a key that is good";
        Err(ApiError::new(ErrorKind::TooOften, "too many API keys were shown that are none", next))
    }
}

impl Handler for PortHandler {
    async fn handle(&self, request: Request) -> Response {
        if !request.uri().path().starts_with("/v1/") {
            return self.web.answer(request).await;
        }
        let mut response = match self.answer(request).await {
            Ok(reply) => reply.into_response(),
            Err(error) => error.into_response(),
        };
        let headers = response.headers_mut();
        ContentPolicy::of_contents().apply(headers);
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response
    }
}
