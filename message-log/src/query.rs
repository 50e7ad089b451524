//! Finding records, newest first.

use crate::frame::Kind;
use crate::index::Key;
use crate::log::MessageLog;
use crate::payload::read_message;
use crate::shared::Segment;
use jiff::Timestamp;
use protocol::context::MessageKind;
use protocol::identifier::{ClientId, ServerId, ServiceId, SubsystemId};
use std::io;
use std::sync::Arc;
use trust::leaf::{Direction, Leaf, MessageLeaf};

/// What to look for; every condition that is set must hold.
#[derive(Debug, Clone, Default)]
pub struct Query {
    /// `X-Road-Id`.
    pub x_road_id: Option<String>,
    /// `X-Road-Request-Id`.
    pub request_id: Option<String>,
    /// Who called.
    pub client: Option<ClientId>,
    /// What was called.
    pub service: Option<ServiceId>,
    /// Whose service was called.
    pub provider: Option<SubsystemId>,
    /// A client's idempotency key.
    pub idempotency: Option<(ClientId, String)>,
    /// A number towards, or from, a peer.
    pub sequence: Option<(Direction, ServerId, u64)>,
    /// Request or response.
    pub kind: Option<MessageKind>,
    /// Not before this time.
    pub from: Option<Timestamp>,
    /// Not after this time.
    pub to: Option<Timestamp>,
    /// At most so many results; [`MAX_FOUND`] if 0 or more than that.
    pub limit: usize,
}

/// A message record that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The index of its leaf.
    pub index: u64,
    /// What the log says of it.
    pub leaf: MessageLeaf,
    /// Whether its content is still there.
    pub state: FoundState,
}

/// Whether a record's content is still there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FoundState {
    /// It is.
    Kept,
    /// It was erased.
    Erased,
}

/// A message of the recent past, as [`MessageLog::recent`] lists them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecentMessage {
    /// The index of its leaf.
    pub index: u64,
    /// The id of the relayed request.
    pub request_id: String,
    /// The other security server.
    pub peer: ServerId,
    /// Sent or received.
    pub direction: Direction,
    /// Request or response.
    pub kind: MessageKind,
    /// When it was logged.
    pub time: Timestamp,
}

/// Lists recent messages, newest first.
pub struct Recent {
    log: MessageLog,
    since: Timestamp,
    next: u64,
}

/// The most results of one search.
pub const MAX_FOUND: usize = 1000;

impl MessageLog {
    /// Finds message records, the newest first. Blocks.
    ///
    /// # Errors
    /// When the disk fails.
    pub fn find(&self, query: &Query) -> io::Result<Vec<Found>> {
        let limit = if query.limit == 0 { MAX_FOUND } else { query.limit.min(MAX_FOUND) };
        let key = query.key();
        let mut found = Vec::new();
        for segment in self.shared().segments().iter().rev().filter(|segment| query.may_be_in(segment)) {
            match key {
                Some(key) => {
                    let offsets = segment.index(|index| index.offsets(key))?;
                    for offset in offsets.into_iter().rev() {
                        found.extend(read_found(segment, offset)?.filter(|candidate| query.matches(candidate)));
                        if found.len() == limit {
                            return Ok(found);
                        }
                    }
                }
                None => {
                    for position in (0..segment.index(|index| index.leaf_count())).rev() {
                        let Some(offset) = segment.index(|index| index.leaf_offset(position))? else { continue };
                        found.extend(read_found(segment, offset)?.filter(|candidate| query.matches(candidate)));
                        if found.len() == limit {
                            return Ok(found);
                        }
                    }
                }
            }
        }
        Ok(found)
    }

    /// The messages logged since a time, newest first, for example to know after a restart which requests came already. The
    /// iterator blocks. It ends at the first segment that is older.
    #[must_use]
    pub fn recent(&self, since: Timestamp) -> Recent {
        Recent { log: self.clone(), since, next: self.size() }
    }
}

impl Iterator for Recent {
    type Item = io::Result<RecentMessage>;

