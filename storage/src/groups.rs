//! Who commits together: one sync of the disk serves a whole group.

use std::thread;
use std::time::Duration;

use tokio::sync::mpsc;

use crate::committer::Waiting;

/// What waits for the committer, taken in groups.
///
/// A group is what waits already and, for a moment, most of those who are known to commit again and again: the last group, and
/// whoever came while it was written. On a quick disk callers would else commit one by one, each with a sync and the engine's
/// work for a transaction. They are not all waited for, so that some prepare the next commits while a group is written. Who
/// commits alone waits for nobody.
pub(crate) struct Groups {
    waiting: mpsc::Receiver<Waiting>,
    known: usize,
    /// Waits until it is looked again who came.
    pause: Box<dyn FnMut() + Send>,
}

/// What is committed together.
pub(crate) struct Members {
    pub(crate) all: Vec<Waiting>,
    pub(crate) size_bytes: usize,
}

impl Groups {
    pub(crate) fn new(waiting: mpsc::Receiver<Waiting>) -> Self {
        Self::pausing(waiting, Box::new(pause))
    }

    fn pausing(waiting: mpsc::Receiver<Waiting>, pause: Box<dyn FnMut() + Send>) -> Self {
        Self { waiting, known: 0, pause }
    }

    /// The next group; waits for its first member. Nothing once all senders are gone.
    pub(crate) fn next(&mut self) -> Option<Members> {
        let first = self.waiting.blocking_recv()?;
        let mut members = Members { size_bytes: first.proposal.size_bytes(), all: vec![first] };
        self.fill(&mut members);
        let wanted = self.known - self.known / LEFT_OUT;
        for _ in 0..MAX_PAUSES {
            if members.all.len() >= wanted || members.is_full() {
                break;
            }
            (self.pause)();
            self.fill(&mut members);
        }
        Some(members)
    }

    /// Notes, before anybody of a group is answered, how many commit at once: its members, and who came meanwhile.
    pub(crate) fn decided(&mut self, members: usize) {
        self.known = members + self.waiting.len();
    }

    /// Lets nobody in any more; gives who waits still.
    pub(crate) fn close(&mut self) -> impl Iterator<Item = Waiting> + '_ {
        self.waiting.close();
        std::iter::from_fn(|| self.waiting.try_recv().ok())
    }

    /// Adds who waits already, within the bounds of a group.
    fn fill(&mut self, members: &mut Members) {
        while !members.is_full() {
            let Ok(next) = self.waiting.try_recv() else { break };
            members.size_bytes += next.proposal.size_bytes();
            members.all.push(next);
        }
    }
}

impl Members {
    /// Whether nobody else is taken in.
    fn is_full(&self) -> bool {
        self.all.len() >= MAX_GROUP || self.size_bytes >= MAX_GROUP_BYTES
    }
}

#[expect(clippy::disallowed_methods, reason = "a pause for throughput: whoever waits afterwards is taken in")]
fn pause() {
    thread::sleep(PAUSE);
}

/// Batches that share one sync at most: far more than ever wait, and a bound all the same.
const MAX_GROUP: usize = 1024;
/// Bytes that share one sync before no further batch joins.
const MAX_GROUP_BYTES: usize = 16 * 1024 * 1024;
/// One of so many that are known is not waited for.
const LEFT_OUT: usize = 4;
/// Shorter ones are not shorter: the kernel adds about as much.
const PAUSE: Duration = Duration::from_micros(50);
/// A group waits for about a millisecond at most.
const MAX_PAUSES: usize = 10;

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use tokio::sync::oneshot;

    use super::*;
    use crate::Batch;
    use crate::proposal::Proposal;

    fn one() -> Waiting {
        Waiting { proposal: Proposal::Batch(Batch::default()), answer: oneshot::channel().0 }
    }

    /// Groups, who sends into them, and how often they paused; so many come in each pause.
    fn groups(in_a_pause: usize) -> (Groups, mpsc::Sender<Waiting>, Arc<AtomicUsize>) {
        let (sender, waiting) = mpsc::channel(2 * MAX_GROUP);
        let (late, pauses) = (sender.clone(), Arc::new(AtomicUsize::new(0)));
        let counted = Arc::clone(&pauses);
        let pause = move || {
            counted.fetch_add(1, Ordering::Relaxed);
            (0..in_a_pause).for_each(|_| late.try_send(one()).expect("there is room"));
        };
        (Groups::pausing(waiting, Box::new(pause)), sender, pauses)
    }

    fn send(sender: &mpsc::Sender<Waiting>, times: usize) {
        (0..times).for_each(|_| sender.try_send(one()).expect("there is room"));
    }

    fn size(groups: &mut Groups) -> usize {
        groups.next().expect("somebody waits").all.len()
    }

    #[test]
    fn who_commits_alone_waits_for_nobody() {
        let (mut groups, sender, pauses) = groups(0);
        for _ in 0..3 {
            send(&sender, 1);
            assert_eq!(size(&mut groups), 1);
            groups.decided(1);
        }
        assert_eq!(pauses.load(Ordering::Relaxed), 0);
    }

    #[test]
    fn a_group_waits_for_most_of_those_who_commit_at_once() {
        let (mut groups, sender, pauses) = groups(1);
        send(&sender, 4);
        assert_eq!(size(&mut groups), 4);
        // They were four, and four more come while it is written.
        send(&sender, 4);
        groups.decided(4);
        assert_eq!(size(&mut groups), 6);
        assert_eq!(pauses.load(Ordering::Relaxed), 2);
    }

    #[test]
    fn those_who_stay_away_are_waited_for_once() {
        let (mut groups, sender, pauses) = groups(0);
        send(&sender, 8);
        assert_eq!(size(&mut groups), 8);
        groups.decided(8);
        for _ in 0..2 {
            send(&sender, 1);
            assert_eq!(size(&mut groups), 1);
            groups.decided(1);
        }
        assert_eq!(pauses.load(Ordering::Relaxed), MAX_PAUSES);
    }

    #[test]
    fn a_group_has_a_bound_and_a_full_one_waits_for_nobody() {
        let (mut groups, sender, pauses) = groups(0);
        for _ in 0..2 {
            send(&sender, 2 * MAX_GROUP);
            assert_eq!(size(&mut groups), MAX_GROUP);
            groups.decided(MAX_GROUP);
            assert_eq!(size(&mut groups), MAX_GROUP);
            groups.decided(2 * MAX_GROUP);
        }
        assert_eq!(pauses.load(Ordering::Relaxed), 0);
    }
}
