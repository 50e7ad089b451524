//! How much somebody writes and reports within an hour.

use std::time::Duration;

use sdk::collections::{Record, Table};
use sdk::{Caller, Context, Failure, Timestamp};
use serde::{Deserialize, Serialize};

use super::Refused;

/// By what is done, and by whom.
static RECENT: Table<(String, String), Recent> = Table::new("forum.recent", &[]);

const HOUR: Duration = Duration::from_secs(60 * 60);
/// So much a citizen writes within an hour at most.
pub const MOST_PER_HOUR: usize = 10;
/// So much somebody who signed in reports within an hour at most; those who did not, all together.
pub const REPORTS_PER_HOUR: usize = 20;

/// When somebody did something within the last hour.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Recent(Vec<Timestamp>);

impl Record for Recent {}

/// Notes that somebody writes. Staff write as much as they have to.
pub(super) fn writes(context: &Context) -> Result<(), Failure> {
    match &context.caller {
        Caller::Operator(_) => Ok(()),
        _ => note(context, "write", MOST_PER_HOUR, Refused::TooFast),
    }
}

/// Notes that somebody reports something.
pub(super) fn reports(context: &Context) -> Result<(), Failure> {
    note(context, "report", REPORTS_PER_HOUR, Refused::TooManyReports)
}

fn note(context: &Context, what: &str, most: usize, refused: Refused) -> Result<(), Failure> {
    let who = match &context.caller {
        Caller::Citizen(citizen) => format!("citizen/{}", citizen.subject),
        Caller::Operator(operator) => format!("staff/{}", operator.id),
        Caller::Entity(subsystem) => format!("subsystem/{subsystem}"),
        Caller::Anonymous | Caller::System => "anonymous".to_owned(),
    };
    let (key, now) = ((what.to_owned(), who), context.time());
    let mut recent = RECENT.get(&key)?.unwrap_or_default();
    recent.0.retain(|at| now.since(*at) < HOUR);
    sdk::ensure!(recent.0.len() < most, refused);
    recent.0.push(now);
    Ok(RECENT.put(&key, &recent)?)
}
