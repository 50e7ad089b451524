//! Writes the forms of the demo's procedures as plain JSON Schema, each with documents and what we say of them, for others to
//! judge: `scripts/judge_schemas.py`. Usage: forms demo/procedures

use std::error::Error;
use std::fs;
use std::path::Path;

use portal::definition::{Definition, Procedure};
use portal::trial::{Sample, sample};
use sdk::Date;
use sdk::json::{Value, json};
use sdk::schema::{Answers, Facts, Origin, Schema, Wrong};

/// So many people answer each form.
const SAMPLES: u64 = 6;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args_os().nth(1).ok_or("name the folder of procedures: demo/procedures")?;
    let today: Date = "2026-11-26".parse()?;
    let mut forms = Vec::new();
    for entity in fs::read_dir(folder)? {
        for file in fs::read_dir(entity?.path())? {
            forms.extend(form(&file?.path(), today)?);
        }
    }
    println!("{}", json!(forms));
    Ok(())
}

/// The form of a definition, if it is done online.
fn form(file: &Path, today: Date) -> Result<Option<Value>, Box<dyn Error>> {
    if file.ends_with("entity.json") {
        return Ok(None);
    }
    let definition = Definition::read(&fs::read_to_string(file)?)?;
    if definition.online.is_none() {
        return Ok(None);
    }
    let procedure = Procedure::read(definition, 1)?;
    let schema = procedure.schema();
    let documents: Vec<Value> = (0..SAMPLES).flat_map(|number| documents(schema, number, today)).collect();
    let (code, standard) = (procedure.code(), schema.standard(today));
    Ok(Some(json!({ "procedure": code, "schema": standard, "documents": documents })))
}

/// What somebody answers, and the same with each answer left out, or another one.
fn documents(schema: &Schema, number: u64, today: Date) -> Vec<Value> {
    let Sample { answers, facts } = sample(schema, number, today);
    let asked = schema.fields().iter().filter(|field| *field.origin() == Origin::Asked).map(sdk::schema::Field::name);
    let mut all = vec![answers.clone()];
    for name in asked {
        all.push(without(&answers, name));
        all.extend(others().into_iter().map(|other| with(&answers, name, other)));
    }
    all.push(with(&answers, "other", json!(1)));
    all.iter().filter_map(|answers| judged(schema, answers, &facts, today)).collect()
}

fn without(answers: &Answers, name: &str) -> Answers {
    answers.iter().filter(|(other, _)| *other != name).map(|(name, value)| (name.clone(), value.clone())).collect()
}

fn with(answers: &Answers, name: &str, value: Value) -> Answers {
    let mut changed = answers.clone();
    changed.insert(name.to_owned(), value);
    changed
}

/// Values that fit some kinds of questions, and no other.
fn others() -> Vec<Value> {
    vec![
        json!(""),
        json!("x"),
        json!("a".repeat(201)),
        json!("2026-11-26"),
        json!("1890-01-01"),
        json!("ana@gob.bo"),
        json!("+59171234567"),
        json!(-1),
        json!(2.125),
        json!(1_000_000_000),
        json!(true),
        json!(false),
        json!([]),
        json!(["x"]),
        json!({}),
    ]
}

/// A document of answers, facts and what follows from them, with what we say of it; nothing, where a schema has no words for what
/// is wrong: a calculation that comes to nothing.
fn judged(schema: &Schema, answers: &Answers, facts: &Facts, today: Date) -> Option<Value> {
    let settled = schema.settle(answers, facts, today);
    let beyond = |wrong: &Wrong| matches!(wrong, Wrong::DividedByZero | Wrong::TooLargeToCalculate);
    if settled.wrong().iter().any(|(_, wrong)| beyond(wrong)) {
        return None;
    }
    let mut document = answers.clone();
    for field in schema.fields().iter().filter(|field| *field.origin() != Origin::Asked) {
        document.remove(field.name());
        let value = settled.answers().get(field.name());
        document.extend(value.map(|value| (field.name().to_owned(), value.clone())));
    }
    let accepted = settled.wrong().is_empty() && *settled.answers() == document;
    Some(json!({ "document": document, "accepted": accepted }))
}
