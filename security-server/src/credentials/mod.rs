//! Credentials: ours, kept fresh ahead of their end; those of peers, verified once and remembered.

pub mod own;
pub mod peers;

use bytes::Bytes;
use protocol::credentials::Credentials;
use protocol::hash::Sha256Hash;

/// A credentials unit in its encoded form, with its name. Cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CredentialsUnit {
    name: Sha256Hash,
    encoded: Bytes,
}

impl CredentialsUnit {
    /// Names an encoded unit.
    #[must_use]
    pub fn new(encoded: Bytes) -> Self {
        Self { name: Credentials::name_of(&encoded), encoded }
    }

    /// The unit's name.
    #[must_use]
    pub fn name(&self) -> &Sha256Hash {
        &self.name
    }

    /// The unit's bytes.
    #[must_use]
    pub fn encoded(&self) -> &Bytes {
        &self.encoded
    }
}
