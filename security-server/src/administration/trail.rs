//! The audit trail of a security server: records of its message log.

use admin::{AuditEntry, AuditError, AuditTrail, Noted};
use async_trait::async_trait;
use clock::SharedClock;
use message_log::{AuditRecord, MessageLog};

/// What administrators do, in the message log.
pub(crate) struct LogTrail {
    log: MessageLog,
    clock: SharedClock,
}

impl LogTrail {
    pub(crate) fn new(log: MessageLog, clock: SharedClock) -> Self {
        Self { log, clock }
    }
}

#[async_trait]
impl AuditTrail for LogTrail {
    async fn note(&self, entry: AuditEntry) -> Result<u64, AuditError> {
        let AuditEntry { author, means, action, stage } = entry;
        let noted = self.log.append_audit((&author, &means), &action, stage, self.clock.now()).await;
        noted.map_err(|error| AuditError::new(&crate::upkeep::words(&error)))
    }

    async fn entries(&self, before: u64, limit: usize) -> Result<Vec<Noted>, AuditError> {
        let log = self.log.clone();
        let found = tokio::task::spawn_blocking(move || log.audits(before, limit)).await;
        let found = found.map_err(|error| AuditError::new(&error))?.map_err(|error| AuditError::new(&error))?;
        Ok(found.into_iter().map(noted).collect())
    }
}

fn noted(AuditRecord { index, leaf }: AuditRecord) -> Noted {
    let (author, means, action, stage) = (leaf.author, leaf.means, leaf.action, leaf.stage);
    Noted { number: index, time: leaf.time, entry: AuditEntry { author, means, action, stage } }
}
