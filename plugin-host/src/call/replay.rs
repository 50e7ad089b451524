//! A call that is run once more to see what becomes of it: attempts whose transactions are thrown away.

use std::sync::Arc;

use clock::Timestamp;

use super::attempt::Attempted;
use super::{CallError, Caller, Export, Failure, Runner};
use crate::contract::limits::MAX_CONFLICTS;
use crate::plugin::Loaded;
use crate::sandbox::{Answers, Call, Fault};

/// What became of it.
pub(crate) enum Replay<T> {
    /// It returned, having written and ordered so much that would be kept.
    Returned {
        output: T,
        writes: usize,
        orders: usize,
    },
    Failed(Failure),
    Faulted(Fault),
    /// It asked what `answers` do not have.
    Asked {
        service: String,
    },
}

impl Runner {
    /// Runs a call as at a time, with what its questions were answered then. Nothing is kept, nobody is asked, and the
    /// plugin's breaker does not hear of it.
    pub(crate) async fn replay<E: Export>(
        &self,
        plugin: &Arc<Loaded>,
        caller: &Caller,
        now: Timestamp,
        answers: Answers,
        export: E,
    ) -> Result<Replay<E::Output>, CallError> {
        if !E::is_exported(plugin.exports()) {
            return Err(CallError::NotExported);
        }
        let _place = plugin.places().try_acquire().map_err(|_| CallError::Busy)?;
        let call = Arc::new(Call {
            plugin: plugin.clone(),
            request_id: caller.request_id.clone(),
            now,
            locale: caller.locale.clone(),
            access: export.access(),
            environment: self.environment.clone(),
        });
        let (answers, export) = (Arc::new(answers), Arc::new(export));
        for number in 0..MAX_CONFLICTS {
            return Ok(match self.attempt(&call, caller, number, &answers, export.clone()).await? {
                Attempted::Outdated => continue,
                Attempted::Returned(output, remains) => {
                    let kept = export.is_kept(&output);
                    let (writes, orders) = if kept { remains.effects.counts() } else { (0, 0) };
                    Replay::Returned { output, writes, orders }
                }
                Attempted::DoneBefore(output) => Replay::Returned { output, writes: 0, orders: 0 },
                Attempted::Failed(failure) => Replay::Failed(failure),
                Attempted::Faulted(fault) => Replay::Faulted(fault),
                Attempted::Ask(question) => Replay::Asked { service: question.to },
            });
        }
        Err(CallError::Conflict { attempts: MAX_CONFLICTS })
    }
}
