//! Which request goes where.

use super::account;
use super::enrol;
use super::flow::Flow;
use super::layout;
use super::pages;
use super::passkey;
use super::refusal::Refusal;
use super::sign_in;
use super::visit::{Visit, Visitor};
use crate::oauth;
use crate::provider::Provider;
use crate::words;
use ::pages::cookie::{Lifetime, SameSite};
use ::pages::language::is_own_path;
use ::pages::{ContentPolicy, cookie, see_other};
use bytes::Bytes;
use html::Language;
use http::header::{ALLOW, HeaderValue};
use http::{Method, Request as HttpRequest, Response as HttpResponse, StatusCode};
use http_body_util::BodyExt as _;
use listener::{Handler, Request, Response, read_bounded, reply};
use std::time::Duration;

/// No form here is larger, with a passkey's attestation in it.
const MAX_BODY_BYTES: usize = 64 << 10;
const BODY_PATIENCE: Duration = Duration::from_secs(20);
const A_YEAR: Duration = Duration::from_secs(365 * 24 * 3600);

impl Provider {
    /// Answers a request whose body is there, as a server in the same process sends one.
    pub async fn respond(&self, request: HttpRequest<Bytes>) -> HttpResponse<Bytes> {
        let (head, body) = request.into_parts();
        let (head, body) = self.answer(Visit::new(head, body)).await.into_parts();
        // A body that is made here is there as a whole.
        let body = body.collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
        HttpResponse::from_parts(head, body)
    }

    async fn answer(&self, visit: Visit) -> Response {
        let file = match visit.path() {
            // Browsers ask for it on their own where a page names no icon.
            "/favicon.ico" => self.assets.answer_by_name("icon.svg", &visit.asked()),
            path => self.assets.answer(path, &visit.asked()),
        };
        if let Some(mut response) = file {
            ContentPolicy::of_contents().apply(response.headers_mut());
            return response;
        }
        if let Some(response) = self.answer_program(&visit).await {
            return response;
        }
        let visitor = match Visitor::of(self, &visit).await {
            Ok(visitor) => visitor,
            Err(refusal) => {
                let nobody = Visitor::Guest { value: String::new(), is_new: false };
                return layout::refused(self, &visit, &nobody, &refusal);
            }
        };
        let mut response = match self.answer_person(&visit, &visitor).await {
            Ok(response) => response,
            Err(refusal) => layout::refused(self, &visit, &visitor, &refusal),
        };
        // A page has its own policy; what leads elsewhere has none yet.
        if !response.headers().contains_key(http::header::CONTENT_SECURITY_POLICY) {
            ContentPolicy::of_contents().apply(response.headers_mut());
        }
        response
    }

    /// What programs ask for: without cookies.
    async fn answer_program(&self, visit: &Visit) -> Option<Response> {
        let (method, get, post) = (&visit.head.method, "GET, HEAD", "POST");
        let is_get = matches!(*method, Method::GET | Method::HEAD);
        let allowed = match visit.path() {
            "/.well-known/openid-configuration" | "/jwks" => get,
            "/me" => "GET, HEAD, POST",
            "/token" | "/token/introspection" | "/token/revocation" => post,
            _ => return None,
        };
        if !(is_get && allowed.contains("GET") || *method == Method::POST && allowed.contains("POST")) {
            let mut response = reply::empty(StatusCode::METHOD_NOT_ALLOWED);
            response.headers_mut().insert(ALLOW, HeaderValue::from_static(allowed));
            return Some(response);
        }
        Some(match visit.path() {
            "/.well-known/openid-configuration" => oauth::configuration(self),
            "/jwks" => oauth::jwks(self),
            "/me" => oauth::userinfo(self, visit),
            "/token" => oauth::token(self, visit).await,
            "/token/introspection" => oauth::introspect(self, visit),
            _ => oauth::revoke(self, visit).await,
        })
    }

    async fn answer_person(&self, visit: &Visit, visitor: &Visitor) -> Result<Response, Refusal> {
        let is_post = visit.head.method == Method::POST;
        if !is_post && !matches!(visit.head.method, Method::GET | Method::HEAD) {
            return Err(Refusal::Method);
        }
        match (visit.path(), is_post) {
            ("/", false) => see_other("/account").ok_or(Refusal::NotFound),
            ("/auth", _) => oauth::authorize(self, visit, visitor).await,
            ("/auth/continue", false) => {
                let flow =
                    visit.parameter("flow").and_then(|sealed| Flow::open(self, &sealed)).ok_or(Refusal::FlowEnded)?;
                oauth::proceed(self, visit, visitor, &flow).await
            }
            ("/consent", true) => pages::answer_consent(self, visit, visitor).await,
            ("/session/end", _) => oauth::end_session(self, visit, visitor).await,
            ("/session/end/confirm", true) => {
                let form = visit.form(self, visitor)?;
                oauth::confirmed(self, visit, visitor, form.get("goodbye")).await
            }
            ("/sign-in", false) => sign_in::page(self, visit, visitor, visit.parameter("flow").as_deref()),
            ("/sign-in", true) => sign_in::password(self, visit, visitor).await,
            ("/sign-in/code", true) => sign_in::code(self, visit, visitor).await,
            ("/sign-in/passkey", true) => passkey::sign_in(self, visit, visitor).await,
            ("/enrol", false) => enrol::page(self, visit, visitor, None),
            ("/enrol", true) => enrol::begin(self, visit, visitor).await,
            ("/enrol/password", true) => enrol::with_password(self, visit, visitor).await,
            ("/enrol/passkey", true) => enrol::with_passkey(self, visit, visitor).await,
            (path, _) if path == "/account" || path.starts_with("/account/") => {
                account::answer(self, visit, visitor, is_post).await
            }
            (path, false) if path.starts_with("/language/") => language(visit),
            _ => Err(Refusal::NotFound),
        }
    }
}

impl Handler for Provider {
    async fn handle(&self, request: Request) -> Response {
        let (head, body) = request.into_parts();
        match read_bounded(body, MAX_BODY_BYTES, BODY_PATIENCE).await {
            Ok(body) => self.answer(Visit::new(head, body)).await,
            Err(_) => {
                let nobody = Visitor::Guest { value: String::new(), is_new: false };
                layout::refused(self, &Visit::new(head, Bytes::new()), &nobody, &Refusal::TooLarge)
            }
        }
    }
}

/// Shows pages in another language from now on.
fn language(visit: &Visit) -> Result<Response, Refusal> {
    let code = visit.path().trim_start_matches("/language/");
    let language: Language = words::offered(code).ok_or(Refusal::NotFound)?;
    let to = visit.parameter("to").filter(|to| is_own_path(to)).unwrap_or_else(|| "/account".to_owned());
    let mut response = see_other(&to).ok_or(Refusal::NotFound)?;
    cookie::set(response.headers_mut(), words::COOKIE, language.code(), SameSite::Lax, Lifetime::For(A_YEAR));
    Ok(response)
}
