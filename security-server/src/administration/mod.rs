//! The administrator's door: the server configuration by plan and apply, registration, evidence, health.

mod agendas;
mod citizens;
mod condition;
mod conflicts;
mod document;
mod evidence;
mod explain;
mod failed_calls;
mod keys;
mod open_api;
mod plugins;
mod registration;
mod trail;

pub(crate) use condition::OwnCertificate;
pub(crate) use document::ServerDocument;
pub(crate) use open_api::recall as recall_descriptions;
pub(crate) use trail::LogTrail;

use crate::citizens::OpenIssuer;
use crate::key_store::KeyStore;
use crate::messaging::Messaging;
use crate::plugins::Plugins;
use crate::provider::Providers;
use crate::registration::Registration;
use crate::start::StartError;
use crate::trust_services::TrustServices;
use crate::upkeep::{Health, Upkeep};
use admin::{AdminSocket, Administrators, Api, ApiError, Condition, Document, ErrorKind};
use arc_swap::ArcSwap;
use signer::KeyEncryptionKey;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use storage::{Format, Store};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// The store of the server's own state, in its data folder.
pub(crate) const STATE: &str = "state.redb";
/// Of what is in it.
pub(crate) const STATE_FORMAT: Format = Format::new("chakana-server-state", 1);

/// What the administrator's routes work with.
pub(crate) struct Administration {
    pub(crate) folder: PathBuf,
    pub(crate) messaging: Arc<Messaging>,
    pub(crate) providers: Arc<Providers>,
    pub(crate) registration: Arc<Registration>,
    pub(crate) store: Store,
    pub(crate) document: Arc<ServerDocument>,
    pub(crate) administrators: Arc<Administrators>,
    pub(crate) plugins: Arc<Plugins>,
    pub(crate) health: Arc<Health>,
    pub(crate) log_encryption: Arc<KeyEncryptionKey>,
    /// When each certificate of this server ends, the one shown to information systems too.
    pub(crate) certificates: ArcSwap<Vec<OwnCertificate>>,
    /// The tokens that the settings name.
    pub(crate) key_store: ArcSwap<KeyStore>,
    pub(crate) trust_services: TrustServices,
    /// One verification of the log at a time.
    pub(crate) verifying: Arc<tokio::sync::Mutex<()>>,
    /// The issuer that this server is itself, once people can come to it.
    pub(crate) issuer: OpenIssuer,
}

/// The administrators' port, bound, and what it shows.
pub(crate) type Port = (TcpListener, Arc<rustls::ServerConfig>);

/// Answers on the socket in the data folder, and at the administrators' port where there is one.
///
/// # Errors
/// When the socket cannot be made, for example because the server runs already.
pub(crate) fn serve(
    administration: Arc<Administration>,
    port: Option<Port>,
    upkeep: &Arc<Upkeep>,
    tasks: &TaskTracker,
    shutdown: &CancellationToken,
) -> Result<(), StartError> {
    let socket = AdminSocket::bind(&administration.folder).map_err(|error| StartError::Administration(error.into()))?;
    let document: Arc<dyn Document> = administration.document.clone();
    let condition: Arc<dyn Condition> = Arc::new(condition::ServerCondition::new(administration.clone()));
    let api = Api::new(&document, &condition, &administration.administrators)
        .with_routes(explain::routes(&administration))
        .with_routes(registration::routes(&administration))
        .with_routes(open_api::routes(&administration))
        .with_routes(plugins::routes(&administration))
        .with_routes(failed_calls::routes(&administration))
        .with_routes(agendas::routes(&administration))
        .with_routes(citizens::routes(&administration))
        .with_routes(conflicts::routes(&administration))
        .with_routes(keys::routes(&administration, upkeep))
        .with_routes(evidence::routes(&administration, upkeep));
    if let Some((listener, tls)) = port {
        tasks.spawn(admin::serve_port(listener, tls, api.clone(), shutdown.clone()));
    }
    let shutdown = shutdown.clone();
    tasks.spawn(async move {
        socket.serve(api, shutdown).await;
    });
    Ok(())
}

/// The store of the server's own state.
///
/// # Errors
/// When it cannot be opened.
pub(crate) fn open_store(folder: &Path) -> Result<Store, StartError> {
    let opened = STATE_FORMAT.open(folder.join(STATE), &storage::Settings::default());
    opened.map_err(|error| StartError::ServerConfiguration(error.into()))
}

fn invalid(message: impl Into<String>, next: impl Into<String>) -> ApiError {
    ApiError::new(ErrorKind::Invalid, message, next)
}

fn unavailable(message: impl Into<String>, next: impl Into<String>) -> ApiError {
    ApiError::new(ErrorKind::Unavailable, message, next)
}

fn internal(error: &dyn std::fmt::Display) -> ApiError {
    ApiError::new(ErrorKind::Internal, error.to_string(), "see the server's log, and run doctor")
}
