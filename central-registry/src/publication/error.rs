//! Why the configuration could not be published; what was published before stays as it was.

use super::PublicationRole;
use protocol::global_configuration::ConfigurationError;
use std::io;
use std::path::PathBuf;

/// Why the configuration could not be published; what was published before stays as it was.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// The disk refused.
    #[error("failed to {action} {}", path.display())]
    Disk {
        /// What was tried.
        action: &'static str,
        /// With which file.
        path: PathBuf,
        /// Why it failed.
        source: io::Error,
    },
    /// The store cannot be read.
    #[error("what was published before cannot be read")]
    Read(#[from] storage::ReadError),
    /// The store refused.
    #[error("the next numbers could not be kept")]
    Commit(#[from] storage::CommitError),
    /// The token refused.
    #[error("the keys of the publication cannot be used")]
    Token(#[from] signer::TokenError),
    /// A key failed.
    #[error("a key of the publication could not sign")]
    Sign(#[from] signer::SignError),
    /// Not an Ed25519 key.
    #[error("a key of the publication is not an Ed25519 key")]
    KeyKind,
    /// The token holds too few keys of a role.
    #[error("the token holds {held} keys of the role {role}, and {threshold} must sign")]
    KeysMissing {
        /// The role.
        role: PublicationRole,
        /// How many are there.
        held: usize,
        /// How many must sign.
        threshold: u64,
    },
    /// Metadata cannot be written, or does not verify.
    #[error("metadata is not as it must be")]
    Metadata {
        /// What is wrong with it.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// What would be published would be refused by every server.
    #[error("what would be published is not a global configuration")]
    Configuration(#[from] ConfigurationError),
    /// There is no root.
    #[error("there is no root: the registry was not created to its end")]
    NoRoot,
    /// No larger number exists.
    #[error("the version numbers are exhausted")]
    VersionsExhausted,
    /// The server is shutting down.
    #[error("publishing was interrupted")]
    Interrupted,
}
