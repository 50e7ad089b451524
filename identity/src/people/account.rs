//! Somebody's account: her sessions, what clients may have, who signed in as her, and what she signs in with.

use super::enrol::{EnrolError, show_codes};
use super::layout::{self, Page};
use super::{Fields, Refusal, elsewhere, ok, words};
use crate::accounts::{self, Account};
use crate::client::Scope;
use crate::credentials::Credentials;
use crate::credentials::password::judge;
use crate::credentials::recovery::RecoveryCodes;
use crate::provider::{Provider, Visit};
use crate::session::{self, Session};
use crate::{SecurityEvent, Unavailable, grants, tables};
use clock::Timestamp;
use html::{Button, ButtonLink, ErrorSummary, Field, Hidden, Markup, Password, html};
use http::StatusCode;
use listener::Response;
use zeroize::Zeroizing;

/// What one signs in with is changed by who signed in so short a time ago.
const FRESH_SECONDS: i64 = 5 * 60;
const SHOWN_SIGN_INS: usize = 20;

pub(super) fn show(provider: &Provider, visit: &Visit) -> Result<Response, Refusal> {
    with_error(provider, visit, None)
}

fn with_error(provider: &Provider, visit: &Visit, error: Option<EnrolError>) -> Result<Response, Refusal> {
    let (session, account) = signed_in(provider, visit)?;
    let words = words(visit);
    let said = error.map(|error| ("password", (words.enrol_error)(error)));
    let errors: Vec<(&str, &str)> = said.into_iter().collect();
    let mut tx = provider.store.begin().map_err(Unavailable::from)?;
    let left = Credentials::of(&mut tx, &account.id)?.recovery.left();
    let history = accounts::sign_ins(&mut tx, &account.id, SHOWN_SIGN_INS)?;
    let field = Field::new("password", words.new_password).hint(words.new_password_hint).language(visit.language);
    let content = html! {
        @if !errors.is_empty() { (ErrorSummary::new(&errors).language(visit.language)) }
        h1 { (words.account) }
        p { (account.name()) " · " (account.document) }
        form method="post" action="/sign-out" { (Button::secondary(words.sign_out)) }
        h2 { (words.sessions) }
        (sessions(provider, visit, &session)?)
        h2 { (words.consents) }
        (consents(provider, visit, &account)?)
        h2 { (words.history) }
        ul { @for entry in &history { li {
            (time(entry.at)) " · " ((words.outcome)(entry.outcome)) " · " (entry.browser)
        } } }
        h2 { (words.credentials) }
        p { (words.fresh_note) " " (ButtonLink::secondary(words.sign_in_again, "/sign-in?again=yes")) }
        form method="post" action="/account/password" {
            (Password::new(field.error(said.map(|(_, said)| said))))
            (Password::new(Field::new("again", words.new_password_again).language(visit.language)))
            (Button::primary(words.change_password))
        }
        p { (words.recovery_left) " " (left) }
        form method="post" action="/account/recovery-codes" { (Button::secondary(words.renew_recovery)) }
    };
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { ok() };
    layout::show(provider, visit, &Page { status, title: words.account, content: &content, leads_to: None })
}

fn sessions(provider: &Provider, visit: &Visit, own: &Session) -> Result<Markup, Refusal> {
    let words = words(visit);
    let all = provider.sessions(&own.account)?;
    Ok(html! {
        ul { @for session in &all { li {
            (time(session.auth_time)) " · " (session.browser)
            @if session.sid == own.sid { " · " strong { (words.this_session) } } @else {
                form method="post" action="/account/sessions/end" {
                    (Hidden::new("sid", &session.sid)) (Button::secondary(words.end_session))
                }
            }
        } } }
        @if all.len() > 1 {
            form method="post" action="/account/sessions/end-all" { (Button::danger(words.end_others)) }
        }
    })
}

