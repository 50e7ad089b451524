//! A small server with a configuration of lines `name = value`, on a real socket.

use admin::doctor::{Finding, Severity};
use admin::{
    AdministratorParts, Administrators, Api, Applied, ApplyError, ChainedTrail, Change, Client, Condition, Document,
    HistoryEntry, HistoryError, PasswordCost, Plan, Refused, Role, Route, Versioned, Versions,
};
use async_trait::async_trait;
use clock::{SharedClock, SystemClock};
use http_body_util::Full;
use listener::Drained;
use signer::{Iterations, Pin, SoftwareToken};
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
    pub(crate) store: Store,
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
    pub(crate) async fn start(routes: Vec<Route>) -> Self {
        Self::of(false, routes).await
    }

    pub(crate) async fn start_broken() -> Self {
        Self::of(true, Vec::new()).await
    }

    async fn of(broken: bool, routes: Vec<Route>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path().join("store")).unwrap();
        let api = api(Lines { versions: Versions::new(store.clone(), CONFIGURATION), store, broken })
            .await
            .with_routes(routes);
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

pub(crate) async fn api(lines: Lines) -> Api {
    let administrators = administrators(&lines.store, Arc::new(SystemClock)).await;
    let document: Arc<dyn Document> = Arc::new(lines);
    let condition: Arc<dyn Condition> = Arc::new(Settled);
    Api::new(&document, &condition, &administrators)
}

/// Administrators whose passwords cost little.
pub(crate) async fn administrators(store: &Store, clock: SharedClock) -> Arc<Administrators> {
    let folder = tempfile::tempdir().unwrap();
    let iterations = Iterations::new(100_000).unwrap();
    let token = SoftwareToken::create_with(folder.path(), &Pin::new("1234"), iterations).unwrap();
    token.generate_key_encryption_key("administrators").unwrap();
    let administrators = Administrators::open(AdministratorParts {
        store: store.clone(),
        trail: Arc::new(ChainedTrail::new(store.clone(), clock.clone())),
        clock,
        server: "BO/GOV/1001/ss1".to_owned(),
        key: Arc::new(token.key_encryption_key("administrators").unwrap()),
        password_cost: PasswordCost { memory_kib: 8, passes: 1, lanes: 1 },
    });
    Arc::new(administrators.await.unwrap())
}

pub(crate) fn lines_in(folder: &Path) -> Lines {
    lines_with(Store::open(folder.join("store")).unwrap())
}

pub(crate) fn lines_with(store: Store) -> Lines {
    Lines { versions: Versions::new(store.clone(), CONFIGURATION), store, broken: false }
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

    fn role_for(&self, change: &Change) -> Role {
        if change.what.starts_with("service") { Role::Services } else { Role::System }
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
