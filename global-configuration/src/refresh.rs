//! Brings a newer snapshot: asks, verifies, keeps, and only then shows it.

use crate::Snapshot;
use crate::fetch::{FetchError, Fetched, Validator};
use crate::load::{LoadError, Verified};
use crate::source::{Source, State};
use crate::store::{Record, RootEntry, StoreError};
use crate::transport::{Origin, RepositoryTransport, limit};
use bytes::Bytes;
use jiff::Timestamp;
use protocol::hash::Sha256Hash;
use std::fmt;
use std::sync::Arc;
use tough::schema::RoleType;
use url::Url;

/// What a refresh brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refresh {
    /// The configuration is as it was; at most its expiry moved.
    Unchanged,
    /// There is a new configuration.
    Changed,
}

/// Why a refresh brought nothing; the snapshot in use stays.
#[derive(Debug, thiserror::Error)]
pub enum RefreshError {
    /// No mirror gave a repository that verifies.
    #[error("no mirror gave a good configuration: {}", list(failures))]
    EveryMirror {
        /// What each of them gave instead.
        failures: Vec<MirrorFailure>,
    },
    /// A good configuration could not be kept, and is therefore not used.
    #[error("the global configuration could not be kept")]
    Store {
        /// Why.
        source: StoreError,
    },
}

/// What one mirror gave instead of a good repository.
#[derive(Debug)]
pub struct MirrorFailure {
    /// The mirror.
    pub mirror: Url,
    /// What was wrong.
    pub error: AttemptError,
}

/// Why one mirror's repository is not used.
#[derive(Debug, thiserror::Error)]
pub enum AttemptError {
    /// A file could not be had.
    #[error("the mirror cannot be read")]
    Fetch {
        /// Why.
        source: FetchError,
    },
    /// The mirror has no `timestamp.json`.
    #[error("there is no repository at {mirror}")]
    Missing {
        /// The mirror.
        mirror: Url,
    },
    /// What it gave does not verify: broken, forged, or older than what was seen before.
    #[error("the mirror's repository is refused")]
    Load {
        /// Why.
        source: LoadError,
    },
    /// What it gave is no longer valid: nobody signed anew, or the mirror hides it.
    #[error("the signature of the role {role} expired at {expires}")]
    Expired {
        /// Whose signature.
        role: String,
        /// When it expired.
        expires: Timestamp,
    },
    /// The local folder failed.
    #[error("the local store failed")]
    Store {
        /// Why.
        source: StoreError,
    },
}

impl Source {
    /// Asks the mirrors for something newer, judging expiry at `now`.
    ///
    /// The mirrors are asked in turn, each refresh beginning with another one, so that one mirror that stands still
    /// cannot hide for long what the others have.
    ///
    /// # Errors
    /// When no mirror gave a repository that verifies and has not expired, or the disk failed.
    pub async fn refresh(&self, now: Timestamp) -> Result<Refresh, RefreshError> {
        let mut state = self.state.lock().await;
        let first = state.turn;
        state.turn = (first + 1) % self.mirrors.len();
        let mut failures = Vec::new();
        for mirror in self.mirrors.iter().cycle().skip(first).take(self.mirrors.len()) {
            match self.refresh_from(mirror, &mut state, now).await {
                Ok(refresh) => return Ok(refresh),
                Err(AttemptError::Store { source }) => return Err(RefreshError::Store { source }),
                Err(error) => failures.push(MirrorFailure { mirror: mirror.clone(), error }),
            }
        }
        Err(RefreshError::EveryMirror { failures })
    }

    async fn refresh_from(&self, mirror: &Url, state: &mut State, now: Timestamp) -> Result<Refresh, AttemptError> {
        let Some((timestamp, validator)) = self.newer_timestamp(mirror, state).await? else {
            return check_expiry(state.expires, now).map(|()| Refresh::Unchanged);
        };
        let verified = self.verify(mirror, state, timestamp).await?;
        check_expiry(Some(verified.expires()), now)?;
        let targets = verified.target_hashes().map_err(load)?;
        let old = state.record.as_ref().map(|record| &record.targets);
        let differs = |name: &String, hash: &Sha256Hash| old.is_none_or(|old| old.get(name) != Some(hash));
        let changed = targets.iter().filter(|(name, hash)| differs(name, hash)).map(|(name, _)| name.clone());
        let documents = verified.documents(changed.collect()).await.map_err(load)?;

        // The record and the configuration in use belong together: one is there exactly when the other is.
        let base = self.current();
        let base = base.as_ref().map(|base| &*base.configuration);
        let snapshot = verified.configure(base, &documents).await.map_err(load)?;
        let roots = roots(state, &verified);
        let entry = |(version, bytes): &(u64, Bytes)| RootEntry { version: *version, hash: Sha256Hash::of(bytes) };
        let record = Record::of(&verified, roots.iter().map(entry).collect(), targets);
        let timestamp = verified.timestamp.clone();
        self.keep(&verified, &roots, documents, record.clone()).await?;

        state.roots = roots;
        state.timestamp = timestamp;
        state.expires = Some(verified.expires());
        state.record = Some(record);
        state.validators.clear();
        if let Some(validator) = validator {
            state.validators.insert(mirror.clone(), validator);
        }
        Ok(self.show(snapshot))
    }

