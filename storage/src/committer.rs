//! The one writer: a thread that takes everything that waits and makes it durable in one transaction of the engine.
//!
//! One sync serves the whole group, which is what makes many small batches fast. Batches and transactions are judged
//! and applied in the order of their arrival, each against what the earlier ones of its group left. Nobody is
//! answered before the sync, not even who is refused: the refusal may rest on a batch of the same group.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, OnceLock};

use tokio::sync::{mpsc, oneshot};

use crate::accounts::Accounts;
use crate::batch::Write;
use crate::engine::{Group, Storing, Wrote};
use crate::footprint::{Footprint, LastWrites};
use crate::newest::Newest;
use crate::proposal::Proposal;
use crate::recent::{MAX_RECENT_BYTES, Recent};
use crate::space::Space;
use crate::versions::{Version, Versions};
use crate::{CommitError, EngineError};

/// What is to be committed, and who waits for it.
pub(crate) struct Waiting {
    pub(crate) proposal: Proposal,
    pub(crate) answer: oneshot::Sender<Verdict>,
}

pub(crate) type Verdict = Result<(), CommitError>;

/// The reason why the store was closed, once it was.
pub(crate) type Closed = Arc<OnceLock<String>>;

/// The state of the thread.
pub(crate) struct Committer {
    engine: Arc<dyn Storing>,
    space: Space,
    closed: Closed,
    versions: Versions,
    newest: Newest,
    recent: Recent,
    last_writes: LastWrites,
    accounts: Accounts,
}

impl Committer {
    pub(crate) fn new(
        engine: Arc<dyn Storing>,
        space: Space,
        closed: Closed,
        (versions, newest, last_writes): (Versions, Newest, LastWrites),
        accounts: Accounts,
    ) -> Self {
        let recent = Recent::new(MAX_RECENT_BYTES);
        Self { engine, space, closed, versions, newest, recent, last_writes, accounts }
    }

    /// Commits what comes through `waiting` until all senders are gone or a commit fails.
    pub(crate) fn run(mut self, mut waiting: mpsc::Receiver<Waiting>) {
        while let Some(first) = waiting.blocking_recv() {
            let (group, size_bytes) = fill(first, &mut waiting);
            let (proposals, answers) = group.into_iter().map(|waiting| (waiting.proposal, waiting.answer)).unzip();
            if let Err(free_bytes) = self.space.has_room(size_bytes) {
                answer_all(answers, &CommitError::DiskFull { free_bytes, reserve_bytes: self.space.reserve_bytes() });
                continue;
            }
            // An engine that panics over damaged pages leaves open what it wrote, as one that fails does.
            let committed = catch_unwind(AssertUnwindSafe(|| self.commit(proposals)));
            match committed.unwrap_or(Err(EngineError::GAVE_UP)) {
                Ok(verdicts) => answers.into_iter().zip(verdicts).for_each(|(to, verdict)| answer(to, verdict)),
                Err(error) => {
                    let reason = close(&self.closed, &error);
                    waiting.close();
                    answer_all(answers, &CommitError::Failed { reason });
                    let late = std::iter::from_fn(|| waiting.try_recv().ok()).map(|waiting| waiting.answer).collect();
                    answer_all(late, &CommitError::closed(&self.closed));
                    return;
                }
            }
        }
    }

    /// Writes a group as one durable transaction and says what became of each proposal.
    fn commit(&mut self, proposals: Vec<Proposal>) -> Result<Vec<Verdict>, EngineError> {
        let version = self.versions.newest() + 1;
        let (recent, accounts) = (&mut self.recent, &mut self.accounts);
        let last_writes = &self.last_writes;
        let mut verdicts = Vec::with_capacity(proposals.len());
        let mut proposals = proposals.into_iter();
        let wrote = self.engine.write(&mut |group| {
            let (mut wrote, mut written) = (Wrote::Nothing, Footprint::new());
            for proposal in proposals.by_ref() {
                verdicts.push(match proposal.judge(recent, accounts, group)? {
                    Ok(accepted) => {
                        wrote = if accepted.is_empty() { wrote } else { Wrote::Something };
                        apply(&accepted.writes, version, (recent, &mut written), group)?;
                        accounts.post(accepted.posting);
                        Ok(())
                    }
                    Err(refusal) => Err(refusal),
                });
            }
            accounts.write(group)?;
            // Before it can be read: what was kept of there is not taken for what is there now.
            last_writes.wrote(version, &written);
            Ok(wrote)
        })?;
        // Before anybody is answered: who was told of a commit and begins anew begins after it.
        if wrote == Wrote::Something {
            self.newest.pass();
            let oldest = self.versions.advance(version);
            self.recent.forget(oldest);
        }
        Ok(verdicts)
    }
}

fn apply(
    writes: &[Write],
    version: Version,
    (recent, written): (&mut Recent, &mut Footprint),
    group: &mut dyn Group,
) -> Result<(), EngineError> {
    for write in writes {
        match write {
            Write::Set { keyspace, key, value } => {
                match value {
                    Some(value) => group.put(keyspace.name(), key, value)?,
                    None => group.delete(keyspace.name(), key)?,
                }
                recent.wrote(version, *keyspace, key);
                written.key(*keyspace, key);
            }
            Write::Clear { keyspace } => {
                group.clear(keyspace.name())?;
                recent.cleared(version, *keyspace);
                written.everywhere();
            }
        }
    }
    Ok(())
}

/// What waits already, within the bounds of a group, and the size of all.
fn fill(first: Waiting, waiting: &mut mpsc::Receiver<Waiting>) -> (Vec<Waiting>, usize) {
    let mut size_bytes = first.proposal.size_bytes();
    let mut group = vec![first];
    while group.len() < MAX_GROUP && size_bytes < MAX_GROUP_BYTES {
        let Ok(next) = waiting.try_recv() else { break };
        size_bytes += next.proposal.size_bytes();
        group.push(next);
    }
    (group, size_bytes)
}

/// After a failed commit nobody knows what the disk holds. Trying again could acknowledge what is not there, so the
/// store is closed; opened again, it shows what really is durable.
fn close(closed: &Closed, error: &EngineError) -> String {
    let reason = error.to_string();
    tracing::error!(storage.reason = %reason, "store closed: a commit failed");
    // A store that is being shut down meanwhile has its reason already.
    let _ = closed.set(format!("a commit failed ({reason})"));
    reason
}

fn answer(to: oneshot::Sender<Verdict>, verdict: Verdict) {
    // Who no longer waits needs no answer; what was committed stands all the same.
    let _ = to.send(verdict);
}

fn answer_all(answers: Vec<oneshot::Sender<Verdict>>, refusal: &CommitError) {
    answers.into_iter().for_each(|to| answer(to, Err(refusal.clone())));
}

/// Batches that share one sync at most: far more than ever wait, and a bound all the same.
const MAX_GROUP: usize = 1024;
/// Bytes that share one sync before no further batch joins.
const MAX_GROUP_BYTES: usize = 16 * 1024 * 1024;
