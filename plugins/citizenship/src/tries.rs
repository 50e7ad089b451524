//! How often somebody may try to register by a document in a day: who guesses what stands on a card learns nothing.

use sdk::collections::{PageRequest, Record, Table, TableError};
use sdk::kv::Order;
use sdk::{Date, Timestamp};
use serde::{Deserialize, Serialize};

use crate::More;
use crate::card::CardNumber;

/// By the day in La Paz, and the number of the document.
static TRIES: Table<(Date, String), Tried> = Table::new("tries", &[]);

/// What was not confirmed, or had an account, on a day.
const MOST_A_DAY: u32 = 5;
/// Rows that one call of the daily work forgets.
const FORGOTTEN_AT_ONCE: u32 = 200;

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Tried {
    times: u32,
}

impl Record for Tried {}

/// A try that is allowed.
#[derive(Debug)]
pub(crate) struct Allowed {
    key: (Date, String),
    before: u32,
}

/// Allows a try, unless there were too many on this day.
pub(crate) fn allow(card: &CardNumber, now: Timestamp) -> Result<Option<Allowed>, TableError> {
    let key = (now.date_in_la_paz(), card.to_string());
    let before = TRIES.get(&key)?.unwrap_or_default().times;
    Ok((before < MOST_A_DAY).then_some(Allowed { key, before }))
}

impl Allowed {
    /// Counts it as one that came to nothing.
    pub(crate) fn failed(self) -> Result<(), TableError> {
        TRIES.put(&self.key, &Tried { times: self.before + 1 })
    }
}

/// Forgets what was tried before today.
pub(crate) fn forget(now: Timestamp) -> Result<More, TableError> {
    let today = now.date_in_la_paz();
    let oldest = TRIES.page(&(), Order::Ascending, &PageRequest::first(FORGOTTEN_AT_ONCE))?;
    let is_past = |(key, _): &((Date, String), Tried)| key.0 < today;
    let more = if oldest.next.is_some() && oldest.items.iter().all(is_past) { More::Yes } else { More::No };
    for (key, _) in oldest.items.into_iter().filter(is_past) {
        TRIES.remove(&key)?;
    }
    Ok(more)
}
