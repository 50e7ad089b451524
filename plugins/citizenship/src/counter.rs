//! The counter: who works there finds the account of whom she sees, makes it, and does what only somebody who saw her may do.
//!
//! Nothing is done to an account here without a note of what was seen, which stays in its history; and the citizen is told.

mod papers;
mod raise;
mod renew;

use sdk::accounts::Account;
use sdk::form::Fields;
use sdk::html::{Button, ButtonLink, ErrorSummary, Field, Markup, Tag, Text, TextKind, Tone, Width, html};
use sdk::web::{Operator, Path, Response, Visit};
use sdk::{Assurance, Failure, ensure, log};

use crate::card::CardNumber;
use crate::history;
use crate::page::{no_account, page, say, whole};
use crate::particulars;

pub(crate) use papers::account;
pub(crate) use raise::assurance;
pub(crate) use renew::code;

/// Letters of a note.
const MOST_OF_NOTE: usize = 500;

/// Asks for a document, and leads to what is known by it.
pub(crate) fn look_up(visit: &Visit, _: Operator) -> Result<Response, Failure> {
    let asked = visit.query("document").unwrap_or_default().trim();
    let error = match asked.parse::<CardNumber>() {
        Ok(card) => return Ok(Response::redirect(path(&card, ""))),
        Err(_) => (!asked.is_empty()).then(|| say("card-wrong")),
    };
    let (label, hint) = (say("card"), say("card-hint"));
    let field = Field::new("document", &label).hint(hint.as_str()).error(error.as_deref()).language(visit.language());
    let content = html! {
        @if let Some(error) = &error {
            (ErrorSummary::new(&[("document", error.as_str())]).language(visit.language()))
        }
        p { (say("counter-looks-up")) }
        form method="get" {
            (Text::new(field).value(asked).kind(TextKind::Search).width(Width::Medium).autocomplete("off"))
            (Button::primary(&say("find")))
        }
    };
    Ok(page(visit, "counter", content))
}

/// What is known by a document, and what can be done.
pub(crate) fn show(visit: &Visit, operator: Operator, Path(card): Path<CardNumber>) -> Result<Response, Failure> {
    let account = card.account().map_err(no_account)?;
    log::info("account shown at the counter", &[("operator.id", &operator.id)]);
    let content = match &account {
        Some(account) => known(visit, &card, account, &operator)?,
        None => html! {
            h1 { (say("counter")) }
            p { (say("card")) ": " strong { (card) } }
            p { (say("no-account-by-card")) }
            (ButtonLink::primary(&say("make-account"), &path(&card, "/account")))
        },
    };
    let content = html! { (content) p { a href="/counter" { (say("another-card")) } } };
    Ok(whole(visit, "counter", content))
}

fn known(visit: &Visit, card: &CardNumber, account: &Account, operator: &Operator) -> Result<Markup, Failure> {
    let actions = [("/account", "correct-particulars"), ("/code", "new-code"), ("/assurance", "raise-assurance")];
    let (enrolled, tone) = if account.enrolled { ("enrolled", Tone::Success) } else { ("not-enrolled", Tone::Warning) };
    let is_open = |action: &&(&str, &str)| action.0 != "/assurance" || account.assurance != Assurance::High;
    Ok(html! {
        h1 { (account.person.full_name()) }
        (particulars::summary(visit, account))
        p { (Tag::new(&say(enrolled), tone)) }
        @if account.subject == operator.id { p { (say("not-your-own")) } } @else {
            p { @for (action, text) in actions.iter().filter(is_open) {
                (ButtonLink::secondary(&say(text), &path(card, action)))
            } }
        }
        (history::table(&account.subject)?)
    })
}

/// The account by a card, for who may act on it: nobody does so on her own.
fn account_of(card: &CardNumber, operator: &Operator) -> Result<Account, Failure> {
    let account = card.account().map_err(no_account)?;
    let account = account.ok_or_else(|| Failure::NotFound(say("no-account-by-card")))?;
    not_her_own(&account, operator)?;
    Ok(account)
}

fn not_her_own(account: &Account, operator: &Operator) -> Result<(), Failure> {
    ensure!(account.subject != operator.id, Failure::Denied(say("not-your-own")));
    Ok(())
}

/// That she was seen, and what of her: both are said, before anything is done.
fn seen(fields: &mut Fields<'_>) -> Option<String> {
    fields.section(&say("grounds"));
    let note = fields.lines("note", &say("note")).hint(say("note-hint")).rows(3).most_letters(MOST_OF_NOTE).text();
    let seen = fields.confirmation("seen", &say("seen")).required();
    seen.and(note)
}

/// Whose account it is, above the form.
fn whose(account: &Account) -> Markup {
    let document = &account.person.document;
    html! { p { strong { (account.person.full_name()) } ", " (document.kind) " " (document.number) } }
}

/// Out of a form, without doing what it is for.
fn back(card: &CardNumber) -> Markup {
    html! { p { a href=(path(card, "")) { (say("not-now")) } } }
}

fn path(card: &CardNumber, action: &str) -> String {
    format!("/counter/{card}{action}")
}
