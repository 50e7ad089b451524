//! Who stands in for whom.

use sdk::form::{Choice, Fields, View};
use sdk::html::{Button, Column, Hidden, Markup, Table, html};
use sdk::web::{Operator, Response, Visit};
use sdk::{Date, Failure, ensure};

use crate::pages::say;
use crate::staff::{self, Member, Substitution};

/// Shows who stands in for whom, and lets who supervises say so; everybody may name who stands in for herself.
pub(crate) fn substitutes(visit: &Visit, operator: Operator) -> Result<Response, Failure> {
    if visit.is_submission() {
        staff::came(&operator, visit.now())?;
    }
    if visit.sent("join").is_some() {
        return Ok(Response::redirect("/office/substitutes"));
    }
    if let Some(pair) = visit.sent("end") {
        return end(&operator, pair);
    }
    let today = visit.now().date_in_la_paz();
    let (members, all) = (staff::members()?, staff::substitutions(today)?);
    let supervises = operator.has_role("supervisor");
    let absent: Vec<&Member> = members.iter().filter(|one| supervises || one.id == operator.id).collect();
    let form = visit.form(|fields| named(fields, &absent, &members, &operator));
    let page = |form: &View| {
        let content = html! {
            (list(&all, &members))
            @if members.iter().all(|one| one.id != operator.id) { form method="post" {
                p { (say("join-for")) } (Button::secondary(&say("join")).sends("join", "yes"))
            } }
            @if !absent.is_empty() { h2 { (say("new-substitute")) } (form.around(html! { (Button::primary(&say("save"))) })) }
            p { a href="/office" { (say("office")) } }
        };
        visit.titled("substitutes", content)
    };
    form.submit(page, |substitution| {
        staff::substitute(&substitution, today)?;
        Ok(Response::redirect("/office/substitutes"))
    })
}

fn end(operator: &Operator, pair: &str) -> Result<Response, Failure> {
    let (absent, substitute) = pair.split_once(' ').unwrap_or((pair, ""));
    ensure!(operator.has_role("supervisor") || operator.id == absent, Failure::Denied(say("not-yours-to-end")));
    staff::end_substitution(absent, substitute)?;
    Ok(Response::redirect("/office/substitutes"))
}

fn named(fields: &mut Fields<'_>, absent: &[&Member], all: &[Member], operator: &Operator) -> Option<Substitution> {
    let choices = |members: Vec<&Member>| -> Vec<Choice<String>> {
        members.into_iter().map(|one| Choice::new(one.id.clone(), &one.id, one.called())).collect()
    };
    let (absent, others) = (choices(absent.to_vec()), choices(all.iter().collect()));
    let absent = fields.one_of("absent", &say("who-is-absent"), &absent).required();
    let substitute = fields.one_of("substitute", &say("who-stands-in"), &others).required();
    let from: Option<Date> = fields.date("from", &say("from-day")).required();
    let to = fields.date("to", &say("to-day")).required();
    Some(Substitution { absent: absent?, substitute: substitute?, from: from?, to: to?, by: operator.id.clone() })
}

fn list(all: &[Substitution], members: &[Member]) -> Markup {
    if all.is_empty() {
        return html! { p { (say("no-substitutes")) } };
    }
    let [caption, absent, stands_in, from, to, end] =
        ["substitutes", "who-is-absent", "who-stands-in", "from-day", "to-day", "end"].map(say);
    let columns =
        [Column::text(&absent), Column::text(&stands_in), Column::text(&from), Column::text(&to), Column::text(&end)];
    let called = |id: &str| members.iter().find(|one| one.id == id).map_or(id, Member::called).to_owned();
    let rows: Vec<Vec<Markup>> = all
        .iter()
        .map(|one| {
            let pair = format!("{} {}", one.absent, one.substitute);
            let button = html! { form method="post" { (Hidden::new("end", &pair)) (Button::secondary(&end)) } };
            vec![
                html! { (called(&one.absent)) },
                html! { (called(&one.substitute)) },
                html! { (one.from.short()) },
                html! { (one.to.short()) },
                button,
            ]
        })
        .collect();
    html! { (Table::new("substitutes", &caption, &columns, &rows).below_its_heading()) }
}
