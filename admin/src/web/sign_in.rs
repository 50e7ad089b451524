//! Signing in and out.

use super::layout::{Page, show};
use super::visit::{GUEST_COOKIE, SESSION_COOKIE, Visit};
use super::{Asking, Shown, Web, leads_to};
use crate::ApiError;
use crate::administrators::{Session, SignInError, Typed};
use crate::error::ErrorKind;
use html::{Button, Field, Hidden, Password, Text, html};
use http::{HeaderValue, header};
use pages::cookie::{Lifetime, SameSite};
use pages::{cookie, language};

/// Asks who it is.
pub(super) fn page(web: &Web, visit: &Visit, problem: Option<&str>) -> Shown {
    let to = visit.query("to").unwrap_or_default();
    ask(web, visit, (&to, ""), problem)
}

fn ask(web: &Web, visit: &Visit, (to, name): (&str, &str), problem: Option<&str>) -> Shown {
    let field = |name, label| Field::new(name, label).language(visit.language);
    let code_hint = visit.say(
        "El código de seis cifras de su aplicación, o uno de sus códigos de recuperación.",
        "The code of six digits of your app, or one of your recovery codes.",
    );
    let content = html! {
        form method="post" action="/sign-in" {
            (Hidden::new("to", to))
            (Text::new(field("name", visit.say("Nombre de administrador", "Administrator name"))).value(name).autocomplete("username"))
            (Password::current(field("password", visit.say("Contraseña", "Password")).error(problem)))
            (Text::new(field("code", visit.say("Código", "Code")).hint(code_hint)).autocomplete("one-time-code"))
            (Button::primary(visit.say("Entrar", "Sign in")))
        }
        p { a href="/enrol" { (visit.say("Tengo un código de alta", "I have an enrolment code")) } }
    };
    let page = Page::new(visit.say("Entrar", "Sign in"), content);
    show(web, visit, page.problem(problem.map(|said| ("password", said))))
}

/// Takes what was typed.
pub(super) async fn take(web: &Web, visit: &Visit) -> Shown {
    let mut form = visit.form(web)?;
    let (name, to) = (form.get("name").to_owned(), form.get("to").to_owned());
    let typed = Typed { name: name.clone(), password: form.take("password"), code: form.take("code") };
    let problem = match web.administrators().sign_in(typed, visit.source(), &visit.address()).await {
        Ok(value) => {
            let to = if language::is_own_path(&to) { to.as_str() } else { "/" };
            let mut response = leads_to(to)?;
            let headers = response.headers_mut();
            cookie::set(headers, SESSION_COOKIE, value.as_str(), SameSite::Strict, Lifetime::Visit);
            // Forms that were shown before she signed in are not hers.
            cookie::clear(headers, GUEST_COOKIE);
            return Ok(response);
        }
        Err(SignInError::Wrong) => visit
            .say("El nombre, la contraseña o el código no son correctos.", "Name, password or code are not right.")
            .to_owned(),
        Err(SignInError::TooSoon { seconds }) => {
            let before = visit.say("Hubo demasiados intentos. Espere", "There were too many tries. Wait");
            let after = visit.say("segundos e intente de nuevo.", "seconds and try again.");
            format!("{before} {seconds} {after}")
        }
        Err(SignInError::Busy) => visit
            .say("Demasiadas personas entran a la vez. Intente de nuevo.", "Too many sign in at once. Try again.")
            .to_owned(),
        Err(error @ (SignInError::Failed(_) | SignInError::Audit(_))) => {
            tracing::error!(error = &error as &dyn std::error::Error, "nobody can sign in");
            let next = "look at the server's log and its disk";
            return Err(ApiError::new(ErrorKind::Unavailable, error.to_string(), next));
        }
    };
    ask(web, visit, (&to, &name), Some(&problem))
}

/// Ends the session.
pub(super) async fn out(asking: &Asking<'_>, session: &Session) -> Shown {
    asking.visit.form(asking.web)?;
    asking.web.administrators().sign_out(session).await?;
    let mut response = leads_to("/sign-in")?;
    cookie::clear(response.headers_mut(), SESSION_COOKIE);
    let all = HeaderValue::from_static("\"cache\", \"storage\"");
    response.headers_mut().insert(header::HeaderName::from_static("clear-site-data"), all);
    Ok(response)
}
