//! The authorization endpoint: who she is, whether that is known well enough, whether she agrees; then a code
//! (OpenID Connect Core 1.0 §3.1.2).

use super::layout::{self, Page};
use super::{Fields, Refusal, elsewhere, ok, sign_in, words};
use crate::accounts::{self, Account};
use crate::client::{Consent, Scope};
use crate::credentials::Credentials;
use crate::endpoints::{AuthorizationRequest, RequestError, location};
use crate::grants::{self, Grant};
use crate::provider::{Provider, Visit};
use crate::session::{self, Session};
use crate::{Unavailable, tables};
use html::{Button, Hidden, html};
use listener::Response;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use storage::Transaction;

/// A request that goes on over several pages, sealed in their forms.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Pending {
    query: String,
    /// When it came, in seconds since 1970: who signs in for it does so later.
    asked_at: i64,
}

const PURPOSE: &str = "authorization request";
const LASTS_SECONDS: i64 = 30 * 60;

pub(super) async fn begin(provider: &Provider, visit: &Visit, query: &str) -> Result<Response, Refusal> {
    let pending = Pending { query: query.to_owned(), asked_at: visit.now.as_second() };
    answer(provider, visit, &pending, None).await
}

/// Goes on after a sign-in.
pub(super) async fn go_on(provider: &Provider, visit: &Visit) -> Result<Response, Refusal> {
    let pending = form_urlencoded::parse(visit.query().as_bytes()).find(|(name, _)| name == "request");
    let pending = open(provider, visit, pending.as_ref().map(|(_, sealed)| &**sealed))?;
    answer(provider, visit, &pending, None).await
}

/// She says whether the client may have what it asks for.
pub(super) async fn decided(provider: &Provider, visit: &Visit, fields: &Fields) -> Result<Response, Refusal> {
    let pending = open(provider, visit, fields.get("request").map(String::as_str))?;
    let allows = fields.get("answer").is_some_and(|answer| answer == "allow");
    answer(provider, visit, &pending, Some(allows)).await
}

/// The path at which a request goes on.
pub(super) fn path(sealed: &str) -> String {
    format!("/continue?request={sealed}")
}

fn open(provider: &Provider, visit: &Visit, sealed: Option<&str>) -> Result<Pending, Refusal> {
    let pending: Option<Pending> = sealed.and_then(|sealed| provider.secrets.open(PURPOSE, sealed));
    let is_young = |pending: &Pending| visit.now.as_second() < pending.asked_at.saturating_add(LASTS_SECONDS);
    pending.filter(is_young).ok_or(Refusal::Over)
}

/// Where the redirect of a sealed request leads to, for the policy of the page that shows its form.
pub(super) fn leads_to(provider: &Provider, sealed: &str) -> Option<String> {
    let pending: Pending = provider.secrets.open(PURPOSE, sealed)?;
    AuthorizationRequest::read(&pending.query, &provider.clients()).ok().map(|request| request.redirect_uri)
}