    fn next(&mut self) -> Option<Self::Item> {
        while let Some(index) = self.next.checked_sub(1) {
            let (segment, position) = self.log.shared().segment_of_leaf(index)?;
            let newest = segment.index(|index| index.times()).map(|times| *times.end());
            if newest.is_none_or(|newest| newest < self.since.as_microsecond()) {
                self.next = 0;
                return None;
            }
            self.next = index;
            let read = segment.index(|index| index.leaf_offset(position));
            let read = read.and_then(|offset| offset.map_or(Ok(None), |offset| read_found(&segment, offset)));
            match read {
                Ok(Some(found)) if found.leaf.time >= self.since => return Some(Ok(found.into())),
                Ok(_) => {}
                Err(error) => {
                    self.next = 0;
                    return Some(Err(error));
                }
            }
        }
        None
    }
}

impl From<Found> for RecentMessage {
    fn from(found: Found) -> Self {
        let Found { index, leaf, .. } = found;
        let MessageLeaf { request_id, peer, direction, role, time, .. } = leaf;
        Self { index, request_id, peer, direction, kind: role, time }
    }
}

impl Query {
    /// The one condition that leaves the fewest records.
    fn key(&self) -> Option<Key> {
        let sequence = self.sequence.as_ref().map(|(direction, peer, number)| match direction {
            Direction::Sent => Key::sent(peer, *number),
            Direction::Received => Key::received(peer, *number),
        });
        sequence
            .or_else(|| self.idempotency.as_ref().map(|(client, key)| Key::idempotency(client, key)))
            .or_else(|| self.request_id.as_deref().map(Key::request_id))
            .or_else(|| self.x_road_id.as_deref().map(Key::x_road_id))
            .or_else(|| self.client.as_ref().map(Key::client))
            .or_else(|| self.service.as_ref().map(Key::service))
    }

    fn may_be_in(&self, segment: &Segment) -> bool {
        let Some(times) = segment.index(|index| index.times()) else { return false };
        let too_old = self.from.is_some_and(|from| *times.end() < from.as_microsecond());
        let too_new = self.to.is_some_and(|to| *times.start() > to.as_microsecond());
        !too_old && !too_new
    }

    /// Whether everything holds that the leaf can tell. An idempotency key is encrypted: the reader compares it.
    fn matches(&self, Found { leaf, state, .. }: &Found) -> bool {
        fn holds<T: PartialEq + ?Sized>(wanted: Option<&T>, found: &T) -> bool {
            wanted.is_none_or(|wanted| wanted == found)
        }
        let by_key =
            self.idempotency.as_ref().is_none_or(|(client, _)| *client == leaf.client && *state == FoundState::Kept);
        let by_number = self.sequence.as_ref().is_none_or(|(direction, peer, number)| {
            (*direction, peer, *number) == (leaf.direction, &leaf.peer, leaf.sequence)
        });
        by_key
            && by_number
            && holds(self.x_road_id.as_deref(), &leaf.id)
            && holds(self.request_id.as_deref(), &leaf.request_id)
            && holds(self.client.as_ref(), &leaf.client)
            && holds(self.service.as_ref(), &leaf.service)
            && holds(self.provider.as_ref(), leaf.service.subsystem())
            && holds(self.kind.as_ref(), &leaf.role)
            && self.from.is_none_or(|from| leaf.time >= from)
            && self.to.is_none_or(|to| leaf.time <= to)
    }
}

/// Reads the message record at `offset`; `None` if there is another kind.
fn read_found(segment: &Arc<Segment>, offset: u32) -> io::Result<Option<Found>> {
    let Some(frame) = segment.read(offset)?.filter(|frame| frame.kind == Kind::Message) else { return Ok(None) };
    let Some(message) = read_message(&frame.payload) else { return Ok(None) };
    let Ok(Leaf::Message(leaf)) = Leaf::parse(message.leaf) else { return Ok(None) };
    let Some(position) = segment.index(|index| index.leaf_position(offset))? else { return Ok(None) };
    let state = if message.is_erased() { FoundState::Erased } else { FoundState::Kept };
    Ok(Some(Found { index: segment.header.first_leaf + position, leaf: *leaf, state }))
}
