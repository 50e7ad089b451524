//! Webhooks: calls of citizens' own programs, signed in the manner of Standard Webhooks 1.0.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use aws_lc_rs::{hmac, rand};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use clock::Timestamp;
use http::header::{CONTENT_TYPE, HOST, USER_AGENT};
use http::{Request, StatusCode};
use http_body_util::Full;
use serde_json::json;
use zeroize::Zeroizing;

use crate::carrier::{Carrier, CarryError, Parcel};
use crate::contacts::{Choice, Contact, Proof, WebhookAddress};
use crate::pinned::{PinnedClient, Resolver, SystemResolver};
use crate::secret::Secret;
use crate::settings::WebhookSettings;
use crate::webhook_address::WebhookUrl;

/// Brings notices by webhook.
///
/// Each call has the headers `webhook-id` (the same at each attempt), `webhook-timestamp` (seconds of the epoch) and
/// `webhook-signature` (`v1,` and base64 of HMAC-SHA-256 over id, timestamp and body with `.` between them). It is taken
/// with any status 2xx; 410 ends the attempts; redirects are not followed.
pub struct Webhooks {
    client: PinnedClient,
}

/// Why a webhook was not registered.
#[derive(Debug, thiserror::Error)]
pub enum WebhookRefusal {
    /// The URL cannot be one.
    #[error("the address of the webhook is refused: {rule}")]
    Url {
        /// What is wrong with it.
        rule: &'static str,
    },
    /// It cannot be called.
    #[error("the webhook was not reached with its challenge")]
    Call {
        /// Why.
        source: CarryError,
    },
    /// Its answer does not show that whoever registers it has a hand in it.
    #[error(
        "the webhook answered its challenge with status {status} and not with the JSON {{\"challenge\": …}} that it was sent"
    )]
    NotProven {
        /// What it answered.
        status: u16,
    },
    /// There is no randomness to be had.
    #[error("no secret could be made for the webhook: try again later")]
    NoRandomness,
}

impl Webhooks {
    /// A carrier by its settings. `tls` says whose certificates are trusted.
    #[must_use]
    pub fn new(settings: &WebhookSettings, tls: Arc<rustls::ClientConfig>) -> Self {
        Self::resolving(settings, tls, Arc::new(SystemResolver))
    }

    pub(crate) fn resolving(
        settings: &WebhookSettings,
        tls: Arc<rustls::ClientConfig>,
        resolver: Arc<dyn Resolver>,
    ) -> Self {
        Self { client: PinnedClient { resolver, tls, reach: settings.reach } }
    }

    /// Registers a webhook: calls it with a challenge, which it has to answer with, and gives it a secret. Put what comes of
    /// it into the citizen's contacts, and show her the secret once.
    ///
    /// # Errors
    /// [`WebhookRefusal`] when the URL may not be called, or does not answer as it should.
    pub async fn register(&self, url: &str, now: Timestamp) -> Result<Contact<WebhookAddress>, WebhookRefusal> {
        let url = WebhookUrl::read(url, self.client.reach).map_err(|rule| WebhookRefusal::Url { rule })?;
        let secret = Secret::new(format!("{PREFIX}{}", STANDARD.encode(random::<SECRET_BYTES>()?.as_slice())));
        let challenge = hex::encode(random::<32>()?.as_slice());
        let body = json!({"type": "webhook.challenge", "challenge": challenge}).to_string();
        let id = format!("msg_{}", hex::encode(random::<16>()?.as_slice()));
        let answer = self.call(&url, &secret, &id, now, body).await;
        let answer = answer.map_err(|source| WebhookRefusal::Call { source })?;
        let said: Option<serde_json::Value> = serde_json::from_slice(answer.body()).ok();
        let is_proven = said.is_some_and(|said| said["challenge"] == challenge.as_str());
        if !answer.status().is_success() || !is_proven {
            return Err(WebhookRefusal::NotProven { status: answer.status().as_u16() });
        }
        let address = WebhookAddress::proven(url.as_str().to_owned(), secret);
        Ok(Contact { address, proof: Proof::Given, choice: Choice::On })
    }

