//! The port for people: the citizens' gateway before this server's plugins, and what it stands on.

mod accounts;
mod certificate;
mod issuer;
mod judge;
mod notices;
mod own_issuer;
mod staff;

use self::notices::AccountNotices;
use crate::messaging::Messaging;
use crate::plugins::{PluginRefusal, Plugins};
use crate::secrets::{self, SecretError};
use crate::settings::{CitizensSettings, ProviderSettings};
use crate::start::StartError;
use ::notices::Courier;
use accounts::AccountsOfIssuer;
use certificate::Shown;
use citizens_gateway::{Gateway, GatewayParts, OwnIssuer, OwnIssuerError, PublicAddress, SignInParts};
use judge::Judge;
use listener::Socket;
pub(crate) use own_issuer::OpenIssuer;
use signer::{KeyEncryptionKey, SoftwareToken};
use staff::StaffOfServer;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use storage::{Keyspace, Store};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// The port for people, as the settings say; it serves once plugins can run.
pub(crate) struct CitizensDoor {
    folder: PathBuf,
    settings: CitizensSettings,
    token: Arc<SoftwareToken>,
    key: Arc<KeyEncryptionKey>,
    shown: Shown,
    issuer: OpenIssuer,
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
    #[error("people cannot be told anything")]
    Notices(#[from] ::notices::SettingsError),
    #[error("what people are told cannot be read")]
    Templates(#[from] ::notices::TemplatesError),
    #[error("what people are told cannot be read")]
    Texts(#[from] texts::CatalogueError),
    #[error("this server cannot be an issuer")]
    Issuer(#[from] OwnIssuerError),
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
        (token, key): (&Arc<SoftwareToken>, &Arc<KeyEncryptionKey>),
        issuer: OpenIssuer,
    ) -> Result<Self, StartError> {
        let shown = Shown::open(folder, &settings.certificate, token)?;
        let (folder, settings, token, key) = (folder.to_owned(), settings.clone(), token.clone(), key.clone());
        Ok(Self { folder, settings, token, key, shown, issuer })
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
        let (gateway, courier) = match self.gateway(plugins, messaging).await {
            Ok((gateway, courier)) => (Arc::new(gateway), courier),
            Err(error) => {
                let why = crate::upkeep::words(&error);
                tracing::error!(error = %why, "people cannot come to the pages of the plugins");
                return;
            }
        };
        let limits = listener::Limits {
            max_connections: self.settings.connections,
            max_connections_per_peer: self.settings.connections_per_client,
            ..limits
        };
        let tls = self.shown.tls();
        tasks.spawn(listener::serve(Socket::Tcp(socket), tls, limits, gateway.clone(), shutdown.clone(), drain));
        if let Some(issuer) = self.issuer.get().cloned() {
            issuer.tells(&gateway);
            let shutdown = shutdown.clone();
            tasks.spawn(async move { shutdown.run_until_cancelled(issuer.run()).await.unwrap_or(()) });
        }
        if let Some(courier) = courier {
            tasks.spawn(courier.run(messaging.clock.clone(), shutdown.clone()));
        }
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

    /// The gateway, and who sends what it tells people.
    async fn gateway(
        &self,
        plugins: &Plugins,
        messaging: &Arc<Messaging>,
    ) -> Result<(Gateway, Option<Courier>), CitizensError> {
        let (host, store) = plugins.shared_host().await?;
        let secret = secrets::wrapped(&self.folder.join("plugins/citizens-secret"), &self.key, SECRET_PURPOSE)?;
        let (own_issuer, courier) = match &self.settings.provider {
            Some(provider) => {
                let notices = AccountNotices::open(store.clone(), messaging.clock.clone(), &self.settings.entity)?;
                let notices = Arc::new(notices);
                let courier = notices.courier(&self.folder, self.settings.notices.as_ref())?;
                let issuer = self.own_issuer(provider, messaging, store.clone(), notices.clone()).await?;
                host.know_citizens(Arc::new(self.accounts(&issuer, notices, messaging)?));
                (Some(issuer), Some(courier))
            }
            None => (None, None),
        };
        let issuer = match (&own_issuer, &self.settings.sign_in) {
            (Some(own), _) => Some((own.settings(), own.access())),
            (None, Some(elsewhere)) => {
                Some((issuer::settings(&self.folder, elsewhere)?, issuer::access(&self.folder, elsewhere)?))
            }
            (None, None) => None,
        };
        let keyspace = Keyspace::named(SESSIONS)?;
        let staff = Arc::new(StaffOfServer(messaging.clone()));
        let sign_in = issuer.map(|(issuer, access)| SignInParts { store, keyspace, issuer, access, staff });
        let address = self.public_address()?;
        let gateway = Gateway::new(GatewayParts {
            host,
            clock: messaging.clock.clone(),
            secret: *secret,
            address,
            entity: self.settings.entity.clone(),
            sign_in,
            own_issuer,
            judge: Some(Arc::new(Judge(messaging.clone()))),
            limits: citizens_gateway::Limits {
                client_requests_per_second: self.settings.requests_per_second,
                ..citizens_gateway::Limits::default()
            },
        });
        Ok((gateway, courier))
    }

    fn accounts(
        &self,
        issuer: &Arc<OwnIssuer>,
        notices: Arc<AccountNotices>,
        messaging: &Messaging,
    ) -> Result<AccountsOfIssuer, CitizensError> {
        Ok(AccountsOfIssuer {
            issuer: issuer.clone(),
            notices,
            sector: messaging.server.owner().to_string(),
            address: self.public_address()?,
            clock: messaging.clock.clone(),
        })
    }

    fn public_address(&self) -> Result<PublicAddress, CitizensError> {
        self.settings.address.parse().map_err(|_| CitizensError::Address(self.settings.address.clone()))
    }

    async fn own_issuer(
        &self,
        settings: &ProviderSettings,
        messaging: &Messaging,
        store: Store,
        notify: Arc<AccountNotices>,
    ) -> Result<Arc<OwnIssuer>, CitizensError> {
        let of = own_issuer::Of {
            folder: &self.folder,
            citizens: &self.settings,
            messaging,
            token: &self.token,
            key: &self.key,
            store,
            notify,
        };
        let issuer = Arc::new(own_issuer::open(of, settings).await?);
        Ok(self.issuer.get_or_init(|| issuer).clone())
    }
}
