//! Running the three kinds of server until they are told to stop.

use super::client_of;
use crate::arguments::{CentralRegistry, Running, SecurityServer, TrustServices};
use crate::{Exit, pin, service_manager};
use anyhow::{Context as _, Result};
use clock::SystemClock;
use listener::Socket;
use message_log::OpenMode;
use std::path::Path;
use std::sync::Arc;
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

pub(super) async fn security_server(asked: SecurityServer) -> Result<Exit> {
    let pin = pin::read(asked.running.pin_file.as_deref())?;
    let shutdown = stopped(&asked.running);
    let folder = &asked.running.data;
    let settings = security_server::Settings::load(folder)?;
    let mode = match (asked.restored, asked.cut_damage) {
        // The server asks its peers what they remember.
        (true, _) => OpenMode::Restored(Vec::new()),
        (false, true) => OpenMode::CutDamage(Vec::new()),
        (false, false) => OpenMode::Verified,
    };
    let sockets = security_server::Sockets::bind(&settings).await?;
    let server = security_server::SecurityServer::open(folder, settings, &pin, &mode, Arc::new(SystemClock)).await?;
    drop(pin);
    if let Some(file) = asked.running.pin_file.as_deref().filter(|file| !pin::is_credential(file)) {
        server.health().note_pin_file(file);
    }
    service_manager::follow(client_of(folder), &shutdown);
    server.run(sockets, shutdown).await?;
    Ok(Exit::Success)
}

pub(super) async fn central_registry(asked: CentralRegistry) -> Result<Exit> {
    let pin = pin::read(asked.running.pin_file.as_deref())?;
    let shutdown = stopped(&asked.running);
    let (folder, clock) = (&asked.running.data, Arc::new(SystemClock));
    if let Some(document) = &asked.create {
        let text =
            std::fs::read_to_string(document).with_context(|| format!("failed to read {}", document.display()))?;
        let settings = if folder.join(central_registry::Settings::FILE).exists() {
            central_registry::Settings::load(folder)?
        } else {
            central_registry::Settings::default()
        };
        let registry = central_registry::CentralRegistry::create(folder, &settings, &pin, clock.clone()).await?;
        registry.apply(&text, "creation").await?;
        println!("Made a registry in {}.", folder.display());
        println!("next, once it runs: chakana registry anchor --out root.json --data {}", folder.display());
    }
    let registry = central_registry::CentralRegistry::open(folder, &pin, clock).await?;
    drop(pin);
    let sockets = central_registry::Sockets::bind(registry.settings()).await?;
    service_manager::follow(client_of(folder), &shutdown);
    registry.run(sockets, shutdown).await?;
    Ok(Exit::Success)
}

pub(super) async fn trust_services(asked: TrustServices) -> Result<Exit> {
    let pin = pin::read(asked.running.pin_file.as_deref())?;
    let shutdown = stopped(&asked.running);
    let (folder, clock) = (&asked.running.data, Arc::new(SystemClock));
    let settings = trust_settings(folder)?;
    let services = if asked.create {
        certs::TrustServices::create(folder, &settings, &pin, clock)?
    } else {
        certs::TrustServices::open(folder, &settings, &pin, clock)?
    };
    drop(pin);
    let address = settings.url.strip_prefix("http://").context("the trust services' url begins with http://")?;
    let socket = TcpListener::bind(address.trim_end_matches('/'))
        .await
        .with_context(|| format!("failed to listen on {address}"))?;
    service_manager::listening();
    Arc::new(services).run(Socket::Tcp(socket), shutdown).await?;
    Ok(Exit::Success)
}

/// How the trust services of a data folder run.
pub(super) fn trust_settings(folder: &Path) -> Result<certs::Settings> {
    let path = folder.join(demo::installation::TRUST_SETTINGS);
    let text = std::fs::read_to_string(&path).with_context(|| format!("failed to read {}", path.display()))?;
    let settings: certs::Settings =
        toml::from_str(&text).with_context(|| format!("{} is not understood", path.display()))?;
    settings.validate()?;
    Ok(settings)
}

/// Cancelled by an interrupt, a termination, or with the parent's end where that was asked for.
fn stopped(running: &Running) -> CancellationToken {
    let (told, shutdown) = (interrupted(), CancellationToken::new());
    let stop = shutdown.clone();
    tokio::spawn(async move {
        told.cancelled().await;
        service_manager::stopping();
        stop.cancel();
    });
    if running.stop_with_parent {
        let shutdown = shutdown.clone();
        tokio::spawn(async move {
            let mut input = tokio::io::stdin();
            let mut nothing = [0; 64];
            // Whatever comes is of no interest; that it ends is.
            while matches!(input.read(&mut nothing).await, Ok(1..)) {}
            shutdown.cancel();
        });
    }
    shutdown
}

/// Cancelled by an interrupt or a termination.
pub(super) fn interrupted() -> CancellationToken {
    let shutdown = CancellationToken::new();
    for kind in [SignalKind::interrupt(), SignalKind::terminate()] {
        match signal(kind) {
            Ok(mut signals) => {
                let shutdown = shutdown.clone();
                tokio::spawn(async move {
                    signals.recv().await;
                    shutdown.cancel();
                });
            }
            Err(error) => tracing::warn!(%error, "a signal cannot be listened for"),
        }
    }
    shutdown
}
