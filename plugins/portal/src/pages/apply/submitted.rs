//! What one sees when something was submitted.

use sdk::Failure;
use sdk::html::{ButtonLink, Confirmation, html};
use sdk::i18n::Argument;
use sdk::web::{Citizen, Path, Response, Visit};

use crate::application::Applicant;
use crate::desk;
use crate::pages::{say, told, told_with};

/// That it was submitted, under which number, and what comes next.
pub(crate) fn submitted(visit: &Visit, citizen: Citizen, Path(number): Path<String>) -> Result<Response, Failure> {
    let application = desk::find_of(&Applicant::of(&citizen).subject, &number)?;
    let path = format!("/applications/{}", application.number);
    let (owes, language) = (application.unpaid().next().is_some(), visit.language());
    let content = html! {
        (Confirmation::new(&say("submitted")).reference(&say("your-number"), &application.number))
        p { (told("submitted-for", language)) }
        @if owes { p { strong { (told("pay-next", language)) } } }
        @if let Some(until) = application.tracks.iter().filter_map(|track| track.due).max() {
            p { (told_with("expected", &[Argument::date("day", until)], language)) }
        }
        p {
            (ButtonLink::primary(&say("follow"), &path)) " "
            a href=(format!("{path}/receipt")) { (told("receipt", language)) }
        }
        p .hint { (told("signed-file-for", language)) }
    };
    Ok(visit.under(sdk::i18n::say("submitted", &[]), content))
}
