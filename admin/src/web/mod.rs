//! The pages of the administrators' port: each asks the same routes that programs ask, as whoever looks at it.
//!
//! So a page can do nothing that the API cannot, refuses what the API refuses, and leaves the same trail.

mod account;
mod audit;
mod configuration;
mod enrol;
mod layout;
mod overview;
mod people;
mod sign_in;
mod visit;

pub(crate) use visit::Visitor;

use crate::administrators::Session;
use crate::caller::Caller;
use crate::dispatch::Dispatcher;
use crate::error::ErrorKind;
use crate::{Administrators, ApiError, Reply};
use bytes::Bytes;
use html::Language;
use http::{HeaderMap, HeaderValue, Method, Request, header};
use listener::{RequestBody, Response, read_bounded};
use pages::cookie::{Lifetime, SameSite};
use pages::{Asset, Assets, Compressor, ContentPolicy, FormKey, cookie, language, see_other};
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;
use visit::Visit;

/// The pages of one server.
pub(crate) struct Web {
    dispatcher: Dispatcher,
    forms: FormKey,
    assets: Assets,
    compressor: Compressor,
    policy: ContentPolicy,
}

/// What a page is answered with.
pub(crate) type Shown = Result<Response, ApiError>;

/// A configuration that is edited on a page has at most this many bytes, encoded as forms are.
const MAX_FORM_BYTES: usize = 4 << 20;
/// The forms of who is not signed in hold names, passwords and codes.
const MAX_GUEST_FORM_BYTES: usize = 16 << 10;
const BODY_PATIENCE: Duration = Duration::from_secs(20);
const COMPRESSED_BYTES: u64 = 4 << 20;
const A_YEAR: Duration = Duration::from_secs(365 * 24 * 3600);
/// The languages that the pages are in.
pub(crate) const OFFERED: [Language; 2] = [Language::Spanish, Language::English];

impl Web {
    pub(crate) fn new(dispatcher: Dispatcher) -> Self {
        let forms = FormKey::new(&dispatcher.api().administrators().secret().key("administrators forms"));
        Self { dispatcher, forms, assets: assets(), compressor: Compressor::new(COMPRESSED_BYTES), policy: policy() }
    }

    fn administrators(&self) -> &Arc<Administrators> {
        self.dispatcher.api().administrators()
    }

    /// Answers what a browser asks for.
    pub(crate) async fn answer(&self, request: listener::Request) -> Response {
        let (head, body) = request.into_parts();
        let mut visit = Visit::new(head);
        if let Some(mut response) = self.file(&visit) {
            ContentPolicy::of_contents().apply(response.headers_mut());
            return response;
        }
        let answered = match self.received(&mut visit, body).await {
            Ok(()) => self.page(&visit).await,
            Err(error) => Err(error),
        };
        let mut response = answered.unwrap_or_else(|error| layout::refused(self, &visit, &error));
        if !response.headers().contains_key(header::CONTENT_SECURITY_POLICY) {
            ContentPolicy::of_contents().apply(response.headers_mut());
        }
        response
    }

    /// Who sent it, and then the body: who is not signed in sends little.
    async fn received(&self, visit: &mut Visit, body: RequestBody) -> Result<(), ApiError> {
        visit.visitor = Visitor::of(self, visit).await?;
        let most_bytes = if visit.visitor.session().is_some() { MAX_FORM_BYTES } else { MAX_GUEST_FORM_BYTES };
        let read = read_bounded(body, most_bytes, BODY_PATIENCE).await;
        visit.body = read.map_err(|error| {
            let next = "send less, and the whole form at once";
            ApiError::new(ErrorKind::TooLarge, format!("the {error}"), next)
        })?;
        Ok(())
    }

    fn file(&self, visit: &Visit) -> Option<Response> {
        match visit.path() {
            // Browsers ask for it on their own where a page names no icon.
            "/favicon.ico" => self.assets.answer_by_name("icon.svg", &visit.asked()),
            path => self.assets.answer(path, &visit.asked()),
        }
    }

    async fn page(&self, visit: &Visit) -> Shown {
        let is_post = visit.head.method == Method::POST;
        if !is_post && !matches!(visit.head.method, Method::GET | Method::HEAD) {
            let next = "pages are asked for by GET, and their forms sent by POST";
            return Err(ApiError::new(ErrorKind::MethodNotAllowed, "a page takes no such method", next));
        }
        match (visit.path(), is_post) {
            ("/sign-in", false) => return sign_in::page(self, visit, None),
            ("/sign-in", true) => return sign_in::take(self, visit).await,
            ("/enrol", false) => return enrol::page(self, visit, None),
            ("/enrol", true) => return enrol::begin(self, visit),
            ("/enrol/finish", true) => return enrol::finish(self, visit).await,
            (path, false) if path.starts_with("/language/") => return speak(visit),
            _ => {}
        }
        let Some(session) = visit.visitor.session() else {
            let to: String = form_urlencoded::byte_serialize(visit.again().as_bytes()).collect();
            return leads_to(&format!("/sign-in?to={to}"));
        };
        self.signed_in(visit, session, is_post).await
    }

