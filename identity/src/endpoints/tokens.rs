//! What tokens are good for, asked by their clients, and how they take them back (RFC 7662, RFC 7009).

use super::{Refusal, authentication};
use crate::client::ClientAuthentication;
use crate::grants::{self, Kind};
use crate::provider::{Provider, Visit};
use crate::{Unavailable, tables};
use serde_json::{Value, json};
use storage::Transaction;

/// What a token is good for. Only the client that has it learns that.
pub(super) fn introspect(provider: &Provider, visit: &Visit) -> Result<Value, Refusal> {
    let (client, form) = authentication::client(provider, visit)?;
    // RFC 7662 §2.1: who has no secret could be anybody.
    if matches!(client.authentication, ClientAuthentication::Public) {
        return Err(Refusal::Said(
            http::StatusCode::UNAUTHORIZED,
            "invalid_client",
            "introspection is for clients with a secret",
        ));
    }
    let token = form.get("token").ok_or_else(|| Refusal::bad("invalid_request", "token is missing"))?;
    let mut tx = provider.store.begin().map_err(Unavailable::from)?;
    let inactive = json!({ "active": false });
    let Some((held, grant)) = grants::held(&mut tx, token, visit.now)? else { return Ok(inactive) };
    let kind = match held.kind {
        Kind::Access => "access_token",
        Kind::Refresh => "refresh_token",
        Kind::Code { .. } | Kind::Used => return Ok(inactive),
    };
    if grant.client != client.id {
        return Ok(inactive);
    }
    Ok(json!({
        "active": true,
        "scope": grant.scopes,
        "client_id": grant.client,
        "token_type": if kind == "access_token" { "Bearer" } else { kind },
        "sub": provider.subject_for(&client, &grant.account),
        "iss": provider.settings.issuer.as_str(),
        "aud": grant.client,
        "iat": held.issued_at,
        "exp": held.until,
        "acr": grant.assurance.acr(),
        "sid": grant.sid,
    }))
}

/// Takes a token back; with a refresh token all of its grant (RFC 7009 §2.1). Of one that is not there, nothing is said.
pub(super) async fn revoke(provider: &Provider, visit: &Visit) -> Result<Value, Refusal> {
    let (client, form) = authentication::client(provider, visit)?;
    let token = form.get("token").ok_or_else(|| Refusal::bad("invalid_request", "token is missing"))?;
    let revoke = |tx: &mut Transaction| -> Result<(), Unavailable> {
        match grants::held(tx, token, visit.now)? {
            Some((held, grant)) if grant.client == client.id => match held.kind {
                Kind::Access => grants::withdraw(tx, token),
                Kind::Refresh | Kind::Code { .. } | Kind::Used => grants::end(tx, &grant.id)?,
            },
            _ => {}
        }
        Ok(())
    };
    tables::decide(&provider.store, revoke).await?;
    Ok(json!({}))
}
