//! Who may have what: the checks that need no cryptography, made on the head alone.

use super::rates::Rates;
use crate::configuration::Judgement;
use crate::messaging::Messaging;
use crate::metaservices::Metaservice;
use crate::refusal::Refusal;
use crate::server_configuration::{Availability, ServerConfiguration, Service};
use crate::transport::tls::AuthenticatedPeer;
use jiff::Timestamp;
use protocol::access::{AccessRight, Question};
use protocol::global_configuration::GlobalConfiguration;
use protocol::head::{Method, RequestHead};
use protocol::identifier::{ClientId, ServerId, ServiceId};
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

/// Whether the use of a right is counted.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Counting<'a> {
    /// Somebody calls.
    Call(&'a Rates),
    /// Somebody asks what would be said to a call.
    Look,
}

impl Counting<'_> {
    fn admits(self, client: &ClientId, right: &AccessRight, now: Timestamp) -> bool {
        match self {
            Self::Call(rates) => rates.admit(client, right, now),
            Self::Look => true,
        }
    }
}

/// A call as far as the decision about it goes.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// Who calls.
    pub client: &'a ClientId,
    /// What is called.
    pub service: &'a ServiceId,
    /// How.
    pub method: Method,
    /// The path behind the service code, normalised.
    pub path: &'a str,
}

/// Decides whether the call may go on.
///
/// # Errors
/// When the client is not behind the peer, or as [`open`].
pub(crate) fn authorise(
    head: &RequestHead,
    peer: &AuthenticatedPeer,
    messaging: &Messaging,
    judgement: &Judgement,
    configuration: Arc<ServerConfiguration>,
    now: Timestamp,
) -> Result<Permit, Refusal> {
    let (global, client) = (judgement.global(), head.client());
    if !global.is_registered(client, peer.server()) {
        return Err(Refusal::ClientNotBehindPeer { client: client.clone(), server: peer.server().clone() });
    }
    let asked = Asked { client, service: head.service(), method: head.method(), path: head.uri().normal_path() };
    let target = open(asked, &messaging.server, global, (&configuration, Counting::Call(&messaging.rates)), now)?;
    Ok(Permit { target, configuration })
}

