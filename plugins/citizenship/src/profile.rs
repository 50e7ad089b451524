//! What is known of her, and how she is reached.

use sdk::accounts::{self, Person};
use sdk::form::View;
use sdk::html::{Tone, html};
use sdk::notices::{self, Notice};
use sdk::web::{Citizen, Response, Visit};
use sdk::{Failure, log};

use crate::page::{notice, own_account, page, say};
use crate::particulars::{self, Contact, FilledBy};

pub(crate) fn profile(visit: &Visit, citizen: Citizen) -> Result<Response, Failure> {
    let account = own_account(&citizen)?;
    let shown = |form: &View| {
        let content = html! {
            @if visit.query("saved").is_some() { (notice(Tone::Success, "saved", "saved-told")) }
            (particulars::summary(visit, &account))
            p { (say("particulars-wrong")) }
            h2 { (say("how-reached")) }
            p { (say("address-proven")) }
            (form.with(&say("save")))
        };
        page(visit, "profile", content)
    };
    let form = visit.form(|fields| particulars::contact(fields, FilledBy::Herself, Some(&account.person)));
    form.submit(shown, |Contact { email, telephone }| {
        let person = Person { email, telephone, ..account.person.clone() };
        if (&person.email, &person.telephone) != (&account.person.email, &account.person.telephone) {
            accounts::change(&citizen.subject, &person)?;
            notices::tell(&Notice::new(&citizen.subject, "told-contact").leading_to("/profile"))?;
            log::info("contact changed", &[]);
            return Ok(Response::redirect("/profile?saved"));
        }
        Ok(Response::redirect("/profile"))
    })
}
