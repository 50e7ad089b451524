//! The routes about administrators, API keys and the audit trail.
//!
//! ```text
//! GET  /v1/me                             who asks, and what she may do
//! GET  /v1/administrators
//! POST /v1/administrators                 {"name", "roles"}: adds somebody, answers her enrolment code
//! POST /v1/administrators/{name}/roles    {"roles"}
//! POST /v1/administrators/{name}/renew    takes away what she signs in with, answers a new enrolment code
//! POST /v1/administrators/{name}/remove
//! GET  /v1/api-keys
//! POST /v1/api-keys                       {"label", "roles", "days"}: makes a key, and answers it this once
//! POST /v1/api-keys/{id}/revoke
//! GET  /v1/audit?before=N&limit=N         what administrators did, newest first
//! ```

use super::api_key::MAX_DAYS;
use super::{Account, AdministratorError, AdministratorName, Administrators, ApiKey, EnrolmentCode};
use crate::audit::NotedWire;
use crate::error::ErrorKind;
use crate::{ApiError, Reply, Role, Roles, Route, RouteRequest};
use clock::Timestamp;
use serde::{Deserialize, Serialize};
use std::future::Future;
use std::sync::Arc;

/// An administrator, as she is answered.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AccountWire {
    pub(crate) name: String,
    pub(crate) roles: Roles,
    /// `enrolled`, `invited`, or `waiting` where her code has ended and she needs a new one.
    pub(crate) state: String,
    pub(crate) invited_until: Option<Timestamp>,
    pub(crate) added_at: Timestamp,
    pub(crate) added_by: String,
    pub(crate) signed_in_at: Option<Timestamp>,
}

/// The code by which somebody enrols, as it is answered once.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Invitation {
    pub(crate) name: String,
    pub(crate) enrolment_code: String,
    pub(crate) ends_at: Timestamp,
}

