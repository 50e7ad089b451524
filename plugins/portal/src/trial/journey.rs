//! What would happen to an application that is submitted today, paid at once, and approved at each step on its last day.

use std::collections::{BTreeMap, BTreeSet};

use sdk::calendar::{self, CalendarError};
use sdk::case::Author;
use sdk::schema::{Answers, Facts};
use sdk::{Date, Timestamp};

use crate::application::{
    Act, Acting, Actor, Applicant, Application, Attached, Content, Deciding, Decision, Entry, NotSigned, Office, Owner,
    Receipt, Refused, Submission, Track,
};
use crate::definition::{Code, Document, Procedure};

/// What would happen: the application at its end, and everything on the way.
#[derive(Clone, Debug, PartialEq)]
pub struct Journey {
    /// The application, when all is decided.
    pub application: Application,
    /// What happened, in order.
    pub entries: Vec<Entry>,
    /// Where it ends.
    pub end: End,
}

/// Where a trial ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// When nothing is left to be done.
    Done,
    /// Where the calendar does: it does not know which days are free after the last one.
    BeyondCalendar {
        /// The last day that it knows.
        last: Date,
    },
}

/// The office that a trial is handled by: it keeps the calendar, and signs nothing.
struct Trial;

/// Who asks and pays.
const WHO: &str = "trial";
/// Who decides: nobody decides her own application.
const STAFF: &str = "staff";
/// A way ends long before: each registration has 100 steps at most.
const MOST_ACTS: usize = 20_000;

impl Office for Trial {
    fn after(&self, place: &str, day: Date, days: u32) -> Result<Date, CalendarError> {
        calendar::add_working_days(place, day, days)
    }

    fn between(&self, place: &str, from: Date, to: Date) -> Result<u32, CalendarError> {
        calendar::working_days_between(place, from, to)
    }

    fn sign(&self, _: &Deciding<'_>) -> Result<String, NotSigned> {
        Ok(WHO.to_owned())
    }
}

/// Takes answers through a procedure, as far as the calendar reaches.
///
/// # Errors
/// If something is wrong with the answers, or the working days of the place are not known at all.
pub fn run(procedure: &Procedure, answers: Answers, facts: Facts, now: Timestamp) -> Result<Journey, Refused> {
    let actor = Actor::Applicant(Author::Citizen(WHO.to_owned()));
    let acting = Acting { procedure, office: &Trial, now, actor };
    let (mut application, mut entries) = acting.submit(submission(procedure, answers, facts))?;
    for _ in 0..MOST_ACTS {
        let Some((now, actor, act)) = next(procedure, &application, entries.last().map_or(now, |entry| entry.at))
        else {
            break;
        };
        let mut after = application.clone();
        match (Acting { procedure, office: &Trial, now, actor }).act(&mut after, act) {
            Ok(happened) => {
                application = after;
                entries.extend(happened);
            }
            Err(refused) => {
                let last = last_of_calendar(&refused).ok_or(refused)?;
                return Ok(Journey { application, entries, end: End::BeyondCalendar { last } });
            }
        }
    }
    Ok(Journey { application, entries, end: End::Done })
}

/// The last day that the calendar knows, where it is refused because it knows no more.
#[must_use]
pub fn last_of_calendar(refused: &Refused) -> Option<Date> {
    match refused {
        Refused::Calendar(CalendarError::OutOfReach { last, .. }) => last.parse().ok(),
        _ => None,
    }
}

/// The application with everything attached that it may have.
fn submission(procedure: &Procedure, answers: Answers, facts: Facts) -> Submission {
    let content = Content { answers, facts, ..Content::default() };
    let attached = |document: &Document| (document.code.clone(), vec![file()]);
    let documents: BTreeMap<Code, Vec<Attached>> = procedure.documents_asked(&content).map(attached).collect();
    let applicant = Applicant { subject: WHO.to_owned(), name: None, represents: None, person: None, assistance: None };
    let content = Content { documents, ..content };
    Submission { number: WHO.to_owned(), applicant, content, receipt: WHO.to_owned() }
}

fn file() -> Attached {
    let (blob, name, content_type) = (WHO.to_owned(), WHO.to_owned(), "application/pdf".to_owned());
    Attached { blob, name, content_type, bytes: 0, signer: None }
}

/// What is done next, by whom and when: what has to be paid is paid, and then the step is approved whose last day is the first.
fn next(procedure: &Procedure, application: &Application, now: Timestamp) -> Option<(Timestamp, Actor, Act)> {
    let owes = application.tracks.iter().any(|track| track.owner() == Owner::Applicant);
    if let Some(charge) =
        (0..).zip(&application.fees).find_map(|(number, _)| application.charge(number)).filter(|_| owes)
    {
        let receipt = Receipt { number: WHO.to_owned(), taken_by: WHO.to_owned() };
        return Some((now, Actor::Cashier(Author::System), Act::Pay(charge, receipt)));
    }
    let waits = |track: &&Track| matches!(track.owner(), Owner::Role { .. });
    let track = application.tracks.iter().filter(waits).min_by_key(|track| track.until())?;
    let registration = track.registration.clone();
    let roles: BTreeSet<Code> =
        procedure.online().registrations.iter().flat_map(|one| &one.steps).map(|step| step.role.clone()).collect();
    let actor = Actor::Staff { id: STAFF.to_owned(), roles, stands_in_for: BTreeSet::new() };
    let until = track.until().map_or(now, Date::begin_in_la_paz).max(now);
    match track.owner() {
        Owner::Role { holder: None, .. } => Some((now, actor, Act::Claim(registration))),
        _ => Some((until, actor, Act::Decide(registration, Decision::Approve(Some(file())), String::new()))),
    }
}
