//! A page of questions as the citizen will see it. What is typed is judged, and nothing is kept.

use sdk::Failure;
use sdk::form::View;
use sdk::html::{Button, Markup, Notice, Tone, html};
use sdk::schema::{Field, Schema};
use sdk::web::{Operator, PathPair, Response, Visit};

use super::{problems, title, under};
use crate::definition::{CHOICE_PAGE, Code, Definition, REGISTRATIONS};
use crate::pages::{lines, say, translated};
use crate::procedures;
use crate::trial::{Sample, sample};

/// A page of questions, before an example of everything else.
pub(crate) fn preview(
    visit: &Visit,
    _: Operator,
    PathPair(code, page): PathPair<Code, Code>,
) -> Result<Response, Failure> {
    let definition = procedures::draft(&code)?.definition;
    let (names, heading, hint) = asked(visit, &definition, &page)?;
    let schema = match definition.schema() {
        Ok(schema) => schema.ok_or_else(|| nothing(&page))?,
        Err(found) => {
            let content = problems::shown(&definition, &found, visit.language());
            return Ok(under(visit, &definition, &title("design-preview"), &content));
        }
    };
    let today = visit.now().date_in_la_paz();
    // The other pages are answered, so that the questions that depend on them can be seen.
    let Sample { mut answers, facts } = sample(&schema, 1, today);
    answers.retain(|name, _| !names.contains(name));
    let wanted: Vec<&str> = names.iter().map(String::as_str).collect();
    let filled = visit.form(|fields| schema.ask(fields, &wanted, &answers, &facts, today));
    let passed_over = schema.passed_over(&wanted, &answers, &facts, today);
    let page = |view: &View, done: Markup| {
        let content = html! {
            p .hint { (say("design-preview-for")) }
            (done)
            h2 { (heading) }
            @if let Some(hint) = &hint { p { (hint) } }
            (view.around(html! { (Button::primary(&say("design-preview-judge"))) }))
            (hidden(visit, &schema, &passed_over))
        };
        under(visit, &definition, &title("design-preview"), &content)
    };
    let view = filled.view().clone();
    filled.submit(
        |view| page(view, html! {}),
        |answers| {
            let mut said = schema.summary(&answers, visit.language());
            said.retain(|line| wanted.contains(&line.field.name()));
            Ok(page(&view, html! { (Notice::new(Tone::Success, &say("design-preview-right"), &lines(&said))) }))
        },
    )
}

fn nothing(page: &Code) -> Failure {
    Failure::NotFound(format!("there is no page {page}"))
}

/// The questions of a page, what it is called, and what helps to answer.
fn asked(
    visit: &Visit,
    definition: &Definition,
    page: &Code,
) -> Result<(Vec<String>, Markup, Option<Markup>), Failure> {
    let language = visit.language();
    if *page == CHOICE_PAGE {
        return Ok((vec![REGISTRATIONS.to_owned()], html! { (say("design-what-for")) }, None));
    }
    let mut pages = definition.online.iter().flat_map(|online| &online.pages);
    let found = pages.find(|one| one.code == *page).ok_or_else(|| nothing(page))?;
    let hint = found.hint.as_ref().map(|hint| translated(hint, language));
    Ok((found.fields.clone(), translated(&found.title, language), hint))
}

/// The questions that are not asked now, with what they depend on.
fn hidden(visit: &Visit, schema: &Schema, passed_over: &[&Field]) -> Markup {
    let language = visit.language();
    let hidden: Vec<_> = passed_over.iter().filter_map(|field| Some((field, field.when()?))).collect();
    html! { @if !hidden.is_empty() {
        h2 { (say("design-preview-hidden")) }
        ul { @for (field, when) in &hidden { li {
            (translated(field.title(), language)) ": " (when.in_words(schema, language))
        } } }
    } }
}
