//! How the plugins stand, for whoever administers the server.

use super::{PluginRefusal, Plugins};
use crate::server_configuration::Plugin;
use plugin_host::manifest::PluginName;
use std::sync::Arc;

/// A plugin of the server configuration, and how it stands.
pub(crate) struct Report {
    /// What the document says.
    pub(crate) plugin: Arc<Plugin>,
    /// What the host says; `None` while it has never been loaded.
    pub(crate) standing: Option<plugin_host::Standing>,
    /// Why it is not as the document says.
    pub(crate) refused: Option<String>,
}

impl Plugins {
    /// Every plugin of the document in force.
    ///
    /// # Errors
    /// When the store of the plugins' data cannot be read.
    pub(crate) fn reports(&self) -> Result<Vec<Report>, PluginRefusal> {
        let configuration = self.messaging.server_configuration.load();
        configuration.plugins().map(|plugin| self.report(plugin)).collect()
    }

    /// How many plugins are not as the document in force says.
    pub(crate) fn refusals(&self) -> usize {
        self.refused().len()
    }

    fn report(&self, plugin: &Arc<Plugin>) -> Result<Report, PluginRefusal> {
        let name: &PluginName = plugin.name();
        let standing = self.running.get().map(|running| running.host().standing(name.as_str())).transpose();
        let standing = standing.map_err(|source| PluginRefusal::Unread { source })?.flatten();
        Ok(Report { plugin: plugin.clone(), standing, refused: self.refused().get(name).cloned() })
    }
}
