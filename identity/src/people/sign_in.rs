//! Sign-in: document and password, then the authenticator app's code or a recovery code.

use super::layout::{self, Page};
use super::{Fields, Refusal, authorize, elsewhere, ok, words};
use crate::accounts::{self, Account, Document, Outcome};
use crate::credentials::recovery::RecoveryCodes;
use crate::credentials::{Credentials, Means, tries};
use crate::endpoints::AuthorizationRequest;
use crate::provider::{Provider, Visit};
use crate::session::{self, Session};
use crate::{SecurityEvent, Unavailable, tables};
use html::{Button, Choice, ErrorSummary, Field, Hidden, Password, Select, Text, TextKind, Width, html};
use http::StatusCode;
use listener::Response;
use pages::cookie;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use storage::Transaction;
use zeroize::Zeroizing;

/// A sign-in whose password was right, sealed in the form that asks for the second factor.
#[derive(Serialize, Deserialize)]
struct Step {
    account: String,
    tries: [u8; 32],
    /// The password's salt: with another password it is over.
    salt: String,
    request: String,
    until: i64,
}

/// Why somebody is not in yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SignInError {
    /// Document or password is wrong: which one is not said.
    Wrong,
    /// The code is wrong, or was used before.
    WrongCode,
    /// She has to wait.
    Wait(Duration),
}

/// What became of a code.
enum Coded {
    In(String),
    Not(SignInError),
    Over,
}

const PURPOSE: &str = "sign-in";
const STEP_LASTS: Duration = Duration::from_secs(5 * 60);
/// Too often from one address.
const ADDRESS_WAIT: Duration = Duration::from_secs(60);
/// The kinds of documents that accounts have.
pub(super) const KINDS: [&str; 3] = ["CI", "CIE", "PASAPORTE"];

/// The form for somebody who comes by herself.
pub(super) fn show(provider: &Provider, visit: &Visit) -> Result<Response, Refusal> {
    let is_again = visit.query() == "again=yes";
    if !is_again && provider.session(visit)?.is_some() {
        return elsewhere("/account");
    }
    form(provider, visit, "", None, None)
}

/// The form for who was sent by a client.
pub(super) fn ask(
    provider: &Provider,
    visit: &Visit,
    request: &AuthorizationRequest,
    sealed: &str,
) -> Result<Response, Refusal> {
    let mut visit = Visit { head: visit.head.clone(), body: bytes::Bytes::new(), ..*visit };
    visit.language = request.language.unwrap_or(visit.language);
    form(provider, &visit, sealed, Some(request.client.name.as_str()), None)
}

fn form(
    provider: &Provider,
    visit: &Visit,
    sealed: &str,
    client: Option<&str>,
    error: Option<SignInError>,
) -> Result<Response, Refusal> {
    let words = words(visit);
    let said = error.map(|error| (words.sign_in_error)(error));
    let errors: Vec<(&str, &str)> = said.as_deref().map(|said| ("number", said)).into_iter().collect();
    let kinds = KINDS.map(|kind| Choice::new(kind, (words.document_kind)(kind)));
    let field = |name, label| Field::new(name, label).language(visit.language);
    let content = html! {
        @if !errors.is_empty() { (ErrorSummary::new(&errors).language(visit.language)) }
        h1 { (words.sign_in) }
        @if let Some(client) = client { p { (words.sign_in_for) " " strong { (client) } } }
        form method="post" action="/sign-in" {
            (Hidden::new("request", sealed))
            (Select::new(field("kind", words.document_type), &kinds).chosen("CI"))
            (Text::new(field("number", words.document_number).error(said.as_deref())).autocomplete("username").width(Width::Medium))
            (Password::current(field("password", words.password)))
            (Button::primary(words.go_on))
        }
        p { a href="/enrol" { (words.first_time) } }
    };
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { ok() };
    let leads_to = authorize::leads_to(provider, sealed);
    layout::show(
        provider,
        visit,
        &Page { status, title: words.sign_in, content: &content, leads_to: leads_to.as_deref() },
    )
}

/// She says who she is, and her password.
pub(super) async fn password(provider: &Provider, visit: &Visit, fields: &Fields) -> Result<Response, Refusal> {
    let text = |name| fields.get(name).map_or("", String::as_str);
    let sealed = text("request");
    let not = |error| form(provider, visit, sealed, None, Some(error));
    let addresses = &provider.layout.addresses;
    if !addresses.may_try(&visit.head.extensions, visit.now) {
        return not(SignInError::Wait(ADDRESS_WAIT));
    }
    let Some(document) = Document::new(text("kind"), text("number")) else { return not(SignInError::Wrong) };
    let key = provider.secrets.mac("tries", &[document.kind(), document.number()]);
    let found = tables::decide(&provider.store, |tx| -> Result<_, Unavailable> {
        if let Some(wait) = tries::take(tx, &key, visit.now)? {
            return Ok(Err(SignInError::Wait(wait)));
        }
        let account = accounts::by_document(tx, &document)?;
        let kept = account.as_ref().map(|account| Credentials::of(tx, &account.id)).transpose()?;
        Ok(Ok((account, kept.and_then(|kept| kept.password))))
    });
    let (account, kept) = match found.await? {
        Ok(found) => found,
        Err(error) => return not(error),
    };
    let salt = kept.as_ref().map(|kept| kept.salt().to_owned()).unwrap_or_default();
    let is_right = provider.hasher.is_right(Zeroizing::new(text("password").to_owned()), kept).await?;
    let Some(account) = account.as_ref().filter(|_| is_right) else {
        addresses.failed(&visit.head.extensions, visit.now);
        note(provider, account.as_ref(), Outcome::WrongPassword, visit).await?;
        return not(SignInError::Wrong);
    };
    let until = tables::after(visit.now, STEP_LASTS);
    let step = Step { account: account.id.clone(), tries: key, salt, request: sealed.to_owned(), until };
    code_form(provider, visit, &provider.secrets.seal(PURPOSE, &step)?, sealed, None)
}

