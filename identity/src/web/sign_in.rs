//! Signing in with a password and then a second factor.

use super::flow::Flow;
use super::layout::{Page, show};
use super::pages::passkey_form;
use super::passkey;
use super::refusal::Refusal;
use super::visit::{Visit, Visitor};
use crate::accounts::{self, Account, AccountId, Assurance, Document, Outcome, SignIn};
use crate::credentials::Credentials;
use crate::credentials::failures;
use crate::notify::SecurityEvent;
use crate::oauth::AuthorizationRequest;
use crate::provider::Provider;
use crate::sessions::{self, Authentication, COOKIE};
use crate::table::{self, StoreError};
use crate::words;
use ::pages::cookie::{Lifetime, SameSite};
use ::pages::{cookie, see_other};
use clock::Timestamp;
use factors::{FailureKey, Password};
use html::{Button, Choice, Field, Hidden, Language, Password as PasswordField, Select, Text, html};
use listener::Response;
use serde::{Deserialize, Serialize};
use storage::Transaction;

/// Who showed a password, and has to show a second factor.
#[derive(Serialize, Deserialize)]
struct SecondStep {
    account: AccountId,
    version: u64,
    failures: FailureKey,
    flow: String,
    at: i64,
}

const STEP_SECONDS: i64 = 300;
const SECOND_STEP: &str = "second step";
/// Kinds of documents that people sign in with, the usual one first.
const KINDS: [&str; 3] = ["CI", "CIE", "PASAPORTE"];

/// Sends a browser to the sign-in, from where it comes back to where it was going.
pub(crate) fn to_sign_in(provider: &Provider, visit: &Visit, flow: &Flow) -> Result<Response, Refusal> {
    let sealed = flow.to_sign_in(provider.now()).close(provider)?;
    let mut response = see_other(&format!("/sign-in?flow={sealed}")).ok_or(Refusal::Malformed)?;
    if let Some(language) = language_asked_for(visit, flow) {
        speak(language, &mut response);
    }
    Ok(response)
}

/// OpenID Connect Core 1.0 §3.1.2.1, `ui_locales`: the language that a client asks for, where her pages are in another.
pub(crate) fn language_asked_for(visit: &Visit, flow: &Flow) -> Option<Language> {
    flow.request().and_then(words::of_request).filter(|language| *language != visit.language)
}

/// The pages from here on are in it.
pub(crate) fn speak(language: Language, response: &mut Response) {
    cookie::set(response.headers_mut(), words::COOKIE, language.code(), SameSite::Lax, Lifetime::Visit);
}

/// Begins a flow to a page of the account, if there is none.
pub(super) fn flow_of(provider: &Provider, sealed: Option<&str>) -> Result<(Flow, String), Refusal> {
    match sealed.filter(|sealed| !sealed.is_empty()) {
        Some(sealed) => Ok((Flow::open(provider, sealed).ok_or(Refusal::FlowEnded)?, sealed.to_owned())),
        None => {
            let flow = Flow::of_page("/account", provider.now()).to_sign_in(provider.now());
            let sealed = flow.close(provider)?;
            Ok((flow, sealed))
        }
    }
}

/// The first page.
pub(crate) fn page(
    provider: &Provider,
    visit: &Visit,
    visitor: &Visitor,
    flow: Option<&str>,
) -> Result<Response, Refusal> {
    first(provider, visit, visitor, flow_of(provider, flow)?, None, None)
}

pub(super) fn first(
    provider: &Provider,
    visit: &Visit,
    visitor: &Visitor,
    (flow, sealed): (Flow, String),
    typed: Option<&Document>,
    problem: Option<(&str, &str)>,
) -> Result<Response, Refusal> {
    let words = visit.words();
    let clients = provider.clients();
    let request = flow.request().and_then(|query| AuthorizationRequest::parse(query.as_bytes(), &clients).ok());
    let choices = KINDS.map(|kind| Choice::new(kind, (words.kind_of_document)(kind)));
    let challenge = passkey::challenge(provider, visitor, "get")?;
    let field = |name, label| {
        let error = problem.filter(|(of, _)| *of == name).map(|(_, said)| said);
        Field::new(name, label).language(visit.language).error(error)
    };
    let content = html! {
        @if let Some(request) = &request { p { (words.to_go_on_to) " " strong { (request.client.name) } "." } }
        @if flow.is_for_passkey() { p { (words.passkey_is_needed) } }
        (passkey_form(provider, words, &challenge, html! { (Hidden::new("flow", &sealed)) }))
        form method="post" action="/sign-in" {
            (Hidden::new("flow", &sealed))
            (Select::new(field("kind", words.document_kind), &choices).chosen(typed.map_or("CI", |document| document.kind.as_str())))
            (Text::new(field("number", words.document_number)).value(typed.map_or("", |document| document.number.as_str()))
                .autocomplete("username"))
            (PasswordField::current(field("password", words.password)))
            (Button::primary(words.go_on))
        }
        p { a href="/enrol" { (words.have_enrolment_code) } }
    };
    let again = format!("/sign-in?flow={sealed}");
    let leads_to = request.as_ref().map(|request| request.redirect_uri.as_str());
    show(provider, visit, visitor, Page::new(words.sign_in, content).problem(problem).leads_to(leads_to).again(&again))
}

