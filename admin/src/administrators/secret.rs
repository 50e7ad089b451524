//! The secret that what administrators sign in with is sealed by: made once, kept wrapped by the server's token.

use aws_lc_rs::rand;
use factors::HostSecret;
use signer::{DataKey, KeyEncryptionKey};
use storage::{Batch, CommitError, Expected, Keyspace, ReadError, Store};
use thiserror::Error;

/// There is no secret.
#[derive(Debug, Error)]
pub enum SecretError {
    /// The store cannot be read.
    #[error("the secret of the administrators cannot be read")]
    Read(#[from] ReadError),
    /// The store does not take it.
    #[error("the secret of the administrators cannot be kept")]
    Commit(#[from] CommitError),
    /// Another token wrapped it.
    #[error("the secret of the administrators was not made by this server's token; restore the one that was")]
    NotOurs,
    /// The system has no randomness, or the token fails.
    #[error("no secret could be made")]
    Random,
}

const SECRETS: Keyspace = Keyspace::new("administrators/secret");
const KEY: &[u8] = b"host";
const PURPOSE: &[u8] = b"chakana administrators";

/// The secret of a store; made where there is none.
pub(super) async fn of(store: &Store, key: &KeyEncryptionKey) -> Result<HostSecret, SecretError> {
    if let Some(wrapped) = store.snapshot()?.get(SECRETS, KEY)? {
        return key.unwrap(&wrapped, PURPOSE).map(|secret| HostSecret::new(*secret)).map_err(|_| SecretError::NotOurs);
    }
    let mut secret = DataKey::default();
    rand::fill(secret.as_mut_slice()).map_err(|_| SecretError::Random)?;
    let wrapped = key.wrap(&secret, PURPOSE).map_err(|_| SecretError::Random)?;
    let mut batch = Batch::new();
    batch.expect(SECRETS, KEY, Expected::Absent).put(SECRETS, KEY, wrapped);
    store.commit(batch).await?;
    Ok(HostSecret::new(*secret))
}