fn code_form(
    provider: &Provider,
    visit: &Visit,
    step: &str,
    sealed: &str,
    error: Option<SignInError>,
) -> Result<Response, Refusal> {
    let words = words(visit);
    let said = error.map(|error| (words.sign_in_error)(error));
    let errors: Vec<(&str, &str)> = said.as_deref().map(|said| ("code", said)).into_iter().collect();
    let field = Field::new("code", words.code).hint(words.code_hint).error(said.as_deref()).language(visit.language);
    let content = html! {
        @if !errors.is_empty() { (ErrorSummary::new(&errors).language(visit.language)) }
        h1 { (words.code_title) }
        form method="post" action="/sign-in/code" {
            (Hidden::new("step", step))
            (Text::new(field).kind(TextKind::OneTimeCode).autocomplete("one-time-code").width(Width::Medium))
            (Button::primary(words.sign_in))
        }
        p { (words.code_lost) }
    };
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { ok() };
    let leads_to = authorize::leads_to(provider, sealed);
    layout::show(
        provider,
        visit,
        &Page { status, title: words.code_title, content: &content, leads_to: leads_to.as_deref() },
    )
}

/// She shows her second factor.
pub(super) async fn code(provider: &Provider, visit: &Visit, fields: &Fields) -> Result<Response, Refusal> {
    let text = |name| fields.get(name).map_or("", String::as_str);
    let step: Option<Step> = provider.secrets.open(PURPOSE, text("step"));
    let step = step.filter(|step| step.until > visit.now.as_second()).ok_or(Refusal::Over)?;
    let addresses = &provider.layout.addresses;
    if !addresses.may_try(&visit.head.extensions, visit.now) {
        return code_form(provider, visit, text("step"), &step.request, Some(SignInError::Wait(ADDRESS_WAIT)));
    }
    let before = provider.session(visit)?.map(|(session, _)| session);
    let coded =
        tables::decide(&provider.store, |tx| take_code(provider, tx, &step, text("code"), before.as_ref(), visit));
    match coded.await? {
        Coded::Over => Err(Refusal::Over),
        Coded::Not(error) => {
            addresses.failed(&visit.head.extensions, visit.now);
            code_form(provider, visit, text("step"), &step.request, Some(error))
        }
        Coded::In(value) => {
            let to = if step.request.is_empty() { "/account".to_owned() } else { authorize::path(&step.request) };
            let mut response = elsewhere(&to)?;
            let lifetime = cookie::Lifetime::For(session::SESSION_LASTS);
            cookie::set(response.headers_mut(), session::COOKIE, &value, cookie::SameSite::Lax, lifetime);
            Ok(response)
        }
    }
}

fn take_code(
    provider: &Provider,
    tx: &mut Transaction,
    step: &Step,
    code: &str,
    before: Option<&Session>,
    visit: &Visit,
) -> Result<Coded, Unavailable> {
    if let Some(wait) = tries::take(tx, &step.tries, visit.now)? {
        return Ok(Coded::Not(SignInError::Wait(wait)));
    }
    let mut credentials = Credentials::of(tx, &step.account)?;
    let is_same = credentials.password.as_ref().is_some_and(|password| password.salt() == step.salt);
    let Some(account) = accounts::account(tx, &step.account)?.filter(|_| is_same) else { return Ok(Coded::Over) };
    let means = if RecoveryCodes::looks_like_one(code) { Means::RecoveryCode } else { Means::Authenticator };
    let is_right = match (means, credentials.authenticator.as_mut()) {
        (Means::RecoveryCode, _) => credentials.recovery.take(code),
        (Means::Authenticator, Some(app)) => app.take(&provider.secrets, code, visit.now)?,
        (Means::Authenticator, None) => false,
    };
    let browser = visit.browser();
    if !is_right {
        accounts::note(tx, &account.id, (Outcome::WrongCode, means.amr()), &browser, visit.now)?;
        return Ok(Coded::Not(SignInError::WrongCode));
    }
    credentials.keep(tx, &account.id)?;
    tries::succeeded(tx, &step.tries)?;
    if means == Means::RecoveryCode {
        let event = SecurityEvent::RecoveryCodeUsed { left: credentials.recovery.left() };
        provider.notify.tell(tx, &account, event)?;
    }
    accounts::note(tx, &account.id, (Outcome::SignedIn, means.amr()), &browser, visit.now)?;
    let assurance = means.assurance().min(account.assurance);
    let cookie = session::begin(tx, &account.id, (means, assurance), (&browser, before), visit.now)?;
    Ok(Coded::In(cookie))
}

/// Notes a failure in the history of whose account it is. Where it is nobody's, something is written all the same: the time
/// that an answer takes says nothing.
async fn note(
    provider: &Provider,
    account: Option<&Account>,
    outcome: Outcome,
    visit: &Visit,
) -> Result<(), Unavailable> {
    let (browser, id) = (visit.browser(), account.map_or(NOBODY, |account| account.id.as_str()));
    tables::decide(&provider.store, |tx| accounts::note(tx, id, (outcome, &["pwd"]), &browser, visit.now)).await
}

/// No account has this id; its history is bounded like any other.
const NOBODY: &str = "nobody";
