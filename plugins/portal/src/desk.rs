//! Where applications are kept: read, acted upon, written with their history, found by who has to do something.

use sdk::collections::{Index, Page, PageRequest, Record, Table};
use sdk::kv::Order;
use sdk::{Context, Date, Failure, Timestamp, timers};

use crate::application::{Act, Acting, Actor, Application, Entry, Office, Owner, Submission};
use crate::definition::{Code, Procedure};
use crate::office::ThisEntity;
use crate::{procedures, statistics, telling};

/// By the applicant, the newest last.
static BY_APPLICANT: Index<String, Application, (String, Timestamp)> =
    Index::many("applications.by-applicant", |_, one| vec![(one.applicant.subject.clone(), one.submitted)]);
/// By the subsystem that filed it, the newest last.
static BY_FILER: Index<String, Application, (String, Timestamp)> = Index::many("applications.by-filer", |_, one| {
    one.applicant.filed_by().map(|filer| (filer.to_owned(), one.submitted)).into_iter().collect()
});
/// By the role of a step that nobody has taken on, and its last day.
static BY_ROLE: Index<String, Application, (Code, Date)> = Index::many("applications.by-role", |_, one| {
    let free = |(role, holder, until): (Code, Option<String>, Date)| holder.is_none().then_some((role, until));
    waiting(one).into_iter().filter_map(free).collect()
});
/// By who has taken a step on, and its last day.
static BY_HOLDER: Index<String, Application, (String, Date)> = Index::many("applications.by-holder", |_, one| {
    waiting(one).into_iter().filter_map(|(_, holder, until)| Some((holder?, until))).collect()
});
/// By the last day of whatever staff has to do.
static BY_DAY: Index<String, Application, (Date,)> =
    Index::many("applications.by-day", |_, one| waiting(one).into_iter().map(|(_, _, until)| (until,)).collect());
/// By the version that it runs under, as long as it runs.
static BY_VERSION: Index<String, Application, (Code, u32)> = Index::many("applications.by-version", |_, one| {
    (!one.is_closed()).then(|| (one.procedure.clone(), one.version)).into_iter().collect()
});
static APPLICATIONS: Table<String, Application> =
    Table::new("applications", &[&BY_APPLICANT, &BY_FILER, &BY_ROLE, &BY_HOLDER, &BY_DAY, &BY_VERSION]);
static HISTORY: Table<(String, u32), Entry> = Table::new("applications.history", &[]);

impl Record for Application {}

/// What the steps of an application wait for: a role, who has taken it on, the last day.
fn waiting(application: &Application) -> Vec<(Code, Option<String>, Date)> {
    let step = |track: &crate::application::Track| match track.owner() {
        Owner::Role { role, holder } => Some((role.clone(), holder.map(str::to_owned), track.until()?)),
        Owner::Applicant | Owner::Another | Owner::Nobody => None,
    };
    application.tracks.iter().filter_map(step).collect()
}

/// Which applications a list of the office has; those that are due first come first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Inbox {
    /// Those that somebody with a role can take on.
    Role(Code),
    /// Those that somebody has taken on.
    Holder(String),
    /// All that wait for staff.
    All,
}

/// An application by its number.
///
/// # Errors
/// If there is none.
pub fn find(number: &str) -> Result<Application, Failure> {
    APPLICATIONS.get(&number.to_owned())?.ok_or_else(|| no_application(number))
}

/// An application of somebody. To others it is as if there were none.
///
/// # Errors
/// If there is none, or it is not hers.
pub fn find_of(subject: &str, number: &str) -> Result<Application, Failure> {
    let application = find(number)?;
    if application.applicant.subject == subject { Ok(application) } else { Err(no_application(number)) }
}

/// An application that a subsystem filed. To others it is as if there were none.
///
/// # Errors
/// If there is none, or another one filed it.
pub fn find_filed_by(subsystem: &str, number: &str) -> Result<Application, Failure> {
    let application = find(number)?;
    if application.applicant.filed_by() == Some(subsystem) { Ok(application) } else { Err(no_application(number)) }
}

/// The applications that a subsystem filed, the newest first.
///
/// # Errors
/// If the cursor is none.
pub fn filed_by(subsystem: &str, page: &PageRequest) -> Result<Page<Application>, Failure> {
    applications(APPLICATIONS.by(&BY_FILER).page(&(subsystem.to_owned(),), Order::Descending, page)?)
}

/// Somebody's applications, the newest first.
///
/// # Errors
/// If the cursor is none.
pub fn of_applicant(subject: &str, page: &PageRequest) -> Result<Page<Application>, Failure> {
    applications(APPLICATIONS.by(&BY_APPLICANT).page(&(subject.to_owned(),), Order::Descending, page)?)
}

