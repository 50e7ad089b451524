//! Where things stand in the keyspace of notices, and how they are written.
//!
//! The first byte of a key says what its row is. Rows begin with the number of their form, so that a later version reads
//! those of this one.

use clock::Timestamp;
use serde::{Deserialize, Serialize};

use crate::account::{Account, NoticeId};
use crate::contacts::Channel;

/// The kinds of rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
enum Kind {
    /// Where a citizen is told, by account.
    Contacts = 1,
    /// A notice, by account, time and id.
    Notice = 2,
    /// The time of a notice, by account and id.
    Time = 3,
    /// What is to be sent, by channel and time.
    Due = 4,
    /// How many are unread, by account.
    Unread = 5,
    /// Notices by time, account and id.
    Age = 6,
}

pub(crate) fn contacts(account: &Account) -> Vec<u8> {
    of(Kind::Contacts, account)
}

pub(crate) fn unread(account: &Account) -> Vec<u8> {
    of(Kind::Unread, account)
}

/// What the keys of all notices of an account begin with.
pub(crate) fn notices(account: &Account) -> Vec<u8> {
    of(Kind::Notice, account)
}

pub(crate) fn notice(account: &Account, time: u64, id: &NoticeId) -> Vec<u8> {
    [&notices(account)[..], &time.to_be_bytes(), id.as_str().as_bytes()].concat()
}

/// The time and the id that the key of a notice of `account` ends with.
pub(crate) fn read_notice(account: &Account, key: &[u8]) -> Option<(u64, NoticeId)> {
    let (time, id) = key.strip_prefix(&notices(account)[..])?.split_first_chunk()?;
    Some((u64::from_be_bytes(*time), id_of(id)?))
}

pub(crate) fn time(account: &Account, id: &NoticeId) -> Vec<u8> {
    [&of(Kind::Time, account)[..], id.as_str().as_bytes()].concat()
}

/// What the keys of everything that is to be sent on a channel begin with.
pub(crate) fn dues(channel: Channel) -> Vec<u8> {
    vec![Kind::Due as u8, code(channel)]
}

pub(crate) fn due(channel: Channel, due: u64, account: &Account, id: &NoticeId) -> Vec<u8> {
    [&dues(channel)[..], &due.to_be_bytes(), &named(account, id)].concat()
}

/// The time, the account and the id that such a key ends with.
pub(crate) fn read_due(channel: Channel, key: &[u8]) -> Option<(u64, Account, NoticeId)> {
    timed(key.strip_prefix(&dues(channel)[..])?)
}

/// What the keys of all notices by their age begin with.
pub(crate) fn ages() -> Vec<u8> {
    vec![Kind::Age as u8]
}

pub(crate) fn age(time: u64, account: &Account, id: &NoticeId) -> Vec<u8> {
    [&ages()[..], &time.to_be_bytes(), &named(account, id)].concat()
}

pub(crate) fn read_age(key: &[u8]) -> Option<(u64, Account, NoticeId)> {
    timed(key.strip_prefix(&ages()[..])?)
}

fn timed(rest: &[u8]) -> Option<(u64, Account, NoticeId)> {
    let (time, rest) = rest.split_first_chunk()?;
    let (length, rest) = rest.split_first()?;
    let (account, id) = rest.split_at_checked(usize::from(*length))?;
    let account = Account::new(std::str::from_utf8(account).ok()?).ok()?;
    Some((u64::from_be_bytes(*time), account, id_of(id)?))
}

fn id_of(bytes: &[u8]) -> Option<NoticeId> {
    NoticeId::new(std::str::from_utf8(bytes).ok()?).ok()
}

/// A key of a kind and an account: its length stands before it, so that none begins with another.
fn of(kind: Kind, account: &Account) -> Vec<u8> {
    [&[kind as u8, length(account)], account.as_str().as_bytes()].concat()
}

fn named(account: &Account, id: &NoticeId) -> Vec<u8> {
    [&[length(account)], account.as_str().as_bytes(), id.as_str().as_bytes()].concat()
}

/// An account has at most 128 bytes.
fn length(account: &Account) -> u8 {
    u8::try_from(account.as_str().len()).unwrap_or(u8::MAX)
}

/// The number of a channel in keys and rows.
pub(crate) fn code(channel: Channel) -> u8 {
    match channel {
        Channel::Email => 1,
        Channel::Sms => 2,
        Channel::Webhook => 3,
    }
}

/// Milliseconds of the epoch; what was before is 0.
pub(crate) fn milliseconds(time: Timestamp) -> u64 {
    u64::try_from(time.as_millisecond()).unwrap_or(0)
}

/// The time at so many milliseconds; the last there is, where they are too many.
pub(crate) fn time_at(milliseconds: u64) -> Timestamp {
    i64::try_from(milliseconds).ok().and_then(|ms| Timestamp::from_millisecond(ms).ok()).unwrap_or(Timestamp::MAX)
}

/// A row's value: a byte for its form, and the form.
pub(crate) fn encode<T: Serialize>(value: &T) -> Vec<u8> {
    // Only a map of unknown length or a failing `Serialize` can fail, and rows have neither.
    postcard::to_extend(value, vec![FORM]).expect("rows are plain data")
}

/// Reads what [`encode`] wrote; `None` if it did not.
pub(crate) fn decode<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Option<T> {
    let (form, value) = bytes.split_first()?;
    (*form == FORM).then(|| postcard::from_bytes(value).ok()).flatten()
}

const FORM: u8 = 1;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn keys_say_again_what_they_were_made_of(name in "[a-zñ@.]{1,20}", id in "[a-z0-9.-]{1,20}", ms in 0..1_u64 << 47) {
            let (account, id) = (Account::new(name).unwrap(), NoticeId::new(id).unwrap());
            let made = Some((ms, account.clone(), id.clone()));
            prop_assert_eq!(read_notice(&account, &notice(&account, ms, &id)), Some((ms, id.clone())));
            prop_assert_eq!(&read_due(Channel::Sms, &due(Channel::Sms, ms, &account, &id)), &made);
            prop_assert_eq!(&read_age(&age(ms, &account, &id)), &made);
            prop_assert_eq!(milliseconds(time_at(ms)), ms);
        }

        #[test]
        fn no_account_sees_the_keys_of_another(one in "[a-z]{1,6}", other in "[a-z]{1,6}") {
            let (one, other) = (Account::new(one).unwrap(), Account::new(other).unwrap());
            let id = NoticeId::new("a").unwrap();
            prop_assert_eq!(notice(&one, 7, &id).starts_with(&notices(&other)), one == other);
        }
    }
}
