//! Two servers with a plugin each, and a network between them that is cut.

use crate::caller::Caller;
use crate::crash::cutter::{Cutter, Harm};
use crate::crash::{CONSUMER, PROVIDER, two_entities};
use crate::plugin::{DESCRIPTION, Probe};
use admin::Client as Administrator;
use anyhow::{Context as _, Result, ensure};
use clock::SystemClock;
use demo::installation::{Installation, Protection};
use demo::ports::Ports;
use demo::processes::Processes;
use serde_json::Value;
use std::fmt::{self, Write as _};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, interval};

/// Who calls the sender, and in whose name it sends.
pub(super) const CLIENT: &str = crate::crash::CLIENT;
/// The plugin that sends.
pub(super) const SENDER: &str = "CR/COM/1/app/sender";
/// The plugin that has an effect for each message.
pub(super) const RECEIVER: &str = "CR/COM/2/desk/receiver";

/// What keeps the plugins' data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// A file.
    Redb,
    /// A folder.
    Sled,
}

/// The two servers.
pub(super) struct Pair {
    installation: Installation,
    processes: Processes,
    binary: PathBuf,
    cutter: Cutter,
    kills: u32,
}

/// What a plugin has to do.
struct Agenda {
    entries: u64,
    given_up: u64,
}

const POLL: Duration = Duration::from_millis(50);
/// So long a server may take to load its plugin after a start.
const LOADED_WITHIN: Duration = Duration::from_secs(60);
/// So long it may take, under fire, until a part of what was ordered is delivered.
const DELIVERED_WITHIN: Duration = Duration::from_secs(300);

impl Pair {
    pub(super) async fn start(folder: &Path, binary: &Path, probe: &Path, engine: Engine) -> Result<Self> {
        let clock = Arc::new(SystemClock);
        let state = two_entities();
        let installation = Installation::create(folder, &state, &Ports::Free, Protection::Quick, clock).await?;
        let transport = installation.addresses_of(PROVIDER).transport;
        let cutter = Cutter::before(transport).await?;
        for server in [CONSUMER, PROVIDER] {
            let path = installation.folder_of(server).join("server.toml");
            let mut text = std::fs::read_to_string(&path)?;
            text = text.replace(&format!("address = \"{transport}\""), &format!("address = \"{}\"", cutter.address()));
            text.push_str(&format!("\n[storage]\nengine = \"{engine}\"\n"));
            std::fs::write(&path, text)?;
        }
        let processes = Processes::start(&installation, binary).await?;
        demo::onboard(&installation).await?;
        let component = std::fs::read(probe).with_context(|| format!("failed to read {}", probe.display()))?;
        for (server, service, partner) in [(CONSUMER, SENDER, RECEIVER), (PROVIDER, RECEIVER, SENDER)] {
            let name = service.rsplit('/').next().unwrap_or_default();
            install(&installation, binary, server, &Probe::of(name, partner, component.clone())).await?;
        }
        demo::onboard(&installation).await?;
        Ok(Self { installation, processes, binary: binary.to_owned(), cutter, kills: 0 })
    }

    /// Where the sender is called.
    pub(super) fn sender_door(&self) -> SocketAddr {
        self.installation.addresses_of(CONSUMER).clients_http
    }

    /// Calls a service as the sender's subsystem does.
    pub(super) fn caller(&self) -> Caller {
        Caller::http(self.sender_door(), CLIENT)
    }

    /// Kills servers at once, and starts them again.
    pub(super) async fn kill(&mut self, servers: &[&str]) -> Result<()> {
        for server in servers {
            self.processes.kill(server).await?;
            self.kills += 1;
        }
        for server in servers {
            self.processes.restart(&self.installation, &self.binary, server)?;
        }
        demo::onboard(&self.installation).await
    }

    /// How often a server was killed.
    pub(super) fn kills(&self) -> u32 {
        self.kills
    }

    /// What was done to the network.
    pub(super) fn harm(&self) -> Harm {
        self.cutter.harm()
    }

    /// Lets the network be.
    pub(super) fn heal(&self) {
        self.cutter.heal();
    }

    /// Waits until so many messages are under way, and says how many.
    pub(super) async fn until_messages(&self, are_so_many: impl Fn(u64) -> bool) -> Result<u64> {
        let (deadline, mut turns) = (Instant::now() + DELIVERED_WITHIN, interval(POLL));
        loop {
            let waiting = self.agenda(CONSUMER).await?.entries;
            if are_so_many(waiting) {
                return Ok(waiting);
            }
            ensure!(Instant::now() < deadline, "{waiting} messages are under way after {DELIVERED_WITHIN:?}");
            turns.tick().await;
        }
    }

    /// Waits until no plugin has anything left to do.
    pub(super) async fn settled(&self, within: Duration) -> Result<()> {
        let (deadline, mut turns) = (Instant::now() + within, interval(POLL));
        loop {
            let (sender, receiver) = (self.agenda(CONSUMER).await?, self.agenda(PROVIDER).await?);
            let given_up = sender.given_up + receiver.given_up;
            ensure!(given_up == 0, "{given_up} entries were given up");
            if sender.entries + receiver.entries == 0 {
                return Ok(());
            }
            ensure!(Instant::now() < deadline, "{} messages are not delivered after {within:?}", sender.entries);
            turns.tick().await;
        }
    }

    /// Ends everything in order.
    pub(super) async fn stop(&mut self) {
        self.processes.stop().await;
    }

    /// What the one plugin of a server has to do; a server that has just started loads its plugin first.
    async fn agenda(&self, server: &str) -> Result<Agenda> {
        let administrator = Administrator::of(self.installation.folder_of(server));
        let (deadline, mut turns) = (Instant::now() + LOADED_WITHIN, interval(POLL));
        loop {
            let listed: Value = administrator.get("/v1/plugins").await?;
            let agenda = &listed["plugins"][0]["agenda"];
            if let (Some(entries), Some(given_up)) = (agenda["entries"].as_u64(), agenda["givenUp"].as_u64()) {
                return Ok(Agenda { entries, given_up });
            }
            ensure!(Instant::now() < deadline, "{server} did not load its plugin within {LOADED_WITHIN:?}: {listed}");
            turns.tick().await;
        }
    }
}

/// Packs the probe, hands it over, and names it in the document that the server is brought up with.
async fn install(installation: &Installation, binary: &Path, server: &str, probe: &Probe) -> Result<()> {
    let built = installation.folder().join("built").join(&probe.name);
    std::fs::create_dir_all(&built)?;
    std::fs::write(built.join("plugin.toml"), probe.manifest())?;
    std::fs::write(built.join("openapi.yaml"), DESCRIPTION)?;
    std::fs::write(built.join("component.wasm"), &probe.component)?;
    let digest = demo::hand_over(installation, binary, &built, server).await?;
    let document = installation.folder_of(server).join("configuration.toml");
    let mut text = std::fs::read_to_string(&document)?;
    let _ = write!(text, "{}", probe.lines_in(installation, &digest, CLIENT));
    Ok(std::fs::write(&document, text)?)
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Redb => "redb",
            Self::Sled => "sled",
        })
    }
}
