//! Which security servers may answer, in the order in which they are tried.

use crate::configuration::Judgement;
use crate::refusal::Refusal;
use crate::transport::peers::Peers;
use jiff::Timestamp;
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
    let (global, subsystem) = (judgement.global(), head.service().subsystem());
    let registered = global.subsystem(subsystem).ok_or_else(|| Refusal::UnknownProvider(subsystem.clone()))?.servers();
    let mut servers: Vec<&ServerId> = match head.security_server() {
        Some(named) if registered.contains(named) => vec![named],
        Some(named) => {
            return Err(Refusal::NotServedThere { server: named.clone(), subsystem: subsystem.clone() });
        }
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
    take_turns(&mut servers);
    servers.sort_by_key(|server| peers.peer(server).is_avoided(now));
    Ok(servers.into_iter().take(MAX_CANDIDATES).cloned().collect())
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
