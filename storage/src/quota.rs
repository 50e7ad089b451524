//! How much a keyspace may hold, and how much it holds: what of that is stored.

use crate::Keyspace;

/// Whether the bytes of a keyspace, keys and values, are counted, and how many it may hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Quota {
    /// They are not counted, and may be any number.
    #[default]
    Uncounted,
    /// They are counted, and may be any number.
    Unlimited,
    /// They are counted, and grow to this number at most.
    Bytes(u64),
}

/// What a keyspace that is counted holds and may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Account {
    pub(crate) used_bytes: u64,
    pub(crate) quota: Quota,
}

impl Account {
    /// Eight bytes for what is used, and eight more for the limit, if there is one.
    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut bytes = self.used_bytes.to_be_bytes().to_vec();
        if let Quota::Bytes(limit) = self.quota {
            bytes.extend(limit.to_be_bytes());
        }
        bytes
    }

    pub(crate) fn decode(bytes: &[u8]) -> Option<Self> {
        let (used, limit) = bytes.split_first_chunk()?;
        let quota = match limit {
            [] => Quota::Unlimited,
            limit => Quota::Bytes(u64::from_be_bytes(limit.try_into().ok()?)),
        };
        Some(Self { used_bytes: u64::from_be_bytes(*used), quota })
    }
}

/// What an entry counts for.
pub(crate) fn entry_bytes(key: &[u8], value_bytes: usize) -> u64 {
    key.len() as u64 + value_bytes as u64
}

/// The keyspace of the accounts, by the names of the keyspaces that are counted.
pub(crate) const ACCOUNTS: Keyspace = Keyspace::hidden("\0accounts");

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn an_account_reads_back(used_bytes: u64, limit: Option<u64>) {
            let account = Account { used_bytes, quota: limit.map_or(Quota::Unlimited, Quota::Bytes) };
            prop_assert_eq!(Account::decode(&account.encode()), Some(account));
        }

        #[test]
        fn what_is_no_account_is_refused(bytes in prop::collection::vec(any::<u8>(), 0..24)) {
            let account = Account::decode(&bytes);
            prop_assert_eq!(account.is_some(), bytes.len() == 8 || bytes.len() == 16);
            prop_assert!(account.is_none_or(|account| account.encode() == bytes));
        }
    }
}