    /// The mirror's `timestamp.json`, unless it is the one in use.
    async fn newer_timestamp(
        &self,
        mirror: &Url,
        state: &mut State,
    ) -> Result<Option<(Bytes, Option<Validator>)>, AttemptError> {
        let path = "metadata/timestamp.json";
        let missing = || AttemptError::Missing { mirror: mirror.clone() };
        let url = mirror.join(path).map_err(|_| missing())?;
        let fetched = self.fetch.fetch(&url, state.validators.get(mirror), limit(path)).await;
        match fetched.map_err(|source| AttemptError::Fetch { source })? {
            Fetched::Unchanged => Ok(None),
            Fetched::Found { bytes, validator } if self.current.load().is_some() && bytes == state.timestamp => {
                if let Some(validator) = validator {
                    state.validators.insert(mirror.clone(), validator);
                }
                Ok(None)
            }
            Fetched::Found { bytes, validator } => Ok(Some((bytes, validator))),
            Fetched::Missing => Err(missing()),
        }
    }

    async fn verify(&self, mirror: &Url, state: &State, timestamp: Bytes) -> Result<Verified, AttemptError> {
        let (fetch, store) = (self.fetch.clone(), self.store.clone());
        let transport = RepositoryTransport::new(Origin::Mirror { fetch, base: mirror.clone(), store });
        transport.seed("metadata/timestamp.json", timestamp);
        // From the newest root, not from the anchor: `tough` forgets what it saw when a load passes a change of keys.
        let (_, root) = state.roots.last().expect("the roots begin with the trust anchor");
        Verified::load(root, transport, Some(&self.datastore)).await.map_err(load)
    }

    /// Makes everything durable that the snapshot is made of.
    async fn keep(
        &self,
        verified: &Verified,
        roots: &[(u64, Bytes)],
        documents: Vec<(String, Bytes)>,
        record: Record,
    ) -> Result<(), AttemptError> {
        let metadata = [&verified.timestamp, &verified.snapshot, &verified.targets];
        let mut files: Vec<Bytes> = metadata.into_iter().cloned().collect();
        files.extend(roots.iter().map(|(_, bytes)| bytes.clone()));
        files.extend(documents.into_iter().map(|(_, bytes)| bytes));
        let (store, hash) = (self.store.clone(), record.hash);
        let kept = tokio::task::spawn_blocking(move || {
            store.keep(files.iter().map(AsRef::as_ref))?;
            store.make_current(&record)
        });
        let kept = kept.await.unwrap_or(Err(StoreError::UnknownSnapshot { hash }));
        kept.map_err(|source| AttemptError::Store { source })
    }

    fn show(&self, snapshot: Snapshot) -> Refresh {
        let changed = self.current.load().as_ref().is_none_or(|current| current.hash != snapshot.hash);
        let (hash, version, expires) = (snapshot.hash, snapshot.version, snapshot.expires);
        self.current.store(Some(Arc::new(snapshot)));
        if !changed {
            return Refresh::Unchanged;
        }
        tracing::info!(snapshot.hash = %hash, snapshot.version = version, %expires, "a new global configuration is in use");
        Refresh::Changed
    }
}

/// The roots known before, and those the load came by.
fn roots(state: &State, verified: &Verified) -> Vec<(u64, Bytes)> {
    let mut roots = state.roots.clone();
    let known = roots.last().map_or(0, |(version, _)| *version);
    let newer = (known + 1)..=verified.root_version();
    roots.extend(newer.filter_map(|version| Some((version, verified.root_bytes(version)?))));
    roots
}

fn check_expiry(first: Option<(RoleType, Timestamp)>, now: Timestamp) -> Result<(), AttemptError> {
    match first {
        Some((role, expires)) if expires < now => Err(AttemptError::Expired { role: role.to_string(), expires }),
        _ => Ok(()),
    }
}

fn load(source: LoadError) -> AttemptError {
    AttemptError::Load { source }
}

fn list(failures: &[MirrorFailure]) -> String {
    failures.iter().map(MirrorFailure::to_string).collect::<Vec<_>>().join("; ")
}

impl fmt::Display for MirrorFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.mirror, self.error)?;
        // Several mirrors fail for several reasons, so the chain of causes cannot be printed once at the boundary.
        let mut source = std::error::Error::source(&self.error);
        while let Some(error) = source {
            write!(f, ": {error}")?;
            source = error.source();
        }
        Ok(())
    }
}
