//! Cases: their states, inboxes, threads, deadlines and histories.

mod common;

use std::time::Duration;

use common::harness;
use sdk::case::{
    Audience, Author, Case, CaseError, Cases, Deadline, Event, Extension, MOST_MESSAGES, NotExtended, Opening, State,
    WorkingDays,
};
use sdk::collections::PageRequest;
use sdk::harness::{Harness, Host, NoAnswer, Outcome};
use sdk::{Context, Date, Failure, Timer, Timestamp};

#[derive(Clone, Copy, Debug, PartialEq)]
enum Stage {
    Received,
    InWork,
    Answered,
    Settled,
}

impl State for Stage {
    const ALL: &'static [(Self, &'static str)] = &[
        (Self::Received, "received"),
        (Self::InWork, "in-work"),
        (Self::Answered, "answered"),
        (Self::Settled, "settled"),
    ];

    fn next(self) -> &'static [Self] {
        match self {
            Self::Received => &[Self::InWork],
            Self::InWork => &[Self::Answered, Self::Received],
            Self::Answered => &[Self::InWork, Self::Settled],
            Self::Settled => &[],
        }
    }

    fn is_closed(self) -> bool {
        matches!(self, Self::Answered | Self::Settled)
    }
}

static CASES: Cases<Stage> = Cases::new("complaints");
static OTHERS: Cases<Stage> = Cases::new("requests");

fn run<T>(harness: &mut Harness, code: impl Fn(&Context) -> Result<T, CaseError>) -> Result<T, NoAnswer> {
    harness.run("notes", |context| Ok(code(&context)?))
}

fn open(harness: &mut Harness, id: &str, citizen: &str, days: u64) -> Case<Stage> {
    let opened = run(harness, |context| {
        let deadline = Some(Deadline::at(context.time() + Duration::from_secs(days * 86_400)));
        let (citizen, office) = (Some(citizen.to_owned()), "water".to_owned());
        CASES.open(context, id, Opening { state: Stage::Received, citizen, office, deadline })
    });
    opened.expect("a case")
}

/// The timers that went off, beside the plugin's schedule.
fn rung(harness: &Harness) -> Vec<String> {
    common::events(harness).into_iter().filter(|event| event.starts_with("timer")).collect()
}

fn ids(page: sdk::collections::Page<Case<Stage>>) -> Vec<String> {
    page.items.into_iter().map(|case| case.id).collect()
}

#[test]
fn a_case_goes_from_state_to_state_and_every_step_is_written_down() {
    let mut harness = harness();
    open(&mut harness, "1", "ana", 10);
    harness.advance(Duration::from_secs(60));
    run(&mut harness, |context| CASES.claim(context, "1", "luz")).expect("it is nobody's");
    run(&mut harness, |context| CASES.advance(context, "1", Stage::InWork, "")).expect("it may follow");
    run(&mut harness, |context| CASES.assign(context, "1", "roads", "no es agua")).expect("it is open");
    run(&mut harness, |context| CASES.advance(context, "1", Stage::Answered, "reparado")).expect("it may follow");
    let case = run(&mut harness, |_| CASES.find("1")).expect("it is there");
    assert_eq!((case.state, case.office.as_str(), case.holder), (Stage::Answered, "roads", None));
    assert_eq!(case.closed, Some(harness.now()));
    let history = run(&mut harness, |_| CASES.history("1")).expect("it reads back");
    let words = |text: &str| text.to_owned();
    let events: Vec<Event> = history.iter().map(|entry| entry.event.clone()).collect();
    assert_eq!(
        events,
        [
            Event::Opened { state: words("received") },
            Event::Claimed { by: words("luz") },
            Event::Advanced { from: words("received"), to: words("in-work") },
            Event::Assigned { from: words("water"), to: words("roads") },
            Event::Advanced { from: words("in-work"), to: words("answered") },
        ]
    );
    assert_eq!((history[3].reason.as_str(), &history[3].author), ("no es agua", &Author::System));
}

