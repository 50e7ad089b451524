//! Signing in with a passkey, and the challenges that authenticators answer.

use super::refusal::Refusal;
use super::sign_in::{begin, first, flow_of, note, signed_in};
use super::visit::{Form, Visit, Visitor};
use crate::accounts::{AccountId, Assurance, Outcome};
use crate::credentials::Credentials;
use crate::credentials::passkey::{Passkey, PasskeyError, Used};
use crate::provider::Provider;
use crate::sessions::Authentication;
use crate::table::{self, PASSKEYS, StoreError, USED};
use clock::Timestamp;
use factors::digest_of;
use listener::Response;
use serde::{Deserialize, Serialize};
use storage::Transaction;

/// A challenge that an authenticator signs. What seals it makes each the only one.
#[derive(Serialize, Deserialize)]
struct Challenge {
    at: i64,
}

#[derive(Serialize, Deserialize)]
struct WasUsed {
    ends_at: i64,
}

const CHALLENGE_SECONDS: i64 = 600;

/// Takes what an authenticator signed.
pub(super) async fn sign_in(provider: &Provider, visit: &Visit, visitor: &Visitor) -> Result<Response, Refusal> {
    let form = visit.form(provider, visitor)?;
    let ((flow, sealed), now, words) = (flow_of(provider, Some(form.get("flow")))?, provider.now(), visit.words());
    if !provider.throttle.admits(visit.source(), now) {
        return Err(Refusal::TooOften);
    }
    let ended = table::transact(&provider.store, |tx| with_passkey(provider, visit, visitor, tx, &form, now)).await?;
    match ended {
        Some(value) => signed_in(provider, &sealed, &value),
        None => first(provider, visit, visitor, (flow, sealed), None, Some(("number", words.wrong_passkey))),
    }
}

fn with_passkey(
    provider: &Provider,
    visit: &Visit,
    visitor: &Visitor,
    tx: &mut Transaction,
    form: &Form,
    now: Timestamp,
) -> Result<Option<String>, StoreError> {
    let Some(account) = table::row::<AccountId>(tx, PASSKEYS, Passkey::key_of(form.get("id")))? else {
        return Ok(None);
    };
    let Some(mut credentials) = Credentials::of(tx, account)? else { return Ok(None) };
    let Some(known) = credentials.passkeys.iter_mut().find(|passkey| passkey.id == form.get("id")) else {
        return Ok(None);
    };
    let used = Used {
        client_data: form.get("client_data"),
        authenticator_data: form.get("authenticator_data"),
        signature: form.get("signature"),
    };
    let mut challenge = None;
    let after = known.used(&provider.party, &used, now.as_second(), |said| {
        challenge = Some(digest_of(said));
        is_ours(provider, visitor, "get", said, now)
    });
    let is_fresh = match challenge {
        Some(challenge) => spend(tx, &challenge, now)?,
        None => false,
    };
    match after {
        Ok(after) if is_fresh => *known = after,
        refused => {
            let why = refused.err().unwrap_or(PasskeyError::Ceremony);
            tracing::info!(error = %why, "a passkey was refused");
            note(tx, visit, account, Outcome::WrongPasskey, &["hwk"], now)?;
            return Ok(None);
        }
    }
    credentials.write(tx, account)?;
    let by = Authentication { account, methods: &["hwk", "user", "mfa"], level: Assurance::High };
    begin(visit, visitor, tx, &by, now).map(Some)
}

/// A challenge for one visitor.
pub(super) fn challenge(provider: &Provider, visitor: &Visitor, purpose: &str) -> Result<String, Refusal> {
    let challenge = Challenge { at: provider.now().as_second() };
    Ok(provider.seals.step.close(&challenge, &visitor.context(purpose))?)
}

pub(super) fn is_ours(provider: &Provider, visitor: &Visitor, purpose: &str, said: &str, now: Timestamp) -> bool {
    let challenge = provider.seals.step.open::<Challenge>(said, &visitor.context(purpose));
    challenge.is_some_and(|challenge| now.as_second().saturating_sub(challenge.at) <= CHALLENGE_SECONDS)
}

/// Uses a challenge up; false if it was used before.
pub(super) fn spend(tx: &mut Transaction, challenge: &[u8; 32], now: Timestamp) -> Result<bool, StoreError> {
    let is_fresh = tx.get(USED, challenge)?.is_none();
    let ends_at = now.as_second().saturating_add(2 * CHALLENGE_SECONDS);
    table::put_until(tx, USED, challenge, &WasUsed { ends_at }, ends_at)?;
    Ok(is_fresh)
}
