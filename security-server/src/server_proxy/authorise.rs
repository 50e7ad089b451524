//! Who may have what: the checks that need no cryptography, made on the head alone.

use crate::configuration::Judgement;
use crate::metaservices::Metaservice;
use crate::refusal::Refusal;
use crate::server_configuration::{Availability, ServerConfiguration, Service};
use crate::transport::tls::AuthenticatedPeer;
use jiff::Timestamp;
use protocol::access::{Decision, Question};
use protocol::head::RequestHead;
use protocol::identifier::{ClientId, ServerId};
use std::sync::Arc;

/// Permission for one call. There is no other way to a service than through one.
#[derive(Debug)]
pub struct Permit {
    target: Target,
    configuration: Arc<ServerConfiguration>,
}

/// What a permit opens.
#[derive(Debug, Clone)]
pub enum Target {
    /// A service of an information system.
    Service(Arc<Service>),
    /// A metaservice of the subsystem.
    Metaservice(Metaservice),
}

impl Permit {
    /// What it opens.
    #[must_use]
    pub fn target(&self) -> &Target {
        &self.target
    }

    /// The configuration that the decision was made by.
    #[must_use]
    pub fn configuration(&self) -> &Arc<ServerConfiguration> {
        &self.configuration
    }
}

/// Decides whether the call may go on.
///
/// # Errors
/// When the client is not behind the peer, the subsystem or service is not here, no right opens the call, or the service
/// is switched off.
pub fn authorise(
    head: &RequestHead,
    peer: &AuthenticatedPeer,
    server: &ServerId,
    judgement: &Judgement,
    configuration: Arc<ServerConfiguration>,
    now: Timestamp,
) -> Result<Permit, Refusal> {
    let (global, client, service) = (judgement.global(), head.client(), head.service());
    if !global.is_registered(client, peer.server()) {
        return Err(Refusal::ClientNotBehindPeer { client: client.clone(), server: peer.server().clone() });
    }
    let provider = ClientId::Subsystem(service.subsystem().clone());
    if !global.is_registered(&provider, server) || configuration.client(&provider).is_none() {
        return Err(Refusal::NotServedThere { server: server.clone(), subsystem: service.subsystem().clone() });
    }
    if let Some(maintenance) = global.server(server).and_then(|own| own.maintenance()) {
        return Err(Refusal::Maintenance { server: server.clone(), notice: maintenance.notice().to_owned() });
    }
    // PR-MREST: metaservices are open to every registered client; they are signed and logged like any call.
    if let Some(metaservice) = Metaservice::named(service.code()) {
        return Ok(Permit { target: Target::Metaservice(metaservice), configuration });
    }
    let found = configuration.service(service).ok_or_else(|| Refusal::UnknownService(service.clone()))?.clone();
    let question = Question { client, service, method: head.method(), path: head.uri().normal_path(), now };
    let memberships = configuration.memberships(global);
    if let Decision::Denied = configuration.access_rights().decide(&question, &memberships) {
        return Err(Refusal::AccessDenied(service.clone()));
    }
    if let Availability::Disabled { notice } = found.availability() {
        return Err(Refusal::ServiceDisabled { service: service.clone(), notice: notice.clone() });
    }
    Ok(Permit { target: Target::Service(found), configuration })
}
