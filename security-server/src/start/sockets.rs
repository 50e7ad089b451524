//! The ports of a security server, bound before anything else happens.

use super::StartError;
use crate::settings::Settings;
use std::net::SocketAddr;
use tokio::net::TcpListener;

/// Bound ports.
#[derive(Debug)]
pub struct Sockets {
    /// Information systems over HTTP.
    pub clients_http: Option<TcpListener>,
    /// Information systems over HTTPS.
    pub clients_https: Option<TcpListener>,
    /// People, over HTTPS.
    pub citizens: Option<TcpListener>,
    /// Administrators, over HTTPS.
    pub administration: Option<TcpListener>,
    /// Other security servers.
    pub transport: TcpListener,
}

impl Sockets {
    /// Binds what the settings name.
    ///
    /// # Errors
    /// When a port is taken, or HTTPS has no key.
    pub async fn bind(settings: &Settings) -> Result<Self, StartError> {
        let listen = &settings.listen;
        if listen.clients_https.is_some() && settings.keys.internal.is_none() {
            return Err(StartError::NoInternalKey);
        }
        Ok(Self {
            clients_http: optional(listen.clients_http, "information systems over HTTP").await?,
            clients_https: optional(listen.clients_https, "information systems over HTTPS").await?,
            citizens: optional(settings.citizens.as_ref().map(|citizens| citizens.listen), "people").await?,
            administration: optional(settings.administration.as_ref().map(|port| port.listen), "administrators")
                .await?,
            transport: bind(listen.transport, "security servers").await?,
        })
    }
}

async fn optional(address: Option<SocketAddr>, purpose: &'static str) -> Result<Option<TcpListener>, StartError> {
    match address {
        Some(address) => bind(address, purpose).await.map(Some),
        None => Ok(None),
    }
}

async fn bind(address: SocketAddr, purpose: &'static str) -> Result<TcpListener, StartError> {
    TcpListener::bind(address).await.map_err(|source| StartError::Listen { address, purpose, source })
}
