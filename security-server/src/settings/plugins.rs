//! What plugins of a server may be, and what they run on.

use protocol::identifier::MemberId;
use serde::{Deserialize, Serialize};
use std::num::NonZero;
use std::path::PathBuf;

/// Whose plugins are taken, and what they run on. Which ones there are stands in the server configuration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PluginSettings {
    /// The members whose signature under a package is accepted as its author's: the owner of this server alone.
    pub authors: Option<Vec<MemberId>>,
    /// The member that has to approve each package besides: none.
    pub authority: Option<MemberId>,
    /// Calls of all plugins at once: 640, ten times what one plugin has by default.
    pub sandboxes: u32,
    /// Threads for calls of plugins that take longer than others: half of the processors, which leaves the rest to those
    /// that do not.
    pub slow_threads: usize,
    /// The document of working days that plugins count by, relative to the data folder: Bolivia's of 2024 to 2027.
    pub calendar: Option<PathBuf>,
    /// The program, and its arguments, that compiles components in a process of its own: this program.
    pub compiler: Vec<String>,
}

/// More would be a mistake.
pub(super) const MAX_SLOW_THREADS: usize = 64;

/// How the plugins' data are kept.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct StorageSettings {
    /// The engine, chosen when there are no data yet: `redb`. `chakana storage migrate` changes it later.
    pub engine: Option<StorageEngine>,
}

/// What keeps the plugins' data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StorageEngine {
    /// A file, small in memory.
    Redb,
    /// A folder, which writes fewer bytes and takes more memory.
    Sled,
}

impl StorageSettings {
    /// As the store takes them.
    #[must_use]
    pub fn of_store(&self) -> storage::Settings {
        let engine = self.engine.map(|engine| match engine {
            StorageEngine::Redb => storage::Engine::Redb,
            StorageEngine::Sled => storage::Engine::Sled,
        });
        storage::Settings { engine, ..storage::Settings::default() }
    }
}

impl Default for PluginSettings {
    fn default() -> Self {
        let processors = std::thread::available_parallelism().map_or(1, NonZero::get);
        let slow_threads = (processors / 2).clamp(1, MAX_SLOW_THREADS);
        Self { authors: None, authority: None, sandboxes: 640, slow_threads, calendar: None, compiler: Vec::new() }
    }
}
