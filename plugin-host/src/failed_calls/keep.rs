//! Keeps a call that failed.

use std::time::Instant;

use storage::{Batch, Direction, KeyRange};

use super::FailedCallError;
use super::record::{KeptRequest, Record};
use crate::call::{CallError, Caller, Failure, Runner};
use crate::rows::{Kind, key, milliseconds};
use crate::sandbox::{Answers, Call};

/// So many of a plugin are kept: the first ones say most. Others are not, until these are forgotten.
const MOST: usize = 32;
/// The largest one that is kept, with the answers that it got.
const MOST_BYTES: usize = 256 << 10;
/// So often one is looked whether there is room for: whoever makes calls fail makes no work of it.
const A_SECOND: u32 = 1;

impl Runner {
    /// Keeps a call that failed by the plugin's doing, for as long as the administrator says; whatever becomes of that, the call has failed.
    pub(crate) async fn keep_failed(
        &self,
        call: &Call,
        caller: &Caller,
        request: impl FnOnce() -> Option<KeptRequest>,
        answers: &Answers,
        error: &CallError,
    ) {
        let (CallError::Fault(_) | CallError::Failed(Failure::Internal(_))) = error else { return };
        let Some(days) = call.plugin.keeps_failed_calls() else { return };
        let Some(request) = request() else { return };
        if !call.plugin.keeping().admit(A_SECOND, Instant::now()) {
            return;
        }
        let answered = answers.iter().map(|(asked, answer)| (asked.to.clone(), asked.path.clone(), answer.clone()));
        let record = Record {
            id: call.request_id.clone(),
            called_at: milliseconds(call.now),
            version: call.plugin.manifest().version().to_string(),
            failure: error.to_string(),
            principal: caller.principal.clone(),
            locale: call.locale.clone(),
            trace_parent: caller.trace_parent.clone(),
            request,
            answers: answered.collect(),
        };
        let (plugin, request) = (call.plugin.name(), record.id.clone());
        match self.keep(call, &record, days).await {
            Ok(Kept::Yes) => {
                tracing::info!(plugin, request.id = request, days, "kept a failed call: see plugin replay")
            }
            Ok(Kept::TooLarge) => tracing::info!(plugin, request.id = request, "a failed call is too large to be kept"),
            Ok(Kept::NoRoom) => {
                tracing::debug!(plugin, request.id = request, "as many failed calls are kept as may be")
            }
            Err(error) => tracing::warn!(plugin, request.id = request, %error, "a failed call cannot be kept"),
        }
    }

    async fn keep(&self, call: &Call, record: &Record, days: u32) -> Result<Kept, FailedCallError> {
        let keyspace = call.plugin.keyspace();
        let range = KeyRange::prefix(key(Kind::FailedCall, &[]));
        let mut kept = self.store.snapshot()?.scan(keyspace, range, Direction::Ascending)?.take(MOST);
        if kept.try_fold(0, |count, entry| entry.map(|_| count + 1))? >= MOST {
            return Ok(Kept::NoRoom);
        }
        let until = milliseconds(call.now).saturating_add(u64::from(days) * 24 * 3600 * 1000);
        let row = key(Kind::FailedCall, &[until.to_be_bytes().as_slice(), record.id.as_bytes()].concat());
        match record.seal(call.plugin.keys(), &row) {
            Some(sealed) if sealed.len() <= MOST_BYTES => {
                let mut batch = Batch::new();
                batch.put(keyspace, row, sealed);
                self.store.commit(batch).await?;
                Ok(Kept::Yes)
            }
            _ => Ok(Kept::TooLarge),
        }
    }
}

enum Kept {
    Yes,
    TooLarge,
    NoRoom,
}