/// Takes a document and a password.
pub(crate) async fn password(provider: &Provider, visit: &Visit, visitor: &Visitor) -> Result<Response, Refusal> {
    let mut form = visit.form(provider, visitor)?;
    let (flow, now, words) = (flow_of(provider, Some(form.get("flow")))?, provider.now(), visit.words());
    if !provider.throttle.admits(visit.source(), now) {
        return Err(Refusal::TooOften);
    }
    let kind = KINDS.into_iter().find(|kind| *kind == form.get("kind")).unwrap_or("CI");
    let number: String = form.get("number").chars().take(MAX_NUMBER_LETTERS).collect();
    let document = Document::new(kind, &number);
    let typed = Password::typed(form.take("password"));
    let key = failure_key(provider, &document);
    let again =
        |problem: &str| first(provider, visit, visitor, flow.clone(), Some(&document), Some(("password", problem)));
    let Some(_try) = provider.trying.begin(key) else { return again(&(words.too_soon)(1)) };
    let (account, credentials) = {
        let mut tx = provider.store.begin()?;
        if let Err(too_soon) = failures::may_try(&mut tx, &key, now)? {
            return again(&(words.too_soon)(too_soon.seconds));
        }
        let account = accounts::by_document(&mut tx, &document)?;
        let credentials = account.as_ref().map(|account| Credentials::of(&mut tx, account.id)).transpose()?.flatten();
        (account, credentials.filter(Credentials::has_password))
    };
    // Whoever is not there costs as much as whoever is.
    let hashed =
        credentials.as_ref().and_then(|credentials| credentials.password.as_deref()).filter(|_| !typed.is_too_long());
    let is_right = provider.hasher.is_right(typed, hashed).await?;
    match (is_right, account, credentials) {
        (true, Some(account), Some(credentials)) => {
            let step = SecondStep {
                account: account.id,
                version: credentials.version,
                failures: key,
                flow: flow.1,
                at: now.as_second(),
            };
            second(provider, visit, visitor, &step, None)
        }
        (_, account, _) => {
            note_failure(provider, visit, account.as_ref(), &key, Outcome::WrongPassword, &["pwd"]).await?;
            again(words.wrong_password)
        }
    }
}

fn second(
    provider: &Provider,
    visit: &Visit,
    visitor: &Visitor,
    step: &SecondStep,
    problem: Option<&str>,
) -> Result<Response, Refusal> {
    let words = visit.words();
    let sealed = provider.seals.step.close(step, &visitor.context(SECOND_STEP))?;
    let field = Field::new("code", words.code).hint(words.code_hint).language(visit.language).error(problem);
    let content = html! {
        form method="post" action="/sign-in/code" {
            (Hidden::new("step", &sealed))
            (Text::new(field).autocomplete("one-time-code"))
            (Button::primary(words.sign_in))
        }
        p { a href=(format!("/sign-in?flow={}", step.flow)) { (words.begin_again) } }
    };
    let flow = Flow::open(provider, &step.flow).ok_or(Refusal::FlowEnded)?;
    let clients = provider.clients();
    let request = flow.request().and_then(|query| AuthorizationRequest::parse(query.as_bytes(), &clients).ok());
    let leads_to = request.as_ref().map(|request| request.redirect_uri.as_str());
    let again = format!("/sign-in?flow={}", step.flow);
    let page = Page::new(words.second_step, content)
        .problem(problem.map(|said| ("code", said)))
        .leads_to(leads_to)
        .again(&again);
    show(provider, visit, visitor, page)
}

/// How a second step ended.
enum Ended {
    SignedIn(String),
    Wrong,
    TooSoon(i64),
    Over,
}

/// Takes the code of an authenticator app, or a recovery code.
pub(crate) async fn code(provider: &Provider, visit: &Visit, visitor: &Visitor) -> Result<Response, Refusal> {
    let form = visit.form(provider, visitor)?;
    let (now, words) = (provider.now(), visit.words());
    if !provider.throttle.admits(visit.source(), now) {
        return Err(Refusal::TooOften);
    }
    let step: SecondStep =
        provider.seals.step.open(form.get("step"), &visitor.context(SECOND_STEP)).ok_or(Refusal::FlowEnded)?;
    if now.as_second().saturating_sub(step.at) > STEP_SECONDS {
        return Err(Refusal::FlowEnded);
    }
    // Nobody is signed in who could not be sent on.
    Flow::open(provider, &step.flow).ok_or(Refusal::FlowEnded)?;
    let Some(_try) = provider.trying.begin(step.failures) else {
        return second(provider, visit, visitor, &step, Some(&(words.too_soon)(1)));
    };
    let typed = form.get("code");
    let ended =
        table::transact(&provider.store, |tx| finish(provider, visit, visitor, tx, (&step, typed), now)).await?;
    match ended {
        Ended::SignedIn(value) => signed_in(provider, &step.flow, &value),
        Ended::Wrong => second(provider, visit, visitor, &step, Some(words.wrong_code)),
        Ended::TooSoon(seconds) => second(provider, visit, visitor, &step, Some(&(words.too_soon)(seconds))),
        Ended::Over => Err(Refusal::FlowEnded),
    }
}

