//! How clients hear that somebody signed out (OpenID Connect Back-Channel Logout 1.0).

use crate::client::SigningAlgorithm;
use crate::provider::Provider;
use crate::session::{Logout, logout_key};
use crate::tables::{self, LOGOUTS};
use crate::{Unavailable, random};
use bytes::Bytes;
use clock::Timestamp;
use http::Request;
use http::header::CONTENT_TYPE;
use serde_json::json;
use storage::{Direction, KeyRange};

/// Clients that are told in one go.
const AT_ONCE: usize = 100;
/// A client that does not listen is told again after so many seconds, then after twice as many.
const FIRST_WAIT_SECONDS: i64 = 5;
const LONGEST_WAIT_SECONDS: i64 = 3_600;
/// After a day its own sessions are over as well.
const TRIED_FOR_SECONDS: i64 = 24 * 3_600;
/// A logout token is fresh when it arrives (§2.4).
const TOKEN_SECONDS: i64 = 120;
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// Tells those that it is time to tell; gives how many heard it.
pub(crate) async fn tell_clients(provider: &Provider) -> Result<usize, Unavailable> {
    let now = provider.clock.now();
    let due = KeyRange::between(..format!("{:020}", now.as_second().saturating_add(1)));
    let due = provider.store.begin()?.scan_unvalidated(LOGOUTS, due, Direction::Ascending)?.page(AT_ONCE)?;
    let mut told = 0;
    for (key, value) in due {
        let damaged = |_| Unavailable::Damaged { keyspace: LOGOUTS.name() };
        let logout: Logout = serde_json::from_slice(&value).map_err(damaged)?;
        let heard = tell(provider, &logout, now).await?;
        told += usize::from(heard);
        settle(provider, &key, logout, heard, now).await?;
    }
    Ok(told)
}

async fn tell(provider: &Provider, logout: &Logout, now: Timestamp) -> Result<bool, Unavailable> {
    let clients = provider.clients();
    // Who is no client any more, or never wanted to hear it, needs not be told.
    let Some(client) = clients.get(&logout.client) else { return Ok(true) };
    let Some(address) = &client.backchannel_logout_uri else { return Ok(true) };
    let claims = json!({
        "iss": provider.settings.issuer.as_str(),
        "sub": provider.subject_for(client, &logout.account),
        "aud": client.id,
        "iat": now.as_second(),
        "exp": now.as_second() + TOKEN_SECONDS,
        "jti": random::id()?,
        "sid": logout.sid,
        "events": { EVENT: {} },
    });
    let algorithm: SigningAlgorithm = client.id_token_signed_response_alg;
    let token = provider.keys.sign("logout+jwt", algorithm, &claims)?;
    let body = form_urlencoded::Serializer::new(String::new()).append_pair("logout_token", &token).finish();
    let request = Request::post(address).header(CONTENT_TYPE, pages::form::CONTENT_TYPE).body(Bytes::from(body));
    let Ok(request) = request else { return Ok(true) };
    let reason = match provider.http.send(request).await {
        Ok(answer) if answer.status().is_success() => return Ok(true),
        Ok(answer) => format!("it answered {}", answer.status()),
        Err(error) => error,
    };
    tracing::warn!(client.id = %client.id, tries = logout.tries + 1, reason, "a client did not hear of a sign-out");
    Ok(false)
}

async fn settle(
    provider: &Provider,
    key: &[u8],
    logout: Logout,
    heard: bool,
    now: Timestamp,
) -> Result<(), Unavailable> {
    let is_over = now.as_second() >= logout.since.saturating_add(TRIED_FOR_SECONDS);
    let wait = FIRST_WAIT_SECONDS.saturating_mul(1_i64.checked_shl(logout.tries.min(20)).unwrap_or(i64::MAX));
    let again = logout_key(now.as_second().saturating_add(wait.min(LONGEST_WAIT_SECONDS)))?;
    let logout = Logout { tries: logout.tries.saturating_add(1), ..logout };
    tables::decide(&provider.store, |tx| {
        tx.delete(LOGOUTS, key);
        if heard || is_over { Ok(()) } else { tables::put(tx, LOGOUTS, again.as_str(), &logout) }
    })
    .await
}
