//! Which security servers may answer, in the order in which they are tried.

use crate::configuration::Judgement;
use crate::refusal::Refusal;
use crate::transport::peers::Peers;
use jiff::Timestamp;
use protocol::global_configuration::GlobalConfiguration;
use protocol::head::RequestHead;
use protocol::identifier::ServerId;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The provider's servers: those that answered lately first, and the first among them by turns.
///
/// # Errors
/// When the provider is unknown or registered nowhere, the server named by the client is not one of its, or all are in
/// maintenance.
pub(super) fn candidates(
    head: &RequestHead,
    judgement: &Judgement,
    peers: &Peers,
    now: Timestamp,
) -> Result<Vec<ServerId>, Refusal> {
    let mut servers = serving(head, judgement.global())?;
    take_turns(&mut servers);
    servers.sort_by_key(|server| peers.peer(server).is_avoided(now));
    Ok(servers.into_iter().take(MAX_CANDIDATES).cloned().collect())
}

/// The provider's servers that are not in maintenance.
fn serving<'a>(head: &RequestHead, global: &'a GlobalConfiguration) -> Result<Vec<&'a ServerId>, Refusal> {
    let subsystem = head.service().subsystem();
    let registered = global.subsystem(subsystem).ok_or_else(|| Refusal::UnknownProvider(subsystem.clone()))?.servers();
    let mut servers: Vec<&ServerId> = match head.security_server() {
        Some(named) => match registered.iter().find(|server| *server == named) {
            Some(server) => vec![server],
            None => return Err(Refusal::NotServedThere { server: named.clone(), subsystem: subsystem.clone() }),
        },
        None => registered.iter().collect(),
    };
    let mut maintenance = None;
    servers.retain(|server| match global.server(server) {
        None => false,
        Some(known) => match known.maintenance() {
            None => true,
            Some(notice) => {
                maintenance =
                    Some(Refusal::Maintenance { server: ServerId::clone(server), notice: notice.notice().to_owned() });
                false
            }
        },
    });
    if servers.is_empty() {
        return Err(maintenance.unwrap_or_else(|| Refusal::NotServed(subsystem.clone())));
    }
    Ok(servers)
}

fn take_turns(servers: &mut [&ServerId]) {
    static TURN: AtomicUsize = AtomicUsize::new(0);
    if servers.len() > 1 {
        let turn = TURN.fetch_add(1, Ordering::Relaxed) % servers.len();
        servers.rotate_left(turn);
    }
}

/// Servers tried for one request.
const MAX_CANDIDATES: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_instance::{instance_of, member};
    use protocol::fault::{Layer, Reason};
    use protocol::global_configuration::wire::MaintenanceDocument;
    use protocol::head::{Method, RequestHeadBuilder};
    use protocol::request_uri::RequestUri;

    const ID: &str = "7c9e6679-7425-40de-944b-e07fc1f90ae7";

    fn head() -> RequestHead {
        let uri = RequestUri::parse("/r1/BO/GOV/1001/civil/personas").unwrap();
        let mut builder = RequestHeadBuilder::new(Method::Get, &uri);
        builder.field("x-road-client", "BO/GOV/1002/app").unwrap();
        builder.finish(ID, ID).unwrap()
    }

    #[test]
    fn a_subsystem_without_a_server_is_told_from_one_that_is_unknown() {
        let mut provider = member("BO/GOV/1001", "a:1", &["civil"]);
        assert_eq!(serving(&head(), &instance_of(vec![provider.clone()])).unwrap().len(), 1);

        provider.servers[0].maintenance = Some(MaintenanceDocument { notice: "until noon".to_owned() });
        let global = instance_of(vec![provider.clone()]);
        assert!(matches!(serving(&head(), &global), Err(Refusal::Maintenance { .. })));

        provider.subsystems[0].servers.clear();
        let refused = serving(&head(), &instance_of(vec![provider.clone()])).unwrap_err();
        assert!(matches!(refused, Refusal::NotServed(_)), "{refused:?}");
        let fault = refused.fault(Layer::ClientProxy, ID.to_owned());
        assert_eq!(
            (fault.code.reason, fault.message.as_str()),
            (Reason::UnknownMember, "no security server serves BO/GOV/1001/civil")
        );

        provider.subsystems.clear();
        assert!(matches!(serving(&head(), &instance_of(vec![provider])), Err(Refusal::UnknownProvider(_))));
    }
}
