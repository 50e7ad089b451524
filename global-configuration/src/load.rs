//! One pass of `tough` over a repository: what comes out of it is verified.

use crate::snapshot::Snapshot;
use crate::transport::RepositoryTransport;
use bytes::Bytes;
use futures_util::{StreamExt as _, TryStreamExt as _};
use jiff::Timestamp;
use protocol::global_configuration::limits::DOCUMENT_BYTES;
use protocol::global_configuration::{BinNumber, Builder, ConfigurationError, GlobalConfiguration, wire};
use protocol::hash::{Sha256Hash, SnapshotHash};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use tough::schema::{Role as _, RoleType};
use tough::{ExpirationEnforcement, IntoVec as _, Repository, RepositoryLoader, TargetName};
use url::Url;

/// A repository whose metadata is verified.
#[derive(Debug)]
pub(crate) struct Verified {
    repository: Repository,
    transport: RepositoryTransport,
    /// `timestamp.json` as it was given.
    pub(crate) timestamp: Bytes,
    /// `snapshot.json` as it was given.
    pub(crate) snapshot: Bytes,
    /// `targets.json` as it was given.
    pub(crate) targets: Bytes,
}

/// What a repository says of its targets: hash by name.
pub(crate) type TargetHashes = BTreeMap<String, Sha256Hash>;

/// Why a repository's content is not a configuration.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// A signature, version or hash is wrong, or a file is not there.
    #[error("the repository does not verify")]
    Verification {
        /// What `tough` says.
        source: Box<tough::error::Error>,
    },
    /// The repository does not version its files (`consistent_snapshot`).
    #[error("the repository has no consistent snapshots")]
    Layout,
    /// A name that is not the name of a document of ours, too many of them, or one that is too long.
    #[error("the repository has an impossible target {name:?}")]
    Target {
        /// The name.
        name: String,
    },
    /// A document of the configuration is not there.
    #[error("the repository has no target {name:?}")]
    MissingTarget {
        /// The name.
        name: String,
    },
    /// The server is shutting down.
    #[error("reading the configuration was interrupted")]
    Interrupted,
    /// What was signed is not a configuration.
    #[error("the verified documents are not a global configuration")]
    Configuration {
        /// Why not.
        source: ConfigurationError,
    },
}

impl Verified {
    /// Verifies the repository behind `transport`, from the trusted `root` on.
    pub(crate) async fn load(
        root: &[u8],
        transport: RepositoryTransport,
        datastore: Option<&Path>,
    ) -> Result<Self, LoadError> {
        let base = |path: &str| {
            Url::parse(BASE).and_then(|url| url.join(path)).expect("a constant URL joined with a constant path")
        };
        let mut loader = RepositoryLoader::new(&root, base("metadata/"), base("targets/"))
            .transport(transport.clone())
            // Expiry is judged by the caller's clock and, for what is stored, by its policy.
            .expiration_enforcement(ExpirationEnforcement::Unsafe);
        if let Some(datastore) = datastore {
            loader = loader.datastore(datastore);
        }
        let repository = loader.load().await.map_err(verification)?;
        // Without versioned names a file could change between being verified and being kept.
        let file = |name: String| transport.given(&format!("metadata/{name}")).ok_or(LoadError::Layout);
        let targets = file(format!("{}.targets.json", repository.targets().signed.version()))?;
        let snapshot = file(format!("{}.snapshot.json", repository.snapshot().signed.version()))?;
        let timestamp = file("timestamp.json".to_owned())?;
        Ok(Self { repository, transport, timestamp, snapshot, targets })
    }

    /// The hash that names the snapshot.
    pub(crate) fn hash(&self) -> SnapshotHash {
        Sha256Hash::of(&self.targets)
    }

    /// When the first signature expires, and whose it is.
    pub(crate) fn expires(&self) -> (RoleType, Timestamp) {
        let roles = [
            (RoleType::Root, self.repository.root().signed.expires()),
            (RoleType::Timestamp, self.repository.timestamp().signed.expires()),
            (RoleType::Snapshot, self.repository.snapshot().signed.expires()),
            (RoleType::Targets, self.repository.targets().signed.expires()),
        ];
        roles.into_iter().min_by_key(|(_, expires)| *expires).expect("there are four roles")
    }

