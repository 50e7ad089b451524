//! Who a client is (RFC 6749 §2.3.1).

use super::{Refusal, parameters};
use crate::client::{Client, ClientAuthentication};
use crate::provider::{Provider, Visit};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::StatusCode;
use http::header::AUTHORIZATION;
use std::collections::BTreeMap;

/// The client of a form, which showed that it is it, and the form.
pub(super) fn client(provider: &Provider, visit: &Visit) -> Result<(Client, BTreeMap<String, String>), Refusal> {
    let form = parameters(&visit.body).ok_or_else(|| Refusal::bad("invalid_request", "the form cannot be read"))?;
    let unknown =
        || Refusal::Said(StatusCode::UNAUTHORIZED, "invalid_client", "the client is not known, or its secret is wrong");
    let in_head = visit.head.headers.get(AUTHORIZATION).map(|value| basic(value.to_str().unwrap_or_default()));
    let (id, secret) = match in_head {
        Some(basic) => {
            let (id, secret) = basic.ok_or_else(unknown)?;
            if form.contains_key("client_secret") || form.get("client_id").is_some_and(|said| *said != id) {
                return Err(Refusal::bad("invalid_request", "a client shows itself in one way"));
            }
            (id, Some(secret))
        }
        None => (form.get("client_id").cloned().ok_or_else(unknown)?, form.get("client_secret").cloned()),
    };
    let clients = provider.clients();
    let client = clients.get(&id).ok_or_else(unknown)?;
    let is_it = match (&client.authentication, &secret) {
        (ClientAuthentication::Secret(digest), Some(secret)) => digest.is_of(secret),
        (ClientAuthentication::Public, None) => true,
        (ClientAuthentication::Secret(_), None) | (ClientAuthentication::Public, Some(_)) => false,
    };
    if is_it { Ok((client.clone(), form)) } else { Err(unknown()) }
}

/// Id and secret, each form-encoded before (RFC 6749 §2.3.1).
fn basic(value: &str) -> Option<(String, String)> {
    let (scheme, encoded) = value.split_once(' ')?;
    let decoded = STANDARD.decode(encoded.trim()).ok().filter(|_| scheme.eq_ignore_ascii_case("basic"))?;
    let decoded = String::from_utf8(decoded).ok()?;
    let (id, secret) = decoded.split_once(':')?;
    Some((plain(id), plain(secret)))
}

fn plain(encoded: &str) -> String {
    let text = format!("v={encoded}");
    let mut pairs = form_urlencoded::parse(text.as_bytes());
    pairs.next().map(|(_, value)| value.into_owned()).unwrap_or_default()
}
