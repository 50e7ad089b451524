//! Who is behind this server, and how its information systems show it.

use protocol::hash::CertificateHash;
use protocol::identifier::{ClientId, SubsystemId};
use std::collections::{BTreeSet, HashSet};
use std::fmt;

/// A client of this server: a subsystem, or its owner as itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    pub(super) id: ClientId,
    pub(super) name: Option<String>,
    pub(super) authentication: ClientAuthentication,
    pub(super) certificates: BTreeSet<CertificateHash>,
}

/// How an information system shows that it speaks for a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClientAuthentication {
    /// Over TLS with one of the client's certificates: the default.
    HttpsClientCertificate,
    /// Over TLS; whoever reaches the port speaks for the client.
    Https,
    /// In the clear as well: for a network that is trusted as a whole.
    Http,
}

/// A group of subsystems that one provider keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct LocalGroup {
    pub(super) provider: SubsystemId,
    pub(super) code: String,
    pub(super) members: HashSet<SubsystemId>,
}

impl Client {
    /// Its id.
    #[must_use]
    pub fn id(&self) -> &ClientId {
        &self.id
    }

    /// The name, in words, under which the registry is to know it.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// What its information systems must show.
    #[must_use]
    pub fn authentication(&self) -> ClientAuthentication {
        self.authentication
    }

    /// The certificates of its information systems.
    #[must_use]
    pub fn certificates(&self) -> &BTreeSet<CertificateHash> {
        &self.certificates
    }
}

impl fmt::Display for ClientAuthentication {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::HttpsClientCertificate => "https-client-certificate",
            Self::Https => "https",
            Self::Http => "http",
        })
    }
}
