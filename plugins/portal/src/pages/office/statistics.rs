//! How much was asked for and decided, for everybody to see.

use sdk::html::{Column, Markup, Table, html};
use sdk::i18n::Argument;
use sdk::web::{Response, Visit};
use sdk::{Date, Failure};

use crate::definition::Code;
use crate::pages::{role as role_name, say, say_with, translated};
use crate::procedures;
use crate::statistics::{Counts, Scope, month_before, sum};

/// The numbers of the last thirty days, or of days that were asked for, thirty at most: of all, by procedure and by role.
pub(crate) fn statistics(visit: &Visit) -> Result<Response, Failure> {
    let today = visit.now().date_in_la_paz();
    let to: Date = visit.query_as("to")?.unwrap_or(today).min(today);
    let from: Date = visit.query_as("from")?.unwrap_or_else(|| month_before(to)).clamp(month_before(to), to);
    let mut rows = vec![row(html! { strong { (say("all-of-it")) } }, sum(&Scope::All, from, to))];
    let mut roles: Vec<Code> = Vec::new();
    for (code, version, _) in procedures::all()? {
        let definition = procedures::version(&code, version)?.definition;
        let title = translated(&definition.entry.title, visit.language());
        rows.push(row(title, sum(&Scope::Procedure(code), from, to)));
        let steps = definition.online.iter().flat_map(|online| &online.registrations).flat_map(|one| &one.steps);
        roles.extend(steps.map(|step| step.role.clone()));
    }
    roles.sort();
    roles.dedup();
    let by_role = roles.into_iter().map(|role| {
        let name = html! { (role_name(role.as_str())) };
        row(name, sum(&Scope::Role(role), from, to))
    });
    let by_role: Vec<Vec<Markup>> = by_role.collect();
    let content = html! {
        p { (say_with("period", &[Argument::date("from", from), Argument::date("to", to)])) }
        (table("by-procedure", &rows))
        @if !by_role.is_empty() { (table("by-role", &by_role)) }
    };
    Ok(visit.titled("statistics", content))
}

fn row(what: Markup, counts: Counts) -> Vec<Markup> {
    let Counts { submitted, processed, approved, rejected, sent_back } = counts;
    let number = |number: i64| html! { (number) };
    vec![what, number(submitted), number(processed), number(approved), number(sent_back), number(rejected)]
}

fn table(id: &str, rows: &[Vec<Markup>]) -> Markup {
    let [caption, what, submitted, processed, approved, sent_back, rejected] =
        [id, "what", "count-submitted", "count-processed", "count-approved", "count-sent-back", "count-rejected"]
            .map(say);
    let columns = [
        Column::text(&what),
        Column::number(&submitted),
        Column::number(&processed),
        Column::number(&approved),
        Column::number(&sent_back),
        Column::number(&rejected),
    ];
    html! { (Table::new(id, &caption, &columns, rows)) }
}
