//! The trust services that a security server asks: OCSP responders and time-stamping services, by the RFCs, over HTTP.

use crate::configuration::Judgement;
use crate::credentials::own::OcspSource;
use crate::message::TIME_WINDOW;
use crate::upkeep::words;
use async_trait::async_trait;
use aws_lc_rs::rand;
use bytes::Bytes;
use clock::Clock;
use futures_util::future::join_all;
use http::Request;
use http::header::CONTENT_TYPE;
use http_body_util::Full;
use jiff::{SignedDuration, Timestamp};
use listener::client::Client;
use protocol::hash::Sha256Hash;
use std::time::Duration;
use trust::certificate::Certificate;
use trust::evidence::check_token;
use trust::timestamp::{self, TimestampError};

/// Asks trust services.
#[derive(Debug, Clone)]
pub struct TrustServices {
    client: Client,
}

const ANSWER_WITHIN: Duration = Duration::from_secs(10);
/// Services asked for the time, at most.
const MAX_ASKED: usize = 8;
const MAX_ANSWER_BYTES: usize = 64 * 1024;

impl TrustServices {
    /// Asks through `client`.
    #[must_use]
    pub fn new(client: Client) -> Self {
        Self { client }
    }

    /// A timestamp over `imprint` by the first of the instance's services that gives one.
    ///
    /// # Errors
    /// Why none did, service by service.
    pub async fn stamp(&self, imprint: &Sha256Hash, judgement: &Judgement, now: Timestamp) -> Result<Vec<u8>, String> {
        let mut failures = Vec::new();
        for service in judgement.global().time_stamping_services() {
            match self.stamp_by(service.url(), service.certificate(), imprint, judgement, now).await {
                Ok(token) => return Ok(token),
                Err(why) => failures.push(format!("{}: {why}", service.name())),
            }
        }
        if failures.is_empty() {
            Err("the registry lists no time-stamping service".to_owned())
        } else {
            Err(failures.join("; "))
        }
    }

    /// What each of the instance's services has for a time, without ours, asked now and all at once.
    ///
    /// The time counts only under the service's signature; a clock of ours that is behind does not hide it.
    pub async fn clock_offsets(
        &self,
        judgement: &Judgement,
        clock: &dyn Clock,
        within: Duration,
    ) -> Vec<(String, Result<SignedDuration, String>)> {
        let services = judgement.global().time_stamping_services().iter().take(MAX_ASKED);
        let asked = services.map(|service| async {
            let offset = self.clock_offset(service.url(), service.certificate(), judgement, clock);
            let late = |_| Err(format!("no answer from {} within {within:?}", service.url()));
            (service.name().to_owned(), tokio::time::timeout(within, offset).await.unwrap_or_else(late))
        });
        join_all(asked).await
    }

    async fn clock_offset(
        &self,
        url: &str,
        certificate: &[u8],
        judgement: &Judgement,
        clock: &dyn Clock,
    ) -> Result<SignedDuration, String> {
        let imprint = Sha256Hash::of(&random()?);
        let (token, authority) = self.token_of(url, certificate, &imprint).await?;
        let (own, authority) = (clock.now(), [authority]);
        let verify = |at| timestamp::verify(&token, &imprint, &authority, judgement.anchors(), at);
        let verified = match verify(own) {
            Err(TimestampError::FromTheFuture { time, .. }) => verify(time),
            verified => verified,
        };
        Ok(verified.map_err(|error| words(&error))?.time().duration_since(own))
    }

    async fn stamp_by(
        &self,
        url: &str,
        certificate: &[u8],
        imprint: &Sha256Hash,
        judgement: &Judgement,
        now: Timestamp,
    ) -> Result<Vec<u8>, String> {
        let (token, authority) = self.token_of(url, certificate, imprint).await?;
        // As a judge will: a token that only a lenient reader accepts proves nothing later.
        let verified = check_token(&token, imprint, &[authority], judgement.anchors(), now);
        let time = verified.map_err(|error| words(&error))?.time();
        // The bound that messages have, too.
        if now.duration_since(time).unsigned_abs() > TIME_WINDOW {
            return Err(format!("its token says {time}, and it is {now}: one of the two clocks is off"));
        }
        Ok(token)
    }

    /// A service's token over `imprint`, as it came, and the certificate that must have signed it.
    async fn token_of(
        &self,
        url: &str,
        certificate: &[u8],
        imprint: &Sha256Hash,
    ) -> Result<(Vec<u8>, Certificate), String> {
        let nonce = u64::from_be_bytes(random()?);
        let answer = self.post(url, "application/timestamp-query", timestamp::request(imprint, nonce)).await?;
        let token = timestamp::token_of(&answer, imprint, nonce).map_err(|error| words(&error))?;
        Ok((token, Certificate::from_der(certificate).map_err(|error| words(&error))?))
    }

    async fn post(&self, url: &str, content_type: &'static str, body: Vec<u8>) -> Result<Bytes, String> {
        let request = Request::post(url)
            .header(CONTENT_TYPE, content_type)
            .body(Full::new(Bytes::from(body)))
            .map_err(|error| error.to_string())?;
        let response =
            self.client.send(request, ANSWER_WITHIN, MAX_ANSWER_BYTES).await.map_err(|error| error.to_string())?;
        if response.status().is_success() {
            Ok(response.into_body())
        } else {
            Err(format!("status {}", response.status()))
        }
    }
}

fn random() -> Result<[u8; 8], String> {
    let mut random = [0; 8];
    rand::fill(&mut random).map_err(|_| "no random bytes".to_owned())?;
    Ok(random)
}

#[async_trait]
impl OcspSource for TrustServices {
    async fn ask(&self, url: &str, request: Vec<u8>) -> Result<Vec<u8>, String> {
        self.post(url, "application/ocsp-request", request).await.map(|bytes| bytes.to_vec())
    }
}
