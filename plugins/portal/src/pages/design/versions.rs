//! The versions of a procedure: each stays as it was published, can be seen and taken elsewhere, and worked on again.

use sdk::Failure;
use sdk::html::{Button, Column, Markup, Table, html};
use sdk::i18n::Argument;
use sdk::web::{Operator, Path, PathPair, Response, Visit};

use super::{json, path, save, title, under};
use crate::definition::Code;
use crate::pages::{say, say_with};
use crate::{desk, procedures, staff};

/// All versions, the newest first.
pub(crate) fn versions(visit: &Visit, _: Operator, Path(code): Path<Code>) -> Result<Response, Failure> {
    let newest = procedures::newest(&code)?.map_or(0, |(number, _)| number);
    let in_use = desk::versions_in_use(&code, newest)?;
    let [caption, number, when, who, use_, export] =
        ["design-versions", "design-number", "design-when-published", "design-by", "design-in-use", "design-export"]
            .map(say);
    let mut rows: Vec<Vec<Markup>> = Vec::new();
    let mut about = None;
    for one in (1..=newest).rev() {
        let version = procedures::version(&code, one)?;
        let to = format!("{}/versions/{one}", path(&code));
        let by = staff::member(&version.by).map_or_else(|_| version.by.clone(), |member| member.called().to_owned());
        let used = if in_use.contains(&one) { say("design-yes") } else { say("design-no") };
        rows.push(vec![
            html! { a href=(to) { (say_with("design-version", &[Argument::number("number", i64::from(one))])) } },
            html! { (version.published.in_words(visit.language())) },
            html! { (by) },
            html! { (used) },
            html! { a href=(format!("{to}/definition.json")) { (export) span .unseen { " " (one) } } },
        ]);
        about.get_or_insert(version.definition);
    }
    let about = about.ok_or_else(|| Failure::NotFound(format!("there is no procedure {code}")))?;
    let columns = [number, when, who, use_, export.clone()];
    let columns: Vec<Column<'_>> = columns.iter().map(|column| Column::text(column)).collect();
    let content = html! {
        p { (say("design-versions-for")) }
        (Table::new("versions", &caption, &columns, &rows).below_its_heading())
    };
    Ok(under(visit, &about, &title("design-versions"), &content))
}

/// A version; it is made the draft where that is asked for.
pub(crate) fn version(
    visit: &Visit,
    operator: Operator,
    PathPair(code, number): PathPair<Code, u32>,
) -> Result<Response, Failure> {
    let version = procedures::version(&code, number)?;
    if visit.is_submission() {
        save(visit, &operator, version.definition)?;
        return Ok(Response::redirect(path(&code)));
    }
    let heading = sdk::i18n::say("design-version", &[Argument::number("number", i64::from(number))]);
    let replaces = procedures::find_draft(&code)?.is_some();
    let content = html! {
        p { (version.published.in_words(visit.language())) }
        @if replaces { p { (say("design-replaces-draft")) } }
        form method="post" { (Button::secondary(&say("design-make-draft"))) }
        p { a href=(format!("{}/versions/{number}/definition.json", path(&code))) { (say("design-export")) } }
        h2 { (say("design-json-text")) }
        pre .scroll tabindex="0" { code { (version.definition.written()) } }
    };
    Ok(under(visit, &version.definition, &heading, &content))
}

/// A version as a file.
pub(crate) fn version_export(
    _: &Visit,
    _: Operator,
    PathPair(code, number): PathPair<Code, u32>,
) -> Result<Response, Failure> {
    Ok(json::file(&procedures::version(&code, number)?.definition, &number.to_string()))
}
