//! Where everything of a small state listens.

use crate::ports::Ports;
use crate::state::{Door, State};
use anyhow::Result;
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;

/// Where everything listens; written down so that a second start finds it again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Addresses {
    pub(super) trust_services: SocketAddr,
    pub(super) registry_management: SocketAddr,
    pub(super) registry_public: SocketAddr,
    pub(super) registry_administration: Option<SocketAddr>,
    pub(super) providers: SocketAddr,
    pub(super) servers: Vec<ServerAddresses>,
}

/// Where a security server listens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServerAddresses {
    /// The entity's folder.
    pub folder: String,
    /// For information systems over HTTP.
    pub clients_http: SocketAddr,
    /// For information systems over HTTPS.
    pub clients_https: SocketAddr,
    /// For other security servers.
    pub transport: SocketAddr,
    /// For its administrators.
    pub administration: Option<SocketAddr>,
    /// For people, where there is something for them.
    pub citizens: Option<SocketAddr>,
}

impl Addresses {
    pub(super) fn choose(state: &State, ports: &Ports) -> Result<Self> {
        let servers = state.entities.iter().map(|entity| {
            Ok(ServerAddresses {
                folder: entity.folder.clone(),
                clients_http: ports.next()?,
                clients_https: ports.next()?,
                transport: ports.next()?,
                administration: Some(ports.next()?),
                citizens: None,
            })
        });
        let mut servers = servers.collect::<Result<Vec<_>>>()?;
        for (entity, server) in state.entities.iter().zip(&mut servers) {
            if entity.door != Door::Closed {
                server.citizens = Some(ports.next()?);
            }
        }
        Ok(Self {
            servers,
            trust_services: ports.next()?,
            registry_management: ports.next()?,
            registry_public: ports.next()?,
            registry_administration: Some(ports.next()?),
            providers: ports.next()?,
        })
    }
}
