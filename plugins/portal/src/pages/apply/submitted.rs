//! What one sees when something was submitted.

use sdk::Failure;
use sdk::html::{ButtonLink, Confirmation, html};
use sdk::i18n::Argument;
use sdk::web::{Path, Response, Visit};

use crate::pages::behalf::Behalf;
use crate::pages::{say, told, told_with};
use crate::procedures;

/// That it was submitted, under which number, and what comes next.
pub(crate) fn submitted(visit: &Visit, behalf: Behalf, Path(number): Path<String>) -> Result<Response, Failure> {
    let application = behalf.application(&number)?;
    let path = behalf.path_of(&application);
    let procedure = procedures::procedure(&application.procedure, application.version)?;
    let (owes, language) = (procedure.owed_now(&application).next().is_some(), visit.language());
    let content = html! {
        (Confirmation::new(&say("submitted")).reference(&say("your-number"), &application.number))
        p { (told("submitted-for", language)) }
        @if owes { p { strong { (told("pay-next", language)) } } }
        @if let Some(until) = application.tracks.iter().filter_map(|track| track.due).max() {
            p { (told_with("expected", &[Argument::date("day", until)], language)) }
        }
        p { (ButtonLink::primary(&say("follow"), &path)) }
        p { a href=(format!("{path}/receipt")) { (told("receipt", language)) } }
        p .hint { (told("signed-file-for", language)) }
    };
    Ok(visit.under(sdk::i18n::say("submitted", &[]), content))
}
