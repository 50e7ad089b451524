//! The token endpoint: a code or a refresh token goes in, tokens come out (RFC 6749 §4.1.3 and §6, RFC 9700 §2.2).

use super::{Refusal, authentication};
use crate::client::{Client, SigningAlgorithm};
use crate::grants::{self, ACCESS_LASTS, Grant, Kind, REFRESH_LASTS};
use crate::provider::{Provider, Visit};
use crate::{Unavailable, accounts, random, tables};
use aws_lc_rs::constant_time;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clock::Timestamp;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use storage::Transaction;

/// What became of a code or a refresh token.
enum Taken {
    Good {
        grant: Grant,
        access: String,
        refresh: Option<String>,
    },
    /// It was used before: what came of it was ended.
    Stolen,
    Wrong,
}

pub(super) async fn answer(provider: &Provider, visit: &Visit) -> Result<Value, Refusal> {
    let (client, form) = authentication::client(provider, visit)?;
    let text = |name: &'static str, description| form.get(name).ok_or(Refusal::bad("invalid_request", description));
    let (value, is_first) = match form.get("grant_type").map(String::as_str) {
        Some("authorization_code") => (text("code", "code is missing")?, true),
        Some("refresh_token") => (text("refresh_token", "refresh_token is missing")?, false),
        _ => return Err(Refusal::bad("unsupported_grant_type", "grant_type is authorization_code or refresh_token")),
    };
    let taken = tables::decide(&provider.store, |tx| take(tx, value, &client, &form, is_first, visit.now)).await?;
    let wrong = || {
        Refusal::bad(
            "invalid_grant",
            "it is over, was used before, is for another client, or what belongs to it does not fit",
        )
    };
    match taken {
        Taken::Good { grant, access, refresh } => {
            let id_token = id_token(provider, &client, &grant, &access, is_first, visit.now)?;
            let mut said = json!({
                "access_token": access,
                "token_type": "Bearer",
                "expires_in": ACCESS_LASTS.as_secs(),
                "id_token": id_token,
                "scope": grant.scopes,
            });
            if let Some(refresh) = refresh {
                said["refresh_token"] = refresh.into();
            }
            Ok(said)
        }
        Taken::Stolen => {
            tracing::warn!(client.id = %client.id, "a code or refresh token was shown twice: what came of it was ended");
            Err(wrong())
        }
        Taken::Wrong => Err(wrong()),
    }
}

fn take(
    tx: &mut Transaction,
    value: &str,
    client: &Client,
    form: &BTreeMap<String, String>,
    is_first: bool,
    now: Timestamp,
) -> Result<Taken, Unavailable> {
    let Some((held, grant)) = grants::held(tx, value, now)? else { return Ok(Taken::Wrong) };
    if grant.client != client.id {
        return Ok(Taken::Wrong);
    }
    match &held.kind {
        Kind::Used => {
            grants::end(tx, &grant.id)?;
            return Ok(Taken::Stolen);
        }
        Kind::Code { challenge, redirect_uri } if is_first => {
            let is_same = form.get("redirect_uri") == Some(redirect_uri);
            if !is_same || !fits(form.get("code_verifier"), challenge) {
                // RFC 9700 §2.1.1: a code whose verifier is not known was intercepted. It has one try.
                grants::end(tx, &grant.id)?;
                return Ok(Taken::Wrong);
            }
        }
        Kind::Refresh if !is_first => {}
        Kind::Code { .. } | Kind::Refresh | Kind::Access => return Ok(Taken::Wrong),
    }
    grants::used(tx, value, &held, &grant)?;
    let access = grants::hold(tx, &grant.id, Kind::Access, ACCESS_LASTS, now)?;
    let refresh = grant.is_offline().then(|| grants::hold(tx, &grant.id, Kind::Refresh, REFRESH_LASTS, now));
    if accounts::account(tx, &grant.account)?.is_none() {
        return Ok(Taken::Wrong);
    }
    Ok(Taken::Good { refresh: refresh.transpose()?, grant, access })
}

/// RFC 7636 §4.6.
fn fits(verifier: Option<&String>, challenge: &str) -> bool {
    let verifier = verifier.filter(|verifier| (43..=128).contains(&verifier.len()));
    verifier.is_some_and(|verifier| {
        let made = URL_SAFE_NO_PAD.encode(random::digest(verifier));
        constant_time::verify_slices_are_equal(made.as_bytes(), challenge.as_bytes()).is_ok()
    })
}

/// The ID token (OpenID Connect Core 1.0 §2). One that comes by refreshing has no nonce (§12.2).
fn id_token(
    provider: &Provider,
    client: &Client,
    grant: &Grant,
    access: &str,
    is_first: bool,
    now: Timestamp,
) -> Result<String, Unavailable> {
    let digest = random::digest(access);
    let mut claims = json!({
        "iss": provider.settings.issuer.as_str(),
        "sub": provider.subject_for(client, &grant.account),
        "aud": client.id,
        "iat": now.as_second(),
        "exp": tables::after(now, ACCESS_LASTS),
        "auth_time": grant.auth_time,
        "acr": grant.assurance.acr(),
        "amr": grant.means,
        "sid": grant.sid,
        // Both algorithms have SHA-256: its left half.
        "at_hash": URL_SAFE_NO_PAD.encode(&digest[..16]),
    });
    if let Some(nonce) = grant.nonce.as_ref().filter(|_| is_first) {
        claims["nonce"] = nonce.as_str().into();
    }
    let algorithm: SigningAlgorithm = client.id_token_signed_response_alg;
    provider.keys.sign("JWT", algorithm, &claims)
}
