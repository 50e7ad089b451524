//! The host, and what it stands on: made when the first plugin is to be loaded.

use super::PluginRefusal;
use super::documents::MemberDocuments;
use crate::messaging::Messaging;
use crate::secrets;
use crate::settings::PluginSettings;
use plugin_host::calendar::Calendar;
use plugin_host::compile::{CacheKey, CompileLimits, CompiledCache, Compiler, ComponentLoader};
use plugin_host::{Agendas, Exchange, HostParts, HostSecret, PluginHost};
use signer::KeyEncryptionKey;
use std::fs::DirBuilder;
use std::io::Read as _;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::PathBuf;
use std::sync::Arc;
use storage::{Format, Store};

/// What the host is made of.
pub(crate) struct PluginParts {
    /// The folder of packages, compiled components and data.
    pub(crate) folder: PathBuf,
    /// The plugins' way to others.
    pub(crate) exchange: Arc<dyn Exchange>,
    /// The server's data folder, which the settings' paths are relative to.
    pub(crate) data: PathBuf,
    /// How the plugins' data are kept.
    pub(crate) storage: storage::Settings,
    /// What wraps the secret that the plugins' keys come from.
    pub(crate) key: Arc<KeyEncryptionKey>,
}

/// A host, and the loader of its components.
pub(super) struct Running {
    host: Arc<PluginHost>,
    loader: ComponentLoader,
    store: Store,
}

/// The store of the plugins' data, in the folder of the plugins.
pub(crate) const DATA: &str = "state";
/// Of its rows: those of the host, and of the gateway, beside the plugins' own.
pub(crate) const DATA_FORMAT: Format = Format::new("chakana-plugin-data", 1);
/// What the wrapped secret is bound to, so that it opens nothing else.
const SECRET_PURPOSE: &[u8] = b"chakana-plugin-host/1";
/// The command of this program that compiles a component.
const COMPILE: &str = "plugin-compile";

impl Running {
    pub(super) async fn start(
        parts: &PluginParts,
        settings: &PluginSettings,
        messaging: &Arc<Messaging>,
        agendas: Agendas,
    ) -> Result<Self, PluginRefusal> {
        let folder = &parts.folder;
        let failed = |source| PluginRefusal::File { doing: "make", path: folder.clone(), source };
        DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(failed)?;
        let secret = secrets::wrapped(&folder.join("host-secret"), &parts.key, SECRET_PURPOSE);
        let secret = HostSecret::new(&*secret.map_err(PluginRefusal::HostSecret)?);
        let store = DATA_FORMAT.open(folder.join(DATA), &parts.storage)?;
        let host = PluginHost::new(HostParts {
            store: store.clone(),
            exchange: parts.exchange.clone(),
            clock: messaging.clock.clone(),
            documents: Arc::new(MemberDocuments::new(messaging.clone())),
            blobs: folder.join("blobs"),
            calendar: Arc::new(calendar(parts, settings)?),
            secret,
            sandboxes: settings.sandboxes,
            slow_threads: settings.slow_threads,
            agendas,
        })?;
        let key = CacheKey::open_or_make(&folder.join("compiled-key"))?;
        let cache = CompiledCache::open(folder.join("compiled"), key, host.engine())?;
        let compiler = compiler(settings)?;
        let loader = ComponentLoader::new(host.engine().clone(), cache, compiler);
        Ok(Self { host: Arc::new(host), loader, store })
    }

    pub(super) fn host(&self) -> &PluginHost {
        &self.host
    }

    pub(super) fn shared_host(&self) -> Arc<PluginHost> {
        self.host.clone()
    }

    /// What its plugins' data are in.
    pub(super) fn store(&self) -> Store {
        self.store.clone()
    }

    pub(super) fn loader(&self) -> &ComponentLoader {
        &self.loader
    }

    pub(super) async fn close(&self) {
        self.host.close().await;
        self.store.close().await;
    }
}

/// This program compiles, in a process of its own, unless the settings name another.
fn compiler(settings: &PluginSettings) -> Result<Compiler, PluginRefusal> {
    let (program, arguments) = match settings.compiler.split_first() {
        Some((program, arguments)) => (PathBuf::from(program), arguments.to_vec()),
        None => {
            let found = |source| PluginRefusal::File { doing: "find", path: "the program itself".into(), source };
            (std::env::current_exe().map_err(found)?, vec![COMPILE.to_owned()])
        }
    };
    Ok(Compiler::new(program, arguments, CompileLimits::default()))
}

/// The working days that the settings name, or those of the country that this was made in.
fn calendar(parts: &PluginParts, settings: &PluginSettings) -> Result<Calendar, PluginRefusal> {
    let Some(path) = &settings.calendar else { return Ok(Calendar::bolivia()) };
    let path = parts.data.join(path);
    let failed = |source| PluginRefusal::File { doing: "read", path: path.clone(), source };
    let mut text = String::new();
    let file = std::fs::File::open(&path).map_err(failed)?;
    file.take(Calendar::MAX_BYTES as u64 + 1).read_to_string(&mut text).map_err(failed)?;
    text.parse().map_err(|source| PluginRefusal::Calendar { path: path.clone(), source })
}
