//! Handing an application to somebody.

use sdk::Failure;
use sdk::form::{Choice, View};
use sdk::html::{Button, html};
use sdk::web::{Operator, PathPair, Response, Visit};

use super::{Desk, path};
use crate::application::{Act, Owner};
use crate::definition::Code;
use crate::pages::say;
use crate::staff::{self, Member};

/// Asks to whom, and hands it over.
pub(crate) fn assign(
    visit: &Visit,
    operator: Operator,
    PathPair(number, code): PathPair<String, Code>,
) -> Result<Response, Failure> {
    let desk = Desk::of(visit, &operator, &number)?;
    let Owner::Role { role, holder } = desk.application.track(&code)?.owner() else {
        return Err(Failure::Conflict(say("not-at-a-step")));
    };
    let members = staff::members()?;
    let applicant = &desk.application.applicant;
    let has_role = |member: &&Member| member.roles.iter().any(|one| *role == one.as_str());
    let able = members.iter().filter(has_role).filter(|one| holder != Some(one.id.as_str()) && !applicant.is(&one.id));
    let choices: Vec<Choice<String>> =
        able.map(|member| Choice::new(member.id.clone(), &member.id, member.called())).collect();
    sdk::ensure!(!choices.is_empty(), Failure::Conflict(say("nobody-has-role")));
    let form = visit.form(|fields| fields.one_of("to", &say("assign-to"), &choices).required());
    let page = |form: &View| {
        let content = html! {
            p { a href=(path(&desk.application)) { (desk.application.number) } }
            (form.around(html! { (Button::primary(&say("assign"))) }))
        };
        visit.titled("assign", content)
    };
    form.submit(page, |to| Desk::of(visit, &operator, &number)?.act(visit, Act::Assign(code.clone(), to)))
}
