//! Sign-out, asked for by a client (OpenID Connect RP-Initiated Logout 1.0) or by herself.

use super::layout::{self, Page};
use super::{Fields, Refusal, elsewhere, ok, words};
use crate::endpoints::{PageError, parameters};
use crate::provider::{Provider, Visit};
use crate::session;
use html::{Button, ButtonLink, Hidden, html};
use http::header::HeaderValue;
use listener::Response;

const PURPOSE: &str = "sign-out";

/// A client sends somebody here. With its ID token for this very session it needs no question.
pub(super) async fn asked(provider: &Provider, visit: &Visit, said: &[u8]) -> Result<Response, Refusal> {
    let said = parameters(said).ok_or(Refusal::Malformed)?;
    let text = |name: &str| said.get(name).map(String::as_str);
    let hint = text("id_token_hint").and_then(|hint| provider.keys.read(hint));
    let hint = hint.filter(|hint| hint["iss"] == provider.settings.issuer.as_str());
    let of_hint = hint.as_ref().and_then(|hint| hint["aud"].as_str());
    // §2: who names a client and shows the token of another is neither.
    if let (Some(named), Some(shown)) = (text("client_id"), of_hint)
        && named != shown
    {
        return Err(Refusal::Client(PageError::UnknownClient));
    }
    let clients = provider.clients();
    let client = text("client_id").or(of_hint).and_then(|id| clients.get(id));
    let back = match text("post_logout_redirect_uri") {
        None => None,
        Some(uri) => {
            let is_known =
                client.is_some_and(|client| client.post_logout_redirect_uris.iter().any(|known| known == uri));
            let back = is_known.then(|| with_state(uri, text("state")));
            Some(back.ok_or(Refusal::Client(PageError::UnknownRedirect))?)
        }
    };
    let Some((session, _)) = provider.session(visit)? else { return out(provider, visit, back.as_deref()) };
    if hint.is_some_and(|hint| hint["sid"] == session.sid.as_str()) {
        provider.end_session(&session.account, &session.sid).await?;
        return out(provider, visit, back.as_deref());
    }
    let words = words(visit);
    let sealed = provider.secrets.seal(PURPOSE, &back)?;
    let content = html! {
        h1 { (words.sign_out) }
        p { (words.sign_out_asks) }
        form method="post" action="/sign-out" {
            (Hidden::new("back", &sealed))
            (Button::primary(words.sign_out))
        }
    };
    let page = Page { status: ok(), title: words.sign_out, content: &content, leads_to: back.as_deref() };
    layout::show(provider, visit, &page)
}

/// She says that she wants to.
pub(super) async fn confirmed(provider: &Provider, visit: &Visit, fields: &Fields) -> Result<Response, Refusal> {
    let back: Option<Option<String>> = fields.get("back").and_then(|back| provider.secrets.open(PURPOSE, back));
    if let Some((session, _)) = provider.session(visit)? {
        provider.end_session(&session.account, &session.sid).await?;
    }
    out(provider, visit, back.flatten().as_deref())
}

fn out(provider: &Provider, visit: &Visit, back: Option<&str>) -> Result<Response, Refusal> {
    let words = words(visit);
    let content = html! {
        h1 { (words.signed_out) }
        p { (ButtonLink::primary(words.sign_in, "/sign-in")) }
    };
    let mut response = match back {
        Some(back) => elsewhere(back)?,
        None => {
            let page = Page { status: ok(), title: words.signed_out, content: &content, leads_to: None };
            layout::show(provider, visit, &page)?
        }
    };
    pages::cookie::clear(response.headers_mut(), session::COOKIE);
    response.headers_mut().insert("clear-site-data", HeaderValue::from_static("\"cache\", \"storage\""));
    Ok(response)
}

fn with_state(uri: &str, state: Option<&str>) -> String {
    let Some(state) = state else { return uri.to_owned() };
    let query = form_urlencoded::Serializer::new(String::new()).append_pair("state", state).finish();
    format!("{uri}{}{query}", if uri.contains('?') { '&' } else { '?' })
}
