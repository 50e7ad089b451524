//! What one listener accepts at most.

use std::time::Duration;

/// What one listener accepts at most; [`Limits::default`] gives the value named at each field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Connections at the same time: 1,024. The next one waits in the kernel's backlog.
    pub max_connections: usize,
    /// Connections of one peer at the same time: as many as there may be. The next one is closed at once. All of one
    /// household's network of IPv6, which has 64 bits, are one peer.
    pub max_connections_per_peer: usize,
    /// Time that a connection without a request in progress stays open while all places are taken: 1 s.
    pub crowded_idle_timeout: Duration,
    /// Time for the TLS handshake: 10 s.
    pub handshake_timeout: Duration,
    /// Time for the head of a request, counted from when the connection is ready for one: 15 s. Over HTTP/1.1 it
    /// therefore also bounds how long a kept-alive connection stays open without a request.
    pub header_timeout: Duration,
    /// Time that a connection stays open without a request in progress: 60 s.
    pub idle_timeout: Duration,
    /// How long a response waits for its peer to take the next piece of it: 60 s. Then the connection is cut.
    pub response_pause: Duration,
    /// Bytes of a body that a handler leaves which are still taken before its answer is sent: 8 MiB.
    pub discarded_body_bytes: u64,
    /// Time for taking them: 2 s.
    pub discard_timeout: Duration,
    /// Size of the head of a request, request line included: 32 KiB. A larger one is answered with status 431.
    pub max_header_bytes: u32,
    /// Buffer for reading, and for writing, one HTTP/1.1 connection: 64 KiB.
    pub http1_buffer_bytes: usize,
    /// Requests at the same time on one HTTP/2 connection: 256.
    pub http2_max_streams: u32,
    /// Requests that an HTTP/2 peer takes back before they are answered, beyond those that it lets be answered: 100. After
    /// more the connection is ended.
    pub http2_max_taken_back: usize,
    /// Bytes of one request's body that an HTTP/2 peer may send ahead of the handler: 256 KiB.
    pub http2_stream_window_bytes: u32,
    /// Bytes of all bodies that an HTTP/2 peer may send ahead on one connection: 1 MiB.
    pub http2_connection_window_bytes: u32,
    /// Bytes of one response that are buffered for a slow HTTP/2 peer: 256 KiB.
    pub http2_send_buffer_bytes: usize,
    /// Interval at which a silent HTTP/2 peer is pinged, and the time it has to answer: 20 s.
    pub http2_ping_interval: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_connections: 1_024,
            max_connections_per_peer: usize::MAX,
            crowded_idle_timeout: Duration::from_secs(1),
            handshake_timeout: Duration::from_secs(10),
            header_timeout: Duration::from_secs(15),
            idle_timeout: Duration::from_secs(60),
            response_pause: Duration::from_secs(60),
            discarded_body_bytes: 8 * 1024 * 1024,
            discard_timeout: Duration::from_secs(2),
            max_header_bytes: 32 * 1024,
            http1_buffer_bytes: 64 * 1024,
            http2_max_streams: 256,
            http2_max_taken_back: 100,
            http2_stream_window_bytes: 256 * 1024,
            http2_connection_window_bytes: 1024 * 1024,
            http2_send_buffer_bytes: 256 * 1024,
            http2_ping_interval: Duration::from_secs(20),
        }
    }
}
