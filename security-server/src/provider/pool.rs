//! The connections of one service: at most so many calls at a time, at most so many kept between them.

use super::connect::Destination;
use super::connection::Connection;
use super::{InternalCertificate, Limits, ProviderError};
use crate::server_configuration::{HttpUrl, ProviderTls};
use crate::upload::Upload;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout_at};

/// The connections of one service.
#[derive(Debug)]
pub(super) struct Pool {
    destination: Destination,
    limits: Limits,
    calls: Arc<Semaphore>,
    // Touched to take or give back one connection, never across a wait.
    kept: Mutex<Vec<Connection>>,
}

/// A connection in use by one call, until the answer has been read.
#[derive(Debug)]
pub(super) struct Lease {
    pool: Arc<Pool>,
    connection: Connection,
    upload: Upload,
    _permit: OwnedSemaphorePermit,
}

impl Pool {
    pub(super) fn new(
        url: &HttpUrl,
        judgement: &ProviderTls,
        certificate: &InternalCertificate,
        limits: &Limits,
    ) -> Result<Self, ProviderError> {
        Ok(Self {
            destination: Destination::new(url, judgement, certificate)?,
            limits: limits.clone(),
            calls: Arc::new(Semaphore::new(limits.calls)),
            kept: Mutex::default(),
        })
    }

    pub(super) fn destination(&self) -> &Destination {
        &self.destination
    }

    /// A place among the calls under way.
    pub(super) async fn permit(&self, deadline: Instant) -> Result<OwnedSemaphorePermit, ProviderError> {
        let until = deadline.min(Instant::now() + self.limits.turn_within);
        match timeout_at(until, Arc::clone(&self.calls).acquire_owned()).await {
            Ok(Ok(permit)) => Ok(permit),
            // The semaphore is never closed; were it, no call could be made either.
            Ok(Err(_)) | Err(_) => Err(ProviderError::busy(self.destination.authority(), &self.limits)),
        }
    }

    /// A kept connection that can be used again, the newest first.
    pub(super) async fn kept(&self) -> Option<Connection> {
        for _ in 0..self.limits.kept {
            let newest = self.kept_connections().pop()?;
            if let Some(connection) = newest.take(self.limits.kept_for).await {
                return Some(connection);
            }
        }
        None
    }

    /// Whether a call is under way, or a connection kept.
    pub(super) fn is_in_use(&self) -> bool {
        let mut kept = self.kept_connections();
        kept.retain(|connection| !connection.is_closed());
        !kept.is_empty() || self.calls.available_permits() < self.limits.calls
    }

    fn keep(&self, mut connection: Connection) {
        let mut kept = self.kept_connections();
        kept.retain(|connection| !connection.is_closed());
        if kept.len() < self.limits.kept && !connection.is_closed() {
            connection.keep();
            kept.push(connection);
        }
    }

    fn kept_connections(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lease {
    pub(super) fn new(pool: Arc<Pool>, connection: Connection, permit: OwnedSemaphorePermit, upload: Upload) -> Self {
        Self { pool, connection, upload, _permit: permit }
    }

    pub(super) fn provider(&self) -> &str {
        self.pool.destination.authority()
    }

    /// Keeps the connection, now that the answer has been read to its end.
    pub(super) fn give_back(self) {
        // A provider that answered before it had the whole request may still have the rest before it.
        if self.upload.is_whole() {
            self.pool.keep(self.connection);
        }
    }
}