fn finish(
    provider: &Provider,
    visit: &Visit,
    visitor: &Visitor,
    tx: &mut Transaction,
    (step, typed): (&SecondStep, &str),
    now: Timestamp,
) -> Result<Ended, StoreError> {
    if let Err(too_soon) = failures::may_try(tx, &step.failures, now)? {
        return Ok(Ended::TooSoon(too_soon.seconds));
    }
    let (account, credentials) = (accounts::account(tx, step.account)?, Credentials::of(tx, step.account)?);
    let (Some(account), Some(mut credentials)) = (account, credentials) else { return Ok(Ended::Over) };
    // What she typed a password for is not what there is now.
    if credentials.version != step.version {
        return Ok(Ended::Over);
    }
    let id = account.id.to_string();
    let is_code = credentials.authenticator.as_mut().is_some_and(|app| app.take(&provider.seals.totp, &id, typed, now));
    let is_recovery = !is_code && credentials.recovery.take(&provider.secret, &id, typed);
    if !is_code && !is_recovery {
        failures::count(tx, &step.failures, now)?;
        note(tx, visit, account.id, Outcome::WrongSecondFactor, &["pwd", "otp"], now)?;
        return Ok(Ended::Wrong);
    }
    credentials.write(tx, account.id)?;
    failures::forget(tx, &step.failures)?;
    if is_recovery {
        provider.notify.tell(tx, &account, SecurityEvent::RecoveryCodeUsed { left: credentials.recovery.left() })?;
    }
    let methods: &'static [&'static str] = if is_code { &["pwd", "otp", "mfa"] } else { &["pwd", "mfa"] };
    let by = Authentication { account: account.id, methods, level: Assurance::Substantial };
    begin(visit, visitor, tx, &by, now).map(Ended::SignedIn)
}

/// Begins a session, and notes the sign-in.
pub(super) fn begin(
    visit: &Visit,
    visitor: &Visitor,
    tx: &mut Transaction,
    by: &Authentication,
    now: Timestamp,
) -> Result<String, StoreError> {
    note(tx, visit, by.account, Outcome::SignedIn, by.methods, now)?;
    let (address, agent) = visit.seen_as();
    sessions::begin(tx, by, visitor.session(), (&address, &agent), now)
}

/// Gives the browser its session and sends it on.
pub(super) fn signed_in(provider: &Provider, sealed: &str, value: &str) -> Result<Response, Refusal> {
    let flow = Flow::open(provider, sealed).ok_or(Refusal::FlowEnded)?;
    let mut response = see_other(&flow.after_sign_in(sealed)).ok_or(Refusal::Malformed)?;
    give_session(&mut response, value);
    Ok(response)
}

pub(super) fn give_session(response: &mut Response, value: &str) {
    // Forms that were shown before she signed in are not hers.
    cookie::clear(response.headers_mut(), super::visit::VISITOR_COOKIE);
    cookie::set(response.headers_mut(), COOKIE, value, SameSite::Lax, Lifetime::Visit);
}

pub(super) fn note(
    tx: &mut Transaction,
    visit: &Visit,
    account: AccountId,
    outcome: Outcome,
    methods: &[&str],
    now: Timestamp,
) -> Result<(), StoreError> {
    let (address, agent) = visit.seen_as();
    accounts::note(tx, account, &SignIn::new(outcome, methods, (&address, &agent), now))
}

async fn note_failure(
    provider: &Provider,
    visit: &Visit,
    account: Option<&Account>,
    key: &FailureKey,
    outcome: Outcome,
    methods: &[&str],
) -> Result<(), Refusal> {
    let now = provider.now();
    Ok(table::transact(&provider.store, |tx| {
        failures::count(tx, key, now)?;
        match account {
            Some(account) => note(tx, visit, account.id, outcome, methods, now),
            None => Ok::<_, StoreError>(()),
        }
    })
    .await?)
}

/// What was typed, so that nobody learns from it which documents have an account.
fn failure_key(provider: &Provider, document: &Document) -> FailureKey {
    let mut key = [0; 32];
    key.copy_from_slice(provider.secret.mac(&["failures", &document.kind, &document.number]).as_ref());
    key
}

const MAX_NUMBER_LETTERS: usize = 40;
