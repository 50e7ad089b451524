//! Setting first credentials with an enrolment code, or new ones after all were lost.

use super::layout::{Page, show};
use super::refusal::Refusal;
use super::setup::{self, Setup};
use super::sign_in;
use super::visit::{Visit, Visitor};
use crate::accounts::{self, Account, AccountId, Assurance};
use crate::credentials::Credentials;
use crate::credentials::passkey::Made;
use crate::grants;
use crate::notify::SecurityEvent;
use crate::provider::Provider;
use crate::sessions::{self, Authentication};
use crate::table::{self, PASSKEYS, StoreError};
use factors::RecoveryCodes;
use factors::{Authenticator, TotpSecret};
use html::{Button, Field, Hidden, Text, html};
use listener::Response;
use serde::{Deserialize, Serialize};
use storage::Transaction;

/// An enrolment that goes on: nothing is kept until it is done.
#[derive(Serialize, Deserialize)]
struct Enrolling {
    code: String,
    secret: TotpSecret,
    at: i64,
}

/// How an enrolment ended.
enum Ended {
    Done { session: String, codes: Vec<String> },
    WrongPasskey,
    Over,
}

const STEP_SECONDS: i64 = 1800;
const ENROLMENT: &str = "enrolment";

/// Asks for the code.
pub(super) fn page(
    provider: &Provider,
    visit: &Visit,
    visitor: &Visitor,
    problem: Option<&str>,
) -> Result<Response, Refusal> {
    let words = visit.words();
    let field = Field::new("enrolment", words.enrolment_code)
        .hint(words.enrolment_hint)
        .language(visit.language)
        .error(problem);
    let content = html! {
        p { (words.enrol_text) }
        form method="post" action="/enrol" data-enrolment {
            (Text::new(field).autocomplete("off"))
            (Button::primary(words.go_on))
        }
    };
    let page = Page::new(words.enrol, content).problem(problem.map(|said| ("enrolment", said))).again("/enrol");
    show(provider, visit, visitor, page)
}

/// Takes the code, and shows what can be set.
pub(super) async fn begin(provider: &Provider, visit: &Visit, visitor: &Visitor) -> Result<Response, Refusal> {
    let form = visit.form(provider, visitor)?;
    let (now, words) = (provider.now(), visit.words());
    if !provider.throttle.admits(visit.source(), now) {
        return Err(Refusal::TooOften);
    }
    let code = form.get("enrolment");
    let Some(account) = accounts::enrolling(&mut provider.store.begin()?, code, now)? else {
        return page(provider, visit, visitor, Some(words.wrong_enrolment_code));
    };
    let enrolling = Enrolling { code: code.to_owned(), secret: TotpSecret::new()?, at: now.as_second() };
    choices(provider, visit, visitor, &enrolling, &account, None)
}

fn choices(
    provider: &Provider,
    visit: &Visit,
    visitor: &Visitor,
    enrolling: &Enrolling,
    account: &Account,
    problem: Option<(&str, &str)>,
) -> Result<Response, Refusal> {
    let words = visit.words();
    let sealed = provider.seals.step.close(enrolling, &visitor.context(ENROLMENT))?;
    let step = html! { (Hidden::new("step", &sealed)) };
    let content = html! {
        p { (words.enrolling_as) " " strong { (account.person.names.full()) } "." }
        h2 { (words.password_and_app) }
        form method="post" action="/enrol/password" {
            (step)
            (setup::password_fields(visit, problem))
            (setup::app_fields(provider, visit, &enrolling.secret, account, problem))
            (Button::primary(words.enrol_done))
        }
        (setup::new_passkey(provider, visit, visitor, account, "/enrol/passkey", &[], step)?)
    };
    show(provider, visit, visitor, Page::new(words.enrol, content).problem(problem).again("/enrol"))
}

fn opened(provider: &Provider, visitor: &Visitor, sealed: &str) -> Result<(Enrolling, Account), Refusal> {
    let enrolling: Enrolling =
        provider.seals.step.open(sealed, &visitor.context(ENROLMENT)).ok_or(Refusal::FlowEnded)?;
    let now = provider.now();
    if now.as_second().saturating_sub(enrolling.at) > STEP_SECONDS {
        return Err(Refusal::FlowEnded);
    }
    let account = accounts::enrolling(&mut provider.store.begin()?, &enrolling.code, now)?.ok_or(Refusal::FlowEnded)?;
    Ok((enrolling, account))
}

