//! Another code for who lost what she signs in with.

use sdk::form::View;
use sdk::html::html;
use sdk::notices::{self, Notice};
use sdk::web::{Operator, Path, Response, Visit};
use sdk::{Failure, accounts, log};

use super::{account_of, back, path, seen, whose};
use crate::card::CardNumber;
use crate::enrolment;
use crate::history::{self, Action, Entry};
use crate::page::{no_account, page, say};

pub(crate) fn code(visit: &Visit, operator: Operator, Path(card): Path<CardNumber>) -> Result<Response, Failure> {
    let account = account_of(&card, &operator)?;
    let shown = |form: &View| {
        let content =
            html! { (whose(&account)) p { (say("new-code-for")) } (form.with(&say("new-code"))) (back(&card)) };
        page(visit, "new-code", content)
    };
    visit.form(seen).submit(shown, |note| {
        let enrolment = accounts::renew(&account.subject).map_err(no_account)?;
        history::note(visit, &account.subject, &Entry::at_counter(Action::Coded, &operator, note))?;
        notices::tell(&Notice::new(&account.subject, "told-coded").leading_to("/sign-ins"))?;
        log::info("enrolment code renewed", &[("operator.id", &operator.id)]);
        let name = account.person.full_name();
        Ok(enrolment::to_hand_over(visit, "code-renewed", &name, &enrolment, &path(&card, "")))
    })
}
