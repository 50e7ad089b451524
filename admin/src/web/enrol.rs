//! Enrolment: a code that was handed over becomes a password, an authenticator app and recovery codes.

use super::layout::{Page, show};
use super::visit::Visit;
use super::{Shown, Web};
use crate::ApiError;
use crate::administrators::{Chosen, EnrolmentError};
use crate::error::ErrorKind;
use factors::{MIN_LETTERS, NoRandomness, TotpSecret, WeakPassword};
use html::{Button, Field, Hidden, Notice, Password, Text, Tone, html};
use serde::{Deserialize, Serialize};

/// An enrolment that goes on: nothing is kept until it is done.
#[derive(Serialize, Deserialize)]
struct Enrolling {
    code: String,
    secret: TotpSecret,
    at: i64,
}

const LASTS_SECONDS: i64 = 1800;

/// Asks for the code.
pub(super) fn page(web: &Web, visit: &Visit, problem: Option<&str>) -> Shown {
    let field = Field::new("code", visit.say("Código de alta", "Enrolment code"))
        .hint(visit.say("Cuatro grupos de cuatro letras y cifras.", "Four groups of four letters and digits."))
        .language(visit.language)
        .error(problem);
    let content = html! {
        form method="post" action="/enrol" {
            (Text::new(field).autocomplete("off"))
            (Button::primary(visit.say("Seguir", "Go on")))
        }
    };
    let page = Page::new(visit.say("Alta de un administrador", "Enrolment of an administrator"), content);
    show(web, visit, page.problem(problem.map(|said| ("code", said))))
}

/// Takes the code.
pub(super) fn begin(web: &Web, visit: &Visit) -> Shown {
    let form = visit.form(web)?;
    let administrators = web.administrators();
    let code = form.get("code").to_owned();
    if !administrators.admits(visit.source()) || administrators.enrolling(&code).is_err() {
        return page(web, visit, Some(wrong_code(visit)));
    }
    let secret = TotpSecret::new().map_err(unrandom)?;
    choose(web, visit, &Enrolling { code, secret, at: administrators.now().as_second() }, None)
}

fn wrong_code(visit: &Visit) -> &'static str {
    visit.say(
        "El código no es correcto, ya se usó o terminó. Pida otro a quien administra el servidor.",
        "The code is not right, was used or has ended. Ask whoever administers the server for another.",
    )
}

fn choose(web: &Web, visit: &Visit, enrolling: &Enrolling, problem: Option<(&str, &str)>) -> Shown {
    let administrators = web.administrators();
    let Ok(account) = administrators.enrolling(&enrolling.code) else {
        return page(web, visit, Some(wrong_code(visit)));
    };
    let sealed = administrators.steps().close(enrolling, &visit.visitor.context()).map_err(unrandom)?;
    let field = |name, label| {
        let error = problem.filter(|(of, _)| *of == name).map(|(_, said)| said);
        Field::new(name, label).language(visit.language).error(error)
    };
    let letters = MIN_LETTERS.to_string();
    let hint = [visit.say("Al menos", "At least"), &letters, visit.say("letras.", "letters.")].join(" ");
    let name = account.name.as_str();
    let label = visit.say("Código QR para la aplicación", "QR code for the app");
    let content = html! {
        p { (visit.say("Usted será", "You will be")) " " strong { (name) } "." }
        form method="post" action="/enrol/finish" {
            (Hidden::new("step", &sealed))
            (Password::new(field("password", visit.say("Contraseña nueva", "New password")).hint(hint.as_str())))
            (Password::new(field("again", visit.say("La misma contraseña otra vez", "The same password again"))))
            h2 { (visit.say("Aplicación de autenticación", "Authenticator app")) }
            p { (visit.say("Lea esta imagen con su aplicación, o escriba en ella la clave.", "Read this picture with your app, or type the key into it.")) }
            @if let Some(picture) = enrolling.secret.picture(administrators.server(), name, label) { (picture) }
            p { (visit.say("Clave: ", "Key: ")) code { (enrolling.secret.text()) } }
            (Text::new(field("app", visit.say("Código que muestra la aplicación", "Code that the app shows"))).autocomplete("one-time-code"))
            (Button::primary(visit.say("Terminar", "Finish")))
        }
    };
    show(
        web,
        visit,
        Page::new(visit.say("Alta de un administrador", "Enrolment of an administrator"), content).problem(problem),
    )
}

/// Takes what was chosen, and shows the recovery codes.
pub(super) async fn finish(web: &Web, visit: &Visit) -> Shown {
    let mut form = visit.form(web)?;
    let administrators = web.administrators();
    let opened: Option<Enrolling> = administrators.steps().open(form.get("step"), &visit.visitor.context());
    let is_fresh =
        |enrolling: &Enrolling| administrators.now().as_second().saturating_sub(enrolling.at) <= LASTS_SECONDS;
    let Some(enrolling) = opened.filter(is_fresh).filter(|_| administrators.admits(visit.source())) else {
        return page(web, visit, Some(wrong_code(visit)));
    };
    let (password, again, app_code) = (form.take("password"), form.take("again"), form.take("app"));
    let chosen = Chosen { password, again, secret: &enrolling.secret, app_code: &app_code };
    let problem = match administrators.enrol(&enrolling.code, chosen).await {
        Ok((account, enrolled)) => return done(web, visit, account.name.as_str(), &enrolled.recovery_codes),
        Err(EnrolmentError::Code) => return page(web, visit, Some(wrong_code(visit))),
        Err(EnrolmentError::Weak(weak)) => ("password", said_of(visit, weak)),
        Err(EnrolmentError::Different) => {
            ("again", visit.say("Las dos contraseñas no son iguales.", "The two passwords are not the same."))
        }
        Err(EnrolmentError::Authenticator) => ("app", visit.say("El código no es correcto.", "The code is not right.")),
        Err(EnrolmentError::Hash(_)) => ("password", visit.say("Intente de nuevo.", "Try again.")),
        Err(EnrolmentError::Audit(error)) => return Err(error.into()),
        Err(EnrolmentError::Other(error)) => return Err(error.into()),
    };
    choose(web, visit, &enrolling, Some(problem))
}

fn done(web: &Web, visit: &Visit, name: &str, codes: &[String]) -> Shown {
    let keep = html! {
        p { (visit.say(
            "Cada uno vale una vez, en lugar de un código de la aplicación. No se mostrarán otra vez.",
            "Each is good once, in the place of a code of the app. They are not shown again.",
        )) }
        ul { @for code in codes { li { code { (code) } } } }
    };
    let content = html! {
        p { strong { (name) } " " (visit.say("ya puede entrar.", "can sign in now.")) }
        (Notice::new(Tone::Warning, visit.say("Guarde sus códigos de recuperación", "Keep your recovery codes"), &keep))
        p { a href="/sign-in" { (visit.say("Entrar", "Sign in")) } }
    };
    show(web, visit, Page::new(visit.say("Alta terminada", "Enrolled"), content))
}

fn said_of(visit: &Visit, weak: WeakPassword) -> &'static str {
    match weak {
        WeakPassword::Short => visit.say("La contraseña es demasiado corta.", "The password is too short."),
        WeakPassword::Long => visit.say("La contraseña es demasiado larga.", "The password is too long."),
        WeakPassword::Common => visit.say(
            "Esa contraseña es de las primeras que alguien probaría.",
            "That password is among the first that anybody would try.",
        ),
    }
}

fn unrandom(error: NoRandomness) -> ApiError {
    ApiError::new(ErrorKind::Internal, error.to_string(), "look at the server's log")
}
