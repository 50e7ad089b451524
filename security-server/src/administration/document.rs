//! The server configuration as a document: planned, applied, kept with its history.

use crate::plugins::Plugins;
use crate::server_configuration::{ServerConfiguration, plan_between, role_for};
use admin::{
    AppendError, Applied, ApplyError, Change, Document, HistoryEntry, HistoryError, KeepError, Refused, Role,
    Versioned, Versions,
};
use arc_swap::ArcSwap;
use async_trait::async_trait;
use clock::SharedClock;
use std::sync::Arc;
use std::time::Duration;
use storage::{Batch, Keyspace, Store};

/// The server configuration, its versions, and the one in force.
pub(crate) struct ServerDocument {
    versions: Versions,
    in_force: Arc<ArcSwap<ServerConfiguration>>,
    clock: SharedClock,
    // Beyond it no caller's server waits for a service.
    longest_timeout: Duration,
    plugins: Arc<Plugins>,
    // One apply after the other, so that what is in force is what was kept last.
    applying: tokio::sync::Mutex<()>,
}

const VERSIONS: Keyspace = Keyspace::new("server-configuration");

impl ServerDocument {
    /// Takes up what was applied last.
    ///
    /// # Errors
    /// When it cannot be read, or is no longer accepted.
    pub(crate) fn open(
        store: Store,
        in_force: Arc<ArcSwap<ServerConfiguration>>,
        clock: SharedClock,
        longest_timeout: Duration,
        plugins: Arc<Plugins>,
    ) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        let versions = Versions::new(store, VERSIONS);
        if let Some(current) = versions.current()? {
            let configuration = current.text.parse::<ServerConfiguration>()?;
            if let Some(refused) = too_patient(&configuration, longest_timeout) {
                tracing::warn!(why = refused.message, "a service will be cut short");
            }
            in_force.store(Arc::new(configuration));
        }
        Ok(Self { versions, in_force, clock, longest_timeout, plugins, applying: tokio::sync::Mutex::default() })
    }

    /// A document that this server can keep to.
    async fn checked(&self, text: &str) -> Result<ServerConfiguration, Refused> {
        let configuration: ServerConfiguration = text.parse().map_err(|error| refused(&error))?;
        if let Some(refused) = too_patient(&configuration, self.longest_timeout) {
            return Err(refused);
        }
        let in_force = self.in_force.load_full();
        let checked = self.plugins.check(&configuration, &in_force).await;
        checked.map_err(|(name, refusal)| Refused {
            message: format!("plugin {name}: {}", crate::upkeep::words(&refusal)),
            next: "correct the plugin's table, or hand over another package, and plan it again".to_owned(),
        })?;
        Ok(configuration)
    }

    fn newest(&self) -> Result<Versioned, KeepError> {
        let newest = self.versions.current()?;
        Ok(newest.map_or(Versioned { version: 0, text: String::new() }, |newest| Versioned {
            version: newest.version,
            text: newest.text,
        }))
    }
}

#[async_trait]
impl Document for ServerDocument {
    async fn current(&self) -> Versioned {
        self.newest().unwrap_or_else(|error| {
            tracing::error!(%error, "the server configuration cannot be read");
            Versioned { version: 0, text: String::new() }
        })
    }

    async fn plan(&self, text: &str) -> Result<admin::Plan, Refused> {
        let current = self.newest().map_err(|error| Refused {
            message: error.to_string(),
            next: "run doctor: the store of the server may be damaged".to_owned(),
        })?;
        let plan = between(&current.text, text)?;
        self.checked(text).await.map(|_| plan)
    }

    fn role_for(&self, change: &Change) -> Role {
        role_for(change)
    }

    async fn apply(&self, text: &str, expected_version: u64, author: &str) -> Result<Applied, ApplyError> {
        let _alone = self.applying.lock().await;
        let storage = |error: &dyn std::fmt::Display| ApplyError::Storage { message: error.to_string() };
        let current = self.newest().map_err(|error| storage(&error))?;
        if current.version != expected_version {
            return Err(ApplyError::VersionConflict { expected: expected_version, current: current.version });
        }
        let plan = between(&current.text, text)?;
        if plan.is_empty() {
            return Ok(Applied { version: current.version, plan });
        }
        let configuration = Arc::new(self.checked(text).await?);
        let appended = self.versions.append(expected_version, text, author, self.clock.now(), Batch::new()).await;
        let version = appended.map_err(|error| match error {
            AppendError::Conflict { expected, current } => ApplyError::VersionConflict { expected, current },
            other => storage(&other),
        })?;
        self.in_force.store(configuration);
        self.plugins.bring_up().await;
        Ok(Applied { version, plan })
    }

    async fn history(&self) -> Result<Vec<HistoryEntry>, HistoryError> {
        Ok(self.versions.history()?)
    }

    async fn version(&self, version: u64) -> Result<Versioned, HistoryError> {
        self.versions.versioned(version)
    }

    async fn diff(&self, from: u64, to: u64) -> Result<admin::Plan, HistoryError> {
        let (from, to) = (self.versions.versioned(from)?, self.versions.versioned(to)?);
        between(&from.text, &to.text).map_err(|error| HistoryError::Storage { message: error.message })
    }
}

/// The first service that may take longer than callers' servers wait.
fn too_patient(configuration: &ServerConfiguration, longest: Duration) -> Option<Refused> {
    let systems = configuration.services().filter_map(|service| service.information_system());
    let system = systems.filter(|system| system.timeout() > longest).min_by_key(|system| system.service())?;
    let (asked, longest) = (system.timeout().as_secs(), longest.as_secs());
    Some(Refused {
        message: format!(
            "service {} has a time-out of {asked} s, and a whole exchange has {longest} s (limits.response_seconds)",
            system.service()
        ),
        next: format!(
            "set timeout_seconds to at most {longest}, or raise limits.response_seconds in server.toml, here and at the callers' servers"
        ),
    })
}

fn between(before: &str, after: &str) -> Result<admin::Plan, Refused> {
    plan_between(before, after).map_err(|error| refused(&error))
}

fn refused(error: &crate::server_configuration::ServerConfigurationError) -> Refused {
    // The causes say which rule, and for TOML line and column.
    Refused { message: crate::upkeep::words(error), next: "correct the document and plan it again".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_may_take_no_longer_than_its_callers_wait() {
        let document = r#"
[[client]]
id = "BO/GOV/1001/civil"
  [[client.service]]
  code = "lento"
  url = "http://127.0.0.1:9001/api"
  timeout_seconds = 300
"#;
        let configuration = document.parse().unwrap();
        assert!(too_patient(&configuration, Duration::from_secs(300)).is_none());
        let refused = too_patient(&configuration, Duration::from_secs(120)).unwrap();
        for fact in ["BO/GOV/1001/civil/lento", "300 s", "120 s"] {
            assert!(refused.message.contains(fact), "{}", refused.message);
        }
    }
}
