//! The parts of a call: its criteria and documents, what is asked, and who judges.

use sdk::form::{Choice, Fields, View};
use sdk::html::{Button, Language, html};
use sdk::i18n::Argument;
use sdk::json::Value;
use sdk::schema::Schema;
use sdk::web::{Path, Response, Visit};
use sdk::{Failure, Translated};

use super::{EVALUATOR, path};
use crate::definition::{Code, Document, FileKind, Need};
use crate::funds::calls;
use crate::funds::{Call, Criterion, Named, Officer};
use crate::pages::{say, say_with, translated};
use crate::staff;

/// Letters of a line of criteria or documents, of all of them, and of the description of the questions.
const MOST_OF_PARTS: usize = 10_000;
const MOST_OF_SCHEMA: usize = 100_000;
/// Files of one document.
const MOST_FILES: u32 = 5;
/// What a line of a document ends with that need not be attached, in Spanish and in English.
const OPTIONAL: [&str; 2] = ["opcional", "optional"];

/// Changes the criteria and the documents: a line for each.
pub(crate) fn parts(visit: &Visit, officer: Officer, Path(code): Path<Code>) -> Result<Response, Failure> {
    let call = calls::find(&code)?;
    let form = visit.form(|fields: &mut Fields<'_>| {
        let criteria = fields.lines("criteria", &say("funds-criteria")).hint(say("funds-criteria-hint")).rows(8);
        let criteria = criteria.most_letters(MOST_OF_PARTS).initially(criteria_lines(&call)).parse(read_criteria);
        let documents = fields.lines("documents", &say("funds-documents")).hint(say("funds-documents-hint")).rows(5);
        let documents = documents.most_letters(MOST_OF_PARTS).initially(document_lines(&call));
        let documents = documents.optional().parse(|text| Ok(read_documents(text)));
        Some((criteria?, documents?.unwrap_or_default()))
    });
    let page = page(visit, &call, "funds-parts");
    form.submit(page, |(criteria, documents)| {
        calls::change(&officer, visit.context(), &code, |call| {
            call.criteria = criteria;
            call.documents = documents;
        })?;
        Ok(Response::redirect(path(&code)))
    })
}

/// Changes what is asked: a JSON Schema.
pub(crate) fn schema(visit: &Visit, officer: Officer, Path(code): Path<Code>) -> Result<Response, Failure> {
    let call = calls::find(&code)?;
    let written = call.schema.as_ref().and_then(|schema| pretty(schema).ok()).unwrap_or_default();
    let form = visit.form(|fields: &mut Fields<'_>| {
        let schema = fields.lines("schema", &say("funds-questions")).hint(say("funds-schema-hint")).rows(20);
        let schema = schema.most_letters(MOST_OF_SCHEMA).initially(written).optional();
        schema.parse(|text| read_schema(text, visit.language()))
    });
    let page = page(visit, &call, "funds-questions");
    form.submit(page, |schema| {
        calls::change(&officer, visit.context(), &code, |call| call.schema = schema)?;
        Ok(Response::redirect(path(&code)))
    })
}

/// Changes who judges a call that is not public.
pub(crate) fn evaluators(visit: &Visit, officer: Officer, Path(code): Path<Code>) -> Result<Response, Failure> {
    let call = calls::find(&code)?;
    let chosen: Vec<&str> = call.evaluators.iter().map(|one| one.id.as_str()).collect();
    let choices = who_may_judge()?;
    let label = say("funds-evaluators");
    let form = visit.form(|fields: &mut Fields<'_>| {
        fields.any_of("evaluators", &label, &choices).hint(say("funds-evaluators-hint")).initially(&chosen).read()
    });
    let page = page(visit, &call, "funds-evaluators");
    form.submit(page, |evaluators| {
        calls::change(&officer, visit.context(), &code, |call| call.evaluators = evaluators)?;
        Ok(Response::redirect(path(&code)))
    })
}

/// Those of the staff who have come by as evaluators.
pub(super) fn who_may_judge() -> Result<Vec<Choice<Named>>, Failure> {
    let members = staff::members()?.into_iter().filter(|one| one.roles.iter().any(|role| role == EVALUATOR));
    let choice = |member: staff::Member| {
        let named = Named { id: member.id.clone(), called: member.called().to_owned() };
        Choice::new(named, &member.id, member.called())
    };
    Ok(members.map(choice).collect())
}

fn page<'v>(visit: &'v Visit, call: &'v Call, title: &'v str) -> impl FnOnce(&View) -> Response + 'v {
    move |form: &View| {
        let content = html! {
            p { a href=(path(&call.code)) { (translated(&call.title, visit.language())) } }
            (form.around(html! { (Button::primary(&say("funds-save"))) }))
        };
        visit.titled(title, content)
    }
}

/// One criterion in each line: title, weight, what many points mean.
fn read_criteria(text: &str) -> Result<Vec<Criterion>, String> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let criterion = |(number, line): (usize, &str)| {
        let mut parts = line.splitn(3, '|').map(str::trim);
        let mut part = || parts.next().filter(|part| !part.is_empty());
        let (title, weight, description) = (part()?, part()?, part()?);
        let weight =
            weight.trim_end_matches('%').trim_end().parse().ok().filter(|weight| (1..=100).contains(weight))?;
        let (title, description) = (Translated::new(title), Translated::new(description));
        Some(Criterion { code: numbered('c', number)?, title, description, weight })
    };
    (1..).zip(lines).map(criterion).collect::<Option<Vec<_>>>().ok_or_else(|| say("funds-criteria-wrong"))
}

fn criteria_lines(call: &Call) -> String {
    let spanish = |text: &Translated| text.in_language(Language::Spanish).replace('\n', " ");
    let line = |one: &Criterion| format!("{} | {} | {}", spanish(&one.title), one.weight, spanish(&one.description));
    call.criteria.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// One document in each line: its title, and whether it can be left out.
fn read_documents(text: &str) -> Vec<Document> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let document = |(number, line): (usize, &str)| {
        let (title, need) = match line.rsplit_once('|') {
            Some((title, word)) if OPTIONAL.iter().any(|one| word.trim().eq_ignore_ascii_case(one)) => {
                (title.trim(), Need::Optional)
            }
            _ => (line, Need::Required),
        };
        Some(Document {
            code: numbered('d', number)?,
            title: Translated::new(title),
            hint: None,
            concept: "own".to_owned(),
            kinds: vec![FileKind::Pdf, FileKind::Image],
            most: MOST_FILES,
            need,
            when: None,
        })
    };
    (1..).zip(lines).filter_map(document).collect()
}

fn document_lines(call: &Call) -> String {
    let line = |one: &Document| {
        let title = one.title.in_language(Language::Spanish);
        if one.need == Need::Optional { format!("{title} | {}", OPTIONAL[0]) } else { title.to_owned() }
    };
    call.documents.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn numbered(letter: char, number: usize) -> Option<Code> {
    format!("{letter}{number}").parse().ok()
}

fn read_schema(text: &str, language: Language) -> Result<Value, String> {
    let value: Value = serde_json::from_str(text).map_err(|error| {
        let line = Argument::number("line", i64::try_from(error.line()).unwrap_or(i64::MAX));
        say_with("funds-no-json", &[line])
    })?;
    match Schema::read(&value) {
        Ok(_) => Ok(value),
        Err(problems) => Err(problems.iter().map(|problem| problem.in_words(language)).collect::<Vec<_>>().join("; ")),
    }
}

fn pretty(value: &Value) -> Result<String, serde_json::Error> {
    serde_json::to_string_pretty(value)
}
