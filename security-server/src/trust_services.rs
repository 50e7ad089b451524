//! The trust services that a security server asks: OCSP responders and time-stamping services, by the RFCs, over HTTP.

use crate::configuration::Judgement;
use crate::credentials::own::OcspSource;
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
/// How far the time in a token may lie from ours: the bound that messages have, too.
const CLOCK_TOLERANCE: Duration = Duration::from_secs(60);

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
        let mut random = [0; 8];
        rand::fill(&mut random).map_err(|_| "no random bytes".to_owned())?;
        let (imprint, nonce) = (Sha256Hash::of(&random), u64::from_be_bytes(random));
        let answer = self.post(url, "application/timestamp-query", timestamp::request(&imprint, nonce)).await?;
        let own = clock.now();
        let token = timestamp::token_of(&answer, &imprint, nonce).map_err(|error| words(&error))?;
        let authority = [Certificate::from_der(certificate).map_err(|error| words(&error))?];
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
        let mut nonce = [0; 8];
        rand::fill(&mut nonce).map_err(|_| "no random bytes".to_owned())?;
        let nonce = u64::from_be_bytes(nonce);
        let answer = self.post(url, "application/timestamp-query", timestamp::request(imprint, nonce)).await?;
        let token = timestamp::token_of(&answer, imprint, nonce).map_err(|error| words(&error))?;
        let authority = Certificate::from_der(certificate).map_err(|error| words(&error))?;
        // As a judge will: a token that only a lenient reader accepts proves nothing later.
        let verified = check_token(&token, imprint, &[authority], judgement.anchors(), now);
        let time = verified.map_err(|error| words(&error))?.time();
        if now.duration_since(time).unsigned_abs() > CLOCK_TOLERANCE {
            return Err(format!("its token says {time}, and it is {now}: one of the two clocks is off"));
        }
        Ok(token)
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

#[async_trait]
impl OcspSource for TrustServices {
    async fn ask(&self, url: &str, request: Vec<u8>) -> Result<Vec<u8>, String> {
        self.post(url, "application/ocsp-request", request).await.map(|bytes| bytes.to_vec())
    }
}
