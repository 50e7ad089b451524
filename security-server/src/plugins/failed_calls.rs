//! Calls of plugins that failed, for whoever administers the server.

use super::{PluginRefusal, Plugins};
use plugin_host::manifest::PluginName;
use plugin_host::{FailedCall, FailedCallError, PluginHost, Replayed, ReplayedBy};

impl Plugins {
    /// The failed calls of a plugin that are kept.
    ///
    /// # Errors
    /// When it is not loaded, or the store cannot be read.
    pub(crate) fn failed_calls(&self, name: &PluginName) -> Result<Vec<FailedCall>, PluginRefusal> {
        refused(self.failing(name).and_then(|host| host.failed_calls(name.as_str())))
    }

    /// Runs a failed call once more; nothing of it is kept.
    ///
    /// # Errors
    /// When it is not loaded, there is no such call, or it does not come to an end.
    pub(crate) async fn replay(&self, name: &PluginName, id: &str, by: ReplayedBy) -> Result<Replayed, PluginRefusal> {
        refused(match self.failing(name) {
            Ok(host) => host.replay(name.as_str(), id, by).await,
            Err(error) => Err(error),
        })
    }

    /// Forgets a failed call.
    ///
    /// # Errors
    /// When it is not loaded, there is no such call, or the store refuses.
    pub(crate) async fn forget_failed_call(&self, name: &PluginName, id: &str) -> Result<(), PluginRefusal> {
        refused(match self.failing(name) {
            Ok(host) => host.forget_failed_call(name.as_str(), id).await,
            Err(error) => Err(error),
        })
    }

    fn failing(&self, name: &PluginName) -> Result<&PluginHost, FailedCallError> {
        let running = self.running.get().map(super::Running::host);
        running.ok_or_else(|| FailedCallError::NotLoaded { plugin: name.to_string(), by: ReplayedBy::Current })
    }
}

fn refused<T>(result: Result<T, FailedCallError>) -> Result<T, PluginRefusal> {
    result.map_err(|source| PluginRefusal::FailedCalls { source })
}
