//! What calls to providers may take at most.

use std::time::Duration;

/// What calls to providers may take at most; [`Limits::default`] gives the value named at each field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Calls to one service at the same time: 256. The next one waits.
    pub calls: usize,
    /// How long a call waits for its turn: 5 s.
    pub turn_within: Duration,
    /// Time to open a connection, look-up of the name and TLS handshake included: 10 s.
    pub connect_within: Duration,
    /// Connections to one service that are kept while there are no calls: 32.
    pub kept: usize,
    /// How long they are kept: 1.5 s. Common servers close after 2 s (Gunicorn) or 5 s (Apache, Node.js, Uvicorn); whoever
    /// closes last decides whether a request can meet a closing connection.
    pub kept_for: Duration,
    /// Size of the head of an answer: 64 KiB.
    pub max_head_bytes: usize,
    /// Header fields of an answer: 128.
    pub max_fields: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            calls: 256,
            turn_within: Duration::from_secs(5),
            connect_within: Duration::from_secs(10),
            kept: 32,
            kept_for: Duration::from_millis(1_500),
            max_head_bytes: 64 * 1024,
            max_fields: protocol::head::MAX_FIELDS,
        }
    }
}
