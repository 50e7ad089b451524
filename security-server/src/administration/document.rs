//! The server configuration as a document: planned, applied, kept with its history.

use crate::server_configuration::{ServerConfiguration, plan_between};
use admin::{
    AppendError, Applied, ApplyError, Document, HistoryEntry, HistoryError, KeepError, Refused, Versioned, Versions,
};
use arc_swap::ArcSwap;
use async_trait::async_trait;
use clock::SharedClock;
use std::sync::Arc;
use storage::{Batch, Keyspace, Store};

/// The server configuration, its versions, and the one in force.
pub(crate) struct ServerDocument {
    versions: Versions,
    in_force: Arc<ArcSwap<ServerConfiguration>>,
    clock: SharedClock,
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
    ) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        let versions = Versions::new(store, VERSIONS);
        if let Some(current) = versions.current()? {
            in_force.store(Arc::new(current.text.parse::<ServerConfiguration>()?));
        }
        Ok(Self { versions, in_force, clock, applying: tokio::sync::Mutex::default() })
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
        between(&current.text, text)
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
        let configuration: ServerConfiguration = text.parse().map_err(|error| refused(&error))?;
        let appended = self.versions.append(expected_version, text, author, self.clock.now(), Batch::new()).await;
        let version = appended.map_err(|error| match error {
            AppendError::Conflict { expected, current } => ApplyError::VersionConflict { expected, current },
            other => storage(&other),
        })?;
        self.in_force.store(Arc::new(configuration));
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

fn between(before: &str, after: &str) -> Result<admin::Plan, Refused> {
    plan_between(before, after).map_err(|error| refused(&error))
}

fn refused(error: &crate::server_configuration::ServerConfigurationError) -> Refused {
    // The causes say which rule, and for TOML line and column.
    Refused { message: crate::upkeep::words(error), next: "correct the document and plan it again".to_owned() }
}
