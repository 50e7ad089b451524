//! Whom she represents: a company by the company register, and somebody in her care by the identity register.

mod grant;
mod held;

use sdk::accounts::{self, Representation, RepresentedId};
use sdk::form::{Fields, View};
use sdk::html::{Button, ButtonLink, Column, Hidden, Markup, Table, html};
use sdk::web::{Citizen, Response, Visit};
use sdk::{Failure, RepresentedKind, Timestamp, log};

use crate::card::CardNumber;
use crate::company_register::CompanyNumber;
use crate::page::{no_account, own_account, page, say};
use crate::particulars;
use grant::Judged;

pub(crate) use held::ask_again;

/// Signs in anew, and comes back: from then on whom she represents can be chosen.
const AGAIN: &str = "/-/sign-in?to=%2Frepresentation";

pub(crate) fn list(visit: &Visit, citizen: Citizen) -> Result<Response, Failure> {
    let found = accounts::representations(&citizen.subject).map_err(no_account)?;
    let end = say("end");
    let rows: Vec<Vec<Markup>> = found.iter().map(|one| row(one, &end)).collect();
    // On a phone the first two are seen.
    let headings = ["represented", "end-representation", "until", "document-or-number"].map(say);
    let columns: Vec<Column<'_>> = headings.iter().map(|heading| Column::text(heading)).collect();
    let content = html! {
        p { (say("representation-for")) }
        @if rows.is_empty() { p { (say("no-representations")) } } @else {
            (Table::new("representations", &say("representation"), &columns, &rows).below_its_heading())
            p { (say("from-next-sign-in")) " " a href=(AGAIN) { (say("sign-in-again")) } }
            p { (say("ending-signs-out")) }
        }
        p {
            (ButtonLink::primary(&say("add-company"), "/representation/company"))
            (ButtonLink::secondary(&say("add-person"), "/representation/person"))
        }
    };
    Ok(page(visit, "representation", content))
}

fn row(one: &Representation, end: &str) -> Vec<Markup> {
    // It ends where a day begins: the last day is the one before.
    let last = |until: u64| Timestamp::from_millisecond(until.saturating_sub(1)).date_in_la_paz().short();
    vec![
        html! { (one.name) },
        html! {
            form method="post" {
                (Hidden::new("kind", held::kind(one.represented.kind)))
                (Hidden::new("id", &one.represented.id))
                (Button::secondary(end))
            }
        },
        html! { (one.until.map_or_else(|| say("until-ended"), last)) },
        html! { (one.represented.id) },
    ]
}

/// Ends one of hers.
pub(crate) fn end(visit: &Visit, citizen: Citizen) -> Result<Response, Failure> {
    let sent = (visit.sent("kind").unwrap_or_default(), visit.sent("id").unwrap_or_default());
    let found = accounts::representations(&citizen.subject).map_err(no_account)?;
    let is_meant = |one: &&Representation| (held::kind(one.represented.kind), one.represented.id.as_str()) == sent;
    let meant = found.iter().find(is_meant).ok_or_else(|| Failure::NotFound(say("no-such-representation")))?;
    held::end(&citizen.subject, &meant.represented)?;
    log::info("representation ended", &[("by", &"herself")]);
    Ok(Response::redirect("/representation"))
}

/// Adds a company.
pub(crate) fn company(visit: &Visit, citizen: Citizen) -> Result<Response, Failure> {
    let wrong = say("company-wrong");
    let number = |fields: &mut Fields<'_>| {
        let entry =
            fields.line("number", &say("company")).hint(say("company-hint")).most_letters(30).autocomplete("off");
        entry.parse(|text| text.parse::<CompanyNumber>().map_err(|()| wrong.clone()))
    };
    let shown = |form: &View| added(visit, "add-company", "add-company-for", form);
    visit.form(number).submit(shown, |number| {
        let represented = RepresentedId { kind: RepresentedKind::Organisation, id: number.as_str().to_owned() };
        add(visit, &citizen, &represented, ("number", "company-not-yours", "company-register-silent"))
    })
}

/// Adds somebody in her care.
pub(crate) fn person(visit: &Visit, citizen: Citizen) -> Result<Response, Failure> {
    let shown = |form: &View| added(visit, "add-person", "add-person-for", form);
    visit.form(particulars::card).submit(shown, |card| {
        add(visit, &citizen, &card.to_represented(), ("document", "person-not-yours", "identity-register-silent"))
    })
}

fn added(visit: &Visit, title: &str, text: &str, form: &View) -> Response {
    let content = html! {
        p { (say(text)) }
        (form.with(&say("add")))
        p { a href="/representation" { (say("representation")) } }
    };
    page(visit, title, content)
}

/// Adds whom a register lets her represent. What is refused is said at the field: that she may not, or that nobody answers.
fn add(
    visit: &Visit,
    citizen: &Citizen,
    represented: &RepresentedId,
    (field, not_named, unanswered): (&str, &str, &str),
) -> Result<Response, Failure> {
    let own = CardNumber::of(&own_account(citizen)?.person);
    let own = own.ok_or_else(|| Failure::Denied(say("no-card")))?;
    let refused = |code: &str, text: &str| Failure::invalid(field, code, say(text));
    let grant = match grant::judge(represented, &own, visit.now())? {
        Judged::Granted(grant) => grant,
        Judged::NotNamed => return Err(refused("not-named", not_named)),
        Judged::Unanswered => return Err(refused("unanswered", unanswered)),
    };
    match held::keep(&citizen.subject, represented, &grant, visit.now())? {
        held::Kept::Yes => {}
        held::Kept::TooMany => return Err(refused("too-many", "too-many-representations")),
    }
    log::info("representation added", &[("kind", &held::kind(represented.kind))]);
    Ok(Response::redirect("/representation"))
}
