//! The accounts of people, where this server is their issuer: made at a counter, shown, given a new code, seen in person.

use super::{Administration, internal, invalid};
use admin::{ApiError, ErrorKind, Reply, Role, Route, RouteRequest};
use citizens_gateway::OwnIssuer;
use identity::accounts::{Account, AccountError, Assurance, Document, EnrolmentCode, Names, Person};
use identity::{Provider, StoreError};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

/// Who is to have an account.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct New {
    document: String,
    given_names: String,
    first_surname: Option<String>,
    second_surname: Option<String>,
    birthdate: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    assurance: Assurance,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raised {
    assurance: Assurance,
}

pub(super) fn routes(administration: &Arc<Administration>) -> [Route; 4] {
    let [adding, showing, renewing, raising] = [(); 4].map(|()| administration.clone());
    [
        Route::post("/v1/citizens", move |request| {
            let administration = adding.clone();
            async move { add(&administration, &request).await }
        })
        .only(Role::Security),
        Route::get("/v1/citizens/{document}", move |request| {
            let administration = showing.clone();
            async move { show(&administration, &request) }
        })
        .only(Role::Security),
        Route::post("/v1/citizens/{document}/enrolment", move |request| {
            let administration = renewing.clone();
            async move { renew(&administration, &request).await }
        })
        .only(Role::Security),
        Route::post("/v1/citizens/{document}/assurance", move |request| {
            let administration = raising.clone();
            async move { raise(&administration, &request).await }
        })
        .only(Role::Security),
    ]
}

async fn add(administration: &Administration, request: &RouteRequest) -> Result<Reply, ApiError> {
    let provider = provider(administration)?;
    let new: New = request.json()?;
    let person = Person {
        document: document(&new.document)?,
        names: Names { given: new.given_names, first_surname: new.first_surname, second_surname: new.second_surname },
        birthdate: new.birthdate,
        email: new.email,
        phone: new.phone,
    };
    let (account, code) = provider.add_account(person, new.assurance).await.map_err(|error| told(&error))?;
    tracing::info!(account = %account.id, author = request.caller.name, "made an account");
    Ok(Reply::Json(with_code(provider, &account, &code)))
}

fn show(administration: &Administration, request: &RouteRequest) -> Result<Reply, ApiError> {
    let provider = provider(administration)?;
    let account = existing(provider, request)?;
    let is_enrolled = provider.is_enrolled(account.id).map_err(|error| internal(&error))?;
    let sessions = provider.sessions(account.id).map_err(|error| internal(&error))?.len();
    let mut shown = shown(&account);
    shown["enrolled"] = is_enrolled.into();
    shown["sessions"] = sessions.into();
    Ok(Reply::Json(shown))
}

async fn renew(administration: &Administration, request: &RouteRequest) -> Result<Reply, ApiError> {
    let provider = provider(administration)?;
    let account = existing(provider, request)?;
    let code = provider.renew_enrolment(account.id).await.map_err(|error| told(&error))?;
    tracing::info!(account = %account.id, author = request.caller.name, "made a new enrolment code");
    Ok(Reply::Json(with_code(provider, &account, &code)))
}

async fn raise(administration: &Administration, request: &RouteRequest) -> Result<Reply, ApiError> {
    let provider = provider(administration)?;
    let account = existing(provider, request)?;
    let raised: Raised = request.json()?;
    let account = provider.raise_assurance(account.id, raised.assurance).await.map_err(|error| told(&error))?;
    tracing::info!(account = %account.id, assurance = account.assurance.name(), author = request.caller.name, "raised an assurance");
    Ok(Reply::Json(shown(&account)))
}

fn provider(administration: &Administration) -> Result<&Provider, ApiError> {
    let issuer: Option<&Arc<OwnIssuer>> = administration.issuer.get();
    issuer.map(|issuer| &**issuer.provider()).ok_or_else(|| {
        super::unavailable(
            "this server is no issuer, and keeps no accounts",
            "add [citizens.provider] to server.toml and restart; where it stands there, see the server's log",
        )
    })
}

fn existing(provider: &Provider, request: &RouteRequest) -> Result<Account, ApiError> {
    let document = document(request.placeholder("document")?)?;
    let found = provider.account_of(&document).map_err(|error: StoreError| internal(&error))?;
    found.ok_or_else(|| {
        let what = format!("nobody has an account by the document {} {}", document.kind, document.number);
        ApiError::new(ErrorKind::NotFound, what, "make one with `chakana citizen add`")
    })
}

/// `CI 1234567`: a kind and a number.
fn document(text: &str) -> Result<Document, ApiError> {
    match text.split_once(' ') {
        Some((kind, number)) if !kind.trim().is_empty() && !number.trim().is_empty() => Ok(Document::new(kind, number)),
        _ => Err(invalid(format!("{text:?} names no document"), "write its kind and its number: CI 1234567")),
    }
}

fn shown(account: &Account) -> Value {
    let person = &account.person;
    json!({
        "document": format!("{} {}", person.document.kind, person.document.number),
        "name": person.names.full(),
        "email": person.email,
        "phone": person.phone,
        "assurance": account.assurance.name(),
    })
}

fn with_code(provider: &Provider, account: &Account, code: &EnrolmentCode) -> Value {
    let mut shown = shown(account);
    shown["enrolment"] =
        json!({ "code": code.as_str(), "link": provider.enrolment_link(code), "days": EnrolmentCode::LASTS_DAYS });
    shown
}

fn told(error: &AccountError) -> ApiError {
    match error {
        AccountError::DocumentTaken => ApiError::new(
            ErrorKind::Conflict,
            "there is an account for this document already",
            "see `chakana citizen show`; who lost her credentials gets a new code by `chakana citizen renew`",
        ),
        AccountError::Person(_) | AccountError::Representation | AccountError::TooManyRepresentations { .. } => {
            invalid(error.to_string(), "correct it")
        }
        AccountError::NoSuchAccount(_) => {
            ApiError::new(ErrorKind::NotFound, error.to_string(), "see `chakana citizen show`")
        }
        AccountError::Store(error) => internal(error),
    }
}
