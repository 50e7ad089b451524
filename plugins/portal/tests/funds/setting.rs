//! A municipality with a call for funds, and who comes by.

use std::time::Duration;

use portal::PLUGIN;
use portal::definition::{Audience, Code, Document, FileKind, Need};
use portal::funds::{
    Call, Criterion, Evaluator, Mark, Named, Officer, Party, Project, Proposal, Stage, calls, drafts, proposals,
    resolve,
};
use sdk::harness::{Browser, Harness, Host, Installation, NoAnswer, Person};
use sdk::json::{Value, json};
use sdk::{Assurance, Caller, Citizen, Context, Failure, Money, Operator, Timestamp, Translated};

const ENTITY: &str =
    r#"{"subsystem":"BO/MUN/2001/tramites","name":{"es":"Gobierno Autónomo Municipal de La Paz"},"place":"BO-L"}"#;

/// So long the call takes proposals.
pub const OPEN_FOR: Duration = Duration::from_secs(10 * 24 * 60 * 60);
pub const CODE: &str = "innova";

/// The portal without anything in it.
pub fn harness() -> Harness {
    let mut harness = Harness::new().know(PLUGIN);
    let installation = Installation::of("portal", "BO/MUN/2001/tramites").config("entity", ENTITY);
    let registers = ["identity-register", "company-register", "tax-register"];
    harness.install(registers.into_iter().fold(installation, |one, key| one.config(key, "BO/GOV/1001/x/y")));
    harness
}

/// The same with a public call for people and entities, judged by Luz and Mario.
pub fn with_call() -> Harness {
    with(&call())
}

/// The same with another call.
pub fn with(call: &Call) -> Harness {
    let mut harness = harness();
    publish(&mut harness, call).expect("it is published");
    harness
}

pub fn publish(harness: &mut Harness, call: &Call) -> Result<Call, NoAnswer> {
    run(harness, |context| {
        calls::begin(&officer(), &context, call.clone())?;
        calls::publish(&officer(), &context, &call.code)
    })
}

/// A call of Bs 1.000 that opens now: innovation counts 60, and reach 40.
pub fn call() -> Call {
    let now = Timestamp::from_millisecond(1_795_694_400_000);
    let document = Document {
        code: code("d1"),
        title: Translated::new("Presupuesto"),
        hint: None,
        concept: "own".to_owned(),
        kinds: vec![FileKind::Pdf],
        most: 1,
        need: Need::Optional,
        when: None,
    };
    Call {
        code: code(CODE),
        title: Translated::new("Innova La Paz"),
        purpose: Translated::new("Para proyectos que mejoran un barrio."),
        rules: Translated::new("Se rinde cuentas.\n\nEl proyecto dura un año."),
        audience: vec![Audience::Person, Audience::Entity],
        opens: now,
        closes: now + OPEN_FOR,
        total: Money::from_centavos(100_000),
        most: Money::from_centavos(60_000),
        schema: Some(questions()),
        documents: vec![document],
        criteria: vec![criterion("c1", "Innovación", 60), criterion("c2", "Alcance", 40)],
        least: 50,
        evaluators: vec![named("luz"), named("mario")],
        finished: Vec::new(),
        stage: Stage::Draft,
        made: now,
        entries: 0,
    }
}

fn questions() -> Value {
    json!({
        "type": "object",
        "properties": { "people": { "type": "integer", "title": "Cuántas personas", "minimum": 1 } },
        "required": ["people"],
    })
}

pub fn criterion(of: &str, title: &str, weight: u8) -> Criterion {
    let (title, description) = (Translated::new(title), Translated::new("Más puntos, mejor"));
    Criterion { code: code(of), title, description, weight }
}

pub fn named(id: &str) -> Named {
    Named { id: id.to_owned(), called: id.to_owned() }
}

pub fn code(text: &str) -> Code {
    text.parse().expect("a code")
}

/// Runs a piece of the plugin as a call.
pub fn run<T>(harness: &mut Harness, code: impl Fn(Context) -> Result<T, Failure>) -> Result<T, NoAnswer> {
    harness.run("portal", code)
}

pub fn officer() -> Officer {
    Officer::of(&operator("rosa", "funds")).expect("she has the role")
}

