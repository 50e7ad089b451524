//! What is still to be sent, as the courier sees it.

use clock::Timestamp;
use storage::{Direction, KeyRange, Snapshot};

use crate::account::{Account, NoticeId};
use crate::contacts::{Channel, Contacts};
use crate::notice::{Notice, Outcome};
use crate::notices::{Notices, NoticesError, read_contacts, read_time};
use crate::rows;
use crate::wire::{NoticeRow, StateRow};

/// What is to be sent, as the courier sees it.
#[derive(Debug)]
pub(crate) struct Due {
    pub notice: Notice,
    pub contacts: Contacts,
    pub is_proof: bool,
    pub due: u64,
    pub attempts: u32,
}

/// What the courier does with the rows.
impl Notices {
    /// What is due on a channel, the oldest first, and at most so many. What cannot be read is left out and stays.
    pub(crate) fn due(&self, channel: Channel, now: Timestamp, at_most: usize) -> Result<Vec<Due>, NoticesError> {
        let snapshot = self.store.snapshot()?;
        let mut due = Vec::new();
        for entry in snapshot.scan(self.keyspace, KeyRange::prefix(rows::dues(channel)), Direction::Ascending)? {
            let (key, _) = entry?;
            let Some((time, account, id)) = rows::read_due(channel, &key) else { continue };
            if due.len() >= at_most || time > rows::milliseconds(now) {
                break;
            }
            due.extend(self.due_in(&snapshot, channel, time, &account, &id)?);
        }
        Ok(due)
    }

    fn due_in(
        &self,
        snapshot: &Snapshot,
        channel: Channel,
        due: u64,
        account: &Account,
        id: &NoticeId,
    ) -> Result<Option<Due>, NoticesError> {
        let time = snapshot.get(self.keyspace, rows::time(account, id))?;
        let Ok(time) = read_time(account, id, time.as_deref()) else { return Ok(None) };
        let value = snapshot.get(self.keyspace, rows::notice(account, time, id))?;
        let Some(mut row) = value.and_then(|value| rows::decode::<NoticeRow>(&value)) else { return Ok(None) };
        let Some(notice) = row.notice(account, time, id) else { return Ok(None) };
        let contacts = snapshot.get(self.keyspace, rows::contacts(account))?;
        let Ok(contacts) = read_contacts(account, contacts.as_deref()) else { return Ok(None) };
        let way = row.delivery_mut(channel).map(|way| (way.is_proof, way.state));
        let Some((is_proof, StateRow::Waiting { attempts, .. })) = way else { return Ok(None) };
        Ok(Some(Due { notice, contacts, is_proof, due, attempts }))
    }

    /// Keeps what became of something that was due. If the citizen was forgotten meanwhile, nothing is kept.
    pub(crate) async fn settle(&self, channel: Channel, due: &Due, outcome: Outcome) -> Result<(), NoticesError> {
        let (account, id) = (&due.notice.account, &due.notice.id);
        let kept = self.transact(|transaction| {
            let (key, mut row) = self.row_in(transaction, account, id)?;
            let Some(way) = row.delivery_mut(channel) else { return Ok(()) };
            if !matches!(way.state, StateRow::Waiting { due: before, .. } if before == due.due) {
                return Ok(());
            }
            way.state = StateRow::from(&outcome);
            transaction.delete(self.keyspace, rows::due(channel, due.due, account, id));
            if let StateRow::Waiting { due: again, .. } = way.state {
                transaction.put(self.keyspace, rows::due(channel, again, account, id), []);
            }
            transaction.put(self.keyspace, key, rows::encode(&row));
            Ok(())
        });
        match kept.await {
            Err(NoticesError::NoSuchNotice { .. }) => Ok(()),
            kept => kept,
        }
    }
}
