//! Noting that a fee was paid, by its receipt.

use sdk::case::Author;
use sdk::form::View;
use sdk::html::{Button, html};
use sdk::web::{Operator, PathPair, Response, Visit};
use sdk::{Failure, ensure};

use super::{Desk, path};
use crate::application::{Act, Actor, Receipt};
use crate::pages::say;

/// Letters of a receipt's number.
const MOST_LETTERS: usize = 60;

/// Asks for the receipt, and notes it.
pub(crate) fn pay(
    visit: &Visit,
    operator: Operator,
    PathPair(number, fee): PathPair<String, u32>,
) -> Result<Response, Failure> {
    let desk = Desk::of(visit, &operator, &number)?;
    ensure!(desk.has_role("cashier"), Failure::Denied(say("for-cashiers")));
    let owed = usize::try_from(fee).ok().and_then(|fee| desk.application.fees.get(fee));
    let owed = owed.filter(|owed| owed.receipt.is_none());
    let owed = owed.ok_or_else(|| Failure::NotFound(format!("there is no fee {fee} to be paid")))?.clone();
    let form = visit.form(|fields| fields.line("receipt", &say("receipt-number")).most_letters(MOST_LETTERS).text());
    let page = |form: &View| {
        let content = html! {
            p { a href=(path(&desk.application)) { (desk.application.number) } }
            p { (say("to-pay")) ": " strong { (owed.amount) } }
            (form.around(html! { (Button::primary(&say("note-receipt"))) }))
        };
        visit.titled("note-receipt", content)
    };
    form.submit(page, |receipt| {
        let receipt = Receipt { number: receipt, taken_by: operator.name.clone().unwrap_or_else(|| say("cashier")) };
        let desk = Desk::of(visit, &operator, &number)?;
        let actor = Actor::Cashier(Author::of(visit.context()));
        Desk { actor, ..desk }.act(visit, Act::Pay(fee, receipt))
    })
}
