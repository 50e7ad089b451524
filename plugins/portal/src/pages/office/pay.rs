//! Noting that a fee was paid, by its receipt.

use sdk::case::Author;
use sdk::form::View;
use sdk::html::{Button, Hidden, html};
use sdk::web::{Operator, PathPair, Response, Visit};
use sdk::{Failure, Money, ensure};

use super::{Desk, path};
use crate::application::{Act, Actor, Charge, Receipt, Refused};
use crate::pages::say;

/// Letters of a receipt's number.
const MOST_LETTERS: usize = 60;
/// The hidden fields that say what was shown: the money is taken for that.
const FEE: &str = "fee";
const AMOUNT: &str = "amount";

/// Asks for the receipt, and notes it.
pub(crate) fn pay(
    visit: &Visit,
    operator: Operator,
    PathPair(number, fee): PathPair<String, u32>,
) -> Result<Response, Failure> {
    let desk = Desk::of(visit, &operator, &number)?;
    ensure!(desk.has_role("cashier"), Failure::Denied(say("for-cashiers")));
    ensure!(!desk.is_own(&operator), Refused::Own);
    let changed = || Failure::Conflict(say("refused-fee-changed"));
    let none = || Failure::NotFound(format!("there is no fee {fee} to be paid"));
    let owed = desk.application.charge(fee);
    let owed = owed.ok_or_else(|| if visit.is_submission() { changed() } else { none() })?;
    let form = visit.form(|fields| fields.line("receipt", &say("receipt-number")).most_letters(MOST_LETTERS).text());
    let page = |form: &View| {
        let content = html! {
            p { a href=(path(&desk.application)) { (desk.application.number) } }
            p { (say("to-pay")) ": " strong { (owed.amount) } }
            (form.around(html! {
                (Hidden::new(FEE, owed.fee.as_str()))
                (Hidden::new(AMOUNT, &owed.amount.centavos().to_string()))
                (Button::primary(&say("note-receipt")))
            }))
        };
        visit.titled("note-receipt", content)
    };
    form.submit(page, |receipt| {
        let receipt = Receipt { number: receipt, taken_by: operator.name.clone().unwrap_or_else(|| say("cashier")) };
        let charge = shown(visit, fee).ok_or_else(changed)?;
        let desk = Desk::of(visit, &operator, &number)?;
        let actor = Actor::Cashier(Author::of(visit.context()));
        Desk { actor, ..desk }.act(visit, Act::Pay(charge, receipt))
    })
}

/// The fee as the form showed it.
fn shown(visit: &Visit, number: u32) -> Option<Charge> {
    let amount = visit.sent(AMOUNT)?.parse().ok().map(Money::from_centavos)?;
    Some(Charge { number, fee: visit.sent(FEE)?.parse().ok()?, amount })
}
