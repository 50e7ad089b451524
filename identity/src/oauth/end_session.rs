//! Signing out at a client's wish (OpenID Connect RP-Initiated Logout 1.0).

use super::params::Params;
use super::request::with_parameters;
use crate::provider::Provider;
use crate::sessions::{self, COOKIE, Session, SessionId};
use crate::table;
use crate::web::{Refusal, Visit, Visitor, pages as own};
use http::Method;
use http::header::HeaderValue;
use listener::Response;
use pages::{cookie, see_other};
use serde::{Deserialize, Serialize};
use url::form_urlencoded::{self, Serializer};

/// Where somebody goes after she signed out.
#[derive(Serialize, Deserialize)]
struct Goodbye {
    to: Option<String>,
    begun_at: i64,
}

const GOODBYE: &str = "goodbye";
const LASTS_SECONDS: i64 = 3600;

/// Answers a call to the end-session endpoint.
pub(crate) async fn end_session(provider: &Provider, visit: &Visit, visitor: &Visitor) -> Result<Response, Refusal> {
    let encoded = if visit.head.method == Method::POST { &visit.body } else { visit.query().as_bytes() };
    let params = Params::parse(encoded).map_err(|error| Refusal::Request(error.to_string()))?;
    // A browser sends no `SameSite=Lax` cookie with a form that another site posts: it shows its session with what follows.
    if visit.head.method == Method::POST && visitor.session().is_none() {
        let query = Serializer::new(String::new()).extend_pairs(form_urlencoded::parse(encoded)).finish();
        return see_other(&format!("/session/end?{query}")).ok_or(Refusal::Malformed);
    }
    let hint = params.get("id_token_hint").and_then(|hint| provider.keys.read(hint));
    let said = |name: &str| hint.as_ref().and_then(|hint| hint.get(name)?.as_str());
    let (audience, sid) = (said("aud"), said("sid"));
    let client = match (params.get("client_id"), audience) {
        // §2: they name one client.
        (Some(named), Some(audience)) if named != audience => {
            return Err(Refusal::Request("the client_id is not the one that the id_token_hint was for".to_owned()));
        }
        (named, audience) => named.or(audience),
    };
    let clients = provider.clients();
    let client = client.and_then(|id| clients.get(id));
    let to = match params.get("post_logout_redirect_uri") {
        None => None,
        // §3: only where the client has said before that it wants people sent.
        Some(to) => match client.filter(|client| client.post_logout_redirect_uris.iter().any(|known| known == to)) {
            None => {
                return Err(Refusal::Request(
                    "the post_logout_redirect_uri is none that the client has registered".to_owned(),
                ));
            }
            Some(_) => Some(
                params.get("state").map_or_else(|| to.to_owned(), |state| with_parameters(to, &[("state", state)])),
            ),
        },
    };
    match visitor.session() {
        None => goodbye(provider, visit, visitor, to.as_deref()),
        // §2: a hint that is of this session says that the client means it; otherwise she is asked.
        Some((id, session)) if sid == Some(session.sid.as_str()) => {
            sign_out(provider, id, session).await?;
            goodbye(provider, visit, visitor, to.as_deref())
        }
        Some(_) => {
            let sealed = Goodbye { to: to.clone(), begun_at: provider.now().as_second() };
            let sealed = provider.seals.flow.close(&sealed, GOODBYE)?;
            own::ask_sign_out(provider, visit, visitor, &sealed, to.as_deref())
        }
    }
}

/// Signs out who was asked.
pub(crate) async fn confirmed(
    provider: &Provider,
    visit: &Visit,
    visitor: &Visitor,
    sealed: &str,
) -> Result<Response, Refusal> {
    let asked: Goodbye = provider.seals.flow.open(sealed, GOODBYE).ok_or(Refusal::FlowEnded)?;
    if provider.now().as_second().saturating_sub(asked.begun_at) > LASTS_SECONDS {
        return Err(Refusal::FlowEnded);
    }
    if let Some((id, session)) = visitor.session() {
        sign_out(provider, id, session).await?;
    }
    goodbye(provider, visit, visitor, asked.to.as_deref())
}

async fn sign_out(provider: &Provider, id: &SessionId, session: &Session) -> Result<(), Refusal> {
    Ok(table::transact(&provider.store, |tx| sessions::end(tx, id, session)).await?)
}

fn goodbye(provider: &Provider, visit: &Visit, visitor: &Visitor, to: Option<&str>) -> Result<Response, Refusal> {
    let mut response = match to {
        Some(to) => see_other(to).ok_or(Refusal::Malformed)?,
        None => own::signed_out(provider, visit, visitor)?,
    };
    let headers = response.headers_mut();
    cookie::clear(headers, COOKIE);
    headers.insert("clear-site-data", HeaderValue::from_static("\"cache\", \"storage\""));
    Ok(response)
}
