//! The layout of every page, and the forms in it: each has a token, and none is taken without.

use super::addresses::Addresses;
use super::{Fields, Refusal, fields, words};
use crate::provider::{Provider, Visit};
use crate::{language, random};
use bytes::Bytes;
use html::{ButtonLink, LanguageLink, Render, STYLESHEET, Shell, Site, html};
use http::StatusCode;
use http::header::HeaderValue;
use listener::Response;
use pages::{
    Allowed, Asked, Asset, Assets, Compressor, ContentPolicy, FormKey, FormOwner, Freshness, cookie, mark_forms,
};
use url::Url;

/// What all pages have.
pub(crate) struct Layout {
    pub(super) assets: Assets,
    pub(super) addresses: Addresses,
    compressor: Compressor,
    asset_source: String,
}

/// A page: its title, its content, and where its forms may lead to besides here.
pub(super) struct Page<'a> {
    pub(super) status: StatusCode,
    pub(super) title: &'a str,
    pub(super) content: &'a dyn Render,
    pub(super) leads_to: Option<&'a str>,
}

/// Knows a browser that has no session.
const VISITOR: &str = "__Host-visitor";
const AUDIENCE: &str = "identity";
const ASSETS: &str = "/assets/";
const COMPRESSED_BYTES: u64 = 1 << 20;

impl Layout {
    pub(crate) fn new(issuer: &str) -> Self {
        let mut assets = Assets::below(ASSETS);
        assets.add(
            "style.css",
            Asset::new(HeaderValue::from_static("text/css"), Bytes::from_static(STYLESHEET.as_bytes())),
        );
        let (addresses, compressor) = (Addresses::default(), Compressor::new(COMPRESSED_BYTES));
        Self { assets, addresses, compressor, asset_source: format!("{issuer}{ASSETS}") }
    }
}

/// Shows a page.
pub(super) fn show(provider: &Provider, visit: &Visit, page: &Page<'_>) -> Result<Response, Refusal> {
    let layout = &provider.layout;
    let styles: Vec<&str> = layout.assets.paths().map(|(_, path)| path).collect();
    let path = visit.head.uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
    let encoded: String = form_urlencoded::byte_serialize(path.as_bytes()).collect();
    let links = language::OFFERED.map(|offered| (offered, format!("/language/{}?to={encoded}", offered.code())));
    let links = links.each_ref().map(|(language, href)| LanguageLink { language: *language, href });
    let shell = Shell::new(Site::new(&provider.settings.name, "/account"), page.title, page.content)
        .language(visit.language)
        .path(visit.head.uri.path())
        .stylesheets(&styles)
        .languages(&links);
    let owner = Owner::of(visit)?;
    let marked = shell.page();
    let marked = mark_forms(&marked, || {
        let token = provider.secrets.forms.issue(owner.as_form_owner(), AUDIENCE, visit.now)?;
        Some(html! { input type="hidden" name=(FormKey::FIELD) value=(token); }.into_string())
    });
    let (marked, _) = marked.ok_or(Refusal::Unavailable(crate::Unavailable::Randomness))?;
    let asked = Asked { method: &visit.head.method, headers: &visit.head.headers };
    let mut response = pages::html(&asked, page.status, marked.into_owned(), Freshness::Private, &layout.compressor);
    // A form's answer may send her on to the client: browsers ask the policy of the form's page (CSP Level 3, form-action).
    let target = page.leads_to.and_then(|to| Url::parse(to).ok()).map(|url| url.origin().ascii_serialization());
    let targets: Vec<&str> = target.as_deref().into_iter().collect();
    let allowed = Allowed { assets: &layout.asset_source, form_targets: &targets, ..Allowed::default() };
    let policy = ContentPolicy::of_pages(&allowed).ok_or(Refusal::Malformed)?;
    policy.apply(response.headers_mut());
    if let Owner::NewVisitor(value) = &owner {
        cookie::set(response.headers_mut(), VISITOR, value, cookie::SameSite::Lax, cookie::Lifetime::Visit);
    }
    Ok(response)
}

/// The fields of a form that was shown here, to this browser.
pub(super) fn taken(provider: &Provider, visit: &Visit) -> Result<Fields, Refusal> {
    let mut fields = fields(&visit.body)?;
    let token = fields.remove(FormKey::FIELD);
    let owner = Owner::of(visit)?;
    let checked = provider.secrets.forms.check(token.as_deref(), owner.as_form_owner(), AUDIENCE, visit.now);
    checked.map_err(Refusal::Form)?;
    Ok(fields)
}

/// Says why something is not shown.
pub(super) fn refused(provider: &Provider, visit: &Visit, refusal: &Refusal) -> Response {
    if let Refusal::Unavailable(error) = refusal {
        tracing::error!(error = %error, "the identity provider cannot answer a browser");
    }
    let words = words(visit);
    let (title, advice) = (words.refused)(refusal);
    let sign_in = match refusal {
        Refusal::SignedOut | Refusal::Over => Some("/sign-in"),
        Refusal::NotFresh => Some("/sign-in?again=yes"),
        _ => None,
    };
    let content = html! {
        h1 { (title) }
        p { (advice) }
        @if let Some(at) = sign_in { p { (ButtonLink::primary(words.sign_in, at)) } }
    };
    let page = Page { status: refusal.status(), title, content: &content, leads_to: None };
    show(provider, visit, &page).unwrap_or_else(|_| listener::reply::text(refusal.status(), advice))
}

/// Whom a form is shown to.
enum Owner {
    Session(String),
    Visitor(String),
    NewVisitor(String),
}

impl Owner {
    fn of(visit: &Visit) -> Result<Self, Refusal> {
        if let Some(session) = visit.session_cookie() {
            return Ok(Self::Session(session.to_owned()));
        }
        Ok(match cookie::read(&visit.head.headers, VISITOR) {
            Some(visitor) => Self::Visitor(visitor.to_owned()),
            None => Self::NewVisitor(random::token()?),
        })
    }

    fn as_form_owner(&self) -> FormOwner<'_> {
        match self {
            Self::Session(value) => FormOwner::Session(value.as_bytes()),
            Self::Visitor(value) | Self::NewVisitor(value) => FormOwner::Visitor(value.as_bytes()),
        }
    }
}
