//! The authorization endpoint (OpenID Connect Core 1.0 §3.1.2): from a client's request to its code.

use super::params::Params;
use super::request::{AuthorizationRequest, RequestError};
use crate::accounts::{self, Account, Assurance};
use crate::clients::{Consent, Scope};
use crate::consents;
use crate::grants::{self, Granted};
use crate::provider::Provider;
use crate::sessions::Session;
use crate::table;
use crate::web::{self, Flow, Refusal, Visit, Visitor, pages as own};
use http::Method;
use listener::Response;
use pages::see_other;

/// What somebody did in this flow already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Given {
    Nothing,
    Consent,
}

/// Answers a client's request.
pub(crate) async fn authorize(provider: &Provider, visit: &Visit, visitor: &Visitor) -> Result<Response, Refusal> {
    let query = if visit.head.method == Method::POST {
        String::from_utf8(visit.body.to_vec()).map_err(|_| Refusal::Malformed)?
    } else {
        visit.query().to_owned()
    };
    let flow = Flow::of_request(query, provider.now());
    let go_on = || see_other(&format!("/auth/continue?flow={}", flow.close(provider)?)).ok_or(Refusal::Malformed);
    match (visitor.session(), web::language_asked_for(visit, &flow)) {
        // A browser sends no `SameSite=Lax` cookie with a form that another site posts: it shows its session with what follows.
        (None, _) if visit.head.method == Method::POST => {
            Params::parse(&visit.body).map_err(|error| Refusal::Request(error.to_string()))?;
            go_on()
        }
        // Once, so that she can choose another one where she is led to.
        (Some(_), Some(language)) => {
            let mut response = go_on()?;
            web::speak(language, &mut response);
            Ok(response)
        }
        _ => answer(provider, visit, visitor, &flow, Given::Nothing).await,
    }
}

/// Goes on after somebody signed in.
pub(crate) async fn proceed(
    provider: &Provider,
    visit: &Visit,
    visitor: &Visitor,
    flow: &Flow,
) -> Result<Response, Refusal> {
    answer(provider, visit, visitor, flow, Given::Nothing).await
}

/// Goes on after somebody was asked whether a client may learn of her.
pub(crate) async fn consented(
    provider: &Provider,
    visit: &Visit,
    visitor: &Visitor,
    flow: &Flow,
    is_given: bool,
) -> Result<Response, Refusal> {
    if is_given {
        return answer(provider, visit, visitor, flow, Given::Consent).await;
    }
    let query = flow.request().ok_or(Refusal::FlowEnded)?;
    let clients = provider.clients();
    let request = AuthorizationRequest::parse(query.as_bytes(), &clients).map_err(|_| Refusal::FlowEnded)?;
    back(provider, &request, "access_denied", "she does not let the client learn of her")
}

async fn answer(
    provider: &Provider,
    visit: &Visit,
    visitor: &Visitor,
    flow: &Flow,
    given: Given,
) -> Result<Response, Refusal> {
    let query = flow.request().ok_or(Refusal::FlowEnded)?;
    let clients = provider.clients();
    let request = match AuthorizationRequest::parse(query.as_bytes(), &clients) {
        Ok(request) => request,
        Err(RequestError::Untrusted(why)) => return Err(Refusal::Request(why.to_string())),
        Err(told) => return told.address(&provider.issuer).and_then(|to| see_other(&to)).ok_or(Refusal::Malformed),
    };
    let Some((session, account)) = signed_in(provider, visitor, &request, flow)? else {
        return match request.prompt.none {
            true => back(provider, &request, "login_required", "nobody is signed in, or not recently enough"),
            false => web::to_sign_in(provider, visit, flow),
        };
    };
    let acr = session.acr(account.assurance);
    if request.acr.is_some_and(|wanted| acr < wanted) {
        return unmet(provider, visit, visitor, &request, flow, &account);
    }
    let asked: Vec<Scope> = request.scopes.iter().copied().filter(|scope| *scope != Scope::OpenId).collect();
    let is_asked = request.client.consent == Consent::Asked && given == Given::Nothing && {
        let mut tx = provider.store.begin()?;
        request.prompt.consent || !consents::covers(&mut tx, account.id, &request.client.id, &asked)?
    };
    if is_asked {
        return match request.prompt.none {
            true => back(provider, &request, "consent_required", "she has not let the client learn all of this"),
            false => own::consent(provider, visit, visitor, flow, &request, &account),
        };
    }
    issue(provider, &request, session, &account, given, &asked).await
}

async fn issue(
    provider: &Provider,
    request: &AuthorizationRequest<'_>,
    session: &Session,
    account: &Account,
    given: Given,
    asked: &[Scope],
) -> Result<Response, Refusal> {
    let (client, now) = (request.client, provider.now());
    let acr = session.acr(account.assurance);
    let code = table::transact(&provider.store, |tx| {
        if given == Given::Consent && client.consent == Consent::Asked {
            consents::give(tx, account.id, &client.id, asked, now)?;
        }
        let subject = accounts::tell_subject(tx, &provider.secret, &client.sector, account.id)?;
        let granted = Granted {
            client,
            session,
            subject,
            acr,
            scopes: &request.scopes,
            redirect_uri: &request.redirect_uri,
            challenge: &request.challenge,
            nonce: request.nonce.as_deref(),
        };
        grants::issue_code(tx, &granted, now)
    });
    let code = code.await?;
    see_other(&request.answered(&provider.issuer, &[("code", &code)])).ok_or(Refusal::Malformed)
}

/// Who is signed in, as recently as the request asks for.
fn signed_in<'v>(
    provider: &Provider,
    visitor: &'v Visitor,
    request: &AuthorizationRequest<'_>,
    flow: &Flow,
) -> Result<Option<(&'v Session, Account)>, Refusal> {
    let Some((_, session)) = visitor.session() else { return Ok(None) };
    let age = provider.now().as_second().saturating_sub(session.authenticated_at);
    // What she did in this flow counts, however short max_age is; not for whoever finds the flow in her browser later.
    let is_of_flow =
        session.authenticated_at >= flow.begun_at() && flow.went_to_sign_in() && session.is_fresh(provider.now());
    let is_recent = is_of_flow || !request.prompt.login && request.max_age.is_none_or(|most| age <= most);
    if !is_recent {
        return Ok(None);
    }
    let account = accounts::account(&mut provider.store.begin()?, session.account)?;
    Ok(account.map(|account| (session, account)))
}

/// It is not known well enough who she is: she signs in better, if she can, and otherwise is told why.
fn unmet(
    provider: &Provider,
    visit: &Visit,
    visitor: &Visitor,
    request: &AuthorizationRequest<'_>,
    flow: &Flow,
    account: &Account,
) -> Result<Response, Refusal> {
    let wanted = request.acr.unwrap_or(Assurance::Low);
    const ERROR: &str = "unmet_authentication_requirements";
    if request.prompt.none {
        return back(provider, request, ERROR, "it is not known well enough who she is");
    }
    if account.assurance >= wanted && !flow.went_to_sign_in() {
        return web::to_sign_in(provider, visit, &flow.wants_passkey());
    }
    let to = request.answered(
        &provider.issuer,
        &[("error", ERROR), ("error_description", "it is not known well enough who she is")],
    );
    own::unmet(provider, visit, visitor, request.client, account.assurance >= wanted, &to)
}

fn back(
    provider: &Provider,
    request: &AuthorizationRequest<'_>,
    error: &str,
    description: &str,
) -> Result<Response, Refusal> {
    let to = request.answered(&provider.issuer, &[("error", error), ("error_description", description)]);
    see_other(&to).ok_or(Refusal::Malformed)
}