async fn answer(
    provider: &Provider,
    visit: &Visit,
    pending: &Pending,
    allows: Option<bool>,
) -> Result<Response, Refusal> {
    let issuer = provider.settings.issuer.as_str();
    let request = match AuthorizationRequest::read(&pending.query, &provider.clients()) {
        Ok(request) => request,
        Err(RequestError::Page(error)) => return Err(Refusal::Client(error)),
        Err(RequestError::Client(refused)) => return elsewhere(&refused.location(issuer)),
    };
    let told = |error, description| elsewhere(&request.refused(error, description).location(issuer));
    let signed_in = provider.session(visit)?.filter(|(session, _)| is_fresh(session, &request, pending, visit));
    let Some((session, account)) = signed_in else {
        if request.prompt.none {
            return told("login_required", "nobody is signed in, or not recently enough");
        }
        let sealed = provider.secrets.seal(PURPOSE, pending)?;
        return sign_in::ask(provider, visit, &request, &sealed);
    };
    if session.assurance < request.least {
        let best = Credentials::of(&mut provider.store.begin().map_err(Unavailable::from)?, &account.id)?.best();
        let is_reachable = best.min(account.assurance) >= request.least && session.auth_time < pending.asked_at;
        if !is_reachable || request.prompt.none {
            return told(
                "unmet_authentication_requirements",
                "it is not known well enough who she is: her account has to be confirmed at a counter, or a stronger means set up",
            );
        }
        let sealed = provider.secrets.seal(PURPOSE, pending)?;
        return sign_in::ask(provider, visit, &request, &sealed);
    }
    if request.client.consent == Consent::Asked {
        match allows {
            Some(true) => {}
            Some(false) => return told("access_denied", "she does not agree"),
            None if has_agreed(provider, &request, &account)? => {}
            None if request.prompt.none => return told("consent_required", "she has not agreed yet"),
            None => return ask_consent(provider, visit, &request, pending),
        }
    }
    let code = tables::decide(&provider.store, |tx| give_code(provider, tx, &request, &session, visit)).await?;
    elsewhere(&location(&request.redirect_uri, &[("code", &code)], request.state.as_deref(), issuer))
}

fn is_fresh(session: &Session, request: &AuthorizationRequest, pending: &Pending, visit: &Visit) -> bool {
    let is_for_this = session.auth_time >= pending.asked_at;
    let age = visit.now.as_second().saturating_sub(session.auth_time);
    is_for_this || (!request.prompt.login && request.max_age.is_none_or(|most| age <= most))
}

fn has_agreed(provider: &Provider, request: &AuthorizationRequest, account: &Account) -> Result<bool, Unavailable> {
    let said = grants::consented(&mut provider.store.begin()?, &account.id, &request.client.id)?;
    let had: BTreeSet<Scope> = said.map(|said| Scope::read(&said.scopes)).unwrap_or_default();
    Ok(!request.prompt.consent && request.scopes.is_subset(&had))
}

fn give_code(
    provider: &Provider,
    tx: &mut Transaction,
    request: &AuthorizationRequest,
    session: &Session,
    visit: &Visit,
) -> Result<String, Unavailable> {
    let (client, scopes) = (&request.client, Scope::write(&request.scopes));
    let (id, until) = grants::new_id(visit.now)?;
    let grant = Grant {
        id,
        account: session.account.clone(),
        client: client.id.clone(),
        scopes: scopes.clone(),
        sid: session.sid.clone(),
        auth_time: session.auth_time,
        assurance: session.assurance,
        means: session.means.clone(),
        nonce: request.nonce.clone(),
        until,
    };
    if client.consent == Consent::Asked {
        grants::consent(tx, &session.account, &client.id, scopes, visit.now)?;
    }
    session::went_to(tx, session, &client.id)?;
    accounts::note_subject(tx, &client.sector, &provider.subject_for(client, &session.account), &session.account)?;
    grants::begin(tx, &grant, &request.challenge, &request.redirect_uri, visit.now)
}

fn ask_consent(
    provider: &Provider,
    visit: &Visit,
    request: &AuthorizationRequest,
    pending: &Pending,
) -> Result<Response, Refusal> {
    let words = words(visit);
    let sealed = provider.secrets.seal(PURPOSE, pending)?;
    let content = html! {
        h1 { (words.consent_title) }
        p { strong { (request.client.name) } " " (words.consent_asks) }
        ul { @for scope in request.scopes.iter().filter(|scope| **scope != Scope::OpenId) { li { ((words.scope)(*scope)) } } }
        p { (words.consent_withdraw) }
        form method="post" action="/consent" {
            (Hidden::new("request", &sealed))
            (Button::primary(words.consent_allow).sends("answer", "allow"))
            (Button::secondary(words.consent_deny).sends("answer", "deny"))
        }
    };
    let leads_to = Some(request.redirect_uri.as_str());
    layout::show(provider, visit, &Page { status: ok(), title: words.consent_title, content: &content, leads_to })
}
