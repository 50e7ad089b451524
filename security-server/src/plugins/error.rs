//! Why a plugin is not taken, or not loaded.

use crate::secrets::SecretError;
use plugin_host::calendar::CalendarError;
use plugin_host::compile;
use plugin_host::manifest::{ManifestError, PluginName};
use plugin_host::package::{PackageError, VerifyError};
use plugin_host::{AgendaError, GivenError, HostError, LoadError};
use protocol::hash::Sha256Hash;
use std::io;
use std::path::PathBuf;

/// Why a plugin is not taken, or not loaded. Each says what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum PluginRefusal {
    /// Nobody handed the package over.
    #[error("package {digest} was not handed to this server; hand it over with chakana plugin install")]
    NotHandedOver {
        /// Its digest.
        digest: Sha256Hash,
    },
    /// The file holds another package.
    #[error("{} holds package {found}; hand the right one over again", path.display())]
    Changed {
        /// Which file.
        path: PathBuf,
        /// What it holds.
        found: Sha256Hash,
    },
    /// The file cannot be read or written.
    #[error("failed to {doing} {}", path.display())]
    File {
        /// What was being done.
        doing: &'static str,
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It is no package.
    #[error("the package is refused")]
    Package(#[from] PackageError),
    /// Its signatures are not what this server wants.
    #[error("the package is not trusted")]
    Untrusted(#[from] VerifyError),
    /// Nobody can be judged yet.
    #[error("there is no global configuration yet, by which signatures are judged; try again when there is")]
    NoConfiguration,
    /// The document has another name.
    #[error("the package is of the plugin {found}; name the package of this one, or call the plugin so")]
    OtherName {
        /// As its manifest has it.
        found: PluginName,
    },
    /// Not everything was granted.
    #[error("it needs more than it is granted; add to grants: {missing}")]
    MissingGrants {
        /// The keys of the capabilities.
        missing: String,
    },
    /// Something was granted that it does not ask for.
    #[error("its manifest does not ask for {unasked}; remove that from grants")]
    UnaskedGrants {
        /// The keys of the capabilities.
        unasked: String,
    },
    /// A limit is no limit, or wider than the manifest's.
    #[error("its limits are refused")]
    Limits(#[source] ManifestError),
    /// Configuration or secrets do not fit.
    #[error("its config and secrets do not fit its manifest")]
    Given(#[from] GivenError),
    /// A secret cannot be read.
    #[error("the secret {name:?} cannot be used")]
    Secret {
        /// Which.
        name: String,
        /// Why.
        source: SecretError,
    },
    /// A service that is not among its own.
    #[error("its manifest has no [[service]] {code:?}; the services that it answers are {offered}")]
    NotItsService {
        /// As the document has it.
        code: String,
        /// As the manifest has them.
        offered: String,
    },
    /// The version on trial keeps data of another version.
    #[error(
        "a version on trial has to keep data of the same version; found {found}, wanted {wanted}; make it the package"
    )]
    TrialData {
        /// The data version of the package in use.
        wanted: u32,
        /// That of the one on trial.
        found: u32,
    },
    /// Its component cannot be run.
    #[error("its component cannot be run")]
    Component(#[from] compile::LoadError),
    /// Compiled components cannot be kept.
    #[error("compiled components cannot be kept")]
    Cache(#[from] compile::CacheError),
    /// The key of the compiled components.
    #[error("compiled components cannot be kept")]
    CacheKey(#[from] compile::KeyError),
    /// The store of the plugins' data.
    #[error("the store of the plugins' data cannot be opened")]
    Store(#[from] storage::OpenError),
    /// The document of working days.
    #[error("{} is no calendar", path.display())]
    Calendar {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: CalendarError,
    },
    /// The secret that the plugins' keys come from.
    #[error("the secret that the plugins' keys come from cannot be used")]
    HostSecret(#[source] SecretError),
    /// There is no host.
    #[error("plugins cannot be run on this machine")]
    NoHost(#[from] HostError),
    /// The host refused it.
    #[error("the plugin is not loaded")]
    Host {
        /// Why.
        source: LoadError,
    },
    /// How it stands cannot be read.
    #[error("the plugins' data cannot be read")]
    Unread {
        /// Why.
        source: storage::ReadError,
    },
    /// Its agenda is not known, or was not changed.
    #[error(transparent)]
    Agenda {
        /// Why.
        source: AgendaError,
    },
    /// The document does not name it.
    #[error("the server configuration has no plugin {name}")]
    NotConfigured {
        /// Which.
        name: PluginName,
    },
    /// The document names it still.
    #[error("the server configuration has the plugin {name}; remove it there first")]
    InUse {
        /// Which.
        name: PluginName,
    },
    /// The server stops.
    #[error("the server stops")]
    Stopping,
}
