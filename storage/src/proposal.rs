//! What somebody wants to be committed, and whether it may be.

use crate::accounts::{Accounts, Posting};
use crate::batch::{Expected, Write};
use crate::engine::Group;
use crate::reads::Reads;
use crate::recent::Recent;
use crate::transaction::Changes;
use crate::versions::Began;
use crate::{Batch, CommitError, ConflictCause, EngineError, Keyspace};

/// A batch or a transaction that waits for its turn.
pub(crate) enum Proposal {
    Batch(Batch),
    Transaction { began: Began, reads: Reads, changes: Changes, size_bytes: usize },
}

/// What is written of a proposal that may be committed.
#[derive(Debug)]
pub(crate) struct Accepted {
    pub(crate) writes: Vec<Write>,
    pub(crate) posting: Posting,
}

/// Refused by whom it is told, or accepted; what the engine cannot read refuses everybody.
type Judged<T> = Result<Result<T, CommitError>, EngineError>;

impl Proposal {
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Batch(_) => "a batch",
            Self::Transaction { .. } => "a transaction",
        }
    }

    pub(crate) fn size_bytes(&self) -> usize {
        match self {
            Self::Batch(batch) => batch.size_bytes(),
            Self::Transaction { size_bytes, .. } => *size_bytes,
        }
    }

    /// The length of the longest key that would be written.
    pub(crate) fn longest_key_bytes(&self) -> usize {
        match self {
            Self::Batch(batch) => batch.longest_key_bytes(),
            Self::Transaction { changes, .. } => {
                changes.values().flatten().map(|(key, _)| key.len()).max().unwrap_or(0)
            }
        }
    }

    /// What it comes to, if it may be committed after all that was committed before it.
    pub(crate) fn judge(self, recent: &Recent, accounts: &Accounts, group: &mut dyn Group) -> Judged<Accepted> {
        let (judged, quotas) = match self {
            Self::Batch(Batch { expectations, writes, quotas, .. }) => {
                (demanded(&expectations, group)?.map(|()| writes), quotas)
            }
            Self::Transaction { began, reads, changes, .. } => match recent.judge(&reads, began.version()) {
                Ok(()) => (outcome(changes, group)?, Vec::new()),
                Err(refusal) => (Err(refusal), Vec::new()),
            },
        };
        let writes = match judged {
            Ok(writes) => writes,
            Err(refusal) => return Ok(Err(refusal)),
        };
        Ok(accounts.judge(&writes, &quotas, group)?.map(|posting| Accepted { writes, posting }))
    }
}

impl Accepted {
    pub(crate) fn is_empty(&self) -> bool {
        self.writes.is_empty() && self.posting.is_empty()
    }
}

/// Whether every key holds what is expected of it.
fn demanded(expectations: &[(Keyspace, Vec<u8>, Expected)], group: &mut dyn Group) -> Judged<()> {
    for (keyspace, key, expected) in expectations {
        if !expected.holds(group.get(keyspace.name(), key)?.as_deref()) {
            let (keyspace, key, cause) = (*keyspace, key.clone(), ConflictCause::Expected);
            return Ok(Err(CommitError::Conflict { keyspace, key, cause }));
        }
    }
    Ok(Ok(()))
}

/// What changes come to, given what the keys hold now.
fn outcome(changes: Changes, group: &mut dyn Group) -> Judged<Vec<Write>> {
    let mut writes = Vec::new();
    for (keyspace, changes) in changes {
        for (key, change) in changes {
            let before = if change.needs_before() { group.get(keyspace.name(), &key)? } else { None };
            match change.outcome(before) {
                Ok(value) => writes.push(Write::Set { keyspace, key, value }),
                Err(unfit) => return Ok(Err(CommitError::Counter { source: unfit.at(keyspace, &key) })),
            }
        }
    }
    Ok(Ok(writes))
}
