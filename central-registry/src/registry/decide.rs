//! Requests come in, and are decided by a rule or an operator.

use super::Registry;
use crate::operator::Rule;
use crate::requests::{self, SubmitError};
use crate::state::{Change, JournalError, Waiting};
use protocol::global_configuration::limits;
use protocol::hash::Sha256Hash;
use protocol::management::{Envelope, RequestState, RequestStatus};
use storage::Batch;

/// Why an operator's decision did not count.
#[derive(Debug, thiserror::Error)]
pub enum DecisionError {
    /// There is no such request.
    #[error("there is no request {request}")]
    Unknown {
        /// The request.
        request: Sha256Hash,
    },
    /// It was decided before.
    #[error("request {request} was decided before")]
    Decided {
        /// The request.
        request: Sha256Hash,
    },
    /// It no longer passes the checks that it once passed.
    #[error("request {request} cannot be done any more")]
    Refused {
        /// The request.
        request: Sha256Hash,
        /// Why not.
        source: Box<SubmitError>,
    },
    /// The reason is empty, too long or not one line.
    #[error("a reason is one line of 1 to {} characters", limits::TEXT_CHARACTERS)]
    Reason,
    /// It cannot be kept.
    #[error("the decision could not be kept")]
    Journal(#[from] JournalError),
}

impl Registry {
    /// Takes a request: every check, then the rule for its kind. The same request again gets the same answer.
    ///
    /// # Errors
    /// Why it is not taken, in groups by who must act.
    pub async fn submit(&self, envelope: &[u8]) -> Result<RequestStatus, SubmitError> {
        let envelope = Envelope::parse(envelope)?;
        let request = envelope.document().hash();
        if let Some(status) = self.request_status(&request) {
            return Ok(status);
        }
        let busy = |what| SubmitError::Busy { what };
        let _permit = self.inner.checks.try_acquire().map_err(|_| busy("too many requests at once"))?;
        let now = self.now();
        requests::check_age(envelope.document(), self.inner.door.request_age, now)?;
        let examined = requests::examine(&self.state(), envelope, now)?;
        let checked = requests::check(&self.inner.status_source, examined, now).await?;

        let writer = self.inner.writer.lock().await;
        // Somebody else may have been faster while the responder was asked.
        if let Some(status) = self.request_status(&request) {
            return Ok(status);
        }
        let rule = {
            let state = self.state();
            if let Some(same) = state.waiting_for(checked.envelope.document().request()) {
                // Asked again with another time of making: one decision is enough.
                return Ok(RequestStatus { request: same, state: RequestState::Waiting });
            }
            if state.waiting_count() >= MAX_WAITING {
                return Err(busy("too many requests wait for an operator"));
            }
            requests::examine(&state, checked.envelope.clone(), now)?;
            requests::rule(&state, &checked.envelope)
        };
        let author = requests::author(&checked.envelope);
        let mut changes = vec![Change::Requested { envelope: checked.envelope.render() }];
        let state = match rule {
            Rule::Manual => RequestState::Waiting,
            Rule::Automatic => {
                changes.push(Change::Approved { request });
                RequestState::Applied
            }
        };
        self.record(&author, changes, Batch::new()).await?;
        drop(writer);
        let kind = checked.envelope.document().request().kind();
        tracing::info!(request.hash = %request, request.kind = kind, author, ?state, "took a management request");
        if state == RequestState::Applied {
            self.publish().await;
        }
        Ok(RequestStatus { request, state })
    }

    /// The requests that wait for an operator, the oldest first.
    pub(crate) fn waiting(&self) -> Vec<Waiting> {
        self.state().waiting()
    }

    /// The requests that wait for an operator, by hash, the oldest first.
    #[must_use]
    pub fn waiting_requests(&self) -> Vec<Sha256Hash> {
        self.waiting().into_iter().map(|waiting| waiting.request).collect()
    }

    /// Approves a request and does it, if it still passes every check but that of its age.
    ///
    /// # Errors
    /// When there is no such request that waits, or it cannot be done any more.
    pub async fn approve(&self, request: &Sha256Hash, author: &str) -> Result<RequestStatus, DecisionError> {
        let refused = |source| DecisionError::Refused { request: *request, source: Box::new(source) };
        let now = self.now();
        let examined = {
            let state = self.state();
            let envelope = self.envelope_of(&state, request)?;
            requests::examine(&state, envelope, now).map_err(refused)?
        };
        let checked = requests::check(&self.inner.status_source, examined, now).await.map_err(refused)?;
        let writer = self.inner.writer.lock().await;
        {
            let state = self.state();
            self.envelope_of(&state, request)?;
            requests::examine(&state, checked.envelope, now).map_err(refused)?;
        }
        self.record(author, vec![Change::Approved { request: *request }], Batch::new()).await?;
        drop(writer);
        tracing::info!(request.hash = %request, author, "approved a management request");
        self.publish().await;
        Ok(RequestStatus { request: *request, state: RequestState::Applied })
    }

    /// Declines a request.
    ///
    /// # Errors
    /// When there is no such request that waits, or the reason is none.
    pub async fn decline(
        &self,
        request: &Sha256Hash,
        reason: &str,
        author: &str,
    ) -> Result<RequestStatus, DecisionError> {
        let reason = reason.trim();
        let length = reason.chars().count();
        if !(1..=limits::TEXT_CHARACTERS).contains(&length) || reason.chars().any(char::is_control) {
            return Err(DecisionError::Reason);
        }
        let _writer = self.inner.writer.lock().await;
        self.envelope_of(&self.state(), request)?;
        let change = Change::Declined { request: *request, reason: reason.to_owned() };
        self.record(author, vec![change], Batch::new()).await?;
        tracing::info!(request.hash = %request, author, reason, "declined a management request");
        Ok(RequestStatus { request: *request, state: RequestState::Declined { reason: reason.to_owned() } })
    }

    fn envelope_of(&self, state: &crate::state::State, request: &Sha256Hash) -> Result<Envelope, DecisionError> {
        let record = state.request(request).ok_or(DecisionError::Unknown { request: *request })?;
        record.envelope().cloned().ok_or(DecisionError::Decided { request: *request })
    }
}

/// An envelope has at most 256 KiB, most have 5.
const MAX_WAITING: usize = 10_000;
