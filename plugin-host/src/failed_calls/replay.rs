//! Runs a failed call once more, and keeps nothing of it.

use super::record::{KeptRequest, Record};
use super::{FailedCallError, ReplayedBy};
use crate::call::service::{Origin, ServiceCall};
use crate::call::web::{self, WebCall};
use crate::call::{Export, Failure, Replay};
use crate::host::PluginHost;
use crate::rows::time_at;
use crate::sandbox::Fault;

/// What came of a replay.
#[derive(Debug, Clone, PartialEq)]
pub struct Replayed {
    /// The version that ran.
    pub version: String,
    /// How it ended.
    pub end: ReplayEnd,
    /// Puts, deletions and additions that would have been kept.
    pub writes: usize,
    /// Messages, timers, topics, signings that would have been ordered.
    pub orders: usize,
}

/// How a replay ended.
#[derive(Debug, Clone, PartialEq)]
pub enum ReplayEnd {
    /// It answered.
    Answered {
        /// With this status.
        status: u16,
    },
    /// The plugin refused it.
    Failed(Failure),
    /// It did not return.
    Fault(Fault),
    /// It asked something that it had not asked then: nobody is asked by a replay.
    Asked {
        /// The service.
        service: String,
    },
}

impl PluginHost {
    /// Runs a failed call once more, by the version that is there now. Nothing that it writes or orders is kept.
    ///
    /// # Errors
    /// [`FailedCallError`].
    pub async fn replay(&self, name: &str, id: &str, by: ReplayedBy) -> Result<Replayed, FailedCallError> {
        let (_, record) = self.record(name, id)?;
        match record.request.clone() {
            KeptRequest::Page(request) => {
                let status = |answer: web::Answer| match answer {
                    web::Answer::Response(response) => response.status,
                    // Nothing was submitted before: a replay has no submission.
                    web::Answer::SubmittedBefore => 0,
                };
                self.run_again(name, &record, by, WebCall::new(request, None, None), status).await
            }
            KeptRequest::Service(request) => {
                self.run_again(name, &record, by, ServiceCall { request, origin: Origin::Unknown }, |answer| {
                    answer.status
                })
                .await
            }
        }
    }

    async fn run_again<E: Export>(
        &self,
        name: &str,
        record: &Record,
        by: ReplayedBy,
        export: E,
        status: impl FnOnce(E::Output) -> u16,
    ) -> Result<Replayed, FailedCallError> {
        let versions = self.installed(name)?.versions();
        let plugin = match by {
            ReplayedBy::Current => versions.current.clone(),
            ReplayedBy::Trial => versions.canary.as_ref().map(|canary| canary.version.clone()),
        };
        let plugin = plugin.ok_or_else(|| FailedCallError::NotLoaded { plugin: name.to_owned(), by })?;
        let (now, answers) = (time_at(record.called_at), record.answers());
        let replayed = self.plugins().runner.replay(&plugin, &record.caller(), now, answers, export).await?;
        let (end, writes, orders) = match replayed {
            Replay::Returned { output, writes, orders } => {
                (ReplayEnd::Answered { status: status(output) }, writes, orders)
            }
            Replay::Failed(failure) => (ReplayEnd::Failed(failure), 0, 0),
            Replay::Faulted(fault) => (ReplayEnd::Fault(fault), 0, 0),
            Replay::Asked { service } => (ReplayEnd::Asked { service }, 0, 0),
        };
        Ok(Replayed { version: plugin.manifest().version().to_string(), end, writes, orders })
    }
}