    /// The targets, with every document that a configuration must have.
    pub(crate) fn target_hashes(&self) -> Result<TargetHashes, LoadError> {
        let mut hashes = TargetHashes::new();
        for (name, target) in &self.repository.targets().signed.targets {
            let impossible = || LoadError::Target { name: name.raw().chars().take(80).collect() };
            let hash = <[u8; 32]>::try_from(&target.hashes.sha256[..]).map_err(|_| impossible())?;
            let plain = name.raw().bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.'));
            if !plain || name.raw().starts_with('.') || name.raw().len() > MAX_NAME_BYTES {
                return Err(impossible());
            }
            if hashes.len() >= MAX_TARGETS || target.length > DOCUMENT_BYTES as u64 {
                return Err(impossible());
            }
            hashes.insert(name.raw().to_owned(), Sha256Hash::from_bytes(hash));
        }
        match required().find(|name| !hashes.contains_key(name)) {
            Some(name) => Err(LoadError::MissingTarget { name }),
            None => Ok(hashes),
        }
    }

    /// The content of the targets named, a few at a time.
    pub(crate) async fn documents(&self, names: Vec<String>) -> Result<Vec<(String, Bytes)>, LoadError> {
        let document = |name: String| async move {
            let target = TargetName::new(name.as_str()).map_err(verification)?;
            let stream = self.repository.read_target(&target).await.map_err(verification)?;
            let stream = stream.ok_or_else(|| LoadError::MissingTarget { name: name.clone() })?;
            Ok((name, stream.into_vec().await.map_err(verification)?.into()))
        };
        futures_util::stream::iter(names).map(document).buffer_unordered(AT_ONCE).try_collect().await
    }

    /// The snapshot, made of `base` with `documents` in place of its old ones.
    pub(crate) async fn configure(
        &self,
        base: Option<&GlobalConfiguration>,
        documents: &[(String, Bytes)],
    ) -> Result<Snapshot, LoadError> {
        let builder = base.map_or_else(GlobalConfiguration::builder, GlobalConfiguration::edit);
        let documents = documents.to_vec();
        // The first configuration of a large state takes a while to read; the reactor must not wait for it.
        let built = tokio::task::spawn_blocking(move || {
            let add = |builder: Builder, (name, bytes): (String, Bytes)| builder.document(&name, bytes.to_vec());
            documents.into_iter().fold(builder, add).build()
        });
        let built = built.await.map_err(|_| LoadError::Interrupted)?;
        let configuration = built.map_err(|source| LoadError::Configuration { source })?;
        Ok(Snapshot {
            hash: self.hash(),
            configuration: Arc::new(configuration),
            expires: self.expires().1,
            version: self.targets_version(),
        })
    }

    /// The version of the newest root.
    pub(crate) fn root_version(&self) -> u64 {
        self.repository.root().signed.version().get()
    }

    /// The root of this version, where the load came by it.
    pub(crate) fn root_bytes(&self, version: u64) -> Option<Bytes> {
        self.transport.given(&format!("metadata/{version}.root.json"))
    }

    pub(crate) fn snapshot_version(&self) -> u64 {
        self.repository.snapshot().signed.version().get()
    }

    pub(crate) fn targets_version(&self) -> u64 {
        self.repository.targets().signed.version().get()
    }
}

/// The documents that every configuration has.
fn required() -> impl Iterator<Item = String> {
    [wire::SHARED.to_owned(), wire::GROUPS.to_owned()].into_iter().chain(BinNumber::all().map(BinNumber::target))
}

fn verification(source: tough::error::Error) -> LoadError {
    LoadError::Verification { source: Box::new(source) }
}

const BASE: &str = "chakana://repository/";
const MAX_TARGETS: usize = 1024;
const MAX_NAME_BYTES: usize = 64;
const AT_ONCE: usize = 8;
