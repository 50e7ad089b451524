//! Taking something back that was submitted.

use sdk::Failure;
use sdk::form::{Choice, Fields, View};
use sdk::html::{Button, html};
use sdk::web::{Path, Response, Visit};

use super::hers;
use crate::application::Act;
use crate::definition::Code;
use crate::desk;
use crate::office::ThisEntity;
use crate::pages::behalf::Behalf;
use crate::pages::{say, told};

/// Asks what is to be taken back, and why, and does it.
pub(crate) fn withdraw(visit: &Visit, behalf: Behalf, Path(number): Path<String>) -> Result<Response, Failure> {
    let (application, procedure) = hers(&behalf, &number)?;
    let open: Vec<Choice<Code>> = application
        .tracks
        .iter()
        .filter(|track| !track.is_decided())
        .filter_map(|track| procedure.registration(&track.registration))
        .map(|one| Choice::called(one.code.clone(), one.code.to_string(), one.title.say(visit.language())))
        .collect();
    sdk::ensure!(!open.is_empty(), Failure::Conflict(say("all-decided")));
    let form = visit.form(|fields: &mut Fields<'_>| {
        let chosen = fields.any_of("registrations", &say("withdraw-what"), &open).at_least_one().read();
        let reason = fields.lines("reason", &say("withdraw-why")).rows(3).most_letters(1_000).text();
        Some((chosen?, reason?))
    });
    let page = |form: &View| {
        let button = html! { (Button::danger(&say("withdraw"))) };
        let language = visit.language();
        let content = html! {
            p { a href=(behalf.path_of(&application)) { (told("back-to-application", language)) } }
            p { (told("withdraw-for", language)) }
            (form.around(button))
        };
        visit.titled("withdraw", content)
    };
    form.submit(page, |(chosen, reason)| {
        let this = ThisEntity::configured()?;
        let office = this.at(&procedure, visit.now());
        let actor = behalf.actor();
        let mut application = application.clone();
        for code in chosen {
            let act = Act::Withdraw(code, reason.clone());
            application = desk::act_in(&procedure, application, &office, visit.now(), actor.clone(), act)?;
        }
        Ok(Response::redirect(behalf.path_of(&application)))
    })
}
