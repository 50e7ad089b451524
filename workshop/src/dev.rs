//! A plugin that is written while it runs: behind the real gateway on this machine, built anew when a file of it changes.
//!
//! What cannot be built or loaded is said, and the version before goes on. Data are kept over changes and restarts.

mod certificate;
mod door;
mod services;
mod watch;

pub use certificate::CertificateError;

use crate::answers::Say;
use crate::build::{self, BuildError, Tools};
use crate::folder::{FolderError, PluginFolder};
use crate::package::{PackError, pack};
use crate::stage::{Stage, StageError, StageParts};
use certificate::DevCertificate;
use clock::SharedClock;
use listener::{Drained, Handler, Limits, Socket, Tls};
use plugin_host::Agendas;
use plugin_host::package::Package;
use services::Services;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use watch::Watch;

/// A plugin that is served while its author writes it.
pub struct Dev {
    folder: PathBuf,
    tools: Tools,
    stage: Arc<Stage>,
    name: String,
    watch: Watch,
    say: Say,
    at: At,
    stop: CancellationToken,
    serving: Vec<JoinHandle<Drained>>,
}

/// What it is served with.
pub struct DevParts {
    /// The plugin's folder.
    pub folder: PathBuf,
    /// Where the pages are served; an address of this machine alone.
    pub listen: SocketAddr,
    /// Where the services are served; an address of this machine alone.
    pub listen_services: SocketAddr,
    /// Where data are kept.
    pub state: PathBuf,
    /// The program that compiles components, with its arguments.
    pub compiler: (PathBuf, Vec<String>),
    /// What builds plugins.
    pub tools: Tools,
    /// The time.
    pub clock: SharedClock,
    /// How the author is told what happens.
    pub say: Say,
}

/// Where a plugin is to be found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct At {
    /// Its pages.
    pub pages: String,
    /// The certificate of its pages, which browsers are to trust.
    pub certificate: PathBuf,
    /// Each of its services.
    pub services: Vec<String>,
    /// Its data.
    pub state: PathBuf,
}

/// What became of a change.
#[derive(Debug)]
pub enum Turn {
    /// Nothing was changed.
    Unchanged,
    /// The new version runs.
    Loaded {
        /// How long it took from the change that was seen.
        took: Duration,
    },
    /// It does not; the version before goes on, if there was one.
    Refused(TurnError),
}

