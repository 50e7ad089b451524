//! An application and its history, as information systems are shown them.

use std::collections::BTreeMap;

use sdk::case::Author;
use sdk::json::Value;
use sdk::schema::Origin;
use sdk::{Date, Money, Timestamp};
use serde::Serialize;

use crate::application::{Application, Content, Entry, Event, Mark, Outcome, Stage, Track};
use crate::definition::{Code, Procedure};

/// An application.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Shown<'a> {
    number: &'a str,
    procedure: &'a Code,
    version: u32,
    submitted: Timestamp,
    closed: bool,
    applicant: Person<'a>,
    /// What was answered. What registers said is not shown to whoever may not ask them, nor what was calculated with it.
    answers: BTreeMap<&'a str, &'a Value>,
    documents: Vec<&'a Code>,
    fees: Vec<Fee<'a>>,
    registrations: Vec<Way<'a>>,
}

#[derive(Serialize)]
struct Person<'a> {
    subject: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
}

/// A fee of an application, by its place.
#[derive(Serialize)]
pub(super) struct Fee<'a> {
    number: usize,
    fee: &'a Code,
    amount: Money,
    #[serde(skip_serializing_if = "Option::is_none")]
    receipt: Option<&'a str>,
}

/// How far a registration is.
#[derive(Serialize)]
struct Way<'a> {
    registration: &'a Code,
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    step: Option<&'a Code>,
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<&'a Code>,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<Date>,
    #[serde(skip_serializing_if = "Option::is_none")]
    due: Option<Date>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
    #[serde(skip_serializing_if = "<[Mark]>::is_empty")]
    marks: &'a [Mark],
}

/// Something that happened. Staff are the entity's, whoever they are.
#[derive(Serialize)]
pub(super) struct Happened<'a> {
    at: Timestamp,
    author: &'static str,
    event: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    registration: Option<&'a Code>,
    #[serde(skip_serializing_if = "str::is_empty")]
    reason: &'a str,
}

impl<'a> Shown<'a> {
    pub(super) fn of(application: &'a Application, procedure: &Procedure) -> Self {
        Self {
            number: &application.number,
            procedure: &application.procedure,
            version: application.version,
            submitted: application.submitted,
            closed: application.is_closed(),
            applicant: Person { subject: &application.applicant.subject, name: application.applicant.name.as_deref() },
            answers: answered(procedure, &application.content),
            documents: application.content.documents.keys().collect(),
            fees: fees(application),
            registrations: application.tracks.iter().map(Way::of).collect(),
        }
    }
}

/// What was answered by the applicant, or by who filed for her.
pub(super) fn answered<'a>(procedure: &Procedure, content: &'a Content) -> BTreeMap<&'a str, &'a Value> {
    let is_asked = |name: &str| procedure.schema().field(name).is_some_and(|field| *field.origin() == Origin::Asked);
    let answers = content.answers.iter().map(|(name, value)| (name.as_str(), value));
    answers.filter(|(name, _)| is_asked(name)).collect()
}

/// What has to be paid, and what was.
pub(super) fn fees(application: &Application) -> Vec<Fee<'_>> {
    let all = application.fees.iter().enumerate();
    all.map(|(number, owed)| {
        let receipt = owed.receipt.as_ref().map(|receipt| receipt.number.as_str());
        Fee { number, fee: &owed.fee, amount: owed.amount, receipt }
    })
    .collect()
}

impl<'a> Way<'a> {
    fn of(track: &'a Track) -> Self {
        let (step, role) = match &track.stage {
            Stage::At { step, role, .. } => (Some(step), Some(role)),
            Stage::SentBack { step, .. } => (Some(step), None),
            _ => (None, None),
        };
        let reason = if let Stage::SentBack { reason, .. } = &track.stage { Some(reason.as_str()) } else { None };
        let (registration, state) = (&track.registration, state(&track.stage));
        Self { registration, state, step, role, until: track.until(), due: track.due, reason, marks: track.marks() }
    }
}

impl<'a> Happened<'a> {
    pub(super) fn of(entry: &'a Entry) -> Self {
        let author = match &entry.author {
            Author::Citizen(_) => "citizen",
            Author::Operator(_) => "staff",
            Author::Subsystem(_) => "subsystem",
            Author::Anonymous | Author::System => "portal",
        };
        let (registration, reason) = (entry.event.registration(), entry.reason.as_str());
        Self { at: entry.at, author, event: event(&entry.event), registration, reason }
    }
}

fn state(stage: &Stage) -> &'static str {
    match stage {
        Stage::Waiting | Stage::Ready => "waiting",
        Stage::Owing { .. } | Stage::OwingForResult { .. } => "owing",
        Stage::At { .. } => "at-step",
        Stage::SentBack { .. } => "sent-back",
        Stage::Decided { outcome, .. } => self::outcome(*outcome),
    }
}

fn event(event: &Event) -> &'static str {
    match event {
        Event::Submitted(_) => "submitted",
        Event::Paid { .. } => "paid",
        Event::Owes { .. } => "owes",
        Event::Began { .. } => "began",
        Event::Unblocked { .. } => "unblocked",
        Event::PassedBy { .. } => "passed-by",
        Event::Claimed { .. } => "claimed",
        Event::Released { .. } => "released",
        Event::StepApproved { .. } => "step-approved",
        Event::SentBack { .. } => "sent-back",
        Event::Corrected { .. } => "corrected",
        Event::Joined { .. } => "joined",
        Event::Escalated { .. } => "escalated",
        Event::Decided { outcome, .. } => self::outcome(*outcome),
    }
}

fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Approved => "approved",
        Outcome::Rejected => "rejected",
        Outcome::GrantedBySilence => "granted-by-silence",
        Outcome::DeniedBySilence => "denied-by-silence",
        Outcome::Lapsed => "lapsed",
        Outcome::Withdrawn => "withdrawn",
    }
}
