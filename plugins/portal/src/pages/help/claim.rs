//! Adding what was filed at a counter to an account, by its number and the printed code.

use sdk::form::{Fields, View};
use sdk::html::{Button, Language, Width, html};
use sdk::web::{Citizen, Response, Visit};
use sdk::{Author, Failure};

use crate::application::{Act, Actor, Applicant};
use crate::help::claim;
use crate::office::ThisEntity;
use crate::pages::say;
use crate::{desk, folder, procedures};

/// Letters of what is typed.
const MOST_LETTERS: usize = 40;

/// Asks for the number and the code, and adds the application.
pub(crate) fn claim(visit: &Visit, citizen: Citizen) -> Result<Response, Failure> {
    let page = |form: &View| {
        let button = html! { (Button::primary(&say("help-claim-it"))) };
        visit.titled("help-claim", html! { p { (say("help-claim-for")) } (form.around(button)) })
    };
    visit.form(printed).submit(page, |(number, code)| add(visit, &citizen, &number, &code))
}

/// The number and the code that stand on what was printed at the counter.
pub(super) fn printed(fields: &mut Fields<'_>) -> Option<(String, String)> {
    let number = fields.line("number", &say("help-number")).width(Width::Medium).autocomplete("off");
    let number = number.most_letters(MOST_LETTERS).text();
    let code = fields.line("code", &say("help-printed-code")).width(Width::Medium).autocomplete("off");
    number.zip(code.most_letters(MOST_LETTERS).text())
}

fn add(visit: &Visit, citizen: &Citizen, number: &str, code: &str) -> Result<Response, Failure> {
    let proven = claim::prove(number, code)?;
    let application = desk::find(proven.number())?;
    let procedure = procedures::procedure(&application.procedure, application.version)?;
    let this = ThisEntity::configured()?;
    let office = this.at(&procedure, visit.now());
    let before = &application.applicant;
    let her = Applicant::of(citizen).assisted(before.assistance.clone());
    // What was printed says the name that was seen at the counter.
    let applicant = Applicant { name: before.name.clone().or(her.name.clone()), ..her };
    let actor = Actor::Applicant(Author::of(visit.context()));
    let joined = desk::act_in(&procedure, application, &office, visit.now(), actor, Act::Join(applicant))?;
    claim::forget(&proven)?;
    let title = procedure.definition().entry.title.in_language(Language::Spanish);
    folder::put(&joined.applicant.subject, joined.content.files(), title, visit.now())?;
    Ok(Response::redirect(format!("/applications/{}", joined.number)))
}
