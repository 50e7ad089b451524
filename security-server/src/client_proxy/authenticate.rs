//! Which client an information system may speak for, by the door it came through and the certificate it showed.

use crate::plugins::PluginDoor;
use crate::refusal::Refusal;
use crate::server_configuration::{ClientAuthentication, ServerConfiguration};
use listener::{Connection, Request};
use protocol::hash::CertificateHash;
use protocol::identifier::ClientId;

/// The ports that information systems come through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// Plain HTTP.
    Http,
    /// HTTPS.
    Https,
}

/// A client whose information system authenticated as its registration demands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthenticatedClient(ClientId);

impl AuthenticatedClient {
    /// Who calls.
    #[must_use]
    pub fn id(&self) -> &ClientId {
        &self.0
    }
}

/// Demands what the client's registration at this server demands.
///
/// # Errors
/// When the client is not one of this server's, or came in another way than it must.
pub fn authenticate(
    client: &ClientId,
    configuration: &ServerConfiguration,
    request: &Request,
    door: Door,
) -> Result<AuthenticatedClient, Refusal> {
    let registered = configuration.client(client).ok_or_else(|| Refusal::ClientNotHere(client.clone()))?;
    let refused = |rule| Err(Refusal::ClientAuthentication { client: client.clone(), rule });
    match (registered.authentication(), door) {
        (ClientAuthentication::Http, _) | (ClientAuthentication::Https, Door::Https) => {}
        (ClientAuthentication::Https, Door::Http) => return refused("HTTPS"),
        (ClientAuthentication::HttpsClientCertificate, Door::Http) => {
            return refused("HTTPS with a client certificate registered for it");
        }
        (ClientAuthentication::HttpsClientCertificate, Door::Https) => {
            let shown = shown_certificate(request);
            if !shown.is_some_and(|shown| registered.certificates().contains(&shown)) {
                return refused("a client certificate registered for it");
            }
        }
    }
    Ok(AuthenticatedClient(client.clone()))
}

/// A plugin speaks for its subsystem, which has to be a client of this server: the door is the proof that a plugin calls.
///
/// # Errors
/// When the client is not one of this server's.
pub(crate) fn of_plugin(
    client: &ClientId,
    configuration: &ServerConfiguration,
    _: PluginDoor,
) -> Result<AuthenticatedClient, Refusal> {
    let registered = configuration.client(client).ok_or_else(|| Refusal::ClientNotHere(client.clone()))?;
    Ok(AuthenticatedClient(registered.id().clone()))
}

fn shown_certificate(request: &Request) -> Option<CertificateHash> {
    let connection = request.extensions().get::<Connection>()?;
    connection.peer_certificates.first().map(|certificate| CertificateHash::of(certificate))
}
