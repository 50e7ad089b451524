//! Enrolment: by the code from registration she sets a password and an authenticator app, and gets her recovery codes.

use super::layout::{self, Page};
use super::{Fields, Refusal, ok, words};
use crate::accounts::{self, Account};
use crate::credentials::Credentials;
use crate::credentials::password::{PasswordHash, PasswordRefusal, judge};
use crate::credentials::recovery::RecoveryCodes;
use crate::credentials::totp::{Authenticator, TotpSecret};
use crate::provider::{Provider, Visit};
use crate::{SecurityEvent, Unavailable, session, tables};
use html::{Button, ButtonLink, ErrorSummary, Field, Hidden, Password, Text, TextKind, Width, html};
use http::StatusCode;
use listener::Response;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use storage::Transaction;
use zeroize::Zeroizing;

/// An enrolment whose code was right, sealed in its form.
#[derive(Serialize, Deserialize)]
struct Step {
    code: String,
    secret: String,
    until: i64,
}

/// What is wrong with what she chose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EnrolError {
    /// The enrolment code is over, was used, or never was.
    Code,
    Password(PasswordRefusal),
    /// The second one is another than the first.
    Different,
    /// The authenticator app shows another code.
    Authenticator,
}

const PURPOSE: &str = "enrolment";
const STEP_LASTS: Duration = Duration::from_secs(30 * 60);

pub(super) fn show(provider: &Provider, visit: &Visit) -> Result<Response, Refusal> {
    code_form(provider, visit, None)
}

fn code_form(provider: &Provider, visit: &Visit, error: Option<EnrolError>) -> Result<Response, Refusal> {
    let words = words(visit);
    let said = error.map(|error| (words.enrol_error)(error));
    let errors: Vec<(&str, &str)> = said.map(|said| ("code", said)).into_iter().collect();
    let field = Field::new("code", words.enrol_code).hint(words.enrol_code_hint).error(said).language(visit.language);
    let content = html! {
        @if !errors.is_empty() { (ErrorSummary::new(&errors).language(visit.language)) }
        h1 { (words.enrol_title) }
        form method="post" action="/enrol" {
            (Text::new(field).width(Width::Medium).autocomplete("off"))
            (Button::primary(words.go_on))
        }
    };
    page(provider, visit, error.is_some(), &content)
}

/// She types her enrolment code.
pub(super) fn code(provider: &Provider, visit: &Visit, fields: &Fields) -> Result<Response, Refusal> {
    let addresses = &provider.layout.addresses;
    let code = fields.get("code").map_or("", String::as_str);
    let mut tx = provider.store.begin().map_err(Unavailable::from)?;
    let account = match addresses.may_try(&visit.head.extensions, visit.now) {
        true => accounts::account_of_code(&mut tx, code, visit.now)?,
        false => None,
    };
    if account.is_none() {
        addresses.failed(&visit.head.extensions, visit.now);
        return code_form(provider, visit, Some(EnrolError::Code));
    }
    let secret = TotpSecret::new()?.seal(&provider.secrets)?;
    let step = Step { code: code.to_owned(), secret, until: tables::after(visit.now, STEP_LASTS) };
    choose_form(provider, visit, &step, None)
}

fn choose_form(
    provider: &Provider,
    visit: &Visit,
    step: &Step,
    error: Option<EnrolError>,
) -> Result<Response, Refusal> {
    let words = words(visit);
    let secret = TotpSecret::open(&provider.secrets, &step.secret).ok_or(Refusal::Over)?;
    let account = whose(&mut provider.store.begin().map_err(Unavailable::from)?, step, visit)?.ok_or(Refusal::Over)?;
    let sealed = provider.secrets.seal(PURPOSE, step)?;
    let said = error.map(|error| (error_field(error), (words.enrol_error)(error)));
    let errors: Vec<(&str, &str)> = said.into_iter().collect();
    let field = |name, label| {
        Field::new(name, label).error(said.filter(|(at, _)| *at == name).map(|(_, said)| said)).language(visit.language)
    };
    let content = html! {
        @if !errors.is_empty() { (ErrorSummary::new(&errors).language(visit.language)) }
        h1 { (words.enrol_title) }
        p { (words.enrol_for) " " strong { (account.name()) } }
        form method="post" action="/enrol/finish" {
            (Hidden::new("step", &sealed))
            (Password::new(field("password", words.new_password).hint(words.new_password_hint)))
            (Password::new(field("again", words.new_password_again)))
            h2 { (words.authenticator) }
            p { (words.authenticator_scan) }
            (secret.picture(&provider.settings.name, account.document.number()))
            p { (words.authenticator_type) " " code { (secret.text().as_str()) } }
            (Text::new(field("code", words.code)).kind(TextKind::OneTimeCode).autocomplete("one-time-code").width(Width::Short))
            (Button::primary(words.go_on))
        }
    };
    page(provider, visit, error.is_some(), &content)
}