/// Applications that wait for staff.
///
/// # Errors
/// If the cursor is none.
pub fn inbox(inbox: &Inbox, page: &PageRequest) -> Result<Page<Application>, Failure> {
    let order = Order::Ascending;
    applications(match inbox {
        Inbox::Role(role) => APPLICATIONS.by(&BY_ROLE).page(&(role.clone(),), order, page)?,
        Inbox::Holder(holder) => APPLICATIONS.by(&BY_HOLDER).page(&(holder.clone(),), order, page)?,
        Inbox::All => APPLICATIONS.by(&BY_DAY).page(&(), order, page)?,
    })
}

/// The versions of a procedure that applications run under, of those up to the newest.
///
/// # Errors
/// If an application does not read back.
pub fn versions_in_use(code: &Code, newest: u32) -> Result<Vec<u32>, Failure> {
    let mut in_use = Vec::new();
    for version in 1..=newest {
        let running = APPLICATIONS.by(&BY_VERSION);
        let first = running.page(&(code.clone(), version), Order::Ascending, &PageRequest::first(1))?;
        if !first.items.is_empty() {
            in_use.push(version);
        }
    }
    Ok(in_use)
}

fn applications(page: Page<(String, Application)>) -> Result<Page<Application>, Failure> {
    Ok(Page { items: page.items.into_iter().map(|(_, application)| application).collect(), next: page.next })
}

/// What happened to an application, from the beginning.
///
/// # Errors
/// If an entry does not read back.
pub fn history(number: &str) -> Result<Vec<Entry>, Failure> {
    let entries = HISTORY.scan(&(number.to_owned(),), Order::Ascending);
    Ok(entries.map(|entry| entry.map(|(_, entry)| entry)).collect::<Result<_, _>>()?)
}

/// Submits an application.
///
/// # Errors
/// If something is wrong with what it says.
pub fn submit(acting: &Acting<'_>, submission: Submission) -> Result<Application, Failure> {
    let (application, entries) = acting.submit(submission)?;
    sdk::ensure!(!APPLICATIONS.contains(&application.number), Failure::Conflict("the number is taken".to_owned()));
    keep(acting.procedure, &application, &application, &entries)?;
    Ok(application)
}

/// Does something with an application, in the version of its procedure that it runs under.
///
/// # Errors
/// If it may not be done.
pub fn act_in(
    procedure: &Procedure,
    application: Application,
    office: &dyn Office,
    now: Timestamp,
    actor: Actor,
    act: Act,
) -> Result<Application, Failure> {
    let before = application.clone();
    let mut application = application;
    let entries = Acting { procedure, office, now, actor }.act(&mut application, act)?;
    keep(procedure, &application, &before, &entries)?;
    Ok(application)
}

/// Writes an application with what happened to it since it stood as before, sets the clock that it runs by, and tells the
/// applicant.
fn keep(
    procedure: &Procedure,
    application: &Application,
    before: &Application,
    entries: &[Entry],
) -> Result<(), Failure> {
    APPLICATIONS.put(&application.number, application)?;
    let first = usize::try_from(application.entries).unwrap_or(usize::MAX).saturating_sub(entries.len());
    for (number, entry) in (first..).zip(entries) {
        let number = u32::try_from(number).unwrap_or(u32::MAX);
        HISTORY.insert(&(application.number.clone(), number), entry)?;
        statistics::count(before, application, entry);
    }
    let timer = timer(&application.number);
    let ran_until = (first > 0).then(|| before.runs_until()).flatten();
    match (ran_until, application.runs_until()) {
        (before, now) if before == now => {}
        // The day has passed when the next one begins.
        (_, Some(until)) => timers::set(&timer, until.tomorrow().unwrap_or(until).begin_in_la_paz(), &[]),
        (_, None) => timers::cancel(&timer),
    }
    if let Some(last) = entries.last() {
        telling::schedule(Some(before).filter(|_| first > 0), application, last.at);
    }
    telling::tell(procedure, application, entries)
}

/// The application whose day has passed, if that is what a timer of the plugin says.
#[must_use]
pub fn expired(timer: &sdk::Timer) -> Option<&str> {
    timer.name.strip_prefix(TIMER)
}

/// Does what a day that has passed means for an application.
///
/// # Errors
/// If the application or its procedure does not read back, or a document is not signed.
pub fn expire(context: &Context, number: &str) -> Result<(), Failure> {
    let application = find(number)?;
    let procedure = procedures::procedure(&application.procedure, application.version)?;
    let this = ThisEntity::configured()?;
    let office = this.at(&procedure, context.time());
    act_in(&procedure, application, &office, context.time(), Actor::Time, Act::Expire)?;
    Ok(())
}

const TIMER: &str = "application/";

fn timer(number: &str) -> String {
    format!("{TIMER}{number}")
}

fn no_application(number: &str) -> Failure {
    Failure::NotFound(format!("there is no application {number}"))
}
