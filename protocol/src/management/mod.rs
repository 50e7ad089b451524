//! Management requests: what a security server or a member asks of the central registry.
//!
//! A request is a document with one exact byte form. Those bytes are signed, with a prefix that no
//! other signed thing of the system has, and travel in an [`Envelope`] with the signatures and the
//! certificates that made them. The document's hash names the request.

mod document;
mod envelope;
mod status;
#[cfg(test)]
mod tests;
mod wire;

pub use document::{DocumentError, RequestDocument};
pub use envelope::{Envelope, EnvelopeError, ProofKind, RequestSignature};
pub use status::{RequestState, RequestStatus, StatusError};

use crate::global_configuration::{LogKey, ServerAddress};
use crate::hash::CertificateHash;
use crate::identifier::{MemberId, ServerId, SubsystemId};
use std::sync::Arc;

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ManagementRequest {
    /// Let a certificate speak for a server; the first one registers the server itself.
    RegisterAuthenticationCertificate {
        /// The server.
        server: ServerId,
        /// Where it is reached.
        address: ServerAddress,
        /// The certificate, DER.
        certificate: Arc<[u8]>,
    },
    /// Let a certificate no longer speak for a server.
    DeleteAuthenticationCertificate {
        /// The server.
        server: ServerId,
        /// The certificate.
        certificate: CertificateHash,
    },
    /// Put a subsystem behind a server.
    RegisterClient {
        /// The server.
        server: ServerId,
        /// The subsystem.
        subsystem: SubsystemId,
        /// The subsystem's name, in words.
        name: String,
    },
    /// Take a subsystem away from behind a server.
    DeleteClient {
        /// The server.
        server: ServerId,
        /// The subsystem.
        subsystem: SubsystemId,
    },
    /// Let a certificate sign for a member.
    RegisterSigningCertificate {
        /// The member.
        member: MemberId,
        /// The certificate, DER.
        certificate: Arc<[u8]>,
    },
    /// Let a certificate no longer sign for a member.
    DeleteSigningCertificate {
        /// The member.
        member: MemberId,
        /// The certificate.
        certificate: CertificateHash,
    },
    /// Let a key sign a server's log checkpoints.
    RegisterLogKey {
        /// The server.
        server: ServerId,
        /// The key.
        key: LogKey,
    },
    /// Reach a server elsewhere.
    ChangeAddress {
        /// The server.
        server: ServerId,
        /// Where it is reached now.
        address: ServerAddress,
    },
    /// Tell callers that a server is in maintenance.
    BeginMaintenance {
        /// The server.
        server: ServerId,
        /// What callers are told.
        notice: String,
    },
    /// Tell callers that it no longer is.
    EndMaintenance {
        /// The server.
        server: ServerId,
    },
    /// Give a subsystem another name.
    RenameSubsystem {
        /// The server that asks, which the subsystem is behind.
        server: ServerId,
        /// The subsystem.
        subsystem: SubsystemId,
        /// Its new name, in words.
        name: String,
    },
}

/// Whose signature a request must carry.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Proof {
    /// Of the certificate that is to be registered: its key is really there.
    Possession,
    /// Of a registered authentication certificate of this server.
    Server(ServerId),
    /// Of a registered signing certificate of this member.
    Member(MemberId),
}

impl ManagementRequest {
    /// The signatures without which the request is refused.
    ///
    /// A signing certificate of a member that already has one should also carry the member's own
    /// signature ([`Proof::Member`]); a member's first cannot, so it is not demanded here, and the
    /// registry's approval rules treat the two apart.
    #[must_use]
    pub fn proofs(&self) -> Vec<Proof> {
        match self {
            Self::RegisterAuthenticationCertificate { server, .. } => {
                vec![Proof::Possession, Proof::Member(server.owner().clone())]
            }
            Self::RegisterClient { server, subsystem, .. } | Self::RenameSubsystem { server, subsystem, .. } => {
                vec![Proof::Server(server.clone()), Proof::Member(subsystem.member().clone())]
            }
            Self::RegisterSigningCertificate { .. } => vec![Proof::Possession],
            Self::DeleteSigningCertificate { member, .. } => vec![Proof::Member(member.clone())],
            // A server may always stop: serving a client, using a certificate.
            Self::DeleteAuthenticationCertificate { server, .. }
            | Self::DeleteClient { server, .. }
            | Self::RegisterLogKey { server, .. }
            | Self::ChangeAddress { server, .. }
            | Self::BeginMaintenance { server, .. }
            | Self::EndMaintenance { server } => vec![Proof::Server(server.clone())],
        }
    }

    /// The member that the request is about.
    #[must_use]
    pub fn member(&self) -> &MemberId {
        match self {
            Self::RegisterClient { subsystem, .. }
            | Self::DeleteClient { subsystem, .. }
            | Self::RenameSubsystem { subsystem, .. } => subsystem.member(),
            Self::RegisterSigningCertificate { member, .. } | Self::DeleteSigningCertificate { member, .. } => member,
            Self::RegisterAuthenticationCertificate { server, .. }
            | Self::DeleteAuthenticationCertificate { server, .. }
            | Self::RegisterLogKey { server, .. }
            | Self::ChangeAddress { server, .. }
            | Self::BeginMaintenance { server, .. }
            | Self::EndMaintenance { server } => server.owner(),
        }
    }

    /// The word for what is asked, as rules and listings write it.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::RegisterAuthenticationCertificate { .. } => "register-authentication-certificate",
            Self::DeleteAuthenticationCertificate { .. } => "delete-authentication-certificate",
            Self::RegisterClient { .. } => "register-client",
            Self::DeleteClient { .. } => "delete-client",
            Self::RegisterSigningCertificate { .. } => "register-signing-certificate",
            Self::DeleteSigningCertificate { .. } => "delete-signing-certificate",
            Self::RegisterLogKey { .. } => "register-log-key",
            Self::ChangeAddress { .. } => "change-address",
            Self::BeginMaintenance { .. } => "begin-maintenance",
            Self::EndMaintenance { .. } => "end-maintenance",
            Self::RenameSubsystem { .. } => "rename-subsystem",
        }
    }
}
