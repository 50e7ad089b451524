//! What people see: sign-in, enrolment, consent, their account, sign-out. Every form works without scripts.

mod account;
mod addresses;
mod authorize;
mod enrol;
mod layout;
mod refusal;
mod sign_in;
mod sign_out;

pub(crate) use enrol::EnrolError;
pub(crate) use layout::Layout;
pub(crate) use refusal::Refusal;
pub(crate) use sign_in::SignInError;

use crate::provider::{Provider, Visit};
use crate::{language, words};
use http::{Method, StatusCode};
use listener::Response;
use pages::{Asked, cookie, form, see_other};
use std::collections::BTreeMap;

/// The fields of a posted form, each of which came once.
pub(crate) type Fields = BTreeMap<String, String>;

/// Answers a browser.
pub(crate) async fn answer(provider: &Provider, visit: &Visit) -> Response {
    let path = visit.head.uri.path();
    let asked = Asked { method: &visit.head.method, headers: &visit.head.headers };
    if let Some(asset) = provider.layout.assets.answer(path, &asked) {
        return asset;
    }
    let is_get = visit.is(&Method::GET) || visit.is(&Method::HEAD);
    let answered = if is_get {
        got(provider, visit, path).await
    } else if visit.is(&Method::POST) {
        posted(provider, visit, path).await
    } else {
        Err(Refusal::Method)
    };
    answered.unwrap_or_else(|refusal| layout::refused(provider, visit, &refusal))
}

async fn got(provider: &Provider, visit: &Visit, path: &str) -> Result<Response, Refusal> {
    match path {
        "/" => Ok(elsewhere("/account")?),
        "/auth" => authorize::begin(provider, visit, visit.query()).await,
        "/continue" => authorize::go_on(provider, visit).await,
        "/sign-in" => sign_in::show(provider, visit),
        "/enrol" => enrol::show(provider, visit),
        "/account" => account::show(provider, visit),
        "/session/end" => sign_out::asked(provider, visit, visit.query().as_bytes()).await,
        _ => match path.strip_prefix("/language/").and_then(language::offered) {
            Some(chosen) => choose_language(visit, chosen),
            None => Err(Refusal::NotFound),
        },
    }
}

async fn posted(provider: &Provider, visit: &Visit, path: &str) -> Result<Response, Refusal> {
    // Two that clients send browsers to, by their own forms. They change nothing without a form of ours, or a proof.
    match path {
        "/auth" => {
            let query = std::str::from_utf8(&visit.body).map_err(|_| Refusal::Malformed)?;
            return authorize::begin(provider, visit, query).await;
        }
        "/session/end" => return sign_out::asked(provider, visit, &visit.body).await,
        _ => {}
    }
    let fields = layout::taken(provider, visit)?;
    match path {
        "/sign-in" => sign_in::password(provider, visit, &fields).await,
        "/sign-in/code" => sign_in::code(provider, visit, &fields).await,
        "/consent" => authorize::decided(provider, visit, &fields).await,
        "/enrol" => enrol::code(provider, visit, &fields),
        "/enrol/finish" => enrol::finish(provider, visit, &fields).await,
        "/sign-out" => sign_out::confirmed(provider, visit, &fields).await,
        "/account/password" => account::password(provider, visit, &fields).await,
        "/account/recovery-codes" => account::recovery_codes(provider, visit).await,
        "/account/sessions/end" => account::end_session(provider, visit, &fields).await,
        "/account/sessions/end-all" => account::end_others(provider, visit).await,
        "/account/consents/withdraw" => account::withdraw(provider, visit, &fields).await,
        _ => Err(Refusal::NotFound),
    }
}

/// Remembers the language that somebody chose, and goes back to a path of this origin.
fn choose_language(visit: &Visit, chosen: html::Language) -> Result<Response, Refusal> {
    let to =
        form_urlencoded::parse(visit.query().as_bytes()).find(|(name, _)| name == "to").map(|(_, to)| to.into_owned());
    let is_path = |to: &String| to.starts_with('/') && !to.starts_with("//") && !to.contains('\\');
    let mut response = elsewhere(to.filter(is_path).as_deref().unwrap_or("/account"))?;
    let lifetime = cookie::Lifetime::For(std::time::Duration::from_secs(365 * 24 * 3600));
    cookie::set(response.headers_mut(), language::COOKIE, chosen.code(), cookie::SameSite::Lax, lifetime);
    Ok(response)
}

/// Sends a browser elsewhere.
fn elsewhere(to: &str) -> Result<Response, Refusal> {
    let mut response = see_other(to).ok_or(Refusal::Malformed)?;
    pages::ContentPolicy::of_contents().apply(response.headers_mut());
    Ok(response)
}

/// The fields of a form.
fn fields(body: &[u8]) -> Result<Fields, Refusal> {
    let mut found = Fields::new();
    for (name, value) in form::parse(body).map_err(|_| Refusal::Malformed)? {
        if found.insert(name, value).is_some() {
            return Err(Refusal::Malformed);
        }
    }
    Ok(found)
}

/// The words of a visit.
fn words(visit: &Visit) -> &'static words::Words {
    words::of(visit.language)
}

fn ok() -> StatusCode {
    StatusCode::OK
}
