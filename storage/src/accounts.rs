//! The committer's account of the keyspaces that are counted, which stands in the store itself.
//!
//! What a group changes of it becomes durable in the transaction of the group, so that the counts are those of the
//! content in whatever state a crash leaves. A keyspace that is not counted costs nothing.

use std::collections::{BTreeMap, BTreeSet};

use crate::batch::Write;
use crate::engine::{Group, View};
use crate::quota::{ACCOUNTS, Account, Quota, entry_bytes};
use crate::{CommitError, Direction, EngineError, KeyRange, Keyspace};

/// All accounts, as the proposals that were accepted so far have left them.
#[derive(Debug, Default)]
pub(crate) struct Accounts {
    /// By name: a store may hold accounts of keyspaces that nobody has named in this process.
    counted: BTreeMap<String, Account>,
    /// Those that the group has changed.
    changed: BTreeSet<String>,
}

/// What a proposal would do to the accounts: the new state of each that it changes, nothing where counting ends.
#[derive(Debug, Default)]
pub(crate) struct Posting(BTreeMap<Keyspace, Option<Account>>);

impl Accounts {
    /// What stands in the store.
    pub(crate) fn read(view: &dyn View) -> Result<Self, EngineError> {
        let mut counted = BTreeMap::new();
        for entry in view.scan(ACCOUNTS.name(), &KeyRange::all(), Direction::Ascending)? {
            let (name, account) = entry?;
            let name = String::from_utf8(name).map_err(|_| EngineError::damaged("the name of a keyspace"))?;
            let account = Account::decode(&account).ok_or(EngineError::damaged("an account of a keyspace"))?;
            counted.insert(name, account);
        }
        Ok(Self { counted, changed: BTreeSet::new() })
    }

    /// What `writes`, and then new `quotas`, come to; refused if a keyspace would grow beyond its limit.
    pub(crate) fn judge(
        &self,
        writes: &[Write],
        quotas: &[(Keyspace, Quota)],
        group: &mut dyn Group,
    ) -> Result<Result<Posting, CommitError>, EngineError> {
        let mut tallies = BTreeMap::new();
        for (keyspace, quota) in quotas {
            let tally = match tallies.remove(keyspace).or_else(|| self.tally(*keyspace)) {
                Some(tally) => tally,
                None if *quota == Quota::Uncounted => continue,
                None => Tally::new(group.size_bytes(keyspace.name())?, *quota),
            };
            tallies.insert(*keyspace, Tally { quota: *quota, ..tally });
        }
        if self.counted.is_empty() && tallies.is_empty() {
            return Ok(Ok(Posting::default()));
        }
        for write in writes {
            let keyspace = write.keyspace();
            if let std::collections::btree_map::Entry::Vacant(place) = tallies.entry(keyspace)
                && let Some(tally) = self.tally(keyspace)
            {
                place.insert(tally);
            }
            if let Some(tally) = tallies.get_mut(&keyspace) {
                tally.write(write, group)?;
            }
        }
        Ok(tallies.into_iter().map(|(keyspace, tally)| Ok((keyspace, tally.account(keyspace)?))).collect())
    }

    /// Accepts what was judged; it is what the next proposal is judged by.
    pub(crate) fn post(&mut self, posting: Posting) {
        for (keyspace, account) in posting.0 {
            let name = keyspace.name().to_owned();
            match account {
                Some(account) => self.counted.insert(name.clone(), account),
                None => self.counted.remove(&name),
            };
            self.changed.insert(name);
        }
    }

    /// Writes what the group has changed.
    pub(crate) fn write(&mut self, group: &mut dyn Group) -> Result<(), EngineError> {
        for name in std::mem::take(&mut self.changed) {
            match self.counted.get(&name) {
                Some(account) => group.put(ACCOUNTS.name(), name.as_bytes(), &account.encode())?,
                None => group.delete(ACCOUNTS.name(), name.as_bytes())?,
            }
        }
        Ok(())
    }

    fn tally(&self, keyspace: Keyspace) -> Option<Tally<'static>> {
        self.counted.get(keyspace.name()).map(|account| Tally::new(account.used_bytes, account.quota))
    }
}

impl Posting {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<(Keyspace, Option<Account>)> for Posting {
    fn from_iter<I: IntoIterator<Item = (Keyspace, Option<Account>)>>(accounts: I) -> Self {
        Self(accounts.into_iter().collect())
    }
}

/// The count of one keyspace while the writes of a proposal are gone through.
#[derive(Debug)]
struct Tally<'w> {
    before_bytes: u64,
    used_bytes: u64,
    quota: Quota,
    /// What the proposal itself has left at a key; nothing means that the key is not there.
    entries: BTreeMap<&'w [u8], Option<u64>>,
    /// What the store holds counts no more.
    cleared: Cleared,
}

#[derive(Debug, PartialEq, Eq)]
enum Cleared {
    No,
    Yes,
}

impl<'w> Tally<'w> {
    fn new(used_bytes: u64, quota: Quota) -> Self {
        Self { before_bytes: used_bytes, used_bytes, quota, entries: BTreeMap::new(), cleared: Cleared::No }
    }

    fn write(&mut self, write: &'w Write, group: &mut dyn Group) -> Result<(), EngineError> {
        match write {
            Write::Clear { .. } => {
                self.used_bytes = 0;
                self.entries.clear();
                self.cleared = Cleared::Yes;
            }
            Write::Set { keyspace, key, value } => {
                let before = match self.entries.get(key.as_slice()) {
                    Some(before) => *before,
                    None if self.cleared == Cleared::Yes => None,
                    None => group.value_bytes(keyspace.name(), key)?.map(|bytes| entry_bytes(key, bytes)),
                };
                let after = value.as_ref().map(|value| entry_bytes(key, value.len()));
                // Saturating, so that an account that is wrong on a damaged disk stays a number.
                self.used_bytes =
                    self.used_bytes.saturating_add(after.unwrap_or(0)).saturating_sub(before.unwrap_or(0));
                self.entries.insert(key, after);
            }
        }
        Ok(())
    }

    /// The account afterwards, unless the keyspace has grown and is over its limit.
    fn account(self, keyspace: Keyspace) -> Result<Option<Account>, CommitError> {
        let Self { before_bytes, used_bytes, quota, .. } = self;
        match quota {
            Quota::Uncounted => Ok(None),
            Quota::Bytes(limit_bytes) if used_bytes > limit_bytes && used_bytes > before_bytes => {
                Err(CommitError::Quota { keyspace, used_bytes: before_bytes, limit_bytes })
            }
            quota => Ok(Some(Account { used_bytes, quota })),
        }
    }
}
