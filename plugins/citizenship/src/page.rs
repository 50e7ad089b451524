//! What all pages have in common.

use sdk::accounts::{Account, Refusal};
use sdk::html::{Markup, Notice, Tone, html};
use sdk::i18n::{self, Argument};
use sdk::web::{Citizen, Response, Visit};
use sdk::{Assurance, Failure, accounts};

/// A text of the catalogues, in the language of the page.
pub(crate) fn say(id: &str) -> String {
    i18n::words(id)
}

/// The same with what its variables stand for.
pub(crate) fn say_with(id: &str, arguments: &[Argument]) -> String {
    i18n::say(id, arguments).value
}

/// A page under a heading.
pub(crate) fn page(visit: &Visit, title: &str, content: Markup) -> Response {
    let heading = say(title);
    whole(visit, title, html! { h1 { (heading) } (content) })
}

/// A page whose content has its own heading. What is said in another language than the page's is marked so (WCAG 2.2, 3.1.2).
pub(crate) fn whole(visit: &Visit, title: &str, content: Markup) -> Response {
    let title = i18n::say(title, &[]);
    let content = if title.language == visit.language().code() {
        content
    } else {
        html! { div lang=(title.language) { (content) } }
    };
    Response::page(title.value, content).with_header("cache-control", "no-store")
}

/// Something to know, by the text of its heading and the one below it.
pub(crate) fn notice(tone: Tone, title: &str, text: &str) -> Markup {
    let said = html! { p { (say(text)) } };
    html! { (Notice::new(tone, &say(title), &said)) }
}

/// The account of who looks.
pub(crate) fn own_account(citizen: &Citizen) -> Result<Account, Failure> {
    accounts::get(&citizen.subject).map_err(no_account)
}

/// Why there is none, in words for people.
pub(crate) fn no_account(refusal: Refusal) -> Failure {
    match refusal {
        Refusal::NoAccounts => Failure::Unavailable(say("no-accounts")),
        Refusal::NoSuchAccount => Failure::NotFound(say("no-such-account")),
        other => other.into(),
    }
}

/// How well it is known who somebody is.
pub(crate) fn assurance(assurance: Assurance) -> String {
    say(match assurance {
        Assurance::None | Assurance::Low => "assurance-low",
        Assurance::Substantial => "assurance-substantial",
        Assurance::High => "assurance-high",
    })
}
