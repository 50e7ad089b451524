//! Where a plugin is tried: a host as servers have it, with one plugin, in a folder of its own.

mod given;

pub use given::{GIVEN, GivenFileError};

use crate::answers::{AnswersByHand, Own, Say};
use crate::folder::PluginFolder;
use aws_lc_rs::rand;
use clock::SharedClock;
use given::GivenFile;
use plugin_host::calendar::Calendar;
use plugin_host::compile::{
    CacheError, CacheKey, CompileLimits, CompiledCache, Compiler, ComponentLoader, KeyError, LoadError as CompileError,
};
use plugin_host::package::Package;
use plugin_host::{Agendas, HostError, HostParts, HostSecret, LoadError, Loaded, NoDocuments, PluginHost, Version};
use protocol::hash::Sha256Hash;
use protocol::identifier::{IdentifierError, SubsystemId};
use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use storage::Store;
use zeroize::Zeroizing;

/// A host with one plugin, which is tried there.
pub struct Stage {
    pub(crate) host: Arc<PluginHost>,
    pub(crate) clock: SharedClock,
    store: Store,
    loader: ComponentLoader,
    plugin: PathBuf,
    name: String,
    subsystem: SubsystemId,
    state: PathBuf,
    /// Gone with the stage, where nobody named a folder.
    _temporary: Option<tempfile::TempDir>,
}

/// What a stage is made of.
pub struct StageParts {
    /// Where data are kept; gone with the stage if there is no folder.
    pub state: Option<PathBuf>,
    /// Where compiled components are kept, so that they are compiled once.
    pub compiled: PathBuf,
    /// The program that compiles a component, with its arguments: it runs [`plugin_host::compile::run_child`].
    pub compiler: (PathBuf, Vec<String>),
    /// The time.
    pub clock: SharedClock,
    /// Whether what the plugin orders is done.
    pub agendas: Agendas,
    /// How the author is told what happens meanwhile.
    pub say: Say,
}