/// Sets a password and an authenticator app.
pub(super) async fn with_password(provider: &Provider, visit: &Visit, visitor: &Visitor) -> Result<Response, Refusal> {
    let mut form = visit.form(provider, visitor)?;
    if !provider.throttle.admits(visit.source(), provider.now()) {
        return Err(Refusal::TooOften);
    }
    let (enrolling, account) = opened(provider, visitor, form.get("step"))?;
    let setup = Setup { provider, visit, account: &account };
    let checked =
        setup.password(&mut form).and_then(|password| Ok((password, setup.step(&enrolling.secret, form.get("code"))?)));
    let (password, step) = match checked {
        Ok(checked) => checked,
        Err((field, said)) => return choices(provider, visit, visitor, &enrolling, &account, Some((field, &said))),
    };
    let hashed = provider.hasher.hash(password).await?;
    let id = account.id.to_string();
    let (codes, recovery) = RecoveryCodes::new(&provider.secret, &id)?;
    let app = Authenticator::new(&provider.seals.totp, &enrolling.secret, &id, step)?;
    let credentials =
        Credentials { password: Some(hashed), authenticator: Some(app), recovery, ..Credentials::default() };
    let by = Authentication { account: account.id, methods: &["pwd", "otp", "mfa"], level: Assurance::Substantial };
    let ended = table::transact(&provider.store, |tx| {
        finish(provider, visit, visitor, tx, &enrolling, credentials.clone(), &by, codes.clone())
    });
    answer(provider, visit, visitor, (&enrolling, &account), ended.await?)
}

/// Sets a passkey.
pub(super) async fn with_passkey(provider: &Provider, visit: &Visit, visitor: &Visitor) -> Result<Response, Refusal> {
    let form = visit.form(provider, visitor)?;
    if !provider.throttle.admits(visit.source(), provider.now()) {
        return Err(Refusal::TooOften);
    }
    let (enrolling, account) = opened(provider, visitor, form.get("step"))?;
    let made = Made { client_data: form.get("client_data"), attestation: form.get("attestation") };
    let by = Authentication { account: account.id, methods: &["hwk", "user", "mfa"], level: Assurance::High };
    let ended = table::transact(&provider.store, |tx| {
        match setup::registered(provider, visitor, tx, &made, form.get("name"))? {
            // Nobody takes over what leads to another account.
            Ok(passkey) if table::row::<AccountId>(tx, PASSKEYS, passkey.key())?.is_some_and(|of| of != account.id) => {
                Ok(Ended::WrongPasskey)
            }
            Ok(passkey) => {
                let credentials = Credentials { passkeys: vec![passkey], ..Credentials::default() };
                finish(provider, visit, visitor, tx, &enrolling, credentials, &by, Vec::new())
            }
            Err(_) => Ok(Ended::WrongPasskey),
        }
    });
    answer(provider, visit, visitor, (&enrolling, &account), ended.await?)
}

/// Uses the code up and keeps what was set, in the place of all that was before.
#[expect(clippy::too_many_arguments, reason = "one transaction with what both ways of enrolling have made")]
fn finish(
    provider: &Provider,
    visit: &Visit,
    visitor: &Visitor,
    tx: &mut Transaction,
    enrolling: &Enrolling,
    credentials: Credentials,
    by: &Authentication,
    codes: Vec<String>,
) -> Result<Ended, StoreError> {
    let now = provider.now();
    let Some(account) = accounts::spend_enrolment(tx, &enrolling.code, now)? else { return Ok(Ended::Over) };
    for (id, session) in sessions::of_account(tx, account.id, now)? {
        sessions::end(tx, &id, &session)?;
    }
    grants::end_all(tx, account.id)?;
    credentials.replace(tx, account.id)?;
    provider.notify.tell(tx, &account, SecurityEvent::Enrolled)?;
    let session = sign_in::begin(visit, visitor, tx, by, now)?;
    Ok(Ended::Done { session, codes })
}

fn answer(
    provider: &Provider,
    visit: &Visit,
    visitor: &Visitor,
    (enrolling, account): (&Enrolling, &Account),
    ended: Ended,
) -> Result<Response, Refusal> {
    match ended {
        Ended::Over => Err(Refusal::FlowEnded),
        Ended::WrongPasskey => {
            choices(provider, visit, visitor, enrolling, account, Some(("name", visit.words().wrong_passkey)))
        }
        Ended::Done { session, codes } => {
            let mut response = setup::codes_page(provider, visit, visitor, &codes)?;
            sign_in::give_session(&mut response, &session);
            Ok(response)
        }
    }
}
