//! Publishing a draft as the next version, and withdrawing a procedure.

use sdk::Failure;
use sdk::html::{Button, Column, Markup, Table, html};
use sdk::i18n::Argument;
use sdk::json::Value;
use sdk::web::{Operator, Path, Response, Visit};

use super::{path, problems, title, under};
use crate::definition::{Change, Code, Definition, differences, publication};
use crate::pages::{say, say_with};
use crate::procedures::{self, Offered};
use crate::registers::Registers;
use crate::{desk, publishing};

/// So many changes are listed; the rest is counted.
const MOST_CHANGES: usize = 200;
/// Letters of a value that are shown.
const MOST_OF_VALUE: usize = 300;
/// The status of what cannot be published.
const UNPROCESSABLE: u16 = 422;

/// Shows what is published and what changed, and publishes it.
pub(crate) fn publish(visit: &Visit, operator: Operator, Path(code): Path<Code>) -> Result<Response, Failure> {
    let definition = procedures::draft(&code)?.definition;
    let newest = procedures::newest(&code)?;
    let found = publication::check(&definition, &Registers::connected()?).err().unwrap_or_default();
    if !found.is_empty() {
        let content = html! {
            p { (say("design-cannot-publish")) }
            (problems::shown(&definition, &found, visit.language()))
        };
        let response = under(visit, &definition, &title("design-publish"), &content);
        return Ok(if visit.is_submission() { response.with_status(UNPROCESSABLE) } else { response });
    }
    if visit.is_submission() {
        publishing::publish(definition, &operator.id, visit.now())?;
        procedures::drop_draft(&code)?;
        return Ok(Response::redirect(format!("{}/versions", path(&code))));
    }
    let number = newest.map_or(1, |(number, _)| number.saturating_add(1));
    let content = html! {
        p { (say_with("design-will-be", &[Argument::number("number", i64::from(number))])) }
        @if let Some((newest, _)) = newest { (since(&definition, newest)?) (in_use(&code, newest)?) }
        form method="post" { (Button::primary(&say("design-publish-now"))) }
    };
    Ok(under(visit, &definition, &title("design-publish"), &content))
}

/// What changed since the newest version.
fn since(definition: &Definition, newest: u32) -> Result<Markup, Failure> {
    let before = procedures::version(&definition.entry.code, newest)?.definition;
    let changes = differences(&before, definition);
    let [caption, at, was, is] = ["design-changes", "design-place", "design-before", "design-after"].map(say);
    let columns = [Column::text(&at), Column::text(&was), Column::text(&is)];
    let rows: Vec<Vec<Markup>> = changes.iter().take(MOST_CHANGES).map(row).collect();
    let more = i64::try_from(changes.len().saturating_sub(MOST_CHANGES)).unwrap_or(i64::MAX);
    Ok(html! {
        h2 { (caption) }
        @if rows.is_empty() { p { (say("design-no-changes")) } } @else {
            (Table::new("changes", &caption, &columns, &rows).below_its_heading())
        }
        @if more > 0 { p { (say_with("design-more-changes", &[Argument::number("count", more)])) } }
    })
}

fn row(change: &Change) -> Vec<Markup> {
    vec![html! { code { (change.at) } }, value(change.before.as_ref()), value(change.after.as_ref())]
}

fn value(value: Option<&Value>) -> Markup {
    let Some(value) = value else { return html! { "—" } };
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let short: String = text.chars().take(MOST_OF_VALUE).collect();
    html! { (short) @if short.len() < text.len() { "…" } }
}

/// Which versions applications run under: they stay on theirs.
fn in_use(code: &Code, newest: u32) -> Result<Markup, Failure> {
    let in_use: Vec<String> = desk::versions_in_use(code, newest)?.iter().map(u32::to_string).collect();
    let count = i64::try_from(in_use.len()).unwrap_or(i64::MAX);
    let said =
        say_with("design-running", &[Argument::number("count", count), Argument::text("versions", in_use.join(", "))]);
    Ok(html! { p { (said) } })
}

/// Says what follows, and has nobody begin a procedure any more.
pub(crate) fn withdraw(visit: &Visit, _: Operator, Path(code): Path<Code>) -> Result<Response, Failure> {
    let newest = procedures::newest(&code)?.filter(|(_, state)| *state == Offered::Open);
    let (number, _) = newest.ok_or_else(|| Failure::NotFound(format!("no procedure {code} is open")))?;
    if visit.is_submission() {
        publishing::withdraw(&code, visit.now())?;
        return Ok(Response::redirect("/design"));
    }
    let definition = procedures::version(&code, number)?.definition;
    let content = html! {
        p { (say("design-withdraw-for")) }
        (in_use(&code, number)?)
        form method="post" { (Button::danger(&say("design-withdraw-now"))) }
    };
    Ok(under(visit, &definition, &title("design-withdraw"), &content))
}
