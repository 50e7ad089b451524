//! For whom somebody acts: for herself, or for one of those whom her issuer says that she may represent.
//!
//! She chooses at each plugin's origin. A form that was shown while she acted for one is not taken while she acts for another.

use super::At;
use crate::gateway::Visit;
use crate::layout;
use crate::refusal::Refusal;
use crate::session::{Represented, Session};
use crate::words;
use html::{Button, Choice, Field, Radios, html};
use http::StatusCode;
use listener::Response;
use pages::{FormKey, Freshness, form, see_other};

/// Where she chooses.
pub(super) const PATH: &str = "/-/acting";
const FIELD: &str = "for";
/// Stands for herself among the choices: no subject is so short.
const HERSELF: &str = "-";

/// Shows whom she may act for.
pub(super) fn ask(at: &At<'_>, visit: &Visit, session: &Session) -> Result<Response, Refusal> {
    let words = words::of(visit.language);
    let now = at.common.clock.now();
    let token = at.common.forms.issue(at.visitor.owner(), at.plugin.name(), now).ok_or(Refusal::Unavailable)?;
    let herself = session.person().name.as_deref().unwrap_or(words.acting_herself);
    let others = session.person().represents.iter().filter(|one| one.goes_on(now)).map(choice);
    let choices: Vec<Choice<'_>> = [Choice::new(HERSELF, herself)].into_iter().chain(others).collect();
    let chosen = session.acting().map_or(HERSELF, |acting| acting.subject.as_str());
    let content = html! {
        h1 { (words.acting_title) }
        p { (words.acting_explains) }
        form method="post" action=(PATH) {
            input type="hidden" name=(FormKey::FIELD) value=(token);
            (Radios::new(Field::new(FIELD, words.acting_for), &choices).chosen(chosen))
            (Button::primary(words.acting_choose))
        }
        p { a href="/" { (words.home) } }
    };
    Ok(layout::own_page(at.common, visit, StatusCode::OK, words.acting_title, &content, Freshness::Private))
}

fn choice(represented: &Represented) -> Choice<'_> {
    let hint = Some(represented.scope.as_str()).filter(|scope| !scope.is_empty());
    Choice { hint, ..Choice::new(&represented.subject, &represented.name) }
}

/// Takes what she chose.
pub(super) async fn choose(at: &At<'_>, fields: &mut Vec<form::Field>, session: &Session) -> Result<Response, Refusal> {
    let sign_in = at.common.sign_in.as_ref().ok_or(Refusal::NoSignIn)?;
    let chosen = form::take(fields, FIELD).ok_or(Refusal::Malformed)?;
    let now = at.common.clock.now();
    let acting = match chosen.as_str() {
        HERSELF => None,
        subject => {
            let found = session.person().represents.iter().find(|one| one.subject == subject && one.goes_on(now));
            Some(found.ok_or(Refusal::Representation)?.subject.clone())
        }
    };
    sign_in.sessions.act_for(session, acting).await.map_err(|error| {
        tracing::error!(error = %error, "whom somebody acts for cannot be kept");
        Refusal::Unavailable
    })?;
    see_other("/").ok_or(Refusal::Unavailable)
}