#[test]
fn what_cannot_follow_does_not_and_what_is_closed_stays_so() {
    let mut harness = harness();
    open(&mut harness, "1", "ana", 10);
    let jump = run(&mut harness, |context| CASES.advance(context, "1", Stage::Answered, "")).failure();
    assert_eq!(jump, Failure::Conflict("the case 1 is received, and cannot become answered".to_owned()));
    run(&mut harness, |context| CASES.advance(context, "1", Stage::InWork, "")).expect("it may follow");
    run(&mut harness, |context| CASES.advance(context, "1", Stage::Answered, "")).expect("it may follow");
    for closed in [
        run(&mut harness, |context| CASES.assign(context, "1", "roads", "")).failure(),
        run(&mut harness, |context| CASES.claim(context, "1", "luz")).failure(),
    ] {
        assert_eq!(closed, Failure::Conflict("the case 1 is closed".to_owned()));
    }
    run(&mut harness, |context| CASES.advance(context, "1", Stage::Settled, "")).expect("it may follow");
    let settled = run(&mut harness, |context| CASES.advance(context, "1", Stage::InWork, "")).failure();
    assert_eq!(settled, Failure::Conflict("the case 1 is closed".to_owned()));
}

#[test]
fn one_operator_has_a_case_at_a_time() {
    let mut harness = harness();
    open(&mut harness, "1", "ana", 10);
    run(&mut harness, |context| CASES.claim(context, "1", "luz")).expect("it is nobody's");
    let taken = run(&mut harness, |context| CASES.claim(context, "1", "eva")).failure();
    assert_eq!(taken, Failure::Conflict("somebody else has taken on the case 1".to_owned()));
    run(&mut harness, |context| CASES.release(context, "1", "vacaciones")).expect("it is hers");
    run(&mut harness, |context| CASES.claim(context, "1", "eva")).expect("it is nobody's");
}

#[test]
fn an_inbox_has_what_is_due_first_at_first_and_a_citizen_her_newest() {
    let mut harness = harness();
    for (id, citizen, days) in [("1", "ana", 30), ("2", "ana", 10), ("3", "eva", 20)] {
        open(&mut harness, id, citizen, days);
        harness.advance(Duration::from_secs(1));
    }
    let all = PageRequest::first(10);
    let inbox = run(&mut harness, |_| CASES.inbox("water", Stage::Received, &all)).expect("a page");
    assert_eq!(ids(inbox), ["2", "3", "1"]);
    let hers = run(&mut harness, |_| CASES.of_citizen("ana", &all)).expect("a page");
    assert_eq!(ids(hers), ["2", "1"]);
    let other = run(&mut harness, |_| OTHERS.inbox("water", Stage::Received, &all)).expect("a page");
    assert_eq!(ids(other), Vec::<String>::new());
    assert!(run(&mut harness, |_| CASES.find_of("ana", "1")).is_ok());
    for unknown in [run(&mut harness, |_| CASES.find_of("eva", "1")), run(&mut harness, |_| CASES.find("9"))] {
        assert!(matches!(unknown.failure(), Failure::NotFound(_)));
    }
}

#[test]
fn a_citizen_reads_what_is_said_to_her() {
    let mut harness = harness();
    open(&mut harness, "1", "ana", 10);
    for (audience, text) in
        [(Audience::Citizen, "Recibido"), (Audience::Staff, "Es reincidente"), (Audience::Citizen, "Listo")]
    {
        run(&mut harness, |context| CASES.say(context, "1", audience, text)).expect("it is said");
    }
    let mut said = |reader| {
        let thread = run(&mut harness, |_| CASES.thread("1", reader)).expect("it reads back");
        thread.into_iter().map(|message| message.text).collect::<Vec<_>>()
    };
    assert_eq!(said(Audience::Citizen), ["Recibido", "Listo"]);
    assert_eq!(said(Audience::Staff), ["Recibido", "Es reincidente", "Listo"]);
}

