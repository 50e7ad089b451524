//! The counter: something is filed for somebody who stands before it, and what was filed is shown to her again.

use std::collections::BTreeSet;

use sdk::form::{Choice, Fields, View};
use sdk::html::{Button, ButtonLink, Code, Confirmation, Width, html};
use sdk::web::{Operator, Response, Visit};
use sdk::{Failure, FieldErrors, log};

use super::claim::printed;
use crate::application::{Application, Content};
use crate::consult::{Silent, Why, consult};
use crate::definition::Code as ProcedureCode;
use crate::drafts::{self, AtCounter, Draft};
use crate::help::claim;
use crate::pages::applications::draft_card;
use crate::pages::behalf::Behalf;
use crate::pages::say;
use crate::procedures::{self, Offered};
use crate::registers::Registers;
use crate::{number, staff};

/// Letters of a document's number, and of a name.
const MOST_OF_NUMBER: usize = 20;
const MOST_OF_NAME: usize = 120;

/// Somebody who stands before the counter, and what she wants.
struct Person {
    at_counter: AtCounter,
    procedure: ProcedureCode,
}

/// Asks who it is and what she wants, and begins; shows what the operator has begun.
pub(crate) fn counter(visit: &Visit, operator: Operator) -> Result<Response, Failure> {
    let behalf = Behalf::at_counter(&operator, visit.now())?;
    let (offered, begun) = (offered(visit)?, drafts::of(&behalf.owner)?);
    let cards = begun.iter().map(|draft| draft_card(visit, &behalf, draft)).collect::<Result<Vec<_>, _>>()?;
    let form = visit.form(|fields| named(fields, &offered));
    let page = |form: &View| {
        let content = html! {
            p { a href="/counter/find" { (say("help-find")) } }
            @if !cards.is_empty() {
                h2 { (say("drafts")) }
                ul .cards { @for card in &cards { li .card { (card) } } }
            }
            h2 { (say("help-new-at-counter")) }
            p { (say("help-counter-for")) }
            (form.around(html! { (Button::primary(&say("help-begin-filing"))) }))
        };
        visit.titled("help-counter", content)
    };
    form.submit(page, |person| {
        staff::came(&operator, visit.now())?;
        begin(visit, &behalf, person)
    })
}

/// What can be begun, by its title.
fn offered(visit: &Visit) -> Result<Vec<Choice<ProcedureCode>>, Failure> {
    let mut choices = Vec::new();
    for (code, version, offered) in procedures::all()? {
        let definition = procedures::version(&code, version)?.definition;
        if offered == Offered::Open && definition.online.is_some() {
            let title = definition.entry.title.in_language(visit.language()).to_owned();
            choices.push(Choice::new(code.clone(), code.to_string(), title));
        }
    }
    Ok(choices)
}

fn named(fields: &mut Fields<'_>, offered: &[Choice<ProcedureCode>]) -> Option<Person> {
    let document = fields.line("document", &say("help-document")).hint(say("help-document-hint"));
    let document = document.width(Width::Medium).autocomplete("off").most_letters(MOST_OF_NUMBER).parse(document_of);
    let name = fields.line("name", &say("help-name")).autocomplete("off").most_letters(MOST_OF_NAME).text();
    let procedure = fields.one_of("procedure", &say("procedure"), offered).required();
    let seen = fields.confirmation("seen", &say("help-seen")).required();
    let at_counter = AtCounter { document: document?, name: name? };
    seen.and(procedure).map(|procedure| Person { at_counter, procedure })
}

/// The number of a document as registers know it: without points and spaces, in capitals.
fn document_of(text: &str) -> Result<String, String> {
    let plain = text.chars().filter(|letter| !matches!(letter, '.' | ' ')).collect::<String>().to_uppercase();
    let fits = plain.len() >= 4 && plain.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if fits { Ok(plain) } else { Err(say("help-document-wrong")) }
}

/// Begins a draft for whoever stands there: registers are asked by her document.
fn begin(visit: &Visit, behalf: &Behalf, person: Person) -> Result<Response, Failure> {
    let procedure = procedures::open(&person.procedure)?;
    let registers = Registers::connected()?;
    let mut draft = Draft {
        id: number::new().to_lowercase(),
        owner: behalf.owner.clone(),
        procedure: person.procedure,
        version: procedure.version(),
        content: Content::default(),
        own: BTreeSet::new(),
        filled: Vec::new(),
        begun: visit.now(),
        changed: visit.now(),
        at_counter: Some(person.at_counter),
    };
    let asking = behalf.asking(Some(&draft));
    let silent = consult(&procedure, &registers, &mut draft.content, &asking, visit.now());
    judge(&silent)?;
    drafts::begin(&draft)?;
    log::info("a draft was begun at the counter", &[("operator.id", &behalf.counter().unwrap_or_default())]);
    Ok(Response::redirect(behalf.path(&format!("/drafts/{}", draft.id))))
}

/// What a register did not say stands at the field of the document.
fn judge(silent: &[Silent]) -> Result<(), Failure> {
    let mut errors = FieldErrors::default();
    for one in silent {
        errors.check(one.why != Why::Unknown, "document", "unknown", &say("register-unknown"));
        errors.check(one.why != Why::Unavailable, "document", "silent", &say("register-unavailable"));
    }
    errors.finish()
}

/// What is printed when something was filed: its number, and the code that is shown this once.
pub(crate) fn filed(visit: &Visit, operator: &str, application: &Application) -> Result<Response, Failure> {
    let (secret, proven) = claim::make(&application.number)?;
    proven.show_to(operator, visit.now())?;
    let bare: String = secret.shown().chars().filter(char::is_ascii_alphanumeric).collect();
    let path = format!("/counter/applications/{}", application.number);
    let content = html! {
        (Confirmation::new(&say("submitted")).reference(&say("your-number"), &application.number))
        p { (say("help-print")) }
        @if let Some(name) = &application.applicant.name { p { strong { (name) } } }
        (Code::new(&say("help-printed-code"), &bare))
        p { (say("help-code-keeps")) }
        p { strong { (say("help-code-once")) } }
        p { (ButtonLink::primary(&say("follow"), &path)) " " a href="/counter" { (say("help-to-counter")) } }
    };
    Ok(visit.under(sdk::i18n::say("submitted", &[]), content))
}

/// Asks for what was printed, and shows how far the application is.
pub(crate) fn find(visit: &Visit, operator: Operator) -> Result<Response, Failure> {
    let behalf = Behalf::at_counter(&operator, visit.now())?;
    let page = |form: &View| {
        let button = html! { (Button::primary(&say("find"))) };
        let content = html! {
            p { (say("help-find-for")) }
            (form.around(button))
            p { a href="/counter" { (say("help-to-counter")) } }
        };
        visit.titled("help-find", content)
    };
    visit.form(printed).submit(page, |(number, code)| {
        let proven = claim::prove(&number, &code)?;
        proven.show_to(&operator.id, visit.now())?;
        Ok(Response::redirect(behalf.path(&format!("/applications/{}", proven.number()))))
    })
}
