//! The peers this server talks to: their connections, and what each side knows of the other.

use super::Transport;
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
use tokio::time::{Instant, timeout_at};

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
    link: tokio::sync::Mutex<Slot>,
    calls: Arc<Semaphore>,
    messages: Arc<Semaphore>,
    unreachable_until: AtomicI64,
    checkpoint_sent: AtomicU64,
    // Short critical sections around small sets.
    knowledge: Mutex<Knowledge>,
}

/// The connection to a peer, or why the last attempt to make one failed.
#[derive(Default)]
struct Slot {
    link: Option<Link>,
    failed: Option<(Instant, Arc<ConnectError>)>,
}

#[derive(Debug, Default)]
struct Knowledge {
    transport: Option<Transport>,
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

    /// A connection to the server, as the snapshot at hand registers it: an open one, or a new one. All of it takes no
    /// longer than a connection may.
    ///
    /// # Errors
    /// Why there is none; the peer is then avoided for a while.
    pub async fn link(&self, server: &SecurityServer, now: Timestamp) -> Result<Link, Arc<ConnectError>> {
        self.link_beside(server, None, now).await
    }

    /// The same, and not `broken`, which turned out to carry nothing any more.
    ///
    /// # Errors
    /// As [`Self::link`].
    pub async fn link_instead(
        &self,
        server: &SecurityServer,
        broken: &Link,
        now: Timestamp,
    ) -> Result<Link, Arc<ConnectError>> {
        self.link_beside(server, Some(broken), now).await
    }

    async fn link_beside(
        &self,
        server: &SecurityServer,
        broken: Option<&Link>,
        now: Timestamp,
    ) -> Result<Link, Arc<ConnectError>> {
        let (peer, began) = (self.peer(server.id()), Instant::now());
        let deadline = began + self.connect_within;
        let address = server.address();
        let timed_out = || ConnectError::TimedOut { address: address.to_string(), within: self.connect_within };
        let mut slot = timeout_at(deadline, peer.link.lock()).await.map_err(|_| Arc::new(timed_out()))?;
        let usable = |link: &&Link| {
            link.is_open() && is_of(link, server) && broken.is_none_or(|broken| !link.is_the_same(broken))
        };
        if let Some(link) = slot.link.as_ref().filter(usable) {
            return Ok(link.clone());
        }
        // Who waited while somebody else failed to connect shares the outcome, and does not wait as long again.
        if let Some((_, failure)) = slot.failed.as_ref().filter(|(at, _)| *at >= began) {
            return Err(failure.clone());
        }
        let left = deadline.saturating_duration_since(Instant::now());
        let connected = Link::connect(address, &self.tls, left).await.and_then(|link| {
            if is_of(&link, server) { Ok(link) } else { Err(ConnectError::OtherServer(address.to_string())) }
        });
        let connected = connected.map_err(Arc::new);
        slot.link = connected.as_ref().ok().cloned();
        slot.failed = connected.as_ref().err().map(|failure| (Instant::now(), failure.clone()));
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
            link: tokio::sync::Mutex::default(),
            calls: Arc::new(Semaphore::new(concurrency)),
            messages: Arc::new(Semaphore::new(concurrency)),
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

    /// A place among our requests under way to this peer; none when all are taken.
    #[must_use]
    pub fn admit_call(&self) -> Option<OwnedSemaphorePermit> {
        self.calls.clone().try_acquire_owned().ok()
    }

    /// A place among the requests of this peer under way here; none when all are taken. The two directions are counted
    /// apart: or much traffic one way would leave no place for the other.
    #[must_use]
    pub fn admit_message(&self) -> Option<OwnedSemaphorePermit> {
        self.messages.clone().try_acquire_owned().ok()
    }

    /// The version of the transport in which to speak to it.
    #[must_use]
    pub fn transport(&self) -> Transport {
        self.knowledge().transport.unwrap_or(Transport::ALL[0])
    }

    /// From now on this version is spoken with it.
    pub fn agree_on(&self, transport: Transport) {
        self.knowledge().transport = Some(transport);
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

    /// Whether our checkpoint of `size` is news to the peer.
    #[must_use]
    pub fn lacks_checkpoint(&self, size: u64) -> bool {
        self.checkpoint_sent.load(Ordering::Relaxed) < size
    }

    /// Our checkpoint of `size` has reached the peer.
    pub fn note_checkpoint_sent(&self, size: u64) {
        self.checkpoint_sent.fetch_max(size, Ordering::Relaxed);
    }

    fn knowledge(&self) -> std::sync::MutexGuard<'_, Knowledge> {
        self.knowledge.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_instance::{instance_of, member};
    use tokio::net::TcpListener;
    use tokio::task::JoinSet;

    const SERVER: &str = "BO/GOV/1001/ss1";

    fn peers(within: Duration) -> Peers {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
        let tls = config.with_root_certificates(rustls::RootCertStore::empty()).with_no_client_auth();
        Peers { tls: Arc::new(tls), connect_within: within, concurrency: 1, known: Mutex::default() }
    }

    #[tokio::test]
    async fn who_waits_for_a_dead_peer_shares_one_attempt() {
        // It takes connections and never says a word.
        let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = silent.local_addr().unwrap().to_string();
        let global = Arc::new(instance_of(vec![member("BO/GOV/1001", &address, &[])]));
        let peers = Arc::new(peers(Duration::from_millis(300)));
        let (began, mut waiting) = (Instant::now(), JoinSet::new());
        for _ in 0..20 {
            let (peers, global) = (peers.clone(), global.clone());
            waiting.spawn(async move {
                let server = global.server(&SERVER.parse().unwrap()).unwrap();
                peers.link(server, Timestamp::UNIX_EPOCH).await.map(|_| ())
            });
        }
        while let Some(linked) = waiting.join_next().await {
            assert!(matches!(linked.unwrap().unwrap_err().as_ref(), ConnectError::TimedOut { .. }));
        }
        assert!(began.elapsed() < Duration::from_secs(3), "nobody waits for the others' attempts");
        let mut connections = 0;
        while let Ok(Ok(_)) = tokio::time::timeout(Duration::from_millis(50), silent.accept()).await {
            connections += 1;
        }
        assert_eq!(connections, 1);
        assert!(peers.peer(&SERVER.parse().unwrap()).is_avoided(Timestamp::UNIX_EPOCH));
    }

    #[test]
    fn traffic_one_way_leaves_places_for_the_other() {
        let peer = Peer::new(SERVER.parse().unwrap(), 1);
        let call = peer.admit_call();
        assert!(call.is_some() && peer.admit_call().is_none());
        assert!(peer.admit_message().is_some());
    }

    #[test]
    fn a_checkpoint_is_news_until_it_has_reached_the_peer() {
        let peer = Peer::new(SERVER.parse().unwrap(), 1);
        assert!(peer.lacks_checkpoint(7) && peer.lacks_checkpoint(7));
        peer.note_checkpoint_sent(7);
        assert!(!peer.lacks_checkpoint(7) && peer.lacks_checkpoint(8));
    }
}
