//! It is known for certain who somebody is: her account gets the highest assurance.

use sdk::form::View;
use sdk::html::html;
use sdk::notices::{self, Notice};
use sdk::web::{Operator, Path, Response, Visit};
use sdk::{Assurance, Failure, accounts, ensure, log};

use super::{account_of, back, path, seen, whose};
use crate::card::CardNumber;
use crate::history::{self, Action, Entry};
use crate::page::{no_account, page, say};

pub(crate) fn assurance(visit: &Visit, operator: Operator, Path(card): Path<CardNumber>) -> Result<Response, Failure> {
    let account = account_of(&card, &operator)?;
    ensure!(account.assurance != Assurance::High, Failure::Conflict(say("already-high")));
    let shown = |form: &View| {
        let content =
            html! { (whose(&account)) p { (say("raise-for")) } (form.with(&say("raise-assurance"))) (back(&card)) };
        page(visit, "raise-assurance", content)
    };
    visit.form(seen).submit(shown, |note| {
        accounts::raise(&account.subject, Assurance::High).map_err(no_account)?;
        history::note(visit, &account.subject, &Entry::at_counter(Action::Raised, &operator, note))?;
        notices::tell(&Notice::new(&account.subject, "told-raised").leading_to("/profile"))?;
        log::info("assurance raised", &[("operator.id", &operator.id)]);
        Ok(Response::redirect(path(&card, "")))
    })
}
