//! What the gateway has below `/-/` of a plugin's origin.

use super::At;
use crate::gateway::Visit;
use crate::language;
use crate::site::ASSETS;
use http::Method;
use http::header::{CACHE_CONTROL, HeaderValue};
use listener::Response;
use pages::cookie::{Lifetime, SameSite};
use pages::{ContentPolicy, cookie, see_other};
use std::time::Duration;

/// Answers a request for something of the gateway's own, if there is such a thing.
pub(super) fn answer(at: &At<'_>, visit: &Visit) -> Option<Response> {
    if !matches!(visit.head.method, Method::GET | Method::HEAD) {
        return None;
    }
    if visit.path().starts_with("/-/language/") {
        return language(visit);
    }
    let mut response = match at.shelf.assets().answer(visit.path(), &visit.asked()) {
        Some(response) => response,
        None => by_name(at, visit)?,
    };
    ContentPolicy::of_contents().apply(response.headers_mut());
    Some(response)
}

/// A file by its name alone, as pages may write it: asked for again each time, for it may change.
fn by_name(at: &At<'_>, visit: &Visit) -> Option<Response> {
    let name = visit.path().strip_prefix(ASSETS)?;
    at.shelf.named(name)?;
    let path = at.shelf.assets().path(name)?;
    let mut response = at.shelf.assets().answer(path, &visit.asked())?;
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=60"));
    Some(response)
}

/// Notes the language that a visitor chose, and goes on where she was.
pub(crate) fn language(visit: &Visit) -> Option<Response> {
    let chosen = language::offered(visit.path().strip_prefix("/-/language/")?)?;
    let (_, query) = plugin_host::split_path(visit.head.uri.path_and_query()?.as_str());
    let to = query.iter().find(|field| field.name == "to").map_or("/", |field| field.value.as_str());
    let mut response = see_other(own_path(to).unwrap_or("/"))?;
    let lifetime = Lifetime::For(Duration::from_secs(365 * 24 * 3600));
    cookie::set(response.headers_mut(), language::COOKIE, chosen.code(), SameSite::Lax, lifetime);
    ContentPolicy::of_contents().apply(response.headers_mut());
    Some(response)
}

/// A path of this origin. Browsers take a backslash for a slash, and two slashes for another origin.
fn own_path(to: &str) -> Option<&str> {
    let fits =
        to.starts_with('/') && !to.starts_with("//") && to.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    fits.then_some(to)
}
