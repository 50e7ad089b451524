//! What can be done here, by who looks.

use sdk::Failure;
use sdk::html::{ButtonLink, Card, Cards, Markup, html};
use sdk::i18n::Argument;
use sdk::web::{Citizen, Response, Visit};

use crate::page::{page, say, say_with};

/// What a citizen finds: where, what it is called, and what for.
const OWN: [(&str, &str, &str); 4] = [
    ("/profile", "profile", "profile-for"),
    ("/sessions", "sessions", "sessions-for"),
    ("/sign-ins", "sign-ins", "sign-ins-for"),
    ("/representation", "representation", "representation-for"),
];

pub(crate) fn home(visit: &Visit, citizen: Option<Citizen>) -> Result<Response, Failure> {
    let content = match citizen {
        Some(citizen) => for_citizen(&citizen),
        None => for_anyone(),
    };
    Ok(page(visit, "citizenship", content))
}

fn for_anyone() -> Markup {
    html! {
        p { (say("citizenship-for")) }
        p { (ButtonLink::primary(&say("register"), "/register")) }
        p { (say("have-account")) " " a href="/profile" { (say("sign-in")) } }
        p { (say("counter-for")) }
    }
}

fn for_citizen(citizen: &Citizen) -> Markup {
    let texts = OWN.map(|(path, title, text)| (path, say(title), say(text)));
    let cards: Cards<'_> =
        texts.iter().map(|(path, title, text)| Card::new(title, path).content(html! { p { (text) } })).collect();
    html! {
        @if let Some(name) = &citizen.name { p { (say_with("welcome", &[Argument::text("name", name)])) } }
        (cards)
    }
}