/// An API key, as it is answered.
#[derive(Serialize, Deserialize)]
pub(crate) struct ApiKeyWire {
    #[serde(flatten)]
    pub(crate) api_key: ApiKey,
    /// What it is shown by; answered once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) key: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Add {
    name: String,
    roles: Roles,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SetRoles {
    roles: Roles,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MakeKey {
    label: String,
    roles: Roles,
    days: u32,
}

/// The routes.
pub(crate) fn routes(administrators: &Arc<Administrators>) -> Vec<Route> {
    vec![
        Route::get("/v1/me", |request| async move { me(&request) }),
        Route::get("/v1/administrators", with(administrators, list)),
        Route::post("/v1/administrators", with(administrators, add)).only(Role::System),
        Route::post("/v1/administrators/{name}/roles", with(administrators, set_roles)).only(Role::System),
        Route::post("/v1/administrators/{name}/renew", with(administrators, renew)).only(Role::System),
        Route::post("/v1/administrators/{name}/remove", with(administrators, remove)).only(Role::System),
        Route::get("/v1/api-keys", with(administrators, list_keys)),
        Route::post("/v1/api-keys", with(administrators, make_key)).only(Role::System),
        Route::post("/v1/api-keys/{id}/revoke", with(administrators, revoke_key)).only(Role::System),
        Route::get("/v1/audit", with(administrators, audit)),
    ]
}

fn with<F, A>(administrators: &Arc<Administrators>, answer: F) -> impl Fn(RouteRequest) -> A + Send + Sync + use<F, A>
where
    F: Fn(Arc<Administrators>, RouteRequest) -> A + Send + Sync,
    A: Future<Output = Result<Reply, ApiError>> + Send,
{
    let administrators = administrators.clone();
    move |request| answer(administrators.clone(), request)
}

fn me(request: &RouteRequest) -> Result<Reply, ApiError> {
    let caller = &request.caller;
    let (name, roles, means) = (&caller.name, caller.roles, caller.means.to_string());
    Reply::json(&serde_json::json!({ "name": name, "roles": roles, "means": means }))
}

async fn list(administrators: Arc<Administrators>, _: RouteRequest) -> Result<Reply, ApiError> {
    let now = administrators.now();
    let accounts = administrators.accounts()?.into_iter().map(|account| account_wire(account, now));
    Reply::json(&accounts.collect::<Vec<_>>())
}

fn account_wire(account: Account, now: Timestamp) -> AccountWire {
    let invited_until = account.invited_until(now);
    let state = match invited_until {
        _ if account.is_enrolled() => "enrolled",
        Some(_) => "invited",
        None => "waiting",
    };
    let Account { name, roles, added_at, added_by, signed_in_at, .. } = account;
    let state = state.to_owned();
    AccountWire { name: name.to_string(), roles, state, invited_until, added_at, added_by, signed_in_at }
}

async fn add(administrators: Arc<Administrators>, request: RouteRequest) -> Result<Reply, ApiError> {
    let Add { name, roles } = request.json()?;
    let name: AdministratorName = name.parse()?;
    request.note(format!("administrator {name} with the roles {roles}"));
    let code = administrators.add(&name, roles, &request.caller.name).await?;
    invitation(name.to_string(), &code)
}

async fn set_roles(administrators: Arc<Administrators>, request: RouteRequest) -> Result<Reply, ApiError> {
    let SetRoles { roles } = request.json()?;
    let name = request.placeholder("name")?;
    request.note(format!("administrator {name} with the roles {roles}"));
    administrators.set_roles(name, roles).await?;
    Reply::json(&serde_json::json!({ "name": name, "roles": roles }))
}

async fn renew(administrators: Arc<Administrators>, request: RouteRequest) -> Result<Reply, ApiError> {
    let name = request.placeholder("name")?;
    let code = administrators.renew(name).await?;
    invitation(name.to_owned(), &code)
}

async fn remove(administrators: Arc<Administrators>, request: RouteRequest) -> Result<Reply, ApiError> {
    let name = request.placeholder("name")?;
    administrators.remove(name).await?;
    Reply::json(&serde_json::json!({ "removed": name }))
}

fn invitation(name: String, code: &EnrolmentCode) -> Result<Reply, ApiError> {
    Reply::json(&Invitation { name, enrolment_code: code.as_str().to_owned(), ends_at: code.ends_at })
}

async fn list_keys(administrators: Arc<Administrators>, _: RouteRequest) -> Result<Reply, ApiError> {
    let keys = administrators.api_keys()?.into_iter().map(|api_key| ApiKeyWire { api_key, key: None });
    Reply::json(&keys.collect::<Vec<_>>())
}

async fn make_key(administrators: Arc<Administrators>, request: RouteRequest) -> Result<Reply, ApiError> {
    let MakeKey { label, roles, days } = request.json()?;
    let label = label.trim();
    if label.is_empty() || label.len() > MAX_LABEL_BYTES || label.contains(char::is_control) {
        let message = format!("the label is not a line of 1 to {MAX_LABEL_BYTES} bytes");
        return Err(ApiError::invalid(message, "say what the key is for"));
    }
    if !(1..=MAX_DAYS).contains(&days) {
        return Err(ApiError::invalid("the key would not end in time", format!("say 1 to {MAX_DAYS} days")));
    }
    let (key, shown) = administrators.make_api_key(label, roles, days, &request.caller.name).await?;
    request.note(format!("API key {} for {label} with the roles {roles}, until {}", key.id, key.ends_at));
    Reply::json(&ApiKeyWire { api_key: key, key: Some(shown) })
}

async fn revoke_key(administrators: Arc<Administrators>, request: RouteRequest) -> Result<Reply, ApiError> {
    let id = request.placeholder("id")?;
    administrators.revoke_api_key(id).await?;
    Reply::json(&serde_json::json!({ "revoked": id }))
}

async fn audit(administrators: Arc<Administrators>, request: RouteRequest) -> Result<Reply, ApiError> {
    let number = |name: &str| request.query.contains_key(name).then(|| request.number(name)).transpose();
    let before = number("before")?.unwrap_or(u64::MAX);
    let limit = number("limit")?.map_or(DEFAULT_ENTRIES, |limit| usize::try_from(limit).unwrap_or(MAX_ENTRIES));
    let entries = administrators.trail().entries(before, limit.min(MAX_ENTRIES)).await?;
    Reply::json(&entries.into_iter().map(NotedWire::from).collect::<Vec<_>>())
}

impl From<AdministratorError> for ApiError {
    fn from(error: AdministratorError) -> Self {
        use AdministratorError as E;
        let message = error.to_string();
        let (kind, next) = match error {
            E::Exists { .. } => (ErrorKind::Conflict, "choose another name, or change her roles"),
            E::Unknown { .. } => (ErrorKind::NotFound, "see the list of administrators"),
            E::UnknownKey { .. } => (ErrorKind::NotFound, "see the list of API keys"),
            E::NoRole => (ErrorKind::Invalid, "give it one"),
            E::TooMany { .. } => (ErrorKind::Conflict, "remove some that are not used any more"),
            E::Rows(_) | E::Randomness(_) => (ErrorKind::Internal, "look at the server's log and its disk"),
        };
        Self::new(kind, message, next)
    }
}

const MAX_LABEL_BYTES: usize = 100;
const DEFAULT_ENTRIES: usize = 100;
const MAX_ENTRIES: usize = 1000;
