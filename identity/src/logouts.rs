//! Clients that are to be told that somebody signed out (OpenID Connect Back-Channel Logout 1.0): a durable queue.

use crate::clients::Client;
use crate::provider::Provider;
use crate::table::{self, LOGOUTS, StoreError};
use crate::{Http, KeyError};
use bytes::Bytes;
use factors::random;
use form_urlencoded::Serializer;
use http::header::CONTENT_TYPE;
use http::{Method, Request};
use serde::{Deserialize, Serialize};
use serde_json::json;
use storage::{Direction, KeyRange, Transaction};
use url::form_urlencoded;

/// One client to be told of one session.
#[derive(Clone, Serialize, Deserialize)]
struct Order {
    client: String,
    subject: String,
    sid: String,
    tries: u32,
}

/// A key has when it is due, and what makes it the only one.
const ID_BYTES: usize = 16;
const AT_ONCE: usize = 100;
/// With each failure the next is twice as far: some two hours in all, then the client's own sessions have ended.
const MAX_TRIES: u32 = 10;
const FIRST_DELAY_SECONDS: i64 = 10;
const TOKEN_SECONDS: i64 = 120;
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// Orders it, due at once, in the transaction that ends the session.
pub(crate) fn order(tx: &mut Transaction, client: &str, subject: &str, sid: &str) -> Result<(), StoreError> {
    let order = Order { client: client.to_owned(), subject: subject.to_owned(), sid: sid.to_owned(), tries: 0 };
    table::put(tx, LOGOUTS, key(0)?, &order)
}

impl Provider {
    /// Tells clients what is due: who signed out. It is called every few seconds, and returns how many were told.
    ///
    /// # Errors
    /// What the store says; a client that cannot be told is tried again later.
    pub async fn tell_clients(&self) -> Result<usize, StoreError> {
        let now = self.now().as_second();
        let due = {
            let snapshot = self.store.snapshot()?;
            let range = KeyRange::between(..now.saturating_add(1).to_be_bytes());
            snapshot.scan(LOGOUTS, range, Direction::Ascending)?.page(AT_ONCE)?
        };
        let mut told = 0;
        for (at, row) in due {
            let order: Order = table::decode(LOGOUTS, &row)?;
            let outcome = self.tell(&order).await;
            told += usize::from(outcome.is_ok());
            table::transact(&self.store, |tx| {
                tx.delete(LOGOUTS, at.clone());
                match &outcome {
                    Err(why) => again(tx, &order, why, now),
                    Ok(()) => Ok(()),
                }
            })
            .await?;
        }
        Ok(told)
    }

    async fn tell(&self, order: &Order) -> Result<(), String> {
        let clients = self.clients();
        let Some(client) = clients.get(&order.client) else { return Ok(()) };
        let Some(address) = &client.backchannel_logout_uri else { return Ok(()) };
        let token = self.logout_token(client, order).map_err(|error| error.to_string())?;
        let form = Serializer::new(String::new()).append_pair("logout_token", &token).finish();
        let request = Request::builder().method(Method::POST).uri(address);
        let request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(Bytes::from(form));
        let http: &dyn Http = &*self.http;
        let status = http.post(request.map_err(|error| error.to_string())?).await?;
        // §2.8: anything else than success is a failure.
        if status.is_success() { Ok(()) } else { Err(format!("it answered {status}")) }
    }

    /// §2.4.
    fn logout_token(&self, client: &Client, order: &Order) -> Result<String, KeyError> {
        let now = self.now().as_second();
        let claims = json!({
            "iss": self.issuer, "aud": client.id, "iat": now, "exp": now + TOKEN_SECONDS,
            "jti": hex::encode(random::<16>()?), "sub": order.subject, "sid": order.sid, "events": { EVENT: {} },
        });
        self.keys.sign(client.id_token_signed_response_alg, "logout+jwt", &claims)
    }
}

fn again(tx: &mut Transaction, order: &Order, why: &str, now: i64) -> Result<(), StoreError> {
    let tries = order.tries + 1;
    if tries >= MAX_TRIES {
        tracing::error!(client.id = order.client, error = why, "a client was never told that somebody signed out");
        return Ok(());
    }
    tracing::warn!(
        client.id = order.client,
        error = why,
        "a client cannot be told that somebody signed out; it is tried again"
    );
    let due = now.saturating_add(FIRST_DELAY_SECONDS << order.tries.min(20));
    table::put(tx, LOGOUTS, key(due)?, &Order { tries, ..order.clone() })
}

fn key(due: i64) -> Result<Vec<u8>, StoreError> {
    Ok([&due.to_be_bytes()[..], &random::<ID_BYTES>()?].concat())
}
