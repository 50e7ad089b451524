//! The root and the keys that it names: replaced at once where they lie in this token, in steps where they lie elsewhere.

use super::Registry;
use crate::publication::{ChangeError, NextRoot, Publisher, RefusedDraft, RootChange, RootDraft, Rotation};
use crate::state::{Change, JournalError};
use storage::Batch;
use tokio::sync::OwnedMutexGuard;

/// Why the root stays as it is.
#[derive(Debug, thiserror::Error)]
pub enum RootError {
    /// It cannot be changed so.
    #[error(transparent)]
    Change(#[from] ChangeError),
    /// What was brought does not count.
    #[error("the draft is not published")]
    Refused(#[from] RefusedDraft),
    /// It could not be kept.
    #[error("the next root could not be kept")]
    Journal(#[from] JournalError),
    /// The server is shutting down.
    #[error("it was interrupted")]
    Interrupted,
}

impl Registry {
    /// Gives a role of the publication new keys, and publishes the root that says so.
    ///
    /// The new root is signed by as many old and as many new root keys as must sign, all in this token; servers follow by
    /// themselves. Gives the version of the new root.
    ///
    /// # Errors
    /// When the keys or the root could not be made or kept; nothing is in force then.
    pub async fn rotate(&self, rotation: impl Into<Rotation>, author: &str) -> Result<u64, RootError> {
        let rotation = rotation.into();
        let (lifetimes, now) = (self.lifetimes(), self.now());
        let make = move |publisher: &Publisher| Ok(publisher.next_root(rotation, lifetimes, now)?);
        let role = rotation.role.to_string();
        self.succeed(make, move |root_version| Change::KeysRotated { role, root_version }, author).await
    }

    /// Writes the next root as `change` wants it, to be signed where its keys lie. Nothing is in force yet.
    ///
    /// # Errors
    /// When it cannot be so.
    pub async fn prepare_root(&self, change: RootChange) -> Result<RootDraft, RootError> {
        let (lifetimes, now) = (self.lifetimes(), self.now());
        let publisher = self.inner.publisher.clone().lock_owned().await;
        let drafted = tokio::task::spawn_blocking(move || publisher.draft(&change, lifetimes, now)).await;
        Ok(drafted.map_err(|_| RootError::Interrupted)??)
    }

    /// Publishes the root that a draft has become, once enough of the old root's keys and of its own have signed it. Gives
    /// its version.
    ///
    /// # Errors
    /// When it does not follow the root in force, has too few signatures or cannot be kept.
    pub async fn publish_root(&self, draft: RootDraft, author: &str) -> Result<u64, RootError> {
        let now = self.now();
        let make = move |publisher: &Publisher| Ok(publisher.accept(&draft, now)?);
        self.succeed(make, |root_version| Change::RootReplaced { root_version }, author).await
    }

    async fn succeed(
        &self,
        make: impl FnOnce(&Publisher) -> Result<NextRoot, RootError> + Send + 'static,
        event: impl FnOnce(u64) -> Change,
        author: &str,
    ) -> Result<u64, RootError> {
        let writer = self.inner.writer.lock().await;
        let publisher = self.inner.publisher.clone().lock_owned().await;
        let made = tokio::task::spawn_blocking(move || {
            let next = make(&publisher);
            (publisher, next)
        });
        let (mut publisher, next): (OwnedMutexGuard<Publisher>, _) = made.await.map_err(|_| RootError::Interrupted)?;
        let next = next?;
        let version = next.version();
        let mut batch = Batch::new();
        next.add_to(&mut batch);
        self.record(author, vec![event(version)], batch).await?;
        publisher.adopt(next);
        drop((publisher, writer));
        tracing::info!(root.version = version, author, "put another root in force");
        self.publish().await;
        Ok(version)
    }
}
