//! The peers this server talks to: their connections, and what each side knows of the other.

use super::link::{ConnectError, Link};
use crate::settings::Limits;
use jiff::{SignedDuration, Timestamp};
use protocol::global_configuration::SecurityServer;
use protocol::hash::Sha256Hash;
use protocol::identifier::{MemberId, ServerId};
use rustls::ClientConfig;
use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Every peer met since the start.
pub struct Peers {
    tls: Arc<ClientConfig>,
    connect_within: Duration,
    concurrency: usize,
    // A short critical section around a map look-up.
    known: Mutex<HashMap<ServerId, Arc<Peer>>>,
}

/// One peer.
pub struct Peer {
    server: ServerId,
    // Held while connecting, so that a hundred waiting requests make one connection.
    link: tokio::sync::Mutex<Option<Link>>,
    permits: Arc<Semaphore>,
    unreachable_until: AtomicI64,
    checkpoint_sent: AtomicU64,
    // Short critical sections around small sets.
    knowledge: Mutex<Knowledge>,
}

#[derive(Debug, Default)]
struct Knowledge {
    they_hold: HashSet<Sha256Hash>,
    we_hold: HashMap<MemberId, Sha256Hash>,
}

/// How long a peer that could not be reached is tried last.
const AVOIDED_FOR: SignedDuration = SignedDuration::from_secs(10);
/// Credentials remembered for one peer.
const KNOWLEDGE_BOUND: usize = 256;

impl Peers {
    /// No peer yet.
    #[must_use]
    pub fn new(tls: Arc<ClientConfig>, limits: &Limits) -> Self {
        Self { tls, connect_within: limits.connect(), concurrency: limits.exchanges_per_peer, known: Mutex::default() }
    }

    /// What is known of a peer.
    #[must_use]
    pub fn peer(&self, server: &ServerId) -> Arc<Peer> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.entry(server.clone()).or_insert_with(|| Arc::new(Peer::new(server.clone(), self.concurrency))).clone()
    }

    /// Every peer met since the start.
    #[must_use]
    pub fn all(&self) -> Vec<Arc<Peer>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }

    /// A connection to the server, as the snapshot at hand registers it: an open one, or a new one.
    ///
    /// # Errors
    /// Why there is none; the peer is then avoided for a while.
    pub async fn link(&self, server: &SecurityServer, now: Timestamp) -> Result<Link, ConnectError> {
        let peer = self.peer(server.id());
        let mut slot = peer.link.lock().await;
        if let Some(link) = slot.as_ref().filter(|link| link.is_open() && is_of(link, server)) {
            return Ok(link.clone());
        }
        let connected = Link::connect(server.address(), &self.tls, self.connect_within).await.and_then(|link| {
            if is_of(&link, server) { Ok(link) } else { Err(ConnectError::OtherServer(server.address().to_string())) }
        });
        *slot = connected.as_ref().ok().cloned();
        let avoided = if connected.is_ok() { Timestamp::MIN } else { now.checked_add(AVOIDED_FOR).unwrap_or(now) };
        peer.unreachable_until.store(avoided.as_second(), Ordering::Relaxed);
        connected
    }
}

fn is_of(link: &Link, server: &SecurityServer) -> bool {
    server.authentication_certificates().contains(link.certificate())
}

impl Peer {
    fn new(server: ServerId, concurrency: usize) -> Self {
        Self {
            server,
            link: tokio::sync::Mutex::new(None),
            permits: Arc::new(Semaphore::new(concurrency)),
            unreachable_until: AtomicI64::new(i64::MIN),
            checkpoint_sent: AtomicU64::new(0),
            knowledge: Mutex::default(),
        }
    }

    /// Which server it is.
    #[must_use]
    pub fn server(&self) -> &ServerId {
        &self.server
    }

    /// A place among the exchanges under way with this peer; none when all are taken.
    #[must_use]
    pub fn admit(&self) -> Option<OwnedSemaphorePermit> {
        self.permits.clone().try_acquire_owned().ok()
    }

    /// Whether it could not be reached a moment ago.
    #[must_use]
    pub fn is_avoided(&self, now: Timestamp) -> bool {
        now.as_second() < self.unreachable_until.load(Ordering::Relaxed)
    }

    /// Whether the peer told us that it holds these credentials of ours.
    #[must_use]
    pub fn they_hold(&self, name: &Sha256Hash) -> bool {
        self.knowledge().they_hold.contains(name)
    }

    /// The peer says that it holds these credentials of ours.
    pub fn note_they_hold(&self, name: Sha256Hash) {
        let mut knowledge = self.knowledge();
        if knowledge.they_hold.len() >= KNOWLEDGE_BOUND {
            knowledge.they_hold.clear();
        }
        knowledge.they_hold.insert(name);
    }

    /// The peer says that it does not hold what we named.
    pub fn forget_they_hold(&self) {
        self.knowledge().they_hold.clear();
    }

    /// The credentials last seen from this peer for a member.
    #[must_use]
    pub fn we_hold(&self, member: &MemberId) -> Option<Sha256Hash> {
        self.knowledge().we_hold.get(member).copied()
    }

    /// These credentials came from this peer for a member.
    pub fn note_we_hold(&self, member: &MemberId, name: Sha256Hash) {
        let mut knowledge = self.knowledge();
        if knowledge.we_hold.get(member) == Some(&name) {
            return;
        }
        if knowledge.we_hold.len() >= KNOWLEDGE_BOUND {
            knowledge.we_hold.clear();
        }
        knowledge.we_hold.insert(member.clone(), name);
    }

    /// Whether our checkpoint of `size` is news to the peer; from now on it is not.
    #[must_use]
    pub fn claim_checkpoint(&self, size: u64) -> bool {
        self.checkpoint_sent.fetch_max(size, Ordering::Relaxed) < size
    }

    fn knowledge(&self) -> std::sync::MutexGuard<'_, Knowledge> {
        self.knowledge.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
