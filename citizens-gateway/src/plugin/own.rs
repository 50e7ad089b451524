//! What the gateway has below `/-/` of a plugin's origin.

use super::{At, acting};
use crate::gateway::Visit;
use crate::refusal::Refusal;
use crate::site::ASSETS;
use crate::{language, sign_in};
use http::Method;
use listener::Response;
use pages::cookie::{Lifetime, SameSite};
use pages::{ContentPolicy, cookie, see_other};
use plugin_host::is_own_path;
use std::time::Duration;

/// Answers a request for something of the gateway's own.
pub(super) async fn answer(at: &At<'_>, mut visit: Visit) -> Response {
    let answered = match (visit.only_looks(), visit.path()) {
        (true, path) if path.starts_with("/-/language/") => language(&visit).ok_or(Refusal::NotFound),
        (_, "/-/sign-in" | "/-/signed-in" | "/-/sign-out" | acting::PATH) => who(at, &mut visit).await,
        (true, _) => file(at, &visit).ok_or(Refusal::NotFound),
        (false, _) => Err(Refusal::NotFound),
    };
    answered.unwrap_or_else(|refusal| at.refused(&visit, &refusal))
}

/// Signs people in and out, and lets them choose for whom they act.
async fn who(at: &At<'_>, visit: &mut Visit) -> Result<Response, Refusal> {
    let sign_in = at.common.sign_in.as_ref().ok_or(Refusal::NoSignIn)?;
    let mut fields = Vec::new();
    if !visit.only_looks() {
        at.comes_from_here(&visit.head.headers)?;
        fields = at.take_own(visit).await?;
    }
    let there = sign_in::At { common: at.common, sign_in, plugin: at.plugin.name(), origin: at.shelf.origin(), visit };
    match (&visit.head.method, visit.path(), at.visitor.session()) {
        (&Method::GET, "/-/sign-in", _) => sign_in::begin(&there).await,
        (&Method::GET, "/-/signed-in", _) => sign_in::finish(&there, at.visitor.session()).await,
        (&Method::GET, "/-/sign-out", Some(session)) => sign_in::confirm_sign_out(&there, session),
        (&Method::POST, "/-/sign-out", Some(session)) => sign_in::sign_out(&there, session).await,
        (&Method::GET, acting::PATH, Some(session)) => acting::ask(at, there.visit, session),
        (&Method::POST, acting::PATH, Some(session)) => acting::choose(at, &mut fields, session).await,
        (_, acting::PATH, None) => Err(Refusal::SignIn { at: sign_in::path(acting::PATH, None) }),
        // She has signed out already.
        (_, "/-/sign-out", None) => see_other("/").ok_or(Refusal::Unavailable),
        _ => Err(Refusal::Method),
    }
}

fn file(at: &At<'_>, visit: &Visit) -> Option<Response> {
    let mut response = match at.shelf.assets().answer(visit.path(), &visit.asked()) {
        Some(response) => response,
        None => by_name(at, visit)?,
    };
    ContentPolicy::of_contents().apply(response.headers_mut());
    Some(response)
}

/// A file by its name alone, as pages may write it.
fn by_name(at: &At<'_>, visit: &Visit) -> Option<Response> {
    at.shelf.assets().answer_by_name(visit.path().strip_prefix(ASSETS)?, &visit.asked())
}

/// Notes the language that a visitor chose, and goes on where she was.
pub(crate) fn language(visit: &Visit) -> Option<Response> {
    let chosen = language::by_code(visit.path().strip_prefix("/-/language/")?)?;
    let query = visit.query();
    let to = query.get("to").filter(|to| is_own_path(to)).unwrap_or("/");
    let mut response = see_other(to)?;
    let lifetime = Lifetime::For(Duration::from_secs(365 * 24 * 3600));
    cookie::set(response.headers_mut(), language::COOKIE, chosen.code(), SameSite::Lax, lifetime);
    Some(response)
}
