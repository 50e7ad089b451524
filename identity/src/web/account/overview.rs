//! The first page of an account.

use super::Own;
use crate::web::Refusal;
use crate::web::layout::{Page, show};
use html::{Button, Summary, html};
use listener::Response;

pub(super) fn page(own: &Own<'_>) -> Result<Response, Refusal> {
    let words = own.visit.words();
    let (person, credentials) = (&own.account.person, &own.credentials);
    let document = format!("{} {}", person.document.kind, person.document.number);
    let is_set = |is_set: bool| if is_set { words.is_set } else { words.is_not_set };
    let passkeys = credentials.passkeys.len().to_string();
    let left = credentials.recovery.left().to_string();
    let assurance = (words.assurance)(own.account.assurance);
    let who = Summary::new()
        .row(words.name, person.names.full().as_str())
        .row(words.document_number, document.as_str())
        .row(words.assurance_label, assurance);
    let content = html! {
        (who)
        h2 { (words.security) }
        ul {
            li { a href="/account/password" { (words.change_password) } ": " (is_set(credentials.password.is_some())) }
            li { a href="/account/authenticator" { (words.authenticator) } ": " (is_set(credentials.authenticator.is_some())) }
            li { a href="/account/passkeys" { (words.passkeys) } ": " (passkeys) }
            li { a href="/account/recovery-codes" { (words.recovery_codes) } ": " (left) }
        }
        h2 { (words.activity) }
        ul {
            li { a href="/account/sessions" { (words.sessions) } }
            li { a href="/account/history" { (words.history) } }
            li { a href="/account/notices" { (words.notices) } }
            li { a href="/account/consents" { (words.consents) } }
        }
        form method="post" action="/account/sign-out" { (Button::secondary(words.sign_out)) }
    };
    show(own.provider, own.visit, own.visitor, Page::new(words.my_account, content).again("/account"))
}
