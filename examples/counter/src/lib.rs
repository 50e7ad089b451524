//! A page that counts votes. Additions to a counter commute: however many vote at once, nobody's vote waits for another's.

use sdk::Failure;
use sdk::collections::Counter;
use sdk::html::html;
use sdk::web::{Pages, Response, Routes, Visit};

/// Votes by choice.
static VOTES: Counter<String> = Counter::new("votes");

/// What can be chosen: as it is sent, and as it is said.
const CHOICES: [(&str, &str); 2] = [("yes", "Sí"), ("no", "No")];

/// The plugin.
pub struct Poll;

sdk::plugin!(Poll: pages);

impl Pages for Poll {
    const ROUTES: &'static Routes = &sdk::routes! {
        Get "/" => show,
        Post "/" => vote,
    };
}

fn show(_: &Visit) -> Result<Response, Failure> {
    let votes = CHOICES.map(|(choice, said)| (said, VOTES.value(&choice.to_owned())));
    Ok(Response::page(
        "¿Más árboles en la plaza?",
        html! {
            h1 { "¿Más árboles en la plaza?" }
            form method="post" {
                @for (choice, said) in CHOICES { button .button name="choice" value=(choice) { (said) } " " }
            }
            dl .summary { @for (said, count) in votes { div { dt { (said) } dd { (count) } } } }
        },
    ))
}

fn vote(visit: &Visit) -> Result<Response, Failure> {
    let choice = visit.sent("choice").unwrap_or_default();
    let known = CHOICES.iter().any(|(known, _)| *known == choice);
    sdk::ensure!(known, Failure::invalid("choice", "unknown", "Elija una de las respuestas"));
    VOTES.add(&choice.to_owned(), 1);
    Ok(Response::redirect("/"))
}
