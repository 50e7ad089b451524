//! The code by which somebody sets what she signs in with, shown once.

use sdk::accounts::Enrolment;
use sdk::html::{ButtonLink, Code, Confirmation, Markup, html};
use sdk::i18n::Argument;
use sdk::web::{Response, Visit};

use crate::page::{say, say_with, whole};

/// The page with the code, for who sets her credentials herself now.
pub(crate) fn for_herself(visit: &Visit, title: &str, enrolment: &Enrolment, more: &Markup) -> Response {
    let content = html! {
        (Confirmation::new(&say(title)))
        p { (say("code-for-you")) }
        (code(enrolment))
        p { (ButtonLink::primary(&say("set-credentials"), &enrolment.link)) }
        (more)
    };
    whole(visit, title, content)
}

/// The page with the code, to be printed at the counter and handed over.
pub(crate) fn to_hand_over(visit: &Visit, title: &str, name: &str, enrolment: &Enrolment, back: &str) -> Response {
    let content = html! {
        (Confirmation::new(&say(title)))
        p { (say_with("code-to-hand-over", &[Argument::text("name", name)])) }
        (code(enrolment))
        p { (say("code-link")) br; span translate="no" { (page_of(enrolment)) } }
        p { a href=(back) { (say("to-account")) } }
    };
    whole(visit, title, content)
}

/// Where a code is typed: the link without the code, which stands on the sheet already.
fn page_of(enrolment: &Enrolment) -> &str {
    enrolment.link.split('#').next().unwrap_or_default()
}

fn code(enrolment: &Enrolment) -> Markup {
    // Its groups are shown apart, and it is taken without its hyphens as well.
    let bare: String = enrolment.code.chars().filter(char::is_ascii_alphanumeric).collect();
    html! {
        (Code::new(&say("code"), &bare))
        p { (say_with("code-expires", &[Argument::time("end", enrolment.end())])) }
        p { strong { (say("code-once")) } }
    }
}
