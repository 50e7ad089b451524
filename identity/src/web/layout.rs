//! The layout of every page.

use super::refusal::Refusal;
use super::visit::{AUDIENCE, VISITOR_COOKIE, Visit, Visitor};
use crate::provider::Provider;
use crate::words;
use ::pages::cookie::{Lifetime, SameSite};
use ::pages::{Allowed, ContentPolicy, FormKey, Freshness, cookie, mark_forms};
use html::{ErrorSummary, LanguageLink, Markup, Shell, Site, html};
use http::StatusCode;
use http::header::{HeaderValue, RETRY_AFTER, VARY};
use listener::Response;
use url::Url;
use url::form_urlencoded::byte_serialize;

/// A page before its layout.
pub(crate) struct Page<'a> {
    pub(crate) title: &'a str,
    pub(crate) content: Markup,
    pub(crate) status: StatusCode,
    /// What is wrong, with the field that it is about.
    pub(crate) problem: Option<(&'a str, &'a str)>,
    /// Where a form may lead by its answer's redirect, beside the provider itself.
    pub(crate) leads_to: Option<&'a str>,
    /// The path that shows it again, for the links to other languages.
    pub(crate) again: Option<&'a str>,
}

impl<'a> Page<'a> {
    pub(crate) fn new(title: &'a str, content: Markup) -> Self {
        Self { title, content, status: StatusCode::OK, problem: None, leads_to: None, again: None }
    }

    /// The page with what is wrong above it.
    pub(crate) fn problem(self, problem: Option<(&'a str, &'a str)>) -> Self {
        let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { self.status };
        Self { problem, status, ..self }
    }

    pub(crate) fn leads_to(self, leads_to: Option<&'a str>) -> Self {
        Self { leads_to, ..self }
    }

    pub(crate) fn again(self, again: &'a str) -> Self {
        Self { again: Some(again), ..self }
    }
}

/// A page in its layout, with a token in each of its forms.
pub(crate) fn show(provider: &Provider, visit: &Visit, visitor: &Visitor, page: Page<'_>) -> Result<Response, Refusal> {
    let errors: Vec<(&str, &str)> = page.problem.into_iter().collect();
    let content = html! {
        @if !errors.is_empty() { (ErrorSummary::new(&errors).language(visit.language)) }
        h1 { (page.title) }
        (page.content)
    };
    let style = [provider.assets.path("style.css").unwrap_or_default()];
    let script = [provider.assets.path("passkey.js").unwrap_or_default()];
    let again = page.again.unwrap_or("/account");
    let links = words::OFFERED.map(|offered| {
        let to: String = byte_serialize(again.as_bytes()).collect();
        (offered, format!("/language/{}?to={to}", offered.code()))
    });
    let links = links.each_ref().map(|(language, href)| LanguageLink { language: *language, href });
    let mut site = Site::new(&provider.names.site, "/");
    if let Some(owner) = &provider.names.owner {
        site = site.owner(owner);
    }
    let shell = Shell::new(site, page.title, &content)
        .language(visit.language)
        .path(visit.path())
        .icon(provider.assets.path("icon.svg").unwrap_or_default())
        .stylesheets(&style)
        .scripts(&script)
        .languages(&links)
        .page();
    let now = provider.now();
    let field = || {
        let token = provider.forms.issue(visitor.owner(), AUDIENCE, now)?;
        Some(format!("<input type=\"hidden\" name=\"{}\" value=\"{token}\">", FormKey::FIELD))
    };
    let (marked, _) = mark_forms(&shell, field).ok_or(crate::NoRandomness)?;
    let mut response =
        ::pages::html(&visit.asked(), page.status, marked.into_owned(), Freshness::Private, &provider.compressor);
    policy(provider, page.leads_to).apply(response.headers_mut());
    let headers = response.headers_mut();
    headers.append(VARY, HeaderValue::from_static("cookie, accept-language"));
    if let Some(value) = visitor.new_cookie() {
        cookie::set(headers, VISITOR_COOKIE, value, SameSite::Lax, Lifetime::Visit);
    }
    Ok(response)
}

/// Says why something is not shown.
pub(crate) fn refused(provider: &Provider, visit: &Visit, visitor: &Visitor, refusal: &Refusal) -> Response {
    if let Refusal::Unavailable(cause) = refusal {
        tracing::error!(error = &**cause as &dyn std::error::Error, "the identity provider cannot answer");
    }
    let words = visit.words();
    let (title, advice) = (words.refusal)(refusal);
    let content = html! {
        p { (advice) }
        @if let Refusal::Request(why) = refusal { p { (words.technical_reason) ": " code { (why) } } }
        p { a href="/account" { (words.my_account) } }
    };
    let page = Page { status: refusal.status(), ..Page::new(title, content) };
    let shown = show(provider, visit, visitor, page);
    let mut response = shown.unwrap_or_else(|_| listener::reply::text(StatusCode::SERVICE_UNAVAILABLE, title));
    if let Some(seconds) = refusal.retry_after_seconds() {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// What a browser may do with a page. Forms may lead to one client's origin, by the redirect after a sign-in.
fn policy(provider: &Provider, leads_to: Option<&str>) -> ContentPolicy {
    let assets = format!("{}/assets/", provider.issuer);
    let target = leads_to.and_then(|to| Url::parse(to).ok()).map(|url| url.origin().ascii_serialization());
    let targets: Vec<&str> = target.iter().map(String::as_str).filter(|origin| *origin != "null").collect();
    let allowed = Allowed { assets: &assets, form_targets: &targets, ..Allowed::default() };
    ContentPolicy::of_pages(&allowed).unwrap_or_else(ContentPolicy::of_contents)
}
