//! A small server with a configuration of lines `name = value`, on a real socket.

use admin::doctor::{Finding, Severity};
use admin::{
    Api, Applied, ApplyError, Client, Condition, Document, HistoryEntry, HistoryError, Plan, Refused, Route, Versioned,
    Versions,
};
use async_trait::async_trait;
use http_body_util::Full;
use listener::Drained;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use storage::{Batch, Keyspace, Store};
use tempfile::TempDir;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

const CONFIGURATION: Keyspace = Keyspace::new("configuration");

/// A configuration of lines `name = value`.
pub(crate) struct Lines {
    pub(crate) versions: Versions,
    /// Once set, nothing can be kept any more.
    pub(crate) broken: bool,
}

pub(crate) struct Settled;

pub(crate) struct Server {
    pub(crate) folder: TempDir,
    pub(crate) client: Client,
    shutdown: CancellationToken,
    serving: JoinHandle<Drained>,
}

impl Server {
    pub(crate) fn start(routes: Vec<Route>) -> Self {
        Self::of(false, routes)
    }

    pub(crate) fn start_broken() -> Self {
        Self::of(true, Vec::new())
    }

    fn of(broken: bool, routes: Vec<Route>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path().join("store")).unwrap();
        let api = api(Lines { versions: Versions::new(store, CONFIGURATION), broken }).with_routes(routes);
        let socket = admin::AdminSocket::bind(folder.path()).unwrap();
        let shutdown = CancellationToken::new();
        let stopped = shutdown.clone();
        let serving = tokio::spawn(socket.serve(api, stopped));
        let client = Client::of(folder.path());
        Self { folder, client, shutdown, serving }
    }

    pub(crate) fn socket(&self) -> PathBuf {
        self.folder.path().join(admin::SOCKET_NAME)
    }

    pub(crate) async fn stop(self) -> TempDir {
        self.shutdown.cancel();
        assert_eq!(self.serving.await.unwrap(), Drained::Completely);
        self.folder
    }

    /// Sends anything, and returns status and JSON.
    pub(crate) async fn raw(&self, request: http::request::Builder, body: &str) -> (u16, serde_json::Value) {
        let request = request.body(Full::new(body.to_owned().into())).unwrap();
        let client = listener::client::Client::unix(self.socket());
        let response = client.send(request, Duration::from_secs(20), 1 << 20).await.unwrap();
        (response.status().as_u16(), serde_json::from_slice(response.body()).unwrap())
    }
}

pub(crate) fn api(lines: Lines) -> Api {
    let document: Arc<dyn Document> = Arc::new(lines);
    let condition: Arc<dyn Condition> = Arc::new(Settled);
    Api::new(&document, &condition)
}

pub(crate) fn lines_in(folder: &Path) -> Lines {
    let store = Store::open(folder.join("store")).unwrap();
    Lines { versions: Versions::new(store, CONFIGURATION), broken: false }
}

/// The beginning of a request.
pub(crate) fn request(method: &str, path: &str) -> http::request::Builder {
    http::Request::builder().method(method).uri(format!("http://localhost{path}"))
}

fn facts(text: &str) -> Result<BTreeMap<String, String>, Refused> {
    let fact = |(index, line): (usize, &str)| {
        let (what, says) = line.split_once(" = ").ok_or_else(|| Refused {
            message: format!("line {} has no value", index + 1),
            next: "write name = value".to_owned(),
        })?;
        Ok((what.to_owned(), says.to_owned()))
    };
    text.lines().enumerate().map(fact).collect()
}

#[async_trait]
impl Document for Lines {
    async fn current(&self) -> Versioned {
        let current = self.versions.current().unwrap();
        current.map_or(Versioned { version: 0, text: String::new() }, |found| Versioned {
            version: found.version,
            text: found.text,
        })
    }

    async fn plan(&self, text: &str) -> Result<Plan, Refused> {
        Ok(Plan::between(&facts(&self.current().await.text)?, &facts(text)?))
    }

    async fn apply(&self, text: &str, expected_version: u64, author: &str) -> Result<Applied, ApplyError> {
        if self.broken {
            return Err(ApplyError::Storage { message: "the disk is gone".to_owned() });
        }
        let plan = self.plan(text).await?;
        let time = "2026-11-21T01:20:03Z".parse().unwrap();
        let version = self.versions.append(expected_version, text, author, time, Batch::new()).await?;
        Ok(Applied { version, plan })
    }

    async fn history(&self) -> Result<Vec<HistoryEntry>, HistoryError> {
        if self.broken {
            return Err(HistoryError::Storage { message: "the disk is gone".to_owned() });
        }
        Ok(self.versions.history()?)
    }

    async fn version(&self, version: u64) -> Result<Versioned, HistoryError> {
        self.versions.versioned(version)
    }

    async fn diff(&self, from: u64, to: u64) -> Result<Plan, HistoryError> {
        let [from, to] = [self.versions.versioned(from)?, self.versions.versioned(to)?];
        let facts = |text: &str| facts(text).map_err(|refused| HistoryError::Storage { message: refused.message });
        Ok(Plan::between(&facts(&from.text)?, &facts(&to.text)?))
    }
}

#[async_trait]
impl Condition for Settled {
    async fn status(&self) -> serde_json::Value {
        serde_json::json!({ "server": "BO/GOV/1001/ss1" })
    }

    async fn doctor(&self) -> Vec<Finding> {
        vec![Finding {
            severity: Severity::Warning,
            what: "the signing certificate ends in 12 days".to_owned(),
            why: "without one nothing can be signed".to_owned(),
            next_step: "request the next one".to_owned(),
        }]
    }
}
