//! The servers as processes of their own, with their own data folders.

use crate::installation::Installation;
use anyhow::{Context as _, Result};
use rustix::process::{Pid, Signal, kill_process};
use std::fs::File;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio::time::{Instant, sleep, timeout};

/// Every server of a small state.
pub struct Processes {
    servers: Vec<Server>,
}

/// One server.
pub struct Server {
    name: String,
    child: Child,
}

/// How long a server has to open its port.
const START_WITHIN: Duration = Duration::from_secs(30);
/// How long a server has to finish what is under way.
const STOP_WITHIN: Duration = Duration::from_secs(30);
const POLL: Duration = Duration::from_millis(20);

impl Processes {
    /// Starts trust services and registry, then every security server.
    ///
    /// # Errors
    /// When one does not open its port; its log says why.
    pub async fn start(installation: &Installation, binary: &Path) -> Result<Self> {
        let mut processes = Self::new();
        processes.add_all(installation, binary).await?;
        Ok(processes)
    }

    /// None yet.
    pub(crate) fn new() -> Self {
        Self { servers: Vec::new() }
    }

    /// Starts them; dropped before it is done, those that run by then can still be stopped in order.
    ///
    /// # Errors
    /// When one does not open its port; its log says why.
    pub(crate) async fn add_all(&mut self, installation: &Installation, binary: &Path) -> Result<()> {
        self.add(installation, binary, "trust-services", "trust-services")?;
        self.add(installation, binary, "registry", "central-registry")?;
        wait_for(installation.trust_services_address(), "the trust services").await?;
        wait_for(installation.registry_address(), "the registry").await?;
        for entity in &installation.state().entities {
            self.add(installation, binary, &entity.folder, "security-server")?;
        }
        Ok(())
    }

    fn add(&mut self, installation: &Installation, binary: &Path, name: &str, subcommand: &str) -> Result<()> {
        self.servers.push(Server::start(installation, binary, name, subcommand)?);
        Ok(())
    }

    /// Starts a security server again that was killed.
    ///
    /// # Errors
    /// When the process cannot be started.
    pub fn restart(&mut self, installation: &Installation, binary: &Path, name: &str) -> Result<()> {
        self.servers.retain(|server| server.name != name);
        self.add(installation, binary, name, "security-server")
    }

    /// Kills a server at once, as a crash would.
    ///
    /// # Errors
    /// When there is no such server.
    pub async fn kill(&mut self, name: &str) -> Result<()> {
        let server = self.servers.iter_mut().find(|server| server.name == name);
        let server = server.with_context(|| format!("there is no server {name}"))?;
        Ok(server.child.kill().await?)
    }

    /// The process id of a server.
    #[must_use]
    pub fn id(&self, name: &str) -> Option<u32> {
        self.servers.iter().find(|server| server.name == name)?.child.id()
    }

    /// Waits until a server ends by itself, which none should; the answer says which, and where its log is.
    pub async fn one_ended(&mut self) -> String {
        loop {
            for server in &mut self.servers {
                if let Ok(Some(status)) = server.child.try_wait() {
                    return format!("{} ended with {status}; its data folder has log.txt", server.name);
                }
            }
            sleep(Duration::from_millis(200)).await;
        }
    }

    /// Stops every server in order: security servers, registry, trust services.
    pub async fn stop(&mut self) {
        while !self.servers.is_empty() {
            // The servers that came last depend on those that came first.
            let keep = if self.servers.len() > 2 { 2 } else { self.servers.len() - 1 };
            let mut last = self.servers.split_off(keep);
            for server in &last {
                server.terminate();
            }
            for server in &mut last {
                if timeout(STOP_WITHIN, server.child.wait()).await.is_err() {
                    let _ = server.child.kill().await;
                }
            }
        }
    }
}

impl Server {
    fn start(installation: &Installation, binary: &Path, name: &str, subcommand: &str) -> Result<Self> {
        let folder = installation.folder_of(name);
        let log = File::options().create(true).append(true).open(folder.join("log.txt"))?;
        let child = Command::new(binary)
            .arg(subcommand)
            .arg("--data")
            .arg(&folder)
            .arg("--pin-file")
            .arg(installation.pin_file())
            // The pipe closes when this process goes, however it goes.
            .arg("--stop-with-parent")
            .stdin(Stdio::piped())
            .stdout(Stdio::from(log.try_clone()?))
            .stderr(Stdio::from(log))
            // Ctrl-C reaches this process alone, which then stops the servers in order.
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("failed to start {} for {name}", binary.display()))?;
        Ok(Self { name: name.to_owned(), child })
    }

    fn terminate(&self) {
        let id = self.child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
        if let Some(id) = id {
            // It may have ended already.
            let _ = kill_process(id, Signal::TERM);
        }
    }
}

/// Waits until somebody listens.
///
/// # Errors
/// When nobody does in time.
pub async fn wait_for(address: SocketAddr, who: &str) -> Result<()> {
    let deadline = Instant::now() + START_WITHIN;
    while TcpStream::connect(address).await.is_err() {
        if Instant::now() > deadline {
            anyhow::bail!("{who} did not open {address} within {START_WITHIN:?}; see log.txt in its data folder");
        }
        sleep(POLL).await;
    }
    Ok(())
}