#[test]
fn a_case_that_is_not_closed_in_time_is_overdue() {
    let mut harness = harness();
    let case = open(&mut harness, "1", "ana", 10);
    let ends = case.ends().expect("a deadline");
    let event =
        |at: Timestamp| Timer { name: "case/complaints/1".to_owned(), at: at.as_millisecond(), payload: Vec::new() };
    let overdue = |harness: &mut Harness, at| run(harness, move |_| CASES.overdue(&event(at))).expect("it reads back");
    harness.advance(Duration::from_secs(10 * 86_400));
    assert_eq!(rung(&harness), ["timer case/complaints/1 at 1796558400000"]);
    assert_eq!(overdue(&mut harness, ends).map(|case| case.id).as_deref(), Some("1"));
    let other = Timer { name: "other".to_owned(), at: 0, payload: Vec::new() };
    assert_eq!(run(&mut harness, |_| CASES.overdue(&other)), Ok(None));
}

#[test]
fn a_case_that_is_closed_in_time_does_not_fall_due() {
    let mut harness = harness();
    open(&mut harness, "1", "ana", 10);
    run(&mut harness, |context| CASES.advance(context, "1", Stage::InWork, "")).expect("it may follow");
    run(&mut harness, |context| CASES.advance(context, "1", Stage::Answered, "")).expect("it may follow");
    harness.advance(Duration::from_secs(20 * 86_400));
    assert_eq!(rung(&harness), Vec::<String>::new());
}

#[test]
fn the_clock_of_a_case_that_is_reopened_has_not_stopped() {
    let mut harness = harness();
    open(&mut harness, "1", "ana", 10);
    for stage in [Stage::InWork, Stage::Answered] {
        run(&mut harness, |context| CASES.advance(context, "1", stage, "")).expect("it may follow");
    }
    harness.advance(Duration::from_secs(5 * 86_400));
    run(&mut harness, |context| CASES.advance(context, "1", Stage::InWork, "sigue sin agua")).expect("it may follow");
    harness.advance(Duration::from_secs(5 * 86_400));
    assert_eq!(rung(&harness), ["timer case/complaints/1 at 1796558400000"]);
}

#[test]
fn a_deadline_is_counted_in_working_days_and_extended_once_before_it_ends() {
    let mut harness = harness();
    harness.calendar().holiday("BO", Date::new(2026, 12, 25).expect("a date"));
    let days = |days| WorkingDays { place: "BO", days };
    let by = |number| Extension { by: days(number), most_days: 20 };
    let deadline = harness.run("notes", |context| {
        let mut deadline = days(20).from(context.time())?;
        let first = deadline.last_day();
        sdk::ensure!(matches!(deadline.extend(&by(21), context.time()), Err(NotExtended::TooMany { .. })), wrong());
        sdk::ensure!(matches!(deadline.extend(&by(1), deadline.ends()), Err(NotExtended::Passed { .. })), wrong());
        deadline.extend(&by(5), context.time())?;
        sdk::ensure!(matches!(deadline.extend(&by(5), context.time()), Err(NotExtended::Before { .. })), wrong());
        Ok((first, deadline))
    });
    let (first, deadline) = deadline.expect("the calendar knows");
    // 26 November 2026 is a Thursday; Christmas is a Friday.
    assert_eq!(first, Date::new(2026, 12, 24).expect("a date"));
    assert_eq!(deadline.last_day(), Date::new(2027, 1, 1).expect("a date"));
    assert_eq!(deadline.ends().to_string(), "2027-01-02T04:00:00Z");
}

fn wrong() -> Failure {
    Failure::Internal("the deadline was judged otherwise".to_owned())
}

#[test]
fn a_thread_that_is_full_says_so_and_loses_nothing() {
    let mut harness = harness();
    open(&mut harness, "1", "ana", 5);
    let said = run(&mut harness, |context| {
        for number in 0..MOST_MESSAGES {
            CASES.say(context, "1", Audience::Citizen, &number.to_string())?;
        }
        Ok(())
    });
    said.expect("so much fits");
    let refused = run(&mut harness, |context| CASES.say(context, "1", Audience::Citizen, "more").map(drop));
    assert!(matches!(refused, Err(NoAnswer::Failed(Failure::Conflict(why))) if why.contains("the case 1 is full")));
    let read = run(&mut harness, |_| CASES.thread("1", Audience::Citizen)).expect("the thread");
    assert_eq!(read.len(), MOST_MESSAGES as usize);
}
