//! How a case is opened: the register knows the person, a timer waits for the deadline, a notice is sent.

use std::time::Duration;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use sdk::outbox::{self, Message};
use sdk::{Answer, Context, Failure, FieldErrors, Request, config, exchange, log, timers};
use serde::{Deserialize, Serialize};

use crate::case::{Case, NoticeState, State};
use crate::cases::{self, Shown};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// The longest subject, in letters.
const LONGEST_SUBJECT: usize = 200;
/// The longest number of a person, in letters: registers have other forms than ours.
const LONGEST_PERSON: usize = 100;
const USUAL_DAYS: u32 = 30;
const MOST_DAYS: u32 = 365;

/// What a caller wants opened, not judged yet.
#[derive(Deserialize)]
struct Wanted {
    #[serde(default)]
    person: String,
    #[serde(default)]
    subject: String,
    #[serde(default = "usual_days")]
    days: u32,
}

fn usual_days() -> u32 {
    USUAL_DAYS
}

/// What the register says of a person.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Registered {
    given_names: String,
    family_names: String,
}

/// What whoever gets the notices is told.
#[derive(Serialize)]
struct Notice<'a> {
    reference: &'a str,
    text: String,
}

pub(crate) fn open(context: &Context, request: &Request) -> Result<Answer, Failure> {
    let wanted: Wanted = request.json()?;
    wanted.judge()?;
    let name = name_of(&wanted.person)?;
    // The same on every attempt, and nobody else's.
    let id = context.request_id.as_str();
    let deadline = context.time() + DAY * wanted.days;
    let case = Case {
        person: wanted.person,
        name,
        subject: wanted.subject,
        state: State::Open,
        opened: context.time(),
        deadline,
        decided: None,
        notice: NoticeState::Sent,
        person_changed: false,
    };
    cases::add(id, &case)?;
    timers::set(&cases::deadline_of(id), deadline, id.as_bytes());
    let notice = Notice { reference: id, text: format!("A case was opened: {}", case.subject) };
    outbox::send(&Message::json(config::required("notices-to")?, "/notices", &notice)?.reply_to(id));
    log::info("case opened", &[("case.id", &id)]);
    Answer::json(201, &Shown { id, case: &case })
}

impl Wanted {
    fn judge(&self) -> Result<(), Failure> {
        let mut errors = FieldErrors::default();
        errors.require("person", &self.person).require("subject", &self.subject);
        let short = self.person.chars().count() <= LONGEST_PERSON;
        errors.check(short, "person", "length", "must have at most 100 letters");
        let fits = self.subject.chars().count() <= LONGEST_SUBJECT;
        errors.check(fits, "subject", "length", "must have at most 200 letters");
        errors.check((1..=MOST_DAYS).contains(&self.days), "days", "range", "must be from 1 to 365");
        errors.finish()
    }
}

/// The name of a person, whom the register must know.
fn name_of(person: &str) -> Result<String, Failure> {
    let path = format!("/people/{}", utf8_percent_encode(person, NON_ALPHANUMERIC));
    let answer = exchange::ask(config::required("people-register")?, path)?;
    let unknown = matches!(answer.status, 404 | 422);
    sdk::ensure!(!unknown, Failure::invalid("person", "unknown", "the register knows no such person"));
    let answered = answer.is_success();
    sdk::ensure!(answered, Failure::Unavailable(format!("the register answered with status {}", answer.status)));
    let registered: Registered = answer.read()?;
    Ok(format!("{} {}", registered.given_names, registered.family_names))
}
