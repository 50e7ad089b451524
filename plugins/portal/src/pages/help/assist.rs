//! The page of who answers the telephone: a citizen's code is typed, and for half an hour her pages are there.

use sdk::Failure;
use sdk::form::{Fields, View};
use sdk::html::{Button, ButtonLink, Hidden, Markup, Notice, TextKind, Tone, Width, html};
use sdk::web::{Operator, Response, Visit};

use crate::help::call::{self, Begun, Call, Matter};
use crate::pages::behalf::{Behalf, called};
use crate::pages::{say, translated};
use crate::procedures::{self, Offered};
use crate::staff;

/// What the button sends that ends the help.
const END: &str = "end";
/// Letters of what is typed.
const MOST_LETTERS: usize = 40;

/// Asks for a code, or shows what can be done for whom she helps.
pub(crate) fn assist(visit: &Visit, operator: Operator) -> Result<Response, Failure> {
    let open = call::open_of(&operator.id, visit.now())?;
    if visit.sent(END).is_some() {
        if let Some(call) = open {
            call::end(call, visit.now())?;
        }
        return Ok(Response::redirect("/assist"));
    }
    if let Some(call) = open.filter(|_| !visit.is_submission()) {
        return helping(visit, &operator, &call);
    }
    let form = visit.form(named);
    let view = form.view().clone();
    match form.value() {
        Ok((code, about)) => begin(visit, &operator, &view, &code, about.as_deref()),
        Err(form) => {
            let page = asked(visit, &form);
            Ok(if form.is_wrong() { page.with_status(422) } else { page })
        }
    }
}

fn named(fields: &mut Fields<'_>) -> Option<(String, Option<String>)> {
    let code = fields.line("code", &say("help-her-code")).hint(say("help-her-code-hint")).kind(TextKind::Number);
    let code = code.width(Width::Medium).autocomplete("off").most_letters(MOST_LETTERS).text();
    let about = fields.line("about", &say("help-about")).hint(say("help-about-hint")).width(Width::Medium);
    let about = about.autocomplete("off").most_letters(MOST_LETTERS).optional().text();
    code.zip(about)
}

/// What was typed opens it, or is counted: of an answer that refuses, nothing would be kept, so the page is an answer.
fn begin(
    visit: &Visit,
    operator: &Operator,
    view: &View,
    code: &str,
    about: Option<&str>,
) -> Result<Response, Failure> {
    staff::came(operator, visit.now())?;
    Ok(match call::begin(operator, code, about, visit.now())? {
        Begun::Helps(Some(Matter::Application(number))) => Response::redirect(format!("/assist/applications/{number}")),
        Begun::Helps(Some(Matter::Draft(id))) => Response::redirect(format!("/assist/drafts/{id}")),
        Begun::Helps(None) => Response::redirect("/assist"),
        Begun::Refused => refused(visit, view, "help-refused"),
        Begun::TooMany => refused(visit, view, "help-too-many-tries").with_status(429),
    })
}

fn refused(visit: &Visit, view: &View, text: &str) -> Response {
    let mut view = view.clone();
    view.refuse([sdk::FieldError { field: "code".to_owned(), code: "refused".to_owned(), message: say(text) }]);
    asked(visit, &view)
}

fn asked(visit: &Visit, form: &View) -> Response {
    let content = html! {
        p { (say("help-assist-for")) }
        (form.around(html! { (Button::primary(&say("help-begin"))) }))
    };
    visit.titled("help-assist", content)
}

fn helping(visit: &Visit, operator: &Operator, call: &Call) -> Result<Response, Failure> {
    let behalf = Behalf::of_assistant(operator, visit.now())?;
    let title = say("help-you-help");
    let said = html! { p { strong { (called(&call.applicant)) } } };
    let content = html! {
        (Notice::new(Tone::Information, &title, &said))
        p { (sdk::i18n::say("help-until", &[sdk::i18n::Argument::time("end", call.ends)]).value) }
        p { (ButtonLink::primary(&say("help-her-list"), &behalf.home())) }
        form method="post" { (Hidden::new(END, "yes")) (Button::secondary(&say("help-end"))) }
        h2 { (say("help-begin-one")) }
        (offered(visit, &behalf)?)
    };
    Ok(visit.titled("help-assist", content))
}

/// What can be begun for her.
fn offered(visit: &Visit, behalf: &Behalf) -> Result<Markup, Failure> {
    let mut links = Vec::new();
    for (code, version, offered) in procedures::all()? {
        let entry = procedures::version(&code, version)?.definition;
        if offered == Offered::Open && entry.online.is_some() {
            links.push((behalf.path(&format!("/apply/{code}")), translated(&entry.entry.title, visit.language())));
        }
    }
    Ok(html! { ul { @for (href, title) in &links { li { a href=(href) { (title) } } } } })
}
