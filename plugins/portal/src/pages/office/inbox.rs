//! What waits for somebody: what she has taken on, and what she can take on, the most urgent first.

use sdk::calendar::working_days_between;
use sdk::collections::{Page, PageRequest};
use sdk::html::{Button, Column, Field, Markup, Table, Tag, Text, TextKind, Tone, Width, html};
use sdk::i18n::Argument;
use sdk::web::{Operator, Response, Visit, pagination};
use sdk::{Date, Failure, ensure};

use super::{path, roles_of, sees_all, stands_in_for};
use crate::application::{Application, Owner};
use crate::definition::WITHOUT_STEPS;
use crate::desk::{self, Inbox};
use crate::pages::{role as role_name, say, say_with, translated};
use crate::procedures::Once;
use crate::staff;

/// Of what somebody has taken on, so much is shown at once.
const MINE: u32 = 50;
/// What is due within so many working days is near its breach.
const NEAR: u32 = 2;

/// What she has taken on, and for one of her roles what nobody has.
pub(crate) fn inbox(visit: &Visit, operator: Operator, page: PageRequest) -> Result<Response, Failure> {
    let today = visit.now().date_in_la_paz();
    let actor = staff::acting(&operator, today)?;
    let mut roles = Vec::new();
    for role in roles_of(&actor) {
        // What was published before such roles were refused may wait for one.
        let has_steps = !WITHOUT_STEPS.contains(&role.as_str())
            || !desk::inbox(&Inbox::Role(role.clone()), &PageRequest::first(1))?.items.is_empty();
        if has_steps {
            roles.push(role);
        }
    }
    let asked = visit.query("role").unwrap_or_default();
    let role = roles.iter().find(|role| role.as_str() == asked).or(roles.first()).copied();
    let mut mine = desk::inbox(&Inbox::Holder(operator.id.clone()), &PageRequest::first(MINE))?;
    for absent in stands_in_for(&actor) {
        mine.items.extend(desk::inbox(&Inbox::Holder(absent.clone()), &PageRequest::first(MINE))?.items);
    }
    let free = match role {
        Some(role) => desk::inbox(&Inbox::Role(role.clone()), &page)?,
        None => Page { items: Vec::new(), next: None },
    };
    let content = html! {
        (find_form(visit))
        h2 { (say("mine")) }
        (table(visit, "mine", &mine.items, today)?)
        h2 { (say("to-take")) }
        @if roles.len() > 1 { nav aria-label=(say("roles")) { ul .links { @for one in &roles {
            li { a href=(format!("/office{}", sdk::web::query([("role", one.as_str())])))
                aria-current=[(Some(*one) == role).then_some("true")] { (role_name(one.as_str())) } }
        } } } }
        (table(visit, "to-take", &free.items, today)?)
        (pagination(visit, &free))
        p { @if sees_all(roles_of(&actor)) { a href="/office/due" { (say("near-breach")) } " · " }
            a href="/office/substitutes" { (say("substitutes")) }
            " · " a href="/statistics" { (say("statistics")) } }
        p { a href="/office/messages" { (say("help-unread-messages")) } }
    };
    Ok(visit.titled("office", content))
}

/// All that waits for staff, the most urgent first, for who supervises.
pub(crate) fn due(visit: &Visit, operator: Operator, page: PageRequest) -> Result<Response, Failure> {
    let today = visit.now().date_in_la_paz();
    let actor = staff::acting(&operator, today)?;
    ensure!(sees_all(roles_of(&actor)), Failure::Denied(say("refused-role")));
    let all = desk::inbox(&Inbox::All, &page)?;
    let content = html! {
        p { (say("near-breach-for")) }
        (table(visit, "due", &all.items, today)?)
        (pagination(visit, &all))
        p { a href="/office" { (say("office")) } }
    };
    Ok(visit.titled("near-breach", content))
}

/// The field in which a number is typed.
pub(super) fn find_form(visit: &Visit) -> Markup {
    let label = say("find-number");
    let field = Field::new("number", &label).language(visit.language());
    html! {
        form method="get" action="/office/find" {
            (Text::new(field).kind(TextKind::Search).width(Width::Medium).autocomplete("off"))
            (Button::secondary(&say("find")))
        }
    }
}

fn table(visit: &Visit, id: &str, applications: &[Application], today: Date) -> Result<Markup, Failure> {
    if applications.is_empty() {
        return Ok(html! { p { (say("nothing-waits")) } });
    }
    let [caption, number, what, until, who] = [id, "number", "procedure", "until", "held-by"].map(say);
    let columns = [Column::text(&number), Column::text(&what), Column::text(&until), Column::text(&who)];
    let mut rows = Vec::with_capacity(applications.len());
    let mut versions = Once::versions();
    for application in applications {
        let version = versions.of(application)?;
        let calendar = version.definition.online.as_ref().map_or("BO", |online| online.calendar.as_str());
        rows.push(vec![
            html! { a href=(path(application)) { (application.number) } (super::messages::new(application)?) },
            translated(&version.definition.entry.title, visit.language()),
            days(application, calendar, today)?,
            html! { (holders(application)) },
        ]);
    }
    Ok(html! { (Table::new(id, &caption, &columns, &rows).below_its_heading()) })
}

/// The first day on which somebody has to do something, and how near it is.
fn days(application: &Application, calendar: &str, today: Date) -> Result<Markup, Failure> {
    let steps = application.tracks.iter().filter(|track| matches!(track.owner(), Owner::Role { .. }));
    let Some(until) = steps.filter_map(crate::application::Track::until).min() else { return Ok(html! {}) };
    if until < today {
        return Ok(html! { (until.short()) " " (Tag::new(&say("overdue"), Tone::Danger)) });
    }
    let left = working_days_between(calendar, today, until)?;
    let said = say_with("days-left", &[Argument::number("days", i64::from(left))]);
    let tone = if left <= NEAR { Tone::Warning } else { Tone::Neutral };
    Ok(html! { (until.short()) " " (Tag::new(&said, tone)) })
}

fn holders(application: &Application) -> String {
    let mut names = Vec::new();
    for track in &application.tracks {
        if let Owner::Role { holder: Some(holder), .. } = track.owner() {
            names.push(staff::member(holder).map_or_else(|_| holder.to_owned(), |member| member.called().to_owned()));
        }
    }
    names.join(", ")
}
