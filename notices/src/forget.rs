//! What is forgotten: a citizen who leaves, and what is old.

use std::time::Duration;

use clock::Timestamp;
use storage::{Bounds, Direction, KeyRange, Transaction};

use crate::account::{Account, NoticeId};
use crate::notices::{Notices, NoticesError};
use crate::rows;
use crate::wire::{NoticeRow, StateRow};

impl Notices {
    /// Forgets a citizen: her contacts, her notices, and what was still to be sent.
    ///
    /// # Errors
    /// When the store fails. What was forgotten by then stays forgotten; call again.
    pub async fn erase(&self, account: &Account) -> Result<(), NoticesError> {
        self.transact(|transaction| {
            transaction.delete(self.keyspace, rows::contacts(account));
            Ok(())
        })
        .await?;
        loop {
            let some = self.transact(|transaction| self.erase_some(transaction, account)).await?;
            if some == 0 {
                return Ok(());
            }
        }
    }

    /// Forgets notices that were said longer ago than `kept`, a bounded number at a time, and says how many; call again until
    /// there are none.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn tidy(&self, now: Timestamp, kept: Duration) -> Result<usize, NoticesError> {
        let oldest = rows::milliseconds(now).saturating_sub(u64::try_from(kept.as_millis()).unwrap_or(u64::MAX));
        let old = self.store.snapshot()?.scan(self.keyspace, KeyRange::prefix(rows::ages()), Direction::Ascending)?;
        let mut forgotten = 0;
        for entry in old.take(AT_ONCE) {
            let (key, _) = entry?;
            let Some((time, account, id)) = rows::read_age(&key) else { continue };
            if time >= oldest {
                break;
            }
            self.transact(|transaction| self.forget(transaction, &account, time, &id)).await?;
            forgotten += 1;
        }
        Ok(forgotten)
    }

    fn erase_some(&self, transaction: &mut Transaction, account: &Account) -> Result<usize, NoticesError> {
        let range = KeyRange::prefix(rows::notices(account));
        let entries = transaction.scan(self.keyspace, range, Direction::Ascending)?.take(AT_ONCE);
        let keys = entries.map(|entry| entry.map(|(key, _)| key)).collect::<Result<Vec<_>, _>>()?;
        for key in &keys {
            match rows::read_notice(account, key) {
                Some((time, id)) => self.forget(transaction, account, time, &id)?,
                None => {
                    transaction.delete(self.keyspace, key.clone());
                }
            }
        }
        if keys.is_empty() {
            transaction.delete(self.keyspace, rows::unread(account));
        }
        Ok(keys.len())
    }

    fn forget(
        &self,
        transaction: &mut Transaction,
        account: &Account,
        time: u64,
        id: &NoticeId,
    ) -> Result<(), NoticesError> {
        let key = rows::notice(account, time, id);
        let row = transaction.get(self.keyspace, &key)?.and_then(|value| rows::decode::<NoticeRow>(&value));
        if let Some(row) = row {
            for way in &row.deliveries {
                if let (Some(channel), StateRow::Waiting { due, .. }) = (way.channel(), way.state) {
                    transaction.delete(self.keyspace, rows::due(channel, due, account, id));
                }
            }
            if !row.is_read {
                transaction.add(self.keyspace, rows::unread(account), -1, Bounds::default());
            }
        }
        transaction.delete(self.keyspace, key);
        transaction.delete(self.keyspace, rows::time(account, id));
        transaction.delete(self.keyspace, rows::age(time, account, id));
        Ok(())
    }
}

/// So many notices are forgotten in one transaction, or at one call.
const AT_ONCE: usize = 100;
