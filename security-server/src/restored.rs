//! A log that was restored from a copy, or that is cut because of damage, has forgotten something, and its peers have not:
//! they are asked what they remember of it, before anybody can call.

use crate::completeness::wire::answer_to;
use crate::configuration::{Configuration, Judgement};
use crate::evidence::Evidence;
use crate::settings::Settings;
use crate::transport::link::Link;
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use http::StatusCode;
use message_log::{OpenMode, PeerAnswer, PeerMemory};
use protocol::context::LogPoint;
use protocol::global_configuration::SecurityServer;
use protocol::hash::Sha256Hash;
use protocol::identifier::ServerId;
use rustls::ClientConfig;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::Duration;

/// Where a peer says what it remembers of the asking server's log.
pub(crate) const MEMORY_PATH: &str = "/chakana/1/log/memory";

/// Peers asked at once.
const AT_ONCE: usize = 64;
const MAX_ANSWER_BYTES: usize = 4096;

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct MemoryAnswer {
    checkpoint: Option<CheckpointWire>,
    /// The last number that came; 0 if none did.
    last_received: u64,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct CheckpointWire {
    size: u64,
    root: Sha256Hash,
}

/// What this server remembers of a peer's log, as it answers that peer.
pub(crate) fn answer(evidence: &Evidence, peer: &ServerId) -> Result<Bytes, serde_json::Error> {
    let point = evidence.peer_checkpoint(peer);
    let checkpoint = point.map(|LogPoint { size, root }| CheckpointWire { size, root });
    let last_received = evidence.log().last_received(peer);
    serde_json::to_vec(&MemoryAnswer { checkpoint, last_received }).map(Bytes::from)
}

/// How the log is opened: one that forgets something with what its peers remember of it, besides what the caller knows.
pub(crate) async fn with_memories(
    mode: &OpenMode,
    configuration: &Configuration,
    settings: &Settings,
    tls: &Arc<ClientConfig>,
) -> OpenMode {
    let mut mode = mode.clone();
    if let OpenMode::Restored(known) | OpenMode::CutDamage(known) = &mut mode
        && let Some(judgement) = configuration.newest()
    {
        known.extend(ask_peers(&judgement, &settings.server, tls, settings.limits.connect()).await);
    }
    mode
}

/// Asks every other registered server: one that was first met after the copy was made is not known any more.
async fn ask_peers(
    judgement: &Judgement,
    own: &ServerId,
    tls: &Arc<ClientConfig>,
    connect_within: Duration,
) -> Vec<PeerMemory> {
    let servers = judgement.global().members().flat_map(|member| member.servers());
    let others: Vec<&SecurityServer> = servers.filter(|server| server.id() != own).collect();
    let asking = others.into_iter().map(|server| async move {
        let peer = server.id().clone();
        let answer = ask(server, tls, connect_within).await.unwrap_or_else(|why| {
            tracing::warn!(peer.server_id = %peer, why, "a peer does not say what it remembers; numbers it may have seen are left out");
            PeerAnswer::Nothing
        });
        PeerMemory { peer, answer }
    });
    stream::iter(asking).buffer_unordered(AT_ONCE).collect().await
}

async fn ask(server: &SecurityServer, tls: &Arc<ClientConfig>, within: Duration) -> Result<PeerAnswer, String> {
    let link = Link::connect(server.address(), tls, within).await.map_err(|error| error.to_string())?;
    if !server.authentication_certificates().contains(link.certificate()) {
        return Err("another server answers at its address".to_owned());
    }
    let (status, bytes) = answer_to(&link, MEMORY_PATH, MAX_ANSWER_BYTES).await?;
    if status != StatusCode::OK {
        return Err(format!("status {status}"));
    }
    let answer: MemoryAnswer = serde_json::from_slice(&bytes).map_err(|error| error.to_string())?;
    let checkpoint = answer.checkpoint.map(|CheckpointWire { size, root }| LogPoint { size, root });
    Ok(PeerAnswer::Remembers { checkpoint, last_sequence: answer.last_received })
}
