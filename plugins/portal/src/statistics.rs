//! How much was asked for and decided, by day, procedure, role and operator: counted as it happens, without anybody's data.

use sdk::case::Author;
use sdk::collections::Counter;
use sdk::{Date, Timestamp};
use serde::Serialize;

use crate::application::{Application, Entry, Event, Outcome, Stage, Track};
use crate::definition::Code;

/// By the day, what is looked at, and what happened.
static COUNTS: Counter<(Date, String, Happened)> = Counter::new("statistics");

/// So many days are summed up at once: a year, and a leap day.
pub const MOST_DAYS: usize = 366;

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Happened {
    /// An application was submitted.
    Submitted,
    /// A registration was granted.
    Approved,
    /// It was denied.
    Rejected,
    /// It was sent back.
    SentBack,
    /// A step was taken, whatever came of it.
    Processed,
}

sdk::numbered!(Happened { Submitted = 1, Approved = 2, Rejected = 3, SentBack = 4, Processed = 5 });

/// What statistics look at.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Everything.
    All,
    /// One procedure.
    Procedure(Code),
    /// One role.
    Role(Code),
    /// One operator, by her id; or one back office, by its subsystem.
    Operator(String),
    /// Several of these at once, in this order.
    Several(Vec<Self>),
}

/// How much happened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Counts {
    /// Applications that were submitted.
    pub submitted: i64,
    /// Steps that were taken.
    pub processed: i64,
    /// Registrations that were granted.
    pub approved: i64,
    /// Registrations that were denied.
    pub rejected: i64,
    /// Registrations that were sent back.
    pub sent_back: i64,
}

impl Scope {
    /// This and one more.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match self {
            Self::All => other,
            Self::Several(mut scopes) => {
                scopes.push(other);
                Self::Several(scopes)
            }
            one => Self::Several(vec![one, other]),
        }
    }

    fn key(&self) -> String {
        match self {
            Self::All => String::new(),
            Self::Procedure(code) => format!("procedure/{code}"),
            Self::Role(role) => format!("role/{role}"),
            Self::Operator(id) => format!("operator/{id}"),
            Self::Several(scopes) => scopes.iter().map(Self::key).collect::<Vec<_>>().join("/"),
        }
    }
}

/// Counts what happened to an application between how it stood and how it stands.
pub fn count(before: &Application, now: &Application, entry: &Entry) {
    let happened = match &entry.event {
        Event::Submitted(_) => vec![Happened::Submitted],
        Event::StepApproved { .. } => vec![Happened::Processed],
        Event::SentBack { .. } => vec![Happened::Processed, Happened::SentBack],
        Event::Decided { outcome: Outcome::Rejected, .. } => vec![Happened::Processed, Happened::Rejected],
        Event::Decided { outcome: Outcome::DeniedBySilence, .. } => vec![Happened::Rejected],
        Event::Decided { outcome, .. } if outcome.is_granted() => vec![Happened::Approved],
        _ => Vec::new(),
    };
    let day = entry.at.date_in_la_paz();
    for scope in scopes(before, now, entry) {
        for happened in &happened {
            COUNTS.add(&(day, scope.key(), *happened), 1);
        }
    }
}

fn scopes(before: &Application, now: &Application, entry: &Entry) -> Vec<Scope> {
    let (role, author) = match &entry.event {
        // It is granted by itself, at once or when it is paid: that is the work of who let it go on at the last step.
        Event::Decided { registration, outcome: Outcome::Approved, .. } => {
            let by = now.track(registration).ok().and_then(|track| track.approved_by.as_ref());
            (by.map(|by| &by.role), by.map(|by| &by.author))
        }
        event => (event.registration().and_then(|code| role(before.track(code).ok()?)), Some(&entry.author)),
    };
    let operator = author.and_then(|author| match author {
        Author::Operator(id) => Some(Scope::Operator(id.clone())),
        // One that files an application is at no step.
        Author::Subsystem(id) if role.is_some() => Some(Scope::Operator(id.clone())),
        _ => None,
    });
    let role = role.cloned().map(Scope::Role);
    [Some(Scope::Procedure(before.procedure.clone())), role, operator]
        .into_iter()
        .flatten()
        .fold(vec![Scope::All], |scopes, scope| {
            scopes.iter().flat_map(|one| [one.clone(), one.clone().and(scope.clone())]).collect()
        })
}

/// The role of the step that a track is at.
fn role(track: &Track) -> Option<&Code> {
    if let Stage::At { role, .. } = &track.stage { Some(role) } else { None }
}

/// How much happened from one day to another, both with it; a year at most, from the first on.
#[must_use]
pub fn sum(scope: &Scope, from: Date, to: Date) -> Counts {
    let key = scope.key();
    let days = std::iter::successors(Some(from), |day| day.tomorrow()).take_while(|day| *day <= to).take(MOST_DAYS);
    days.fold(Counts::default(), |sum, day| {
        let count = |happened| COUNTS.value(&(day, key.clone(), happened));
        Counts {
            submitted: sum.submitted + count(Happened::Submitted),
            processed: sum.processed + count(Happened::Processed),
            approved: sum.approved + count(Happened::Approved),
            rejected: sum.rejected + count(Happened::Rejected),
            sent_back: sum.sent_back + count(Happened::SentBack),
        }
    })
}

/// Thirty days before a day: as far back as one looks who does not say how far.
#[must_use]
pub fn month_before(day: Date) -> Date {
    const THIRTY_DAYS: u64 = 30 * 24 * 60 * 60 * 1_000;
    let begin = day.begin_in_la_paz().as_millisecond().saturating_sub(THIRTY_DAYS);
    Timestamp::from_millisecond(begin).date_in_la_paz()
}
