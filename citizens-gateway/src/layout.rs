//! The pages that the gateway writes itself, and the layout that every page has.

use crate::address::Place;
use crate::gateway::{Common, Visit};
use crate::language;
use crate::refusal::Refusal;
use crate::site;
use crate::words;
use html::{ButtonLink, LanguageLink, Render, Shell, Site, html};
use http::StatusCode;
use http::header::{ACCEPT, ACCEPT_ENCODING, HeaderMap, HeaderValue, RETRY_AFTER, VARY};
use listener::{Response, reply};
use pages::{ContentPolicy, Freshness};
use plugin_host::Failure;

/// A page of the gateway itself, in its layout.
pub(crate) fn own_page(
    common: &Common,
    visit: &Visit,
    status: StatusCode,
    title: &str,
    content: &dyn Render,
    freshness: Freshness,
) -> Response {
    let own = |name| common.assets.path(name).unwrap_or_default();
    let styles = [own(site::STYLE)];
    let home = common.address.origin(&Place::Apex);
    let links = language_links(&language::OFFERED, visit.path());
    let links: Vec<LanguageLink<'_>> =
        links.iter().map(|(language, href)| LanguageLink { language: *language, href }).collect();
    let shell = Shell::new(Site::new(&common.entity, &home), title, content)
        .language(language::of_own_pages(visit.language))
        .path(visit.path())
        .icon(own(site::ICON))
        .stylesheets(&styles)
        .languages(&links);
    let page = shell.page();
    let mut response = pages::html(&visit.asked(), status, page, freshness, &common.compressor);
    common.policy.apply(response.headers_mut());
    vary(response.headers_mut());
    response
}

/// Says why something is not shown: to a person in a page, to a program in JSON.
pub(crate) fn refusal(common: &Common, visit: &Visit, refusal: &Refusal) -> Response {
    let words = words::of(visit.language);
    let (title, what) = ((words.title)(refusal), (words.advice)(refusal));
    let mut response = if prefers_json(&visit.head.headers) {
        json(refusal, title, &what, visit)
    } else {
        let content = html! {
            h1 { (title) }
            p { (what) }
            @if let Some(said) = said(refusal) { p { (words.service_says) " " (said) } }
            @if let Refusal::Broken = refusal { p { (words.reported_by) " " code { (visit.id()) } } }
            @if !visit.only_looks() && leads_back(refusal) {
                p { a href=(html::Href(visit.path())) { (words.back) } }
            }
            @if let Some(at) = sign_in_at(refusal) { p { (ButtonLink::primary(words.sign_in, at)) } }
            p { a href="/" { (words.home) } }
        };
        own_page(common, visit, refusal.status(), title, &content, visit.freshness())
    };
    if let Some(seconds) = refusal.retry_after_seconds() {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    if let Refusal::Encoded = refusal {
        // RFC 9110 §12.5.3: what is taken instead.
        response.headers_mut().insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    }
    response
}

/// Whether the form can be filled in anew, and sent.
fn leads_back(refusal: &Refusal) -> bool {
    matches!(
        refusal,
        Refusal::SubmittedBefore
            | Refusal::Form(_)
            | Refusal::Plugin(_)
            | Refusal::FileSize { .. }
            | Refusal::FileType { .. }
            | Refusal::Picture { .. }
            | Refusal::Images { .. }
            | Refusal::TooLarge
    )
}

/// Where one signs in who was refused for want of it.
fn sign_in_at(refusal: &Refusal) -> Option<&str> {
    match refusal {
        Refusal::SignIn { at } | Refusal::Assurance { at } => Some(at),
        Refusal::SignInEnded | Refusal::SignInDenied | Refusal::SignInUnavailable => Some("/-/sign-in"),
        _ => None,
    }
}

fn json(refusal: &Refusal, title: &str, what: &str, visit: &Visit) -> Response {
    let message = || format!("{title}. {what}");
    let said = match refusal {
        Refusal::Broken => serde_json::json!({ "error": refusal.code(), "message": message(), "request": visit.id() })
            .to_string()
            .into(),
        Refusal::Plugin(failure) => plugin_host::answer_of_failure(failure).body,
        _ => serde_json::json!({ "error": refusal.code(), "message": message() }).to_string().into(),
    };
    let mut response = reply::bytes(refusal.status(), "application/json", said);
    ContentPolicy::of_contents().apply(response.headers_mut());
    vary(response.headers_mut());
    response
}

/// What the plugin says about it, in its own words.
fn said(refusal: &Refusal) -> Option<String> {
    let Refusal::Plugin(failure) = refusal else { return None };
    let words = match failure {
        // For programs: a person is told that the page does not exist, in her language.
        Failure::NotFound(_) => return None,
        Failure::Denied(why) | Failure::Conflict(why) | Failure::Unavailable(why) => why.clone(),
        Failure::Other(other) => other.message.clone(),
        Failure::Invalid(errors) => errors.iter().map(|error| error.message.as_str()).collect::<Vec<_>>().join(" "),
        // What went wrong inside is for the server's log only.
        Failure::Internal(_) => return None,
    };
    (!words.is_empty()).then_some(words)
}

/// A program says that it wants JSON, and a browser that it wants HTML.
pub(crate) fn prefers_json(headers: &HeaderMap) -> bool {
    let accept = headers.get(ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    accept.contains("application/json") && !accept.contains("text/html")
}

/// The links that show a page in another language.
pub(crate) fn language_links(languages: &[html::Language], path: &str) -> Vec<(html::Language, String)> {
    let link = |language: &html::Language| (*language, format!("/-/language/{}?to={}", language.code(), encoded(path)));
    languages.iter().map(link).collect()
}

/// What a page depends on beside its path.
pub(crate) fn vary(headers: &mut HeaderMap) {
    headers.append(VARY, HeaderValue::from_static("cookie, accept-language"));
}

fn encoded(path: &str) -> String {
    percent_encoding::utf8_percent_encode(path, percent_encoding::NON_ALPHANUMERIC).to_string()
}
