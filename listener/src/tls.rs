//! Whether and how a listener speaks TLS.

use std::fmt;
use std::sync::Arc;

use rustls::ServerConfig;

/// Whether and how a listener speaks TLS.
#[derive(Clone)]
pub enum Tls {
    /// No TLS; the peer speaks HTTP/1.1.
    Plain,
    /// TLS. The function is asked at each new connection, so that certificates and registered peers change without a
    /// restart; it must answer at once.
    Rustls(Arc<dyn Fn() -> Arc<ServerConfig> + Send + Sync>),
}

impl Tls {
    /// TLS with a configuration that never changes.
    #[must_use]
    pub fn fixed(configuration: Arc<ServerConfig>) -> Self {
        Self::Rustls(Arc::new(move || configuration.clone()))
    }

    /// TLS with the configuration that `current` names at each new connection.
    #[must_use]
    pub fn reloading(current: impl Fn() -> Arc<ServerConfig> + Send + Sync + 'static) -> Self {
        Self::Rustls(Arc::new(current))
    }
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Plain => "Plain",
            Self::Rustls(_) => "Rustls",
        })
    }
}