/// Why a plugin cannot be tried.
#[derive(Debug, thiserror::Error)]
pub enum StageError {
    /// A file or folder cannot be used.
    #[error("failed to {doing} {}", path.display())]
    File {
        /// What was being done.
        doing: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// No random numbers are to be had.
    #[error("the machine gives no random numbers")]
    Random,
    /// The data cannot be opened.
    #[error("the data in {} cannot be opened: another `chakana plugin` may use them; stop it, or name another folder with --state", path.display())]
    Store {
        /// The folder.
        path: PathBuf,
        /// Why.
        source: storage::OpenError,
    },
    /// The plugin cannot act in the name of a subsystem.
    #[error("the plugin has no subsystem to act for")]
    Subsystem(#[from] IdentifierError),
    /// What the author gives the plugin is refused.
    #[error(transparent)]
    Given(#[from] GivenFileError),
    /// The host cannot be started.
    #[error("no sandboxes can be had")]
    Host(#[from] HostError),
    /// The key of the compiled components is not there.
    #[error("compiled components cannot be kept")]
    Key(#[from] KeyError),
    /// The folder of the compiled components is not there.
    #[error("compiled components cannot be kept")]
    Cache(#[from] CacheError),
    /// The component cannot be compiled.
    #[error("the component is refused")]
    Compile(#[from] CompileError),
    /// The plugin cannot be loaded.
    #[error("the plugin is refused; where it asks for configuration or secrets, {GIVEN} gives them")]
    Load(#[from] LoadError),
}

/// Sandboxes at once: enough for the requests of a page and its author.
const SANDBOXES: u32 = 16;
/// Threads for guests that run long.
const SLOW_THREADS: usize = 2;

impl Stage {
    /// A stage for the plugin of a folder, without the plugin.
    ///
    /// # Errors
    /// [`StageError`].
    pub fn open(folder: &PluginFolder, parts: StageParts) -> Result<Self, StageError> {
        let (temporary, state) = match parts.state {
            Some(state) => (None, state),
            None => {
                let failed = |source| StageError::File { doing: "make", path: std::env::temp_dir(), source };
                let temporary = tempfile::tempdir().map_err(failed)?;
                let path = temporary.path().to_owned();
                (Some(temporary), path)
            }
        };
        make_private(&state)?;
        let given = GivenFile::read(folder.path())?;
        let subsystem = given.subsystem(folder.name())?;
        let data = state.join("data");
        let store = Store::open(&data).map_err(|source| StageError::Store { path: data, source })?;
        let secret = secret(&state.join("secret"))?;
        let own = Own { plugin: folder.name().to_owned(), subsystem: subsystem.clone() };
        let exchange = AnswersByHand { folder: folder.path().to_owned(), own, say: parts.say };
        let host = PluginHost::new(HostParts {
            store: store.clone(),
            exchange: Arc::new(exchange),
            clock: parts.clock.clone(),
            documents: Arc::new(NoDocuments),
            blobs: state.join("blobs"),
            calendar: Arc::new(Calendar::bolivia()),
            secret: HostSecret::new(&secret),
            sandboxes: SANDBOXES,
            slow_threads: SLOW_THREADS,
            agendas: parts.agendas,
        })?;
        make_private(&parts.compiled)?;
        let key = CacheKey::open_or_make(&parts.compiled.join("key"))?;
        let cache = CompiledCache::open(parts.compiled.join("components"), key, host.engine())?;
        let (program, arguments) = parts.compiler;
        let compiler = Compiler::new(program, arguments, CompileLimits::default());
        let loader = ComponentLoader::new(host.engine().clone(), cache, compiler);
        Ok(Self {
            host: Arc::new(host),
            clock: parts.clock,
            store,
            loader,
            plugin: folder.path().to_owned(),
            name: folder.name().to_owned(),
            subsystem,
            state,
            _temporary: temporary,
        })
    }

    /// Loads a package of the plugin, in place of the one before, over the same data.
    ///
    /// # Errors
    /// [`StageError`]; what was loaded before goes on.
    pub async fn load(&self, package: &Package) -> Result<(), StageError> {
        let given = GivenFile::read(&self.plugin)?.given();
        let component = self.loader.load(package.component()).await?;
        let manifest = package.manifest().clone();
        let version = Version {
            limits: *manifest.limits(),
            digest: package.digest().to_string(),
            files: package.extras(),
            component,
            subsystem: self.subsystem.clone(),
            given,
            manifest,
        };
        Ok(self.host.load(version).await?)
    }

    /// The plugin that is loaded.
    #[must_use]
    pub fn loaded(&self) -> Option<Arc<Loaded>> {
        self.host.loaded().into_iter().find(|loaded| loaded.name() == self.name)
    }

    /// In whose name the plugin acts.
    #[must_use]
    pub fn subsystem(&self) -> &SubsystemId {
        &self.subsystem
    }

    /// Where its data are.
    #[must_use]
    pub fn state(&self) -> &Path {
        &self.state
    }

    /// 32 bytes that nothing else has, the same each time for the same purpose and data.
    ///
    /// # Errors
    /// [`StageError`] when they cannot be read.
    pub(crate) fn secret_for(&self, purpose: &str) -> Result<[u8; 32], StageError> {
        let secret = secret(&self.state.join("secret"))?;
        Ok(*Sha256Hash::of(&[secret.as_slice(), purpose.as_bytes()].concat()).as_bytes())
    }

    /// Ends the plugin's work, and closes its data.
    pub async fn close(&self) {
        self.host.close().await;
        self.store.close().await;
    }
}

/// A folder that only its owner enters.
pub(crate) fn make_private(path: &Path) -> Result<(), StageError> {
    let failed = |source| StageError::File { doing: "make", path: path.to_owned(), source };
    DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(failed)
}

/// Writes a file that only its owner reads.
pub(crate) fn write_private(path: &Path, content: &[u8]) -> Result<(), StageError> {
    let failed = |source| StageError::File { doing: "write", path: path.to_owned(), source };
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path).map_err(failed)?;
    file.write_all(content).map_err(failed)
}

/// The secret in a file, which is made where it is not there.
fn secret(path: &Path) -> Result<Zeroizing<[u8; 32]>, StageError> {
    let mut secret = Zeroizing::new([0; 32]);
    match fs::read(path).map(Zeroizing::new) {
        Ok(found) if found.len() == secret.len() => secret.copy_from_slice(&found),
        Ok(_) => {
            let source = io::Error::new(io::ErrorKind::InvalidData, "it has not 32 bytes; remove it");
            return Err(StageError::File { doing: "use", path: path.to_owned(), source });
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            rand::fill(&mut *secret).map_err(|_| StageError::Random)?;
            write_private(path, &*secret)?;
        }
        Err(source) => return Err(StageError::File { doing: "read", path: path.to_owned(), source }),
    }
    Ok(secret)
}