fn consents(provider: &Provider, visit: &Visit, account: &Account) -> Result<Markup, Refusal> {
    let (words, clients) = (words(visit), provider.clients());
    let all = provider.consents(&account.id)?;
    let name = |id: &str| clients.get(id).map_or_else(|| id.to_owned(), |client| client.name.clone());
    Ok(html! {
        @if all.is_empty() { p { (words.no_consents) } }
        ul { @for consent in &all { li {
            strong { (name(&consent.client)) } " · " (time(consent.at))
            ul { @for scope in Scope::read(&consent.scopes) { li { ((words.scope)(scope)) } } }
            form method="post" action="/account/consents/withdraw" {
                (Hidden::new("client", &consent.client)) (Button::secondary(words.withdraw))
            }
        } } }
    })
}

/// Another password. All other sessions end.
pub(super) async fn password(provider: &Provider, visit: &Visit, fields: &Fields) -> Result<Response, Refusal> {
    let text = |name| fields.get(name).map_or("", String::as_str);
    let (session, account) = fresh(provider, visit)?;
    if let Err(refusal) = judge(text("password"), account.document.number()) {
        return with_error(provider, visit, Some(EnrolError::Password(refusal)));
    }
    if text("password") != text("again") {
        return with_error(provider, visit, Some(EnrolError::Different));
    }
    let hash = provider.hasher.hash(Zeroizing::new(text("password").to_owned())).await?;
    let change = tables::decide(&provider.store, |tx| -> Result<(), Unavailable> {
        let mut credentials = Credentials::of(tx, &account.id)?;
        credentials.password = Some(hash.clone());
        credentials.keep(tx, &account.id)?;
        session::end_all(tx, &account.id, Some(&session.sid), visit.now)?;
        provider.notify.tell(tx, &account, SecurityEvent::PasswordChanged)
    });
    change.await?;
    elsewhere("/account")
}

/// New recovery codes; the old ones work no more.
pub(super) async fn recovery_codes(provider: &Provider, visit: &Visit) -> Result<Response, Refusal> {
    let (_, account) = fresh(provider, visit)?;
    let (recovery, codes) = RecoveryCodes::new()?;
    let change = tables::decide(&provider.store, |tx| -> Result<(), Unavailable> {
        let mut credentials = Credentials::of(tx, &account.id)?;
        credentials.recovery = recovery.clone();
        credentials.keep(tx, &account.id)?;
        provider.notify.tell(tx, &account, SecurityEvent::RecoveryCodesRenewed)
    });
    change.await?;
    show_codes(provider, visit, &codes)
}

pub(super) async fn end_session(provider: &Provider, visit: &Visit, fields: &Fields) -> Result<Response, Refusal> {
    let (_, account) = signed_in(provider, visit)?;
    provider.end_session(&account.id, fields.get("sid").map_or("", String::as_str)).await?;
    elsewhere("/account")
}

pub(super) async fn end_others(provider: &Provider, visit: &Visit) -> Result<Response, Refusal> {
    let (own, account) = signed_in(provider, visit)?;
    let end = tables::decide(&provider.store, |tx| session::end_all(tx, &account.id, Some(&own.sid), visit.now));
    let ended: Result<usize, Unavailable> = end.await;
    ended?;
    elsewhere("/account")
}

pub(super) async fn withdraw(provider: &Provider, visit: &Visit, fields: &Fields) -> Result<Response, Refusal> {
    let (_, account) = signed_in(provider, visit)?;
    let client = fields.get("client").map_or("", String::as_str);
    let withdraw = tables::decide(&provider.store, |tx| grants::withdraw_consent(tx, &account.id, client));
    let withdrawn: Result<(), Unavailable> = withdraw.await;
    withdrawn?;
    elsewhere("/account")
}

fn signed_in(provider: &Provider, visit: &Visit) -> Result<(Session, Account), Refusal> {
    provider.session(visit)?.ok_or(Refusal::SignedOut)
}

/// Who signed in just now.
fn fresh(provider: &Provider, visit: &Visit) -> Result<(Session, Account), Refusal> {
    let (session, account) = signed_in(provider, visit)?;
    let age = visit.now.as_second().saturating_sub(session.auth_time);
    if age <= FRESH_SECONDS { Ok((session, account)) } else { Err(Refusal::NotFresh) }
}

fn time(second: i64) -> String {
    Timestamp::from_second(second).map(|time| time.to_string()).unwrap_or_default()
}
