//! Procedures that are done online here, and applications for them, in the portal's own words.

use std::collections::BTreeMap;

use sdk::case::Author;
use sdk::json::Value;
use sdk::limits::MAX_BLOBS;
use sdk::schema::Answers;
use sdk::{Answer, Failure, Method, Money, Translated, ensure};
use serde::{Deserialize, Serialize};

use super::back_office::takes_money;
use super::files::Sent;
use super::filing::{Filing, Whom};
use super::period::Period;
use super::shown::{Happened, Shown, fees};
use super::{Call, act, part};
use crate::application::{Act, Actor, Receipt, Refused};
use crate::definition::{Code, Deadline, Definition, Document, Procedure};
use crate::desk;
use crate::procedures::{self, Offered};
use crate::statistics::{Counts, Scope, sum};

/// Letters of a receipt's number.
const MOST_OF_RECEIPT: usize = 60;

pub(super) fn answer(call: &Call<'_>, steps: &[&str]) -> Result<Answer, Failure> {
    match (call.method(), steps) {
        (Method::Get, ["procedures"]) => list(),
        (Method::Get, ["procedures", code]) => show(call, code),
        (Method::Post, ["procedures", code, "applications"]) => file(call, code),
        (Method::Get, ["applications", number]) => application(call, number),
        (Method::Get, ["applications", number, "history"]) => history(call, number),
        (Method::Post, ["applications", number, "payments"]) => pay(call, number),
        (Method::Get, ["statistics"]) => statistics(call),
        _ => Err(call.request.not_found()),
    }
}

/// A list that has no further pages.
#[derive(Serialize)]
struct Items<T> {
    items: Vec<T>,
}

fn list() -> Result<Answer, Failure> {
    #[derive(Serialize)]
    struct Offer {
        code: Code,
        version: u32,
        title: Translated,
        summary: Translated,
        deadline: Deadline,
    }
    let mut items = Vec::new();
    for (code, version, offered) in procedures::all()? {
        if offered == Offered::Open {
            let Definition { entry, online, .. } = procedures::version(&code, version)?.definition;
            if online.is_none() {
                continue;
            }
            items.push(Offer { code, version, title: entry.title, summary: entry.summary, deadline: entry.deadline });
        }
    }
    Answer::json(200, &Items { items })
}

fn show(call: &Call<'_>, code: &str) -> Result<Answer, Failure> {
    #[derive(Serialize)]
    struct Whole<'a> {
        code: &'a Code,
        version: u32,
        definition: &'a Definition,
        /// What the answers of an application keep to, as plain JSON Schema.
        schema: Value,
    }
    let procedure = procedures::open(&part(code)?)?;
    let (code, version, definition) = (procedure.code(), procedure.version(), procedure.definition());
    Answer::json(200, &Whole { code, version, definition, schema: procedure.schema().standard(call.today()) })
}

fn file(call: &Call<'_>, code: &str) -> Result<Answer, Failure> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Said {
        applicant: Whom,
        answers: Answers,
        #[serde(default)]
        documents: BTreeMap<String, Vec<Sent>>,
    }
    let procedure = procedures::open(&part(code)?)?;
    let Said { applicant, answers, documents } = call.request.json()?;
    let mut attached = BTreeMap::new();
    // Each file that is kept is a blob, of which one call makes so many.
    let count = documents.values().map(Vec::len).sum::<usize>();
    let few = Failure::invalid("documents", "count", format!("are more than {MAX_BLOBS} files"));
    ensure!(count <= MAX_BLOBS, few);
    for (code, files) in documents {
        let document = document(&procedure, &code)?;
        let kept = |(number, file): (usize, &Sent)| file.kept(&format!("documents.{code}.{number}"), document);
        attached.insert(document.code.clone(), files.iter().enumerate().map(kept).collect::<Result<_, _>>()?);
    }
    let application = Filing { whom: applicant, answers, documents: attached }.submit(call, &procedure)?;
    let location = format!("/applications/{}", application.number);
    Ok(Answer::json(201, &Shown::of(&application, &procedure))?.with_header("location", location))
}

fn document<'p>(procedure: &'p Procedure, code: &str) -> Result<&'p Document, Failure> {
    let found = procedure.online().documents.iter().find(|document| document.code == *code);
    found.ok_or_else(|| Failure::invalid(format!("documents.{code}"), "unknown", "is not asked"))
}

fn application(call: &Call<'_>, number: &str) -> Result<Answer, Failure> {
    let application = desk::find_filed_by(call.subsystem()?, number)?;
    let procedure = procedures::procedure(&application.procedure, application.version)?;
    Answer::json(200, &Shown::of(&application, &procedure))
}

fn history(call: &Call<'_>, number: &str) -> Result<Answer, Failure> {
    let application = desk::find_filed_by(call.subsystem()?, number)?;
    let history = desk::history(&application.number)?;
    Answer::json(200, &Items { items: history.iter().map(Happened::of).collect() })
}

fn pay(call: &Call<'_>, number: &str) -> Result<Answer, Failure> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Said {
        /// The fee's place among the application's fees.
        fee: u32,
        /// The fee, by its code: a correction may put another one in its place.
        code: Code,
        /// What was paid, in centavos.
        amount: Money,
        /// The number of the receipt.
        receipt: String,
    }
    let subsystem = takes_money(call)?;
    let Said { fee, code, amount, receipt } = call.request.json()?;
    let fits = (1..=MOST_OF_RECEIPT).contains(&receipt.trim().chars().count());
    ensure!(fits, Failure::invalid("receipt", "length", format!("has 1 to {MOST_OF_RECEIPT} letters")));
    let application = desk::find(number)?;
    let charge = application.charge(fee).ok_or(Refused::NoFee { number: fee })?;
    ensure!(charge.fee == code, Failure::invalid("code", "other", "is not the fee that has to be paid"));
    ensure!(charge.amount == amount, Failure::invalid("amount", "other", "is not what has to be paid"));
    let receipt = Receipt { number: receipt.trim().to_owned(), taken_by: subsystem.to_owned() };
    let actor = Actor::Cashier(Author::of(call.context));
    let application = act(call, application, actor, Act::Pay(charge, receipt))?;
    Answer::json(200, &Items { items: fees(&application) })
}

fn statistics(call: &Call<'_>) -> Result<Answer, Failure> {
    #[derive(Serialize)]
    struct Counted {
        from: sdk::Date,
        to: sdk::Date,
        #[serde(flatten)]
        counts: Counts,
    }
    let Period { from, to } = Period::of(call, "from", "to")?;
    let procedure = call.query("procedure")?.map(Scope::Procedure);
    let role = call.query("role")?.map(Scope::Role);
    let scope = [procedure, role].into_iter().flatten().fold(Scope::All, Scope::and);
    Answer::json(200, &Counted { from, to, counts: sum(&scope, from, to) })
}
