//! Who administers a server: their accounts, what they sign in with, and the keys of programs that act for them.
//!
//! Whoever can write to the data folder needs none of this: the socket there is the server's own user. An account begins
//! with an enrolment code that somebody else hands over, and has a password and an authenticator app from then on.

mod account;
mod api_key;
mod credentials;
mod routes;
mod rows;
mod secret;
mod session;
mod sign_in;

pub(crate) use account::{Account, AdministratorName};
pub(crate) use api_key::ApiKey;
pub(crate) use credentials::{Chosen, EnrolmentCode, EnrolmentError};
pub(crate) use routes::{AccountWire, ApiKeyWire, Invitation, routes};
pub use rows::RowError;
pub use secret::SecretError;
pub(crate) use session::Session;
pub(crate) use sign_in::{SignInError, Typed};

use crate::audit::AuditTrail;
use clock::{SharedClock, Timestamp};
use factors::{Hasher, HostSecret, NoRandomness, PasswordCost, Seal, Throttle, Trying};
use listener::Peer;
use signer::KeyEncryptionKey;
use std::fmt;
use std::sync::Arc;
use storage::Store;
use thiserror::Error;

/// Who administers a server.
pub struct Administrators {
    store: Store,
    clock: SharedClock,
    trail: Arc<dyn AuditTrail>,
    /// What the server is called, in an authenticator app among others.
    server: String,
    secret: HostSecret,
    totp: Seal,
    /// What goes on over several pages.
    steps: Seal,
    hasher: Hasher,
    trying: Trying,
    throttle: Throttle,
}

/// What they are made of.
pub struct AdministratorParts {
    /// Where they are kept.
    pub store: Store,
    /// The time.
    pub clock: SharedClock,
    /// Where it is noted what they do.
    pub trail: Arc<dyn AuditTrail>,
    /// What the server is called.
    pub server: String,
    /// A key of the server's token: what administrators sign in with is sealed by a secret that it wraps.
    pub key: Arc<KeyEncryptionKey>,
    /// What a password costs.
    pub password_cost: PasswordCost,
}

/// Why something about an administrator cannot be read, written or done.
#[derive(Debug, Error)]
pub enum AdministratorError {
    /// The store.
    #[error(transparent)]
    Rows(#[from] RowError),
    /// The cryptographic library.
    #[error(transparent)]
    Randomness(#[from] NoRandomness),
    /// There is one of that name.
    #[error("there is an administrator {name} already")]
    Exists {
        /// Her name.
        name: String,
    },
    /// There is none of that name.
    #[error("there is no administrator {name}")]
    Unknown {
        /// What was asked for.
        name: String,
    },
    /// It would have no role.
    #[error("an administrator and an API key have at least one role")]
    NoRole,
    /// There is no such key.
    #[error("there is no API key {id}")]
    UnknownKey {
        /// What was asked for.
        id: String,
    },
    /// Too many.
    #[error("there are {limit} {what} already, as many as there may be")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// How many there may be.
        limit: usize,
    },
}

/// One hashes its password at a time, and another may: each takes the memory of the cost.
const HASHED_AT_ONCE: usize = 2;
const MAX_ADMINISTRATORS: usize = 500;
const MAX_API_KEYS: usize = 500;

impl Administrators {
    /// The administrators of a store.
    ///
    /// # Errors
    /// When their secret can neither be read nor made.
    pub async fn open(parts: AdministratorParts) -> Result<Self, SecretError> {
        let AdministratorParts { store, clock, trail, server, key, password_cost } = parts;
        let secret = secret::of(&store, &key).await?;
        Ok(Self {
            store,
            clock,
            trail,
            server,
            totp: secret.seal("administrators totp").map_err(|_| SecretError::Random)?,
            steps: secret.seal("administrators steps").map_err(|_| SecretError::Random)?,
            secret,
            hasher: Hasher::new(password_cost, HASHED_AT_ONCE),
            trying: Trying::default(),
            throttle: Throttle::default(),
        })
    }

    pub(crate) fn trail(&self) -> &Arc<dyn AuditTrail> {
        &self.trail
    }

    pub(crate) fn server(&self) -> &str {
        &self.server
    }

    pub(crate) fn secret(&self) -> &HostSecret {
        &self.secret
    }

    pub(crate) fn steps(&self) -> &Seal {
        &self.steps
    }

    /// Whether one more try to enrol may come from there now.
    pub(crate) fn admits(&self, from: Peer) -> bool {
        self.throttle.admits(from, self.now())
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }
}

impl fmt::Debug for Administrators {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Administrators").field("server", &self.server).finish_non_exhaustive()
    }
}
