//! What applicants are told of their applications, in their list of notices and as each has chosen: what they have to do, and
//! what came of it. What goes on inside the office is in the history, and told to nobody.

use std::time::Duration;

use sdk::html::Language;
use sdk::i18n::Argument;
use sdk::notices::{self, NotTold, Notice};
use sdk::{Context, Date, Failure, Money, Timer, Timestamp, timers};

use crate::application::{Application, Assistance, Entry, Event, Outcome, Owner, Stage, Track, total};
use crate::definition::{Code, Procedure};
use crate::help::call::Call;
use crate::{desk, procedures};

/// So long before the end of its last day somebody is reminded of what she has to do: at nine in the morning, five days before.
const BEFORE_THE_LAST_DAY: Duration = Duration::from_secs((5 * 24 - 9) * 60 * 60);
const TIMER: &str = "near/";

/// Tells an applicant what happened to her application, which stands as it does now.
///
/// # Errors
/// If a text is too long.
pub(crate) fn tell(procedure: &Procedure, application: &Application, entries: &[Entry]) -> Result<(), Failure> {
    for entry in entries {
        let Some(id) = text_of(entry) else { continue };
        let notice = about(application, procedure, entry.event.registration(), id);
        send(match &entry.event {
            Event::SentBack { until, .. } => notice.with(Argument::date("day", *until)),
            _ => notice,
        })?;
    }
    let last_days = entries.iter().filter_map(|entry| match &entry.event {
        Event::Owes { until, .. } => Some(*until),
        _ => None,
    });
    // What is owed is told once, however many registrations wait for it.
    let amount = total(procedure.owed_now(application))?;
    if let Some(until) = last_days.min().filter(|_| amount > Money::ZERO) {
        let notice = about(application, procedure, None, "help-told-to-pay");
        send(notice.with(Argument::money("amount", amount)).with(Argument::date("day", until)))?;
    }
    Ok(())
}

/// Tells an applicant that the office has written to her.
///
/// # Errors
/// If a text is too long.
pub(crate) fn message(procedure: &Procedure, application: &Application) -> Result<(), Failure> {
    let notice = about(application, procedure, None, "help-told-message");
    send(notice.leading_to(format!("/applications/{}/messages", application.number)))
}

/// Tells a citizen that somebody helps her now: she may not have read her code out to anybody.
///
/// # Errors
/// If a text is too long.
pub(crate) fn helped(call: &Call) -> Result<(), Failure> {
    send(Notice::new(&call.person, "help-told-helped").with(Argument::time("end", call.ends)).leading_to("/help"))
}

/// Sets the timer that reminds an applicant, where it is another one than before.
pub(crate) fn schedule(before: Option<&Application>, application: &Application, now: Timestamp) {
    let reminds = |application: &Application| next(application, now);
    match (before.and_then(reminds), reminds(application)) {
        (before, now) if before == now => {}
        (_, Some(at)) => timers::set(&timer(&application.number), at, &[]),
        (_, None) => timers::cancel(&timer(&application.number)),
    }
}

/// Whether a timer of the plugin reminds somebody.
pub(crate) fn reminds(timer: &Timer) -> bool {
    timer.name.starts_with(TIMER)
}

/// Reminds an applicant of what she still has to do, and sets the timer for what comes after it.
///
/// # Errors
/// If the application or its procedure does not read back.
pub(crate) fn remind(context: &Context, due: &Timer) -> Result<(), Failure> {
    let number = due.name.strip_prefix(TIMER).unwrap_or_default();
    let application = desk::find(number)?;
    let procedure = procedures::procedure(&application.procedure, application.version)?;
    let now = Timestamp::from_millisecond(due.at);
    for track in &application.tracks {
        let Some(until) = her_last_day(track).filter(|until| reminder(*until) == now) else { continue };
        let pays = !matches!(track.stage, Stage::SentBack { .. });
        let id = if pays { "help-told-near-pay" } else { "help-told-near-correct" };
        let notice = about(&application, &procedure, Some(&track.registration), id).with(Argument::date("day", until));
        let amount = total(procedure.owed_now(&application))?;
        send(if pays { notice.with(Argument::money("amount", amount)) } else { notice })?;
    }
    if let Some(at) = next(&application, now.max(context.time())) {
        timers::set(&timer(number), at, &[]);
    }
    Ok(())
}

/// What is told of something that happened, by its text.
fn text_of(entry: &Entry) -> Option<&'static str> {
    let by_telephone = matches!(entry.assistance, Some(Assistance::CallCentre(_)));
    match &entry.event {
        Event::SentBack { .. } => Some("help-told-sent-back"),
        Event::Decided { outcome, .. } => match outcome {
            Outcome::Approved | Outcome::GrantedBySilence => Some("help-told-granted"),
            Outcome::Rejected | Outcome::DeniedBySilence => Some("help-told-denied"),
            Outcome::Lapsed => Some("help-told-lapsed"),
            // She did that herself.
            Outcome::Withdrawn => None,
        },
        Event::Submitted(_) => by_telephone.then_some("help-told-submitted"),
        Event::Corrected { .. } => by_telephone.then_some("help-told-corrected"),
        // What she owes is told by `tell`, once.
        Event::Owes { .. }
        | Event::Paid { .. }
        | Event::Began { .. }
        | Event::Unblocked { .. }
        | Event::PassedBy { .. }
        | Event::Claimed { .. }
        | Event::Released { .. }
        | Event::StepApproved { .. }
        | Event::Escalated { .. }
        | Event::Joined { .. } => None,
    }
}

/// A notice about an application, or one of its registrations where it has several.
fn about(application: &Application, procedure: &Procedure, registration: Option<&Code>, id: &str) -> Notice {
    let one_of_several = registration.filter(|_| application.tracks.len() > 1);
    let registration = one_of_several.and_then(|code| procedure.registration(code));
    let title = registration.map_or(&procedure.definition().entry.title, |one| &one.title);
    Notice::new(application.applicant.hears(), id)
        .with(Argument::text("what", title.in_language(Language::Spanish)))
        .with(Argument::text("number", application.number.clone()))
        .leading_to(format!("/applications/{}", application.number))
}

/// Tells, if there is somebody to tell: what was filed at a counter is nobody's yet.
fn send(notice: Notice) -> Result<(), Failure> {
    match notices::tell(&notice) {
        Ok(()) | Err(NotTold::UnknownCitizen) => Ok(()),
        Err(too_long @ NotTold::TooLong) => Err(too_long.into()),
    }
}

/// When she is reminded next.
fn next(application: &Application, now: Timestamp) -> Option<Timestamp> {
    application.tracks.iter().filter_map(her_last_day).map(reminder).filter(|at| *at > now).min()
}

/// The last day of what the applicant has to do.
fn her_last_day(track: &Track) -> Option<Date> {
    track.until().filter(|_| track.owner() == Owner::Applicant)
}

fn reminder(until: Date) -> Timestamp {
    let before = u64::try_from(BEFORE_THE_LAST_DAY.as_millis()).unwrap_or(u64::MAX);
    Timestamp::from_millisecond(until.begin_in_la_paz().as_millisecond().saturating_sub(before))
}

fn timer(number: &str) -> String {
    format!("{TIMER}{number}")
}
