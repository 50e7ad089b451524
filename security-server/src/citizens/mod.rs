//! The port for people: the citizens' gateway before this server's plugins, and what it stands on.

mod certificate;
mod issuer;
mod staff;

use crate::messaging::Messaging;
use crate::plugins::{PluginRefusal, Plugins};
use crate::secrets::{self, SecretError};
use crate::settings::CitizensSettings;
use crate::start::StartError;
use certificate::Shown;
use citizens_gateway::{Gateway, GatewayParts, SignInParts};
use listener::Socket;
use signer::{KeyEncryptionKey, SoftwareToken};
use staff::StaffOfServer;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use storage::Keyspace;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// The port for people, as the settings say; it serves once plugins can run.
pub(crate) struct CitizensDoor {
    folder: PathBuf,
    settings: CitizensSettings,
    key: Arc<KeyEncryptionKey>,
    shown: Shown,
}

/// Why nobody can come to the pages.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CitizensError {
    #[error("the plugins cannot run")]
    Plugins(#[from] PluginRefusal),
    #[error("a secret of the citizens' port cannot be used")]
    Secret(#[from] SecretError),
    #[error("the certification authorities in {} cannot be used: {why}", path.display())]
    Trust { path: PathBuf, why: String },
    #[error("{0:?} is no public address")]
    Address(String),
    #[error("the sessions have no place in the store")]
    Keyspace(#[from] storage::KeyspaceNameError),
}

/// Of the secrets of the gateway.
const SECRET_PURPOSE: &[u8] = b"chakana-citizens-gateway/1";
const SESSIONS: &str = "citizens/sessions";
/// How often what has ended is removed, and the certificate is looked at again.
const EACH: Duration = Duration::from_secs(60);

impl CitizensDoor {
    /// Reads what browsers are shown; nothing listens yet.
    ///
    /// # Errors
    /// When key and certificate cannot be used.
    pub(crate) fn open(
        folder: &Path,
        settings: &CitizensSettings,
        token: &SoftwareToken,
        key: &Arc<KeyEncryptionKey>,
    ) -> Result<Self, StartError> {
        let shown = Shown::open(folder, &settings.certificate, token)?;
        Ok(Self { folder: folder.to_owned(), settings: settings.clone(), key: key.clone(), shown })
    }

    /// Serves people until the shutdown. A port that cannot serve is said to be so in the log, and keeps nothing else from
    /// running.
    pub(crate) async fn serve(
        self,
        socket: TcpListener,
        plugins: &Plugins,
        messaging: &Arc<Messaging>,
        limits: listener::Limits,
        (tasks, shutdown, drain): (&TaskTracker, &CancellationToken, Duration),
    ) {
        let gateway = match self.gateway(plugins, messaging).await {
            Ok(gateway) => Arc::new(gateway),
            Err(error) => {
                let why = crate::upkeep::words(&error);
                tracing::error!(error = %why, "people cannot come to the pages of the plugins");
                return;
            }
        };
        let limits = listener::Limits { max_connections: self.settings.connections, ..limits };
        let tls = self.shown.tls();
        tasks.spawn(listener::serve(Socket::Tcp(socket), tls, limits, gateway.clone(), shutdown.clone(), drain));
        let shutdown = shutdown.clone();
        let upkeep = async move {
            loop {
                tokio::time::sleep(EACH).await;
                self.shown.look_again();
                gateway.sweep().await;
            }
        };
        tasks.spawn(async move { shutdown.run_until_cancelled(upkeep).await.unwrap_or(()) });
    }

    async fn gateway(&self, plugins: &Plugins, messaging: &Arc<Messaging>) -> Result<Gateway, CitizensError> {
        let (host, store) = plugins.shared_host().await?;
        let secret = secrets::wrapped(&self.folder.join("plugins/citizens-secret"), &self.key, SECRET_PURPOSE)?;
        let sign_in = match &self.settings.sign_in {
            None => None,
            Some(sign_in) => Some(SignInParts {
                store,
                keyspace: Keyspace::named(SESSIONS)?,
                issuer: issuer::settings(&self.folder, sign_in)?,
                access: issuer::access(&self.folder, sign_in)?,
                staff: Arc::new(StaffOfServer(messaging.clone())),
            }),
        };
        let address =
            self.settings.address.parse().map_err(|_| CitizensError::Address(self.settings.address.clone()))?;
        Ok(Gateway::new(GatewayParts {
            host,
            clock: messaging.clock.clone(),
            secret: *secret,
            address,
            entity: self.settings.entity.clone(),
            sign_in,
            limits: citizens_gateway::Limits {
                client_requests_per_second: self.settings.requests_per_second,
                ..citizens_gateway::Limits::default()
            },
        }))
    }
}
