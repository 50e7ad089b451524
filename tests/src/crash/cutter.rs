//! A network that is cut: it stands before a server, drops connections in the middle of what they carry, and takes none
//! for a while, until it is healed.

use anyhow::{Result, anyhow};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::Instant;
use tokio_util::sync::{CancellationToken, DropGuard};

/// The way to a server.
pub(super) struct Cutter {
    address: SocketAddr,
    shared: Arc<Shared>,
    _ends_with_it: DropGuard,
}

#[derive(Debug, Default)]
struct Shared {
    healed: AtomicBool,
    cut: AtomicU64,
    within: AtomicU64,
    refused: AtomicU64,
}

/// How often it did harm.
#[derive(Debug, Clone, Copy)]
pub(super) struct Harm {
    /// Connections that were dropped.
    pub(super) cut: u64,
    /// Of these, those that were dropped with a part of what was being said.
    pub(super) within: u64,
    /// Connections that were not taken.
    pub(super) refused: u64,
}

/// A connection is cut after at most so many bytes: some dozens of exchanges, or within its handshake.
const LONGEST_BYTES: u64 = 1 << 20;
/// For at most so long nobody gets through after a cut.
const LONGEST_REFUSAL: Duration = Duration::from_millis(100);
/// What is read at once: larger than a record of TLS, so that a cut falls within one.
const READ_BYTES: usize = 32 << 10;

impl Cutter {
    /// Stands before the server at this address.
    pub(super) async fn before(server: SocketAddr) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let (address, shared) = (listener.local_addr()?, Arc::new(Shared::default()));
        let shutdown = CancellationToken::new();
        let (serving, token) = (serve(listener, server, shared.clone()), shutdown.clone());
        tokio::spawn(async move { token.run_until_cancelled(serving).await });
        Ok(Self { address, shared, _ends_with_it: shutdown.drop_guard() })
    }

    /// Where the others reach the server.
    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Cuts nothing any more.
    pub(super) fn heal(&self) {
        self.shared.healed.store(true, Ordering::Relaxed);
    }

    /// What it did so far.
    pub(super) fn harm(&self) -> Harm {
        let Shared { cut, within, refused, .. } = &*self.shared;
        let [cut, within, refused] = [cut, within, refused].map(|count| count.load(Ordering::Relaxed));
        Harm { cut, within, refused }
    }
}

impl Shared {
    fn is_healed(&self) -> bool {
        self.healed.load(Ordering::Relaxed)
    }
}

async fn serve(listener: TcpListener, server: SocketAddr, shared: Arc<Shared>) -> Result<()> {
    let (mut cuts_seen, mut refusing_until) = (0, Instant::now());
    loop {
        let (near, _) = listener.accept().await?;
        let cuts = shared.cut.load(Ordering::Relaxed);
        if cuts > cuts_seen {
            cuts_seen = cuts;
            let most = u64::try_from(LONGEST_REFUSAL.as_millis())?;
            refusing_until = Instant::now() + Duration::from_millis(below(most)?);
        }
        if Instant::now() < refusing_until && !shared.is_healed() {
            shared.refused.fetch_add(1, Ordering::Relaxed);
            continue;
        }
        let (shared, left) = (shared.clone(), below(LONGEST_BYTES)?);
        tokio::spawn(async move {
            // While the server is down there is nobody to connect to: then the near end sees a connection that ends.
            if let Ok(far) = TcpStream::connect(server).await {
                let _ = carry(near, far, left, &shared).await;
            }
        });
    }
}

/// Carries bytes both ways until `left` of them are used up, and not one more.
async fn carry(mut near: TcpStream, mut far: TcpStream, mut left: u64, shared: &Shared) -> Result<()> {
    let (mut from_near, mut to_near) = near.split();
    let (mut from_far, mut to_far) = far.split();
    let (mut near_bytes, mut far_bytes) = (vec![0; READ_BYTES], vec![0; READ_BYTES]);
    loop {
        let (said, to) = tokio::select! {
            count = read(&mut from_near, &mut near_bytes) => (&near_bytes[..count?], &mut to_far),
            count = read(&mut from_far, &mut far_bytes) => (&far_bytes[..count?], &mut to_near),
        };
        let length = said.len() as u64;
        if length < left || shared.is_healed() {
            to.write_all(said).await?;
            left = left.saturating_sub(length);
            continue;
        }
        to.write_all(&said[..usize::try_from(left)?]).await?;
        shared.cut.fetch_add(1, Ordering::Relaxed);
        if (1..length).contains(&left) {
            shared.within.fetch_add(1, Ordering::Relaxed);
        }
        return Ok(());
    }
}

async fn read(from: &mut (impl AsyncRead + Unpin), into: &mut [u8]) -> Result<usize> {
    match from.read(into).await? {
        0 => Err(anyhow!("one end is done")),
        count => Ok(count),
    }
}

/// A random number below another, which is small against 2^64.
pub(super) fn below(most: u64) -> Result<u64> {
    let mut bytes = [0; 8];
    aws_lc_rs::rand::fill(&mut bytes).map_err(|_| anyhow!("no random bytes"))?;
    Ok(u64::from_ne_bytes(bytes) % most.max(1))
}
