//! `Idempotency-Key`: a repeated call gets the first answer (IETF draft-ietf-httpapi-idempotency-key-header).

use super::exchange::{Answered, Call};
use crate::evidence::FirstCall;
use crate::messaging::Messaging;
use crate::refusal::Refusal;
use http::HeaderMap;
use jiff::SignedDuration;
use protocol::head::{HeadError, RequestHead, ResponseHead};
use protocol::identifier::ClientId;
use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

/// For how long a key is kept.
pub const KEPT_FOR: SignedDuration = SignedDuration::from_hours(24);

const HEADER: &str = "idempotency-key";
const MAX_KEY_BYTES: usize = 255;

/// The keys whose first calls are under way. What became of earlier ones the message log knows.
#[derive(Debug, Default)]
pub struct Idempotency {
    // A short critical section around a set look-up.
    under_way: Mutex<HashSet<(ClientId, String)>>,
}

/// What a call with or without a key may do.
pub(super) enum Turn {
    /// Go on. The claim is held until the call has ended.
    First(Option<Claim>),
    /// The first call was answered so.
    Answered(Arc<Answered>),
}

/// The right to the first call with a key.
pub(super) struct Claim {
    home: Arc<Idempotency>,
    key: (ClientId, String),
}

/// The key of a request, where it has one.
pub(super) fn key(headers: &HeaderMap) -> Result<Option<String>, Refusal> {
    let mut values = headers.get_all(HEADER).iter();
    let Some(value) = values.next() else { return Ok(None) };
    let key = value.to_str().map_err(|_| Refusal::IdempotencyKey)?.trim();
    if key.is_empty() || key.len() > MAX_KEY_BYTES || values.next().is_some() {
        return Err(Refusal::IdempotencyKey);
    }
    Ok(Some(key.to_owned()))
}

impl Idempotency {
    /// Whether the call is the first with its key.
    pub(super) async fn turn(self: &Arc<Self>, call: &Call, messaging: &Messaging) -> Result<Turn, Refusal> {
        let Some(key) = &call.idempotency_key else { return Ok(Turn::First(None)) };
        let claim = self.claim(call.client.id(), key)?;
        let since = messaging.now().checked_sub(KEPT_FOR).unwrap_or(jiff::Timestamp::MIN);
        match messaging.evidence.by_idempotency_key(call.client.id(), key, since).await? {
            None => Ok(Turn::First(Some(claim))),
            Some(first) => answered(first, call).map(|answered| Turn::Answered(Arc::new(answered))),
        }
    }

    fn claim(self: &Arc<Self>, client: &ClientId, key: &str) -> Result<Claim, Refusal> {
        let key = (client.clone(), key.to_owned());
        let mut under_way = self.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        if under_way.insert(key.clone()) {
            Ok(Claim { home: self.clone(), key })
        } else {
            Err(Refusal::IdempotencyInProgress)
        }
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        self.home.under_way.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.key);
    }
}

fn answered(first: FirstCall, call: &Call) -> Result<Answered, Refusal> {
    let unreadable = |error: HeadError| Refusal::LogFailed(error.to_string());
    let head = RequestHead::parse(&first.head).map_err(unreadable)?;
    let same = head.method() == call.head.method()
        && head.uri() == call.head.uri()
        && first.body == call.body.as_ref().map(|body| body.digest().sha512);
    if !same {
        return Err(Refusal::IdempotencyMismatch);
    }
    let response = first.response.ok_or_else(|| Refusal::OutcomeUnknown(head.request_id().to_owned()))?;
    let head = ResponseHead::parse(&response.content.head).map_err(unreadable)?;
    Ok(Answered { head, body: response.body })
}
