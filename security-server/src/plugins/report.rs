//! How the plugins stand, for whoever administers the server.

use super::{PluginRefusal, Plugins, Running};
use crate::server_configuration::Plugin;
use plugin_host::manifest::PluginName;
use plugin_host::{AgendaEntry, AgendaError, PluginHost};
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

    /// What stands on a plugin's agenda, and what was given up: at most `limit` entries of each.
    ///
    /// # Errors
    /// When it is not loaded, or the store of the plugins' data cannot be read.
    pub(crate) fn agenda(
        &self,
        name: &PluginName,
        limit: usize,
    ) -> Result<(Vec<AgendaEntry>, Vec<AgendaEntry>), PluginRefusal> {
        let host = self.host_for(name)?;
        let looked = host.agenda(name.as_str(), limit).and_then(|waiting| {
            let given_up = host.given_up(name.as_str(), limit)?;
            Ok((waiting, given_up))
        });
        looked.map_err(|source| PluginRefusal::Agenda { source })
    }

    /// Puts what a plugin's agenda gave up on it again, and says how many entries that are.
    ///
    /// # Errors
    /// When it is not loaded, or the store refuses.
    pub(crate) async fn retry(&self, name: &PluginName) -> Result<usize, PluginRefusal> {
        let retried = self.host_for(name)?.retry_given_up(name.as_str()).await;
        retried.map_err(|source| PluginRefusal::Agenda { source })
    }

    /// How many plugins are not as the document in force says.
    pub(crate) fn refusals(&self) -> usize {
        self.refused().len()
    }

    /// The host, once there is one: with the first plugin.
    pub(crate) fn host(&self) -> Option<&PluginHost> {
        self.running.get().map(Running::host)
    }

    fn host_for(&self, name: &PluginName) -> Result<&PluginHost, PluginRefusal> {
        let source = || AgendaError::NotLoaded { plugin: name.to_string() };
        self.host().ok_or_else(|| PluginRefusal::Agenda { source: source() })
    }

    fn report(&self, plugin: &Arc<Plugin>) -> Result<Report, PluginRefusal> {
        let name: &PluginName = plugin.name();
        let standing = self.host().map(|host| host.standing(name.as_str())).transpose();
        let standing = standing.map_err(|source| PluginRefusal::Unread { source })?.flatten();
        Ok(Report { plugin: plugin.clone(), standing, refused: self.refused().get(name).cloned() })
    }
}
