//! The visitors' book behind a gateway, which can be restarted over what it has stored.

use citizens_gateway::Limits;
use http::StatusCode;
use plugin_host::PluginHost;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use storage::Store;
use tests::browser::{Browser, Door, text};
use tests::visitors;

const PAGES: &str = r#"
[web]
routes = ["/", "/visitors/{id}", "/count"]

[limits]
calls-per-second = 100000
"#;

/// A server that runs.
pub(super) struct Server {
    folder: tempfile::TempDir,
    // Nothing in the middle of a restart.
    running: Option<Running>,
}

struct Running {
    door: Door,
    host: Arc<PluginHost>,
    store: Store,
}

impl Server {
    pub(super) async fn open() -> Self {
        let folder = folder();
        let running = Some(Running::open(folder.path()).await);
        Self { folder, running }
    }

    /// A new visitor.
    pub(super) fn browser(&self) -> Browser {
        self.running().door.browser("visitors")
    }

    /// A visitor who comes back, after a restart or not.
    pub(super) fn again(&self, browser: &Browser) -> Browser {
        let mut browser = browser.clone();
        browser.moves_to(&self.running().door);
        browser
    }

    /// Ends, and begins again with what was stored.
    pub(super) async fn restart(&mut self) {
        self.running.take().unwrap().close().await;
        self.running = Some(Running::open(self.folder.path()).await);
    }

    fn running(&self) -> &Running {
        self.running.as_ref().unwrap()
    }

    /// How often somebody has signed the book.
    pub(super) async fn effects(&self) -> u64 {
        let counted = self.browser().get("/count").await;
        assert_eq!(counted.status(), StatusCode::OK, "{}", text(&counted));
        let counted: serde_json::Value = serde_json::from_slice(counted.body()).unwrap();
        counted["visitors"].as_u64().unwrap()
    }

    pub(super) async fn close(self) {
        self.running.unwrap().close().await;
    }
}

impl Running {
    async fn open(folder: &Path) -> Self {
        let (host, store) = visitors::open(folder, PAGES, BTreeMap::new()).await;
        let limits = Limits { client_requests_per_second: 1_000_000, ..Limits::default() };
        Self { door: Door::open(host.clone(), limits).await, host, store }
    }

    async fn close(self) {
        self.door.close().await;
        self.host.close().await;
        self.store.close().await;
    }
}

/// In memory where the machine has that: what is tested is not the disk.
fn folder() -> tempfile::TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap()
}
