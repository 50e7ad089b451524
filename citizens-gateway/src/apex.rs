//! The gateway's own origin: what services there are.

use crate::address::Place;
use crate::gateway::{Common, Visit};
use crate::refusal::Refusal;
use crate::{layout, sign_in, verification, words};
use html::{Card, Cards, html};
use http::{Method, StatusCode};
use listener::Response;
use pages::Freshness;

/// Answers a request to the gateway's own origin.
pub(crate) async fn answer(common: &Common, visit: &mut Visit) -> Response {
    if let (&Method::POST, sign_in::LOGOUT, Some(sign_in)) = (&visit.head.method, visit.path(), &common.sign_in) {
        return sign_in::told_by_issuer(common, sign_in, visit).await;
    }
    if let (verification::PATH, Some(verification)) = (visit.path(), &common.verification)
        && matches!(visit.head.method, Method::GET | Method::HEAD | Method::POST)
    {
        return verification.answer(common, visit).await;
    }
    if !visit.only_looks() {
        return layout::refusal(common, visit, &Refusal::Method);
    }
    match visit.path() {
        "/" => services(common, visit),
        path if path.starts_with("/-/language/") => {
            crate::plugin::own::language(visit).unwrap_or_else(|| layout::refusal(common, visit, &Refusal::NotFound))
        }
        _ => layout::refusal(common, visit, &Refusal::NotFound),
    }
}

/// The plugins that have pages, by what people call them.
fn services(common: &Common, visit: &Visit) -> Response {
    let words = words::of(visit.language);
    let mut services: Vec<(String, String)> = common
        .host
        .loaded()
        .iter()
        .filter(|plugin| plugin.manifest().web().is_some())
        .map(|plugin| {
            let titles = plugin.manifest().title();
            let title = titles.get(visit.language.code()).or_else(|| titles.get("es"));
            let origin = common.address.origin(&Place::Plugin(plugin.name().to_owned()));
            (title.cloned().unwrap_or_else(|| plugin.name().to_owned()), origin)
        })
        .collect();
    services.sort();
    let content = html! {
        h1 { (words.services) }
        @if services.is_empty() {
            p { (words.no_services) }
        } @else {
            (services.iter().map(|(title, origin)| Card::new(title, origin)).collect::<Cards<'_>>())
        }
        @if common.verification.is_some() { p { a href=(verification::PATH) { (words.verify) } } }
    };
    layout::own_page(common, visit, StatusCode::OK, words.services, &content, Freshness::Shared)
}