    async fn call(
        &self,
        url: &WebhookUrl,
        secret: &Secret,
        id: &str,
        now: Timestamp,
        body: String,
    ) -> Result<http::Response<Bytes>, CarryError> {
        let seconds = now.as_second();
        let signature = signature(secret, id, seconds, &body);
        let signature = signature.ok_or(CarryError::Forbidden { reason: "its secret cannot be read" })?;
        let request = Request::post(url.target())
            .header(HOST, url.authority())
            .header(USER_AGENT, "chakana-notices")
            .header(CONTENT_TYPE, "application/json")
            .header("webhook-id", id)
            .header("webhook-timestamp", seconds)
            .header("webhook-signature", signature)
            .body(Full::new(Bytes::from(body)))
            .map_err(|_| CarryError::Forbidden { reason: "it cannot be called" })?;
        self.client.send(url, request, MAX_ANSWER_BYTES).await
    }
}

#[async_trait]
impl Carrier for Webhooks {
    async fn carry(&self, parcel: &Parcel<'_>) -> Result<(), CarryError> {
        let address = &parcel.contacts.webhook.as_ref().ok_or(CarryError::NoAddress)?.address;
        // Judged again: the settings may be stricter now.
        let url = WebhookUrl::read(address.url(), self.client.reach);
        let url = url.map_err(|reason| CarryError::Forbidden { reason })?;
        let answer = self.call(&url, address.secret(), &format!("msg_{}", parcel.id), parcel.now, body(parcel)).await?;
        let status = answer.status();
        match status {
            _ if status.is_success() => Ok(()),
            _ if status.is_redirection() || status == StatusCode::GONE => {
                Err(CarryError::Refused { status: status.as_u16() })
            }
            _ => Err(CarryError::NotNow { status: status.as_u16() }),
        }
    }
}

impl fmt::Debug for Webhooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Webhooks").field("reach", &self.client.reach).finish_non_exhaustive()
    }
}

/// The body is the same at each attempt.
fn body(parcel: &Parcel<'_>) -> String {
    let (notice, rendered) = (parcel.notice, parcel.rendered);
    json!({
        "type": "notice",
        "timestamp": notice.time.to_string(),
        "data": {
            "id": notice.id.as_str(),
            "template": notice.template,
            "language": rendered.language.code(),
            "subject": rendered.subject,
            "body": rendered.body,
            "said_by": notice.said_by,
            "link": parcel.link,
        },
    })
    .to_string()
}

fn signature(secret: &Secret, id: &str, seconds: i64, body: &str) -> Option<String> {
    let key = Zeroizing::new(STANDARD.decode(secret.expose().strip_prefix(PREFIX)?).ok()?);
    let signed = format!("{id}.{seconds}.{body}");
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &key), signed.as_bytes());
    Some(format!("v1,{}", STANDARD.encode(tag.as_ref())))
}

fn random<const N: usize>() -> Result<Zeroizing<[u8; N]>, WebhookRefusal> {
    let mut bytes = Zeroizing::new([0; N]);
    rand::fill(bytes.as_mut_slice()).map_err(|_| WebhookRefusal::NoRandomness)?;
    Ok(bytes)
}

const PREFIX: &str = "whsec_";
const SECRET_BYTES: usize = 32;
const MAX_ANSWER_BYTES: usize = 16 << 10;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures_are_those_of_the_specification() {
        // The example of Standard Webhooks' own libraries.
        let secret = Secret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        let made = signature(&secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, r#"{"test": 2432232314}"#);
        assert_eq!(made.as_deref(), Some("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="));
        assert_eq!(signature(&Secret::new("x"), "a", 1, ""), None);
    }
}
