//! Two entities that talk: as small as a state can be.

use crate::load::Echo;
use anyhow::Result;
use clock::SystemClock;
use demo::installation::{Installation, Protection};
use demo::ports::Ports;
use demo::processes::Processes;
use demo::state::{Door, Entity, Service, State, Subsystem};
use listener::{Drained, Limits, Socket, Tls};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// The folder of the entity that calls.
pub(crate) const CONSUMER: &str = "consumer";
/// The folder of the entity that answers.
pub(crate) const PROVIDER: &str = "provider";
/// Who calls.
pub(crate) const CLIENT: &str = "BE/COM/1/app";
/// What is called.
pub(crate) const SERVICE: &str = "BE/COM/2/desk/echo";

/// Two security servers that are installed, and the provider that answers with what it got.
pub(crate) struct TwoServers {
    pub(crate) installation: Installation,
    binary: PathBuf,
    provider: JoinHandle<Drained>,
    shutdown: CancellationToken,
}

impl TwoServers {
    /// Installs both below the folder, and starts the provider.
    pub(crate) async fn create(folder: &Path, binary: &Path) -> Result<Self> {
        let (state, clock) = (two_entities(), Arc::new(SystemClock));
        let folder = folder.join("state");
        let installation = Installation::create(&folder, &state, &Ports::Free, Protection::Quick, clock).await?;
        let shutdown = CancellationToken::new();
        let socket = TcpListener::bind(installation.providers_address()).await?;
        let limits = Limits { max_connections: 4096, ..Limits::default() };
        let provider = tokio::spawn(listener::serve(
            Socket::Tcp(socket),
            Tls::Plain,
            limits,
            Arc::new(Echo),
            shutdown.clone(),
            Duration::from_secs(1),
        ));
        Ok(Self { installation, binary: binary.to_owned(), provider, shutdown })
    }

    /// Runs the servers, each a process of its own, as long as something is done with them.
    pub(crate) async fn running(self, work: impl AsyncFnOnce(&Installation, &Processes) -> Result<()>) -> Result<()> {
        let mut processes = Processes::start(&self.installation, &self.binary).await?;
        let done = async {
            demo::onboard(&self.installation).await?;
            work(&self.installation, &processes).await
        };
        let done = done.await;
        processes.stop().await;
        self.shutdown.cancel();
        let _ = self.provider.await;
        done
    }
}

/// The state.
fn two_entities() -> State {
    let echo = Service {
        code: "echo",
        path: "/echo",
        open_api: None,
        access: vec![(CLIENT.to_owned(), "", "/**"), (CLIENT.to_owned(), "", "**")],
    };
    let entity = |folder: &str, code: &str, subsystem, services| Entity {
        folder: folder.to_owned(),
        name: folder.to_owned(),
        class: "COM",
        code: code.to_owned(),
        subsystems: vec![Subsystem { code: subsystem, services }],
        door: Door::Closed,
        guests: Vec::new(),
    };
    State {
        instance: "BE",
        entities: vec![entity(CONSUMER, "1", "app", Vec::new()), entity(PROVIDER, "2", "desk", vec![echo])],
    }
}