    async fn signed_in(&self, visit: &Visit, session: &Session, is_post: bool) -> Shown {
        let asking = Asking { web: self, visit, caller: &session.caller };
        match (visit.path(), is_post) {
            ("/", false) => overview::page(&asking).await,
            ("/sign-out", true) => sign_in::out(&asking, session).await,
            ("/account", false) => account::page(&asking),
            ("/audit", false) => audit::page(&asking).await,
            (path, _) if is_below(path, "/configuration") => configuration::answer(&asking, is_post).await,
            (path, _) if is_below(path, "/administrators") => people::answer(&asking, is_post).await,
            (path, _) if is_below(path, "/api-keys") => people::answer_keys(&asking, is_post).await,
            _ => Err(not_found()),
        }
    }
}

/// A page that is made for somebody who signed in.
pub(crate) struct Asking<'a> {
    pub(crate) web: &'a Web,
    pub(crate) visit: &'a Visit,
    pub(crate) caller: &'a Caller,
}

impl Asking<'_> {
    /// What a route answers her.
    pub(crate) async fn get(&self, path: &str) -> Result<Value, ApiError> {
        self.ask(Request::get(path), Bytes::new()).await
    }

    /// What a route answers her to JSON.
    pub(crate) async fn post(&self, path: &str, json: &Value) -> Result<Value, ApiError> {
        self.ask(Request::post(path), json.to_string().into()).await
    }

    /// What a route answers her to a text, made for a version.
    pub(crate) async fn post_text(&self, path: &str, text: &str, version: u64) -> Result<Value, ApiError> {
        self.ask(Request::post(path).header(header::IF_MATCH, version), Bytes::from(text.to_owned())).await
    }

    async fn ask(&self, request: http::request::Builder, body: Bytes) -> Result<Value, ApiError> {
        let malformed = |_| ApiError::invalid("the address cannot be asked for", "go back and try again");
        let (head, ()) = request.body(()).map_err(malformed)?.into_parts();
        match self.web.dispatcher.answer_whole(&head, body, self.caller.clone()).await? {
            Reply::Json(value) => Ok(value),
            Reply::Bytes { .. } | Reply::Stream { .. } => {
                Err(ApiError::new(ErrorKind::Internal, "the route answers no JSON", "report this as a bug"))
            }
        }
    }
}

/// Chooses a language, and goes back.
fn speak(visit: &Visit) -> Shown {
    let chosen = language::by_code(visit.path().trim_start_matches("/language/"));
    let chosen = chosen.filter(|chosen| OFFERED.contains(chosen)).ok_or_else(not_found)?;
    let to = visit.query("to").filter(|to| language::is_own_path(to)).unwrap_or_else(|| "/".to_owned());
    let mut response = leads_to(&to)?;
    cookie::set(response.headers_mut(), language::COOKIE, chosen.code(), SameSite::Lax, Lifetime::For(A_YEAR));
    Ok(response)
}

/// Sends a browser on.
pub(crate) fn leads_to(path: &str) -> Shown {
    see_other(path).ok_or_else(not_found)
}

pub(crate) fn not_found() -> ApiError {
    ApiError::new(ErrorKind::NotFound, "there is no such page", "begin at the overview")
}

fn is_below(path: &str, above: &str) -> bool {
    path.strip_prefix(above).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn assets() -> Assets {
    let mut assets = Assets::below("/assets/");
    let style = HeaderValue::from_static("text/css; charset=utf-8");
    assets.add("style.css", Asset::new(style, Bytes::from_static(html::STYLESHEET.as_bytes())));
    assets.add(
        "icon.svg",
        Asset::new(HeaderValue::from_static("image/svg+xml"), Bytes::from_static(html::ICON.as_bytes())),
    );
    assets
}

/// What a browser may do with a page. Its assets are on the same origin, whatever that is called.
fn policy() -> ContentPolicy {
    let allowed = pages::Allowed { assets: "'self'", ..pages::Allowed::default() };
    ContentPolicy::of_pages(&allowed).unwrap_or_else(ContentPolicy::of_contents)
}

/// No page is kept, and none is for two languages or two people at once.
pub(crate) fn vary(headers: &mut HeaderMap) {
    headers.append(header::VARY, HeaderValue::from_static("cookie, accept-language"));
}
