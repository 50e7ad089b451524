//! What a token is (RFC 7662), and that it is no more (RFC 7009).

use super::client_auth::authenticated;
use super::params::Params;
use super::token::CallRefusal;
use super::userinfo::answer;
use crate::clients::Scope;
use crate::grants::{self, Held};
use crate::provider::Provider;
use crate::table;
use crate::web::Visit;
use http::StatusCode;
use listener::Response;
use serde_json::{Value, json};

/// Answers a call to the introspection endpoint.
pub(crate) fn introspect(provider: &Provider, visit: &Visit) -> Response {
    match introspected(provider, visit) {
        Ok(said) => answer(StatusCode::OK, &said),
        Err(refusal) => refusal.response(),
    }
}

/// §2.2: of a token that is none, that is over, or that the client has nothing to do with, nothing is said.
fn introspected(provider: &Provider, visit: &Visit) -> Result<Value, CallRefusal> {
    let params = Params::of_body(visit)?;
    let clients = provider.clients();
    let caller = authenticated(visit, &params, &clients)?;
    // §2.1: whoever has no secret could be anybody.
    if caller.secret.is_none() {
        return Err(super::client_auth::ClientRefusal::NotBelieved.into());
    }
    let token = params.get("token").ok_or(CallRefusal::Missing("token"))?;
    let now = provider.now();
    let mut tx = provider.store.begin().map_err(table::StoreError::from)?;
    let found = match grants::by_access_token(&mut tx, token, now)? {
        Some(held) => Some((held, "access_token")),
        None => grants::by_refresh_token(&mut tx, token, now)?.map(|held| (held, "refresh_token")),
    };
    let of_sector = |id: &str| clients.get(id).is_some_and(|client| client.sector == caller.sector);
    Ok(match found.filter(|(held, _)| of_sector(&held.grant.client)) {
        None => json!({ "active": false }),
        Some((Held { grant, scopes, ends_at, .. }, kind)) => json!({
            "active": true, "client_id": grant.client, "sub": grant.subject, "iss": provider.issuer, "exp": ends_at,
            "scope": Scope::text(&scopes), "token_type": kind, "acr": grant.acr.name(), "auth_time": grant.authenticated_at,
        }),
    })
}

/// Answers a call to the revocation endpoint.
pub(crate) async fn revoke(provider: &Provider, visit: &Visit) -> Response {
    match revoked(provider, visit).await {
        Ok(()) => answer(StatusCode::OK, &json!({})),
        Err(refusal) => refusal.response(),
    }
}

/// §2.2: what is no token is revoked already.
async fn revoked(provider: &Provider, visit: &Visit) -> Result<(), CallRefusal> {
    let params = Params::of_body(visit)?;
    let clients = provider.clients();
    let client = authenticated(visit, &params, &clients)?;
    let token = params.get("token").ok_or(CallRefusal::Missing("token"))?;
    Ok(table::transact(&provider.store, |tx| grants::revoke(tx, token, &client.id)).await?)
}
