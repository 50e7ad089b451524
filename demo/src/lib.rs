//! A small state on one machine, to look at.
//!
//! This crate never is needed by a server. It makes data folders that an operator could have made, starts the servers as
//! processes of their own, and shows, or checks by itself, what they do.

pub mod citizens;
pub mod installation;
pub mod plugins;
pub mod ports;
pub mod processes;
pub mod providers;
pub mod state;

mod catalogue;
mod check;
mod onboarding;
mod openssl;
mod walkthrough;

pub use catalogue::catalogue_entries;
pub use check::{Checked, Step};
pub use onboarding::onboard;
pub use plugins::hand_over;

use anyhow::Context as _;
use clock::SharedClock;
use installation::Installation;
use processes::Processes;
use std::path::PathBuf;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// What the demo is asked to do.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where the small state lives; it is made there when there is none.
    pub folder: PathBuf,
    /// The first of its ports.
    pub first_port: u16,
    /// The binary that the servers are started with.
    pub binary: PathBuf,
    /// The plugins' components, as `scripts/plugins` built them.
    pub plugins: PathBuf,
    /// What to do once everything runs.
    pub mode: Mode,
}

/// What the demo does once everything runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mode {
    /// Print the walk-through and run until interrupted.
    Show,
    /// Go through it, print each step with its result, and stop.
    Check,
    /// Write the configuration files that an operator could use, and start nothing.
    PrintConfiguration(PathBuf),
}

/// Runs the demo. The answer says whether everything that was checked holds.
///
/// # Errors
/// When the state cannot be made, or a server does not start.
pub async fn run(options: Options, clock: SharedClock, shutdown: CancellationToken) -> anyhow::Result<Checked> {
    let ports = ports::Ports::fixed(options.first_port);
    let state = state::shown_state();
    let installation = match Installation::open(&options.folder, &state)? {
        Some(installation) => installation,
        None => {
            println!("Making a small state in {} …", options.folder.display());
            Installation::create(&options.folder, &state, &ports, installation::Protection::Standard, clock).await?
        }
    };
    if let Mode::PrintConfiguration(to) = &options.mode {
        installation.print_configuration(to)?;
        println!("Wrote the configuration of every server to {}.", to.display());
        return Ok(Checked::default());
    }
    let address = installation.providers_address();
    let socket =
        TcpListener::bind(address).await.with_context(|| format!("failed to listen on {address} for the providers"))?;
    let providers = tokio::spawn(providers::serve(socket, shutdown.clone()));
    let started = tokio::time::Instant::now();
    let mut processes = Processes::new();
    // Ctrl-C counts while the servers start, too: what runs by then is stopped in order.
    let outcome = match shutdown.run_until_cancelled(processes.add_all(&installation, &options.binary)).await {
        None => Ok(Checked::default()),
        Some(Err(error)) => Err(error),
        Some(Ok(())) => work(&options, &installation, &mut processes, started, &shutdown).await,
    };
    println!("Stopping …");
    processes.stop().await;
    shutdown.cancel();
    let _ = providers.await;
    outcome
}

async fn work(
    options: &Options,
    installation: &Installation,
    processes: &mut Processes,
    started: tokio::time::Instant,
    shutdown: &CancellationToken,
) -> anyhow::Result<Checked> {
    tokio::select! {
        onboarded = onboard(installation) => onboarded?,
        ended = processes.one_ended() => anyhow::bail!(ended),
        () = shutdown.cancelled() => return Ok(Checked::default()),
    }
    tokio::select! {
        installed = plugins::install(installation, &options.binary, &options.plugins) => installed?,
        ended = processes.one_ended() => anyhow::bail!(ended),
        () = shutdown.cancelled() => return Ok(Checked::default()),
    }
    let published = tokio::select! {
        published = catalogue::publish(installation) => published?,
        ended = processes.one_ended() => anyhow::bail!(ended),
        () = shutdown.cancelled() => return Ok(Checked::default()),
    };
    println!("{published} procedures of ten entities are in the catalogue.");
    let citizen = citizens::enrol(installation).await?;
    println!("Ready after {:.1} s.", started.elapsed().as_secs_f64());
    if options.mode == Mode::Check {
        return check::run(installation, processes, &options.binary, &citizen).await;
    }
    walkthrough::print(installation, &options.binary, &citizen);
    tokio::select! {
        ended = processes.one_ended() => anyhow::bail!(ended),
        () = shutdown.cancelled() => Ok(Checked::default()),
    }
}
