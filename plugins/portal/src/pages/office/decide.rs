//! Deciding a step: it goes on, ends, or goes back with what has to be corrected.

use sdk::blobs::{self, Blob};
use sdk::form::{Choice, Fields, View};
use sdk::html::{Button, html};
use sdk::i18n::Text;
use sdk::web::{Operator, PathPair, Response, Visit};
use sdk::{Failure, FieldErrors};

use super::{Desk, path};
use crate::application::{Act, Attached, Decision, Mark, Stage, Target, Track};
use crate::definition::{Code, Made, Power, Registration, Step};
use crate::pages::{applications, say, translated};

/// What was decided, as it was filled in.
struct Decided {
    verdict: Verdict,
    reason: String,
    marks: Vec<Mark>,
    result: Vec<Blob>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Approve,
    SendBack,
    Reject,
}

/// Letters of a reason, and of a note at a mark.
const MOST_OF_REASON: usize = 4_000;
const MOST_OF_NOTE: usize = 500;

/// Shows what there is to decide, and decides it.
pub(crate) fn decide(
    visit: &Visit,
    operator: Operator,
    PathPair(number, code): PathPair<String, Code>,
) -> Result<Response, Failure> {
    let desk = Desk::of(visit, &operator, &number)?;
    let track = desk.application.track(&code)?.clone();
    let (registration, step) = at(&desk, &track)?;
    let parts = parts(visit, &desk);
    let form = visit.form(|fields| named(fields, registration, step, &track, &parts));
    let title = step.title.say(visit.language());
    let said = applications::content(visit, &desk.application, &desk.procedure, &path(&desk.application));
    let page = |form: &View| {
        let content = html! {
            p { a href=(path(&desk.application)) { (desk.application.number) } }
            h1 { (title.on_page(visit.language())) }
            p { (translated(&registration.title, visit.language())) }
            details { summary { (say("what-it-says")) } div .details-content { (said) } }
            (form.around(html! { (Button::primary(&say("decide-now"))) }))
        };
        visit.under(title.clone(), content)
    };
    form.submit(page, |decided| {
        let reason = decided.reason.clone();
        let act = Act::Decide(code.clone(), decision(decided)?, reason);
        Desk::of(visit, &operator, &number)?.act(visit, act)
    })
}

/// The step that a registration is at.
fn at<'d>(desk: &'d Desk, track: &Track) -> Result<(&'d Registration, &'d Step), Failure> {
    let Stage::At { step: at, .. } = &track.stage else {
        return Err(Failure::Conflict(say("not-at-a-step")));
    };
    let registration = desk.procedure.registration(&track.registration);
    let found = registration.and_then(|one| one.steps.iter().find(|step| step.code == *at).map(|step| (one, step)));
    found.ok_or_else(|| Failure::NotFound(format!("there is no step {at}")))
}

/// What of the application can be marked: answers and documents, by how the notes on them are sent, and what they are called.
fn parts(visit: &Visit, desk: &Desk) -> Vec<(Target, String, Text)> {
    let (content, language) = (&desk.application.content, visit.language());
    let fields = desk.procedure.schema().fields().iter();
    let answers = fields.filter(|field| desk.procedure.can_be_marked(field.name(), content)).map(|field| {
        let (name, title) = (field.name(), field.title().say(language));
        (Target::Field(name.to_owned()), format!("mark.field.{name}"), title)
    });
    let documents = desk.procedure.online().documents.iter();
    let attached = documents.filter(|document| content.documents.contains_key(&document.code)).map(|document| {
        let title = document.title.say(language);
        (Target::Document(document.code.clone()), format!("mark.document.{}", document.code), title)
    });
    answers.chain(attached).collect()
}

fn named(
    fields: &mut Fields<'_>,
    registration: &Registration,
    step: &Step,
    track: &Track,
    parts: &[(Target, String, Text)],
) -> Option<Decided> {
    let mut verdicts = vec![Choice::new(Verdict::Approve, "approve", say("verdict-approve"))];
    if step.powers.contains(&Power::SendBack) {
        verdicts.push(Choice::new(Verdict::SendBack, "send-back", say("verdict-send-back")));
    }
    if step.powers.contains(&Power::Reject) {
        verdicts.push(Choice::new(Verdict::Reject, "reject", say("verdict-reject")));
    }
    let verdict = fields.one_of("verdict", &say("verdict"), &verdicts).required();
    let reason = fields.lines("reason", &say("reason")).hint(say("reason-hint")).rows(4);
    let reason = reason.most_letters(MOST_OF_REASON).optional().text();
    let result = if track.ends_with(step, registration) && registration.result.made == Made::ByHand {
        fields.files("result", &say("result-document")).hint(say("result-hint")).accept("application/pdf").optional()
    } else {
        Some(Vec::new())
    };
    let marks = if step.powers.contains(&Power::SendBack) { marks(fields, parts) } else { Some(Vec::new()) };
    Some(Decided { verdict: verdict?, reason: reason?.unwrap_or_default(), marks: marks?, result: result? })
}

/// The notes on what has to be corrected: what has a note is marked.
fn marks(fields: &mut Fields<'_>, parts: &[(Target, String, Text)]) -> Option<Vec<Mark>> {
    fields.section(&say("marks"));
    let mut marks = Some(Vec::new());
    for (target, name, title) in parts {
        let note = fields.line(name, &title.value).most_letters(MOST_OF_NOTE).optional().text();
        fields.label_is_in(name, &title.language);
        marks = marks.zip(note).map(|(mut marks, note)| {
            marks.extend(note.map(|note| Mark { target: target.clone(), note }));
            marks
        });
    }
    marks
}

/// The decision, if nothing is missing that it needs.
fn decision(decided: Decided) -> Result<Decision, Failure> {
    let Decided { verdict, reason, marks, result } = decided;
    let mut errors = FieldErrors::default();
    errors.check(
        verdict == Verdict::Approve || !reason.trim().is_empty(),
        "reason",
        "required",
        &say("reason-missing"),
    );
    errors.check(verdict != Verdict::SendBack || !marks.is_empty(), "marks", "required", &say("marks-missing"));
    errors.finish()?;
    Ok(match verdict {
        Verdict::Reject => Decision::Reject,
        Verdict::Approve => Decision::Approve(result.first().map(kept)),
        Verdict::SendBack => Decision::SendBack(marks),
    })
}

fn kept(blob: &Blob) -> Attached {
    blobs::keep(&blob.id);
    Attached {
        blob: blob.id.clone(),
        name: blob.name.clone().unwrap_or_else(|| "resultado.pdf".to_owned()),
        content_type: blob.content_type.clone(),
        bytes: blob.size,
        signer: None,
    }
}
