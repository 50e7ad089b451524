//! How people sign out: here, at the issuer, and when the issuer says so.

use super::flow::At;
use super::{SignIn, token};
use crate::gateway::{Common, Visit};
use crate::layout;
use crate::refusal::Refusal;
use crate::session::{self, Ended, Session};
use crate::words;
use html::{Button, html};
use http::StatusCode;
use http::header::{CACHE_CONTROL, HeaderValue};
use listener::{Response, read_bounded, reply};
use pages::{ContentPolicy, FormKey, FormOwner, Freshness, cookie, form, see_other};

/// Where the issuer says that somebody signed out there, at the gateway's own origin.
pub(crate) const LOGOUT: &str = "/-/back-channel-logout";

/// Asks whether she wants to sign out: a link alone does not do it.
pub(crate) fn confirm_sign_out(at: &At<'_>, session: &Session) -> Result<Response, Refusal> {
    let words = words::of(at.visit.language);
    let owner = FormOwner::Session(session.form_owner());
    let token = at.common.forms.issue(owner, at.plugin, at.common.clock.now()).ok_or(Refusal::Unavailable)?;
    let content = html! {
        h1 { (words.sign_out) }
        p { (words.sign_out_asks) }
        form method="post" action="/-/sign-out" {
            input type="hidden" name=(FormKey::FIELD) value=(token);
            (Button::primary(words.sign_out))
        }
        p { a href="/" { (words.home) } }
    };
    Ok(layout::own_page(at.common, at.visit, StatusCode::OK, words.sign_out, &content, Freshness::Private))
}

/// Ends a session here, and leads on to the issuer, which ends its own (OpenID Connect RP-Initiated Logout 1.0 §2).
pub(crate) async fn sign_out(at: &At<'_>, session: &Session) -> Result<Response, Refusal> {
    let ended = at.sign_in.sessions.end(session).await;
    let hint = ended.map_err(|error| {
        tracing::error!(error = %error, "a session cannot be ended");
        Refusal::Unavailable
    })?;
    let endpoint = at.sign_in.issuer.known().await.ok().and_then(|known| known.metadata.end_session_endpoint.clone());
    let to = match endpoint {
        Some(endpoint) => {
            let mut query = form_urlencoded::Serializer::new(String::new());
            query.append_pair("client_id", &at.sign_in.issuer.settings.client_id);
            query.append_pair("post_logout_redirect_uri", &format!("{}/", at.origin));
            if let Some(hint) = &hint {
                query.append_pair("id_token_hint", hint);
            }
            let separator = if endpoint.contains('?') { '&' } else { '?' };
            format!("{endpoint}{separator}{}", query.finish())
        }
        // An issuer without one keeps its own session; here she is signed out all the same.
        None => "/".to_owned(),
    };
    let mut response = see_other(&to).ok_or(Refusal::SignInUnavailable)?;
    cookie::clear(response.headers_mut(), session::COOKIE);
    response.headers_mut().insert("clear-site-data", HeaderValue::from_static("\"cache\", \"storage\""));
    Ok(response)
}

/// The issuer says that somebody signed out there (OpenID Connect Back-Channel Logout 1.0 §2.5).
pub(crate) async fn told_by_issuer(common: &Common, sign_in: &SignIn, visit: &mut Visit) -> Response {
    let (status, error) = match take(common, sign_in, visit).await {
        Ok(ended) => {
            tracing::info!(sessions = ended, "the issuer ended sessions");
            (StatusCode::OK, None)
        }
        Err(refused) => (refused.status(), Some(refused)),
    };
    // §2.8: what was wrong is said in JSON.
    let mut response = match error {
        None => reply::empty(status),
        Some(refused) => {
            let said = serde_json::json!({ "error": "invalid_request", "error_description": refused.code() });
            reply::json(status, said.to_string())
        }
    };
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    ContentPolicy::of_contents().apply(response.headers_mut());
    response
}

async fn take(common: &Common, sign_in: &SignIn, visit: &mut Visit) -> Result<usize, Refusal> {
    let body = visit.body.take().ok_or(Refusal::Malformed)?;
    let body = read_bounded(body, MAX_BODY_BYTES, common.limits.body_patience).await?;
    told(common, sign_in, &body).await
}

/// Ends what a logout token says, and gives how many sessions that were.
pub(crate) async fn told(common: &Common, sign_in: &SignIn, body: &[u8]) -> Result<usize, Refusal> {
    let mut fields = form::parse(body)?;
    let token = form::take(&mut fields, "logout_token").ok_or(Refusal::Malformed)?;
    let now = common.clock.now();
    let said = token::logout_token(&sign_in.issuer, &token, now).await?;
    let unavailable = |error: &dyn std::error::Error| {
        tracing::error!(error = %error, "sessions that the issuer ended cannot be ended here");
        Refusal::Unavailable
    };
    if sign_in.sessions.was_used(&said.jti).map_err(|error| unavailable(&error))? {
        return Err(Refusal::SubmittedBefore);
    }
    let ended = match (&said.sid, &said.sub) {
        (Some(sid), _) if !sid.is_empty() => Ended::IssuerSession(sid),
        (_, Some(sub)) => Ended::Subject(sub),
        _ => return Err(Refusal::Malformed),
    };
    let count = sign_in.sessions.end_all(ended).await.map_err(|error| unavailable(&error))?;
    // Only now: an issuer that hears of a failure says it again.
    let until = now.as_second().saturating_add(token::LOGOUT_SECONDS * 2);
    sign_in.sessions.note_used(&said.jti, until).await.map_err(|error| unavailable(&error))?;
    Ok(count)
}

const MAX_BODY_BYTES: usize = 32 << 10;