/// She chose a password, and her app shows a code.
pub(super) async fn finish(provider: &Provider, visit: &Visit, fields: &Fields) -> Result<Response, Refusal> {
    let text = |name| fields.get(name).map_or("", String::as_str);
    let step: Option<Step> = provider.secrets.open(PURPOSE, text("step"));
    let step = step.filter(|step| step.until > visit.now.as_second()).ok_or(Refusal::Over)?;
    let account = whose(&mut provider.store.begin().map_err(Unavailable::from)?, &step, visit)?.ok_or(Refusal::Over)?;
    let not = |error| choose_form(provider, visit, &step, Some(error));
    if let Err(refusal) = judge(text("password"), account.document.number()) {
        return not(EnrolError::Password(refusal));
    }
    if text("password") != text("again") {
        return not(EnrolError::Different);
    }
    let secret = TotpSecret::open(&provider.secrets, &step.secret).ok_or(Refusal::Over)?;
    let Some(app) = Authenticator::confirmed(&provider.secrets, &secret, text("code"), visit.now)? else {
        return not(EnrolError::Authenticator);
    };
    let password = provider.hasher.hash(Zeroizing::new(text("password").to_owned())).await?;
    let (recovery, codes) = RecoveryCodes::new()?;
    let set_up = tables::decide(&provider.store, |tx| -> Result<bool, Unavailable> {
        // The code is taken with what it gives: who comes second with it is too late.
        let Some(account) = whose(tx, &step, visit)? else { return Ok(false) };
        set_up(provider, tx, &account, (&password, &app, &recovery), visit)?;
        Ok(true)
    });
    if !set_up.await? {
        return Err(Refusal::Over);
    }
    show_codes(provider, visit, &codes)
}

fn set_up(
    provider: &Provider,
    tx: &mut Transaction,
    account: &Account,
    (password, app, recovery): (&PasswordHash, &Authenticator, &RecoveryCodes),
    visit: &Visit,
) -> Result<(), Unavailable> {
    let (password, authenticator) = (Some(password.clone()), Some(app.clone()));
    Credentials { password, authenticator, recovery: recovery.clone() }.keep(tx, &account.id)?;
    accounts::used(tx, &account.id)?;
    // Whoever was signed in before was so by credentials that are no more.
    session::end_all(tx, &account.id, None, visit.now)?;
    provider.notify.tell(tx, account, SecurityEvent::Enrolled)
}

/// Shows recovery codes, this once.
pub(super) fn show_codes(provider: &Provider, visit: &Visit, codes: &[String]) -> Result<Response, Refusal> {
    let words = words(visit);
    let content = html! {
        h1 { (words.recovery_title) }
        p { (words.recovery_keep) }
        ul { @for code in codes { li { code { (code) } } } }
        p { (ButtonLink::primary(words.recovery_kept, "/sign-in")) }
    };
    layout::show(
        provider,
        visit,
        &Page { status: ok(), title: words.recovery_title, content: &content, leads_to: None },
    )
}

fn whose(tx: &mut Transaction, step: &Step, visit: &Visit) -> Result<Option<Account>, Unavailable> {
    match accounts::account_of_code(tx, &step.code, visit.now)? {
        Some(id) => accounts::account(tx, &id),
        None => Ok(None),
    }
}

fn error_field(error: EnrolError) -> &'static str {
    match error {
        EnrolError::Code | EnrolError::Authenticator => "code",
        EnrolError::Password(_) => "password",
        EnrolError::Different => "again",
    }
}

fn page(provider: &Provider, visit: &Visit, is_wrong: bool, content: &dyn html::Render) -> Result<Response, Refusal> {
    let status = if is_wrong { StatusCode::UNPROCESSABLE_ENTITY } else { ok() };
    layout::show(provider, visit, &Page { status, title: words(visit).enrol_title, content, leads_to: None })
}