/// Why a change does not run.
#[derive(Debug, thiserror::Error)]
pub enum TurnError {
    /// The folder is not a plugin's any more.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// It cannot be built.
    #[error(transparent)]
    Build(#[from] BuildError),
    /// What was built makes no package.
    #[error(transparent)]
    Pack(#[from] PackError),
    /// The host refuses it.
    #[error(transparent)]
    Load(#[from] StageError),
    /// It is another plugin now.
    #[error("plugin.toml names the plugin {now} now, and {before} before: stop, and start again for the new name")]
    Renamed {
        /// The name before.
        before: String,
        /// The name now.
        now: String,
    },
    /// Building it panicked.
    #[error("building was cut off")]
    Cut,
}

/// Why a plugin cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum DevError {
    /// The folder is not a plugin's.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// It is nowhere to be tried.
    #[error(transparent)]
    Stage(#[from] StageError),
    /// There is no certificate.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// The address is not of this machine alone.
    #[error("{address} may be reached from elsewhere, and anybody would be let in: listen at 127.0.0.1 or [::1]")]
    NotLoopback {
        /// The address.
        address: SocketAddr,
    },
    /// The address cannot be listened at.
    #[error("{address} cannot be listened at: name a free port with --listen or --listen-services")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// The folder cannot be watched.
    #[error("{} cannot be watched", folder.display())]
    Watch {
        /// The folder.
        folder: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// So often it is looked for changes; a change is built when two looks agree.
const LOOK_EACH: Duration = Duration::from_millis(200);
/// So long requests are waited for at the end.
const DRAIN: Duration = Duration::from_secs(1);

impl Dev {
    /// Opens the doors, with nothing behind them before the first [`Self::build`].
    ///
    /// # Errors
    /// [`DevError`].
    pub async fn open(parts: DevParts) -> Result<Self, DevError> {
        for address in [parts.listen, parts.listen_services] {
            if !address.ip().is_loopback() {
                return Err(DevError::NotLoopback { address });
            }
        }
        let folder = PluginFolder::open(&parts.folder)?;
        let watch = Watch::of(folder.path());
        let watch = watch.map_err(|source| DevError::Watch { folder: parts.folder.clone(), source })?;
        let name = folder.name().to_owned();
        let stage = Arc::new(Stage::open(
            &folder,
            StageParts {
                state: Some(parts.state.clone()),
                compiled: parts.state.join("compiled"),
                compiler: parts.compiler,
                clock: parts.clock.clone(),
                agendas: Agendas::Work,
                say: parts.say.clone(),
            },
        )?);
        let (pages, services) = (bind(parts.listen).await?, bind(parts.listen_services).await?);
        let (port, services_at) = (port(&pages), services.local_addr().unwrap_or(parts.listen_services));
        let origins = [&name, &format!("files--{name}")].map(|label| format!("{label}.{}", door::DOMAIN));
        let names: Vec<String> = origins.into_iter().chain([door::DOMAIN.to_owned()]).collect();
        let certificate = DevCertificate::open_or_make(&parts.state, &names, parts.clock.now())?;
        let gateway = door::gateway(&stage, port)?;
        let stop = CancellationToken::new();
        let shown = Services { stage: stage.clone(), plugin: name.clone() };
        let serving = vec![
            serve(pages, Tls::fixed(certificate.tls()?), gateway, &stop),
            serve(services, Tls::Plain, shown, &stop),
        ];
        let codes = folder.manifest().services().iter().map(|service| service.code());
        let at = At {
            pages: format!("https://{name}.{}:{port}/", door::DOMAIN),
            certificate: certificate.path().to_owned(),
            services: codes.map(|code| format!("http://{services_at}/{code}")).collect(),
            state: parts.state,
        };
        Ok(Self { folder: parts.folder, tools: parts.tools, stage, name, watch, say: parts.say, at, stop, serving })
    }

    /// Where the plugin is to be found.
    #[must_use]
    pub fn at(&self) -> &At {
        &self.at
    }

    /// Builds and loads the plugin as it lies there.
    pub async fn build(&mut self) -> Turn {
        let began = Instant::now();
        match self.take_in().await {
            Ok(()) => Turn::Loaded { took: began.elapsed() },
            Err(error) => Turn::Refused(error),
        }
    }

    /// Looks for a change, and builds and loads what was changed.
    ///
    /// # Errors
    /// [`DevError::Watch`] when the folder cannot be looked at.
    pub async fn turn(&mut self) -> Result<Turn, DevError> {
        let failed = |source| DevError::Watch { folder: self.folder.clone(), source };
        if self.watch.has_changed().map_err(failed)? { Ok(self.build().await) } else { Ok(Turn::Unchanged) }
    }

    /// Builds now and after each change, and says what becomes of it, until it is to stop; then closes all doors.
    ///
    /// # Errors
    /// [`DevError::Watch`] when the folder cannot be looked at any more.
    pub async fn work(mut self, stop: CancellationToken) -> Result<(), DevError> {
        let mut looks = tokio::time::interval(LOOK_EACH);
        looks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        (self.say)("building it; its pages are there once it is loaded");
        let mut turn = Ok(self.build().await);
        let ended = loop {
            match turn {
                Ok(turn) => self.tell(&turn),
                Err(error) => break Err(error),
            }
            tokio::select! {
                () = stop.cancelled() => break Ok(()),
                _ = looks.tick() => turn = self.turn().await,
            }
        };
        self.close().await;
        ended
    }

    /// Closes all doors, and the data.
    pub async fn close(self) {
        self.stop.cancel();
        for door in self.serving {
            // It is cut at its deadline, and the data are closed in any case.
            let _ = door.await;
        }
        self.stage.close().await;
    }

    fn tell(&self, turn: &Turn) {
        match turn {
            Turn::Unchanged => {}
            Turn::Loaded { took } => (self.say)(&format!("loaded in {:.1} s: {}", took.as_secs_f64(), self.at.pages)),
            Turn::Refused(error) => {
                let before =
                    if self.stage.loaded().is_some() { "the version before goes on" } else { "nothing runs yet" };
                (self.say)(&format!("not loaded, {before}: {}", crate::words(error)));
            }
        }
    }

    async fn take_in(&self) -> Result<(), TurnError> {
        let (folder, tools, name) = (self.folder.clone(), self.tools.clone(), self.name.clone());
        let built = tokio::task::spawn_blocking(move || package(&folder, &tools, &name));
        let package = built.await.map_err(|_| TurnError::Cut)??;
        Ok(self.stage.load(&package).await?)
    }
}

fn package(folder: &Path, tools: &Tools, name: &str) -> Result<Package, TurnError> {
    let folder = PluginFolder::open(folder)?;
    if folder.name() != name {
        return Err(TurnError::Renamed { before: name.to_owned(), now: folder.name().to_owned() });
    }
    let component = build::component(&folder, tools)?;
    Ok(pack(&folder, &component)?)
}

async fn bind(address: SocketAddr) -> Result<TcpListener, DevError> {
    TcpListener::bind(address).await.map_err(|source| DevError::Listen { address, source })
}

fn port(socket: &TcpListener) -> u16 {
    socket.local_addr().map_or(0, |address| address.port())
}

fn serve<H: Handler>(socket: TcpListener, tls: Tls, handler: H, stop: &CancellationToken) -> JoinHandle<Drained> {
    let (socket, limits) = (Socket::Tcp(socket), Limits::default());
    tokio::spawn(listener::serve(socket, tls, limits, Arc::new(handler), stop.clone(), DRAIN))
}
