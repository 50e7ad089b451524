//! How somebody registers herself: what she says of herself has to be what the identity register says.
//!
//! Nobody learns here whether there is a card, an account, or which field was right: the answer is the same for all of them,
//! and the tries of a day are few.

use sdk::accounts::{self, Refusal};
use sdk::form::{Fields, View};
use sdk::html::{Button, Markup, Tone, html};
use sdk::web::{Response, Visit};
use sdk::{Assurance, Failure, log};

use crate::card::CardNumber;
use crate::enrolment;
use crate::history::{self, Action, Entry};
use crate::identity_register::{self, Claim};
use crate::names::Names;
use crate::page::{no_account, notice, page, say};
use crate::particulars::{self, Contact, FilledBy, person};
use crate::registers::Asked;
use crate::tries::{self, Allowed};

/// What somebody says of herself.
struct Application {
    card: CardNumber,
    claim: Claim,
    contact: Contact,
}

/// How well it is known who she is, and what she is called.
struct Known {
    names: Names,
    assurance: Assurance,
    action: Action,
}

/// "Too Many Requests".
const TOO_MANY: u16 = 429;

pub(crate) fn register(visit: &Visit) -> Result<Response, Failure> {
    let application = |fields: &mut Fields<'_>| application(fields, visit);
    let form = visit.form(application);
    let sent = form.view().clone();
    let blank = |form: &View| {
        let text = html! { p { (say("register-for")) } };
        page(visit, "register", html! { (text) (form.with(&say("register-me"))) })
    };
    form.submit(blank, |application| decide(visit, &sent, application))
}

fn application(fields: &mut Fields<'_>, visit: &Visit) -> Option<Application> {
    fields.section(&say("as-on-card"));
    let card = particulars::card(fields);
    let names = particulars::names(fields, FilledBy::Herself, None);
    let born = particulars::born(fields, visit, FilledBy::Herself, None);
    let issued = particulars::issued(fields, visit);
    fields.section(&say("how-reached"));
    let email = fields.line("email", &say("email")).hint(say("email-hint")).email();
    let telephone = particulars::telephone(fields, FilledBy::Herself, "");
    fields.section(&say("consent"));
    let consent = fields.confirmation("consent", &say("consent-register")).hint(say("consent-hint")).required();
    consent?;
    let claim = Claim { names: names?, born: born?, issued: issued? };
    Some(Application { card: card?, claim, contact: Contact { email: Some(email?), telephone: telephone? } })
}

fn decide(visit: &Visit, sent: &View, application: Application) -> Result<Response, Failure> {
    let Some(allowed) = tries::allow(&application.card, visit.now())? else {
        let content = html! {
            p { (say("too-many-tries-why")) }
            p { (say("too-many-tries-others")) }
            p { a href="/" { (say("to-start")) } }
        };
        return Ok(page(visit, "too-many-tries", content).with_status(TOO_MANY));
    };
    // Whoever asks for an account of low assurance has it only where the register is silent still.
    let as_low = visit.sent("assurance") == Some("low");
    match identity_register::ask(&application.card)? {
        Asked::Known(registered) => match registered.confirms(&application.claim) {
            Some(names) => create(visit, sent, allowed, application, Known::confirmed(names)),
            None => not_confirmed(visit, sent, allowed),
        },
        Asked::Unknown => not_confirmed(visit, sent, allowed),
        Asked::Unanswered if as_low => {
            let known = Known::by_herself(application.claim.names.clone());
            create(visit, sent, allowed, application, known)
        }
        Asked::Unanswered => Ok(unchecked(visit, sent)),
    }
}

fn create(
    visit: &Visit,
    sent: &View,
    allowed: Allowed,
    application: Application,
    known: Known,
) -> Result<Response, Failure> {
    let Application { card, claim, contact } = application;
    let Known { names, assurance, action } = known;
    let enrolment = match accounts::create(&person(&card, names, claim.born, contact), assurance) {
        Ok(enrolment) => enrolment,
        Err(Refusal::DocumentTaken) => return not_confirmed(visit, sent, allowed),
        Err(refusal) => return Err(no_account(refusal)),
    };
    history::note(visit, &enrolment.subject, &Entry::own(action))?;
    log::info("citizen registered", &[("assurance", &format!("{assurance:?}").to_lowercase())]);
    let more = match assurance {
        Assurance::Substantial | Assurance::High => Markup::default(),
        Assurance::None | Assurance::Low => notice(Tone::Warning, "registered-low", "registered-low-why"),
    };
    Ok(enrolment::for_herself(visit, "registered", &enrolment, &more))
}

/// The answer to whatever is not so, and to whoever has an account. It is kept, and so is the try.
fn not_confirmed(visit: &Visit, sent: &View, allowed: Allowed) -> Result<Response, Failure> {
    allowed.failed()?;
    log::info("registration not confirmed", &[]);
    let said = html! {
        (notice(Tone::Warning, "not-confirmed", "not-confirmed-why"))
        ul {
            li { (say("not-confirmed-check")) }
            li { (say("not-confirmed-account")) " " a href="/profile" { (say("sign-in")) } }
            li { (say("counter-for")) }
        }
        (sent.with(&say("register-me")))
    };
    Ok(page(visit, "register", said))
}

/// The register is silent: she tries again, or has an account of which that is known.
fn unchecked(visit: &Visit, sent: &View) -> Response {
    let (again, low) = (say("try-again"), say("register-low"));
    let buttons = html! { (Button::primary(&again)) (Button::secondary(&low).sends("assurance", "low")) };
    let said = html! { (notice(Tone::Warning, "register-silent", "register-silent-why")) (sent.around(buttons)) };
    page(visit, "register", said)
}

impl Known {
    fn confirmed(names: Names) -> Self {
        Self { names, assurance: Assurance::Substantial, action: Action::Registered }
    }

    fn by_herself(names: Names) -> Self {
        Self { names, assurance: Assurance::Low, action: Action::RegisteredUnchecked }
    }
}
