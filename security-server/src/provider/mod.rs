//! Calls the information systems that provide services: HTTP/1.1, over TLS where their URL says so.
//!
//! A call is made once. Its request is sent again, on a fresh connection, only when the HTTP library hands it back
//! because not a byte of it was written; that holds for every method, since a server that promises *at most once* cannot
//! know which of its providers' GETs have effects. What would otherwise make kept connections fail is avoided before:
//! they are kept for less time than any common server keeps them ([`Limits::kept_for`]), and right before one is used
//! again its socket is looked at, so that a connection that the provider has closed by then is not used.
//!
//! Redirects are answers like any other and are not followed. Every wait has a bound: for one of the calls that may be
//! under way at a time, for the connection, for the head of the answer since the last piece of the request was taken,
//! and for each piece of the answer's body.

mod connect;
mod connection;
mod error;
mod limits;
mod pool;
mod request;
mod response;
#[cfg(test)]
mod tests;
mod tls;

pub use error::{Phase, ProviderError};
pub use limits::Limits;
pub use request::ProviderRequest;
pub use response::{ProviderResponse, ResponseBody};
pub use tls::{InternalCertificate, pinned_client_config};

use crate::server_configuration::InformationSystem;
use connection::{Connection, NotAnswered};
use pool::{Lease, Pool};
use protocol::identifier::ServiceId;
use request::Outgoing;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::time::Instant;

/// Every provider's connections. Dropping it closes those that are not in use.
#[derive(Debug)]
pub struct Providers {
    certificate: InternalCertificate,
    limits: Limits,
    // The map is touched for a look-up a call and never across a wait.
    pools: Mutex<HashMap<ServiceId, Arc<Pool>>>,
}

impl Providers {
    /// Providers that this server calls as whom `certificate` says, where they ask for a certificate.
    #[must_use]
    pub fn new(certificate: InternalCertificate, limits: Limits) -> Self {
        Self { certificate, limits, pools: Mutex::default() }
    }

    /// Calls a service and returns the head of the answer; the body follows as it comes.
    ///
    /// The head must come within the service's time-out, counted from the last piece of the request that the provider
    /// took, and before `deadline` in any case.
    ///
    /// # Errors
    /// Says why there is no answer; any status from 200 on is one.
    pub async fn call(
        &self,
        system: &InformationSystem,
        request: ProviderRequest<'_>,
        deadline: Instant,
    ) -> Result<ProviderResponse, ProviderError> {
        let outgoing = request.outgoing(system.base_url())?;
        self.exchange(self.pool(system)?, system, outgoing, deadline).await
    }

    /// Fetches the OpenAPI document that describes a service; `None` where it has none.
    ///
    /// # Errors
    /// As [`Self::call`].
    pub async fn fetch_description(
        &self,
        system: &InformationSystem,
        deadline: Instant,
    ) -> Result<Option<ProviderResponse>, ProviderError> {
        let Some(document) = system.description() else { return Ok(None) };
        // Seldom, and often from another place than calls go to: no connection is kept for it.
        let pool = Arc::new(Pool::new(document, system.tls(), &self.certificate, &self.limits)?);
        self.exchange(pool, system, Outgoing::get(document)?, deadline).await.map(Some)
    }

    async fn exchange(
        &self,
        pool: Arc<Pool>,
        system: &InformationSystem,
        outgoing: Outgoing,
        deadline: Instant,
    ) -> Result<ProviderResponse, ProviderError> {
        let permit = pool.permit(deadline).await?;
        let Outgoing { mut request, upload } = outgoing;
        if let Some(mut kept) = pool.kept().await {
            match kept.send(request, &upload, system.timeout(), deadline).await {
                Err(NotAnswered::Unsent(unsent)) => request = unsent,
                Err(NotAnswered::Failed(error)) => return Err(error),
                Ok(response) => {
                    return ProviderResponse::new(response, Lease::new(pool, kept, permit, upload), system);
                }
            }
        }
        let mut fresh = Connection::open(pool.destination(), &self.limits, deadline).await?;
        match fresh.send(request, &upload, system.timeout(), deadline).await {
            Err(NotAnswered::Unsent(_)) => Err(ProviderError::closed_before(pool.destination().authority())),
            Err(NotAnswered::Failed(error)) => Err(error),
            Ok(response) => ProviderResponse::new(response, Lease::new(pool, fresh, permit, upload), system),
        }
    }

    /// The connections of a service; new ones after its address or the judgement of its certificate has changed.
    fn pool(&self, system: &InformationSystem) -> Result<Arc<Pool>, ProviderError> {
        let (url, judgement) = (system.base_url(), system.tls());
        let mut pools = self.pools.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(pool) = pools.get(system.service()).filter(|pool| pool.destination().is(url, judgement)) {
            return Ok(Arc::clone(pool));
        }
        // Services come and go with the configuration: who has no connection left is forgotten.
        pools.retain(|_, pool| pool.is_in_use());
        let pool = Arc::new(Pool::new(url, judgement, &self.certificate, &self.limits)?);
        pools.insert(system.service().clone(), Arc::clone(&pool));
        Ok(pool)
    }
}
