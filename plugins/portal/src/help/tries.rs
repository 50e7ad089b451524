//! How often an operator may type a code that opens nothing: who guesses is stopped, and who mistypes is not.

use std::time::Duration;

use sdk::Timestamp;
use sdk::collections::{Record, Table, TableError};
use serde::{Deserialize, Serialize};

/// By the operator's id.
static TRIES: Table<String, Failed> = Table::new("help.tries", &[]);

/// Codes that opened nothing, in the time that counts.
const MOST: usize = 5;
/// The time that counts.
const HOUR: Duration = Duration::from_secs(60 * 60);

/// When somebody's codes opened nothing; [`MOST`] of them at most.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
struct Failed(Vec<Timestamp>);

impl Record for Failed {}

/// A try that is allowed.
#[must_use = "a try that fails is counted"]
pub(super) struct Allowed {
    operator: String,
    before: Vec<Timestamp>,
}

/// Allows a try, unless there were too many within an hour.
pub(super) fn allow(operator: &str, now: Timestamp) -> Result<Option<Allowed>, TableError> {
    let Failed(mut before) = TRIES.get(&operator.to_owned())?.unwrap_or_default();
    before.retain(|at| *at + HOUR > now);
    Ok((before.len() < MOST).then(|| Allowed { operator: operator.to_owned(), before }))
}

impl Allowed {
    /// Counts it as one that opened nothing.
    pub(super) fn failed(mut self, now: Timestamp) -> Result<(), TableError> {
        self.before.push(now);
        TRIES.put(&self.operator, &Failed(self.before))
    }
}
