//! What a security server takes on at most.

use serde::{Deserialize, Serialize};
use std::time::Duration;

/// What a security server takes on at most.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Largest body of a request or response: 4 GiB less 1 MiB, the most that an evidence container can hold.
    pub body_bytes: u64,
    /// Bodies up to this stay in memory: 64 KiB; larger ones go to disk, encrypted, while they arrive.
    pub inline_body_bytes: u64,
    /// Memory for all bodies together: 32 MiB; beyond it, bodies go to disk.
    pub body_memory_bytes: u64,
    /// Exchanges under way at once, of our clients and of peers each: 1,024; the next one is refused.
    pub exchanges: usize,
    /// Exchanges under way with one peer, in each direction: 512.
    pub exchanges_per_peer: usize,
    /// Connections of information systems: 2,048.
    pub client_connections: usize,
    /// Evidence files written out at once, for information systems and the administrator: 16; the next one is refused. Each
    /// holds a thread for as long as its reader takes.
    pub exports: usize,
    /// How long whoever connects has for the head of a request, and for the TLS handshake before it: 15 s.
    pub head_seconds: u64,
    /// How long a peer has to accept a connection: 5 s.
    pub connect_seconds: u64,
    /// How long a service may take until its whole answer is here: 120 s. No service may have a longer time-out. A peer gets
    /// as long to begin its response, from the last byte of the request, and ten seconds more: servers that call a slow
    /// service need the same value as the one that provides it.
    pub response_seconds: u64,
    /// How long either side may pause within a body: 30 s.
    pub body_pause_seconds: u64,
    /// What a body must bring on average, whatever its pauses: 1,024 bytes in a second of waiting for it.
    pub body_bytes_per_second: u64,
    /// How long exchanges under way may go on at shutdown: 20 s.
    pub drain_seconds: u64,
}

impl Limits {
    /// How long whoever connects has for the head of a request.
    #[must_use]
    pub fn head(&self) -> Duration {
        Duration::from_secs(self.head_seconds)
    }

    /// How long a peer has to accept a connection.
    #[must_use]
    pub fn connect(&self) -> Duration {
        Duration::from_secs(self.connect_seconds)
    }

    /// How long a service may take until its whole answer is here.
    #[must_use]
    pub fn response(&self) -> Duration {
        Duration::from_secs(self.response_seconds)
    }

    /// How long a peer has to begin its response, once it has the request: what its service may take, and some time for its
    /// own work, so that its word about a slow service still arrives.
    #[must_use]
    pub fn peer_response(&self) -> Duration {
        self.response() + PEER_WORK
    }

    /// What a body must bring on average.
    #[must_use]
    pub fn body_rate(&self) -> listener::LeastRate {
        listener::LeastRate { bytes_per_second: self.body_bytes_per_second, grace: self.body_pause() }
    }

    /// How long either side may pause within a body.
    #[must_use]
    pub fn body_pause(&self) -> Duration {
        Duration::from_secs(self.body_pause_seconds)
    }

    /// How long exchanges under way may go on at shutdown.
    #[must_use]
    pub fn drain(&self) -> Duration {
        Duration::from_secs(self.drain_seconds)
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_bytes: super::MAX_BODY_BYTES,
            inline_body_bytes: 64 << 10,
            body_memory_bytes: 32 << 20,
            exchanges: 1024,
            exchanges_per_peer: 512,
            client_connections: 2048,
            exports: 16,
            head_seconds: 15,
            connect_seconds: 5,
            response_seconds: 120,
            body_pause_seconds: 30,
            body_bytes_per_second: 1024,
            drain_seconds: 20,
        }
    }
}

/// What a peer may take besides its service.
const PEER_WORK: Duration = Duration::from_secs(10);