pub fn operator(id: &str, role: &str) -> Operator {
    Operator { id: id.to_owned(), name: Some(id.to_owned()), roles: vec![role.to_owned()] }
}

pub fn party(subject: &str) -> Party {
    let (subject, name) = (subject.to_owned(), Some(format!("{subject} Quispe")));
    let citizen = Citizen { subject, name, assurance: Assurance::Substantial, represents: None };
    Party::of(&Caller::Citizen(citizen)).expect("citizens compete")
}

/// Submits a proposal of a citizen.
pub fn propose(harness: &mut Harness, subject: &str, asked: i64) -> Result<Proposal, NoAnswer> {
    let party = party(subject);
    run(harness, |context| {
        let call = calls::find(&code(CODE))?;
        let accepting = call.accepting(context.time())?;
        let project = Project {
            entity: None,
            title: format!("El proyecto de {subject}"),
            summary: "Un huerto.".to_owned(),
            asked: Money::from_centavos(asked),
        };
        let draft = portal::funds::Draft {
            call: call.code.clone(),
            project: Some(project),
            answers: call.schema.iter().map(|_| ("people".to_owned(), json!(30))).collect(),
            documents: Default::default(),
            submitted: Default::default(),
            changed: context.time(),
        };
        drafts::keep(&accepting, &party, draft.clone())?;
        proposals::submit(&accepting, &context, &party, &draft)
    })
}

/// Takes a proposal of a citizen back.
pub fn withdraw(harness: &mut Harness, subject: &str, number: &str) -> Result<Proposal, NoAnswer> {
    let party = party(subject);
    run(harness, |context| {
        let call = calls::find(&code(CODE))?;
        proposals::withdraw(&call.accepting(context.time())?, &context, &party, number, "")
    })
}

/// Does something as an evaluator.
pub fn judge<T>(
    harness: &mut Harness,
    id: &str,
    act: impl Fn(&Evaluator<'_>, &Context) -> Result<T, Failure>,
) -> Result<T, NoAnswer> {
    run(harness, |context| {
        let call = calls::find(&code(CODE))?;
        act(&Evaluator::of(call.opened(context.time())?, id)?, &context)
    })
}

/// Gives points to a proposal.
pub fn mark(harness: &mut Harness, id: &str, number: &str, points: &[u8]) -> Result<(), NoAnswer> {
    judge(harness, id, |evaluator, context| evaluator.mark(context, number, marks(points)))
}

pub fn finish(harness: &mut Harness, id: &str) -> Result<Call, NoAnswer> {
    judge(harness, id, |evaluator, context| evaluator.finish(context))
}

pub fn settle(harness: &mut Harness, reason: &str) -> Result<Call, NoAnswer> {
    run(harness, |context| resolve::resolve(&officer(), &context, &code(CODE), reason))
}

pub fn marks(points: &[u8]) -> Vec<Mark> {
    points.iter().map(|points| Mark { points: *points, reason: format!("por {points} razones") }).collect()
}

/// The message of a refusal.
pub fn refusal<T: std::fmt::Debug>(result: Result<T, NoAnswer>) -> String {
    match result {
        Err(NoAnswer::Failed(Failure::Denied(words) | Failure::Conflict(words) | Failure::NotFound(words))) => words,
        Err(NoAnswer::Failed(Failure::Invalid(errors))) => errors[0].message.clone(),
        other => panic!("it is not refused: {other:?}"),
    }
}

pub fn citizen(subject: &str) -> Browser {
    Browser::of(&PLUGIN).signed_in(Person::of(subject).named(&format!("{subject} Quispe")))
}

pub fn staff(id: &str, role: &str) -> Browser {
    Browser::of(&PLUGIN).signed_in(Person::of(id).named(id).role(role))
}

pub fn anybody() -> Browser {
    Browser::of(&PLUGIN)
}

/// What a page of a result's files is: the content of a blob.
pub fn blob(harness: &mut Harness, id: &str) -> Vec<u8> {
    let read = run(harness, |_| Ok(sdk::blobs::read(id, 0, 4 << 20)));
    read.expect("a look").expect("the blob is there")
}