/// What a call opens at this server, whichever server it comes from.
///
/// # Errors
/// When the subsystem or service is not here, the server is in maintenance, no right opens the call, those that do are used
/// up, or the service is switched off.
pub(crate) fn open(
    asked: Asked<'_>,
    server: &ServerId,
    global: &GlobalConfiguration,
    (configuration, counting): (&ServerConfiguration, Counting<'_>),
    now: Timestamp,
) -> Result<Target, Refusal> {
    let Asked { client, service, method, path } = asked;
    let provider = ClientId::Subsystem(service.subsystem().clone());
    if !global.is_registered(&provider, server) || configuration.client(&provider).is_none() {
        return Err(Refusal::NotServedThere { server: server.clone(), subsystem: service.subsystem().clone() });
    }
    if let Some(maintenance) = global.server(server).and_then(|own| own.maintenance()) {
        return Err(Refusal::Maintenance { server: server.clone(), notice: maintenance.notice().to_owned() });
    }
    // PR-MREST: metaservices are open to every registered client; they are signed and logged like any call.
    if let Some(metaservice) = Metaservice::named(service.code()) {
        return Ok(Target::Metaservice(metaservice));
    }
    let found = configuration.service(service).ok_or_else(|| Refusal::UnknownService(service.clone()))?.clone();
    let question = Question { client, service, method, path, now };
    let memberships = configuration.memberships(global);
    let mut used_up = None;
    let mut opening = configuration.access_rights().opening(&question, &memberships);
    let admitted = opening.find(|right| {
        let admits = counting.admits(client, right, now);
        used_up = if admits { None } else { right.rate };
        admits
    });
    match (admitted, used_up) {
        (Some(_), _) => {}
        (None, Some(rate)) => {
            return Err(Refusal::RateExceeded { client: client.clone(), service: service.clone(), rate });
        }
        (None, None) => return Err(Refusal::AccessDenied(service.clone())),
    }
    if let Availability::Disabled { notice } = found.availability() {
        return Err(Refusal::ServiceDisabled { service: service.clone(), notice: notice.clone() });
    }
    Ok(Target::Service(found))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_instance::{instance_of, member};
    use protocol::global_configuration::wire::MaintenanceDocument;

    const DOCUMENT: &str = r#"
[[client]]
id = "BO/GOV/1001/civil"
  [[client.service]]
  code = "personas"
  url = "http://127.0.0.1:9001/api"
    [[client.service.access]]
    subject = "BO/GOV/1002/app"
    path = "/personas/*"
  [[client.service]]
  code = "viejo"
  url = "http://127.0.0.1:9001/api"
  disabled = "gone"
    [[client.service.access]]
    subject = "BO/GOV/1002/app"
"#;

    /// What is said to `BO/GOV/1002/app` about a service and path.
    fn check(global: &GlobalConfiguration, service: &str, path: &str) -> Result<Target, Refusal> {
        check_at(&Rates::default(), DOCUMENT, global, (service, path), Timestamp::UNIX_EPOCH)
    }

    fn check_at(
        rates: &Rates,
        document: &str,
        global: &GlobalConfiguration,
        (service, path): (&str, &str),
        now: Timestamp,
    ) -> Result<Target, Refusal> {
        let (client, service) = ("BO/GOV/1002/app".parse().unwrap(), service.parse().unwrap());
        let asked = Asked { client: &client, service: &service, method: Method::Get, path };
        let server = "BO/GOV/1001/ss1".parse().unwrap();
        open(asked, &server, global, (&document.parse().unwrap(), Counting::Call(rates)), now)
    }

    #[test]
    fn each_step_refuses_by_its_own_rule() {
        let global =
            instance_of(vec![member("BO/GOV/1001", "a:1", &["civil"]), member("BO/GOV/1002", "b:1", &["app"])]);
        let check = |service: &str, path: &str| check(&global, service, path);
        assert!(matches!(check("BO/GOV/1001/civil/personas", "/personas/7"), Ok(Target::Service(_))));
        assert!(matches!(check("BO/GOV/1001/civil/listMethods", ""), Ok(Target::Metaservice(_))));
        assert!(matches!(check("BO/GOV/1001/civil/personas", "/otras"), Err(Refusal::AccessDenied(_))));
        assert!(matches!(check("BO/GOV/1001/civil/nada", ""), Err(Refusal::UnknownService(_))));
        assert!(matches!(check("BO/GOV/1001/civil/viejo", "/x"), Err(Refusal::ServiceDisabled { .. })));
        assert!(matches!(check("BO/GOV/1002/app/x", ""), Err(Refusal::NotServedThere { .. })));
    }

    #[test]
    fn a_right_opens_in_its_window_and_as_often_as_its_rate_says() {
        let global =
            instance_of(vec![member("BO/GOV/1001", "a:1", &["civil"]), member("BO/GOV/1002", "b:1", &["app"])]);
        let limits = "path = \"/personas/*\"\n    when = \"mon-fri 08:00-18:00 -04:00\"\n    rate = \"2/min\"\n";
        let document = DOCUMENT.replacen("path = \"/personas/*\"\n", limits, 1);
        let rates = Rates::default();
        let call = |now: &str| {
            let asked = ("BO/GOV/1001/civil/personas", "/personas/7");
            check_at(&rates, &document, &global, asked, now.parse().unwrap())
        };
        let sunday = "2026-11-29T15:00:00Z";
        assert!(matches!(call(sunday), Err(Refusal::AccessDenied(_))));
        let monday = "2026-11-30T15:00:00Z";
        assert!(call(monday).is_ok() && call(monday).is_ok());
        let refused = call(monday).unwrap_err();
        assert!(matches!(refused, Refusal::RateExceeded { .. }), "{refused:?}");
        assert!(refused.to_string().contains("as often as its right allows (2/min)"), "{refused}");
        assert!(call("2026-11-30T15:00:30Z").is_ok(), "half a minute brings one call");
    }

    #[test]
    fn a_server_in_maintenance_opens_nothing() {
        let mut own = member("BO/GOV/1001", "a:1", &["civil"]);
        own.servers[0].maintenance = Some(MaintenanceDocument { notice: "until noon".to_owned() });
        let refused = check(&instance_of(vec![own]), "BO/GOV/1001/civil/personas", "/personas/7");
        assert!(matches!(refused, Err(Refusal::Maintenance { .. })), "{refused:?}");
    }
}
