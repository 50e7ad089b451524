//! Where a security server listens.

use serde::{Deserialize, Serialize};
use std::net::SocketAddr;

/// Where a security server listens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listen {
    /// For information systems over plain HTTP; off unless it stands here.
    pub clients_http: Option<SocketAddr>,
    /// For information systems over HTTPS.
    pub clients_https: Option<SocketAddr>,
    /// For other security servers; 5500 by convention.
    pub transport: SocketAddr,
}
