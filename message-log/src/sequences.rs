//! Sequence numbers towards each peer, handed out from blocks that are durably reserved before a number is used.

use protocol::identifier::ServerId;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A number towards a peer. Used for one message or explained by one outcome; if it is dropped instead, the log explains it as
/// not sent.
#[must_use = "a number that is not used is explained as not sent"]
pub struct Sequence {
    peer: ServerId,
    number: u64,
    home: Option<Arc<Sequences>>,
}

/// The blocks that numbers are taken from.
#[derive(Default)]
pub(crate) struct Sequences {
    inner: Mutex<Blocks>,
    /// When fewer are left, the next block is to be reserved.
    short: u64,
}

#[derive(Default)]
struct Blocks {
    peers: BTreeMap<ServerId, Block>,
    /// Numbers handed out and given back unused.
    dropped: Vec<(ServerId, u64)>,
}

struct Block {
    /// Where the next block starts.
    end: u64,
    /// Ranges that may be handed out, in rising order.
    free: Vec<Range<u64>>,
}

/// What to do before the next number.
pub(crate) enum Taken {
    /// Here it is.
    Number(Sequence),
    /// Here it is, and the block runs short: reserve the next one now.
    Short(Sequence),
    /// Reserve a block and ask again.
    Reserve,
}

/// So many dropped numbers are remembered; further ones are found unexplained when the log is closed or opened.
const MAX_DROPPED: usize = 4096;

impl Sequence {
    /// The number itself.
    #[must_use]
    pub const fn number(&self) -> u64 {
        self.number
    }

    /// The peer it counts messages to.
    #[must_use]
    pub const fn peer(&self) -> &ServerId {
        &self.peer
    }

    /// The number is in a message that may be on its way: dropped from here on, it stays outstanding.
    pub(crate) fn bind(&mut self) {
        self.home = None;
    }
}

impl Drop for Sequence {
    fn drop(&mut self) {
        if let Some(home) = self.home.take() {
            home.give_back(&self.peer, self.number);
        }
    }
}

impl Default for Block {
    fn default() -> Self {
        Self { end: 1, free: Vec::new() }
    }
}

impl Sequences {
    /// Numbers continue behind what was ever reserved.
    pub(crate) fn continue_from(reserved_ends: impl IntoIterator<Item = (ServerId, u64)>, short: u64) -> Arc<Self> {
        let block = |end| Block { end, ..Block::default() };
        let peers = reserved_ends.into_iter().map(|(peer, end)| (peer, block(end))).collect();
        Arc::new(Self { inner: Mutex::new(Blocks { peers, dropped: Vec::new() }), short })
    }

    /// The numbers to reserve next for a peer.
    pub(crate) fn next_block(&self, peer: &ServerId, length: u64) -> Range<u64> {
        let end = self.lock().peers.get(peer).map_or(1, |block| block.end);
        end..end.saturating_add(length.max(1))
    }

    pub(crate) fn take(self: &Arc<Self>, peer: &ServerId) -> Taken {
        let mut blocks = self.lock();
        if !blocks.peers.contains_key(peer) {
            blocks.peers.insert(peer.clone(), Block::default());
        }
        let Some(block) = blocks.peers.get_mut(peer) else { return Taken::Reserve };
        let Some(range) = block.free.first_mut() else { return Taken::Reserve };
        let number = range.start;
        range.start += 1;
        if range.is_empty() {
            block.free.remove(0);
        }
        let left: u64 = block.free.iter().map(|range| range.end - range.start).sum();
        let sequence = Sequence { peer: peer.clone(), number, home: Some(Arc::clone(self)) };
        if left < self.short { Taken::Short(sequence) } else { Taken::Number(sequence) }
    }

    /// A reserved block is durable. Told twice, because two callers had to ask for it, it counts once.
    pub(crate) fn add(&self, peer: &ServerId, numbers: Range<u64>) {
        let mut blocks = self.lock();
        let block = blocks.peers.entry(peer.clone()).or_default();
        if numbers.start >= block.end {
            block.end = numbers.end;
            block.free.push(numbers);
        }
    }

    /// A number was certainly not used.
    pub(crate) fn give_back(&self, peer: &ServerId, number: u64) {
        let mut blocks = self.lock();
        if blocks.dropped.len() < MAX_DROPPED {
            blocks.dropped.push((peer.clone(), number));
        }
    }

    /// Numbers that were given back unused since the last call.
    pub(crate) fn take_dropped(&self) -> Vec<(ServerId, u64)> {
        std::mem::take(&mut self.lock().dropped)
    }

    /// Ends handing out: all ranges that nobody got.
    pub(crate) fn take_free(&self) -> Vec<(ServerId, Range<u64>)> {
        let mut blocks = self.lock();
        let peers = blocks.peers.iter_mut();
        peers.flat_map(|(peer, block)| block.free.drain(..).map(|range| (peer.clone(), range))).collect()
    }

    fn lock(&self) -> MutexGuard<'_, Blocks> {
        // Nothing panics while the lock is held.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(taken: Taken) -> u64 {
        match taken {
            Taken::Number(mut sequence) | Taken::Short(mut sequence) => {
                sequence.bind();
                sequence.number()
            }
            Taken::Reserve => panic!("no number left"),
        }
    }

    fn sequences() -> (Arc<Sequences>, ServerId) {
        (Sequences::continue_from([], 2), "BO/GOV/1001/ss1".parse().unwrap())
    }

    #[test]
    fn asks_for_the_next_block_in_time() {
        let (sequences, peer) = sequences();
        assert!(matches!(sequences.take(&peer), Taken::Reserve));
        assert_eq!(sequences.next_block(&peer, 4), 1..5);
        sequences.add(&peer, 1..5);
        assert!(matches!(sequences.take(&peer), Taken::Number(_)));
        assert!(matches!(sequences.take(&peer), Taken::Number(_)));
        assert!(matches!(sequences.take(&peer), Taken::Short(_)));
        assert_eq!(sequences.next_block(&peer, 4), 5..9);
        sequences.add(&peer, 5..9);
        assert_eq!([number(sequences.take(&peer)), number(sequences.take(&peer))], [4, 5]);
    }

    #[test]
    fn a_block_that_was_reserved_twice_counts_once() {
        let (sequences, peer) = sequences();
        sequences.add(&peer, 1..5);
        sequences.add(&peer, 1..5);
        let numbers: Vec<u64> = (0..4).map(|_| number(sequences.take(&peer))).collect();
        assert_eq!(numbers, [1, 2, 3, 4]);
        assert!(matches!(sequences.take(&peer), Taken::Reserve));
    }

    #[test]
    fn remembers_numbers_that_nobody_used() {
        let (sequences, peer) = sequences();
        sequences.add(&peer, 1..5);
        drop(sequences.take(&peer));
        assert_eq!(number(sequences.take(&peer)), 2);
        assert_eq!(sequences.take_dropped(), [(peer.clone(), 1)]);
        assert_eq!(sequences.take_free(), [(peer, 3..5)]);
    }
}
