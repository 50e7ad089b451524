//! Whether a certificate is good now: the responder is asked each time, with a nonce.

use super::SubmitError;
use super::proofs::SignedBy;
use async_trait::async_trait;
use aws_lc_rs::rand;
use bytes::Bytes;
use http::Request;
use http::header::CONTENT_TYPE;
use http_body_util::Full;
use jiff::Timestamp;
use listener::client::{Client, ClientError, ClientTls};
use std::fmt;
use std::time::Duration;
use trust::ocsp::{self, OcspError};

/// Asks OCSP responders.
#[async_trait]
pub trait StatusSource: fmt::Debug + Send + Sync {
    /// Posts `request` to the responder at `url` and returns what it answers.
    ///
    /// # Errors
    /// When there is no answer.
    async fn ask(&self, url: &str, request: Vec<u8>) -> Result<Vec<u8>, StatusFailure>;
}

/// Asks OCSP responders over HTTP.
#[derive(Debug, Clone)]
pub struct HttpStatusSource {
    client: Client,
}

/// Why a responder gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum StatusFailure {
    /// The address is none.
    #[error("{url} cannot be asked")]
    Url {
        /// The address.
        url: String,
    },
    /// It did not answer.
    #[error("the responder did not answer")]
    Exchange(#[from] ClientError),
    /// It answered something else.
    #[error("the responder answered with status {status}")]
    Answer {
        /// The status.
        status: u16,
    },
}

/// Why a certificate does not count as good.
#[derive(Debug, thiserror::Error)]
pub enum StatusRefusal {
    /// The responder says so.
    #[error(transparent)]
    NotGood(OcspError),
    /// Neither the certificate nor its service names a responder.
    #[error("neither it nor its certification service says where its status can be asked")]
    Nowhere,
}

impl HttpStatusSource {
    /// Asks over connections of its own.
    #[must_use]
    pub fn new() -> Self {
        Self { client: Client::new(ClientTls::Plain) }
    }
}

impl Default for HttpStatusSource {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl StatusSource for HttpStatusSource {
    async fn ask(&self, url: &str, request: Vec<u8>) -> Result<Vec<u8>, StatusFailure> {
        let request = Request::post(url)
            .header(CONTENT_TYPE, "application/ocsp-request")
            .body(Full::new(Bytes::from(request)))
            .map_err(|_| StatusFailure::Url { url: url.to_owned() })?;
        let response = self.client.send(request, ANSWER_WITHIN, MAX_ANSWER_BYTES).await?;
        match response.status() {
            status if status.is_success() => Ok(response.into_body().to_vec()),
            status => Err(StatusFailure::Answer { status: status.as_u16() }),
        }
    }
}

/// Asks one responder after the other until one gives an answer that counts.
pub(super) async fn check(
    source: &dyn StatusSource,
    signer: &SignedBy,
    freshness: Duration,
    now: Timestamp,
) -> Result<(), SubmitError> {
    let certificate = &signer.path.chain()[0];
    let issuer = signer.path.issuer();
    let refused = |source| SubmitError::Status { subject: certificate.subject().to_owned(), source };
    if signer.ocsp_urls.is_empty() {
        return Err(refused(StatusRefusal::Nowhere));
    }
    let mut failures = Vec::new();
    for url in signer.ocsp_urls.iter().take(MAX_RESPONDERS) {
        let mut nonce = [0; NONCE_BYTES];
        if rand::fill(&mut nonce).is_err() {
            return Err(SubmitError::Busy { what: "no random bytes could be had" });
        }
        let answer = match source.ask(url, ocsp::request(certificate, issuer, Some(&nonce))).await {
            Ok(answer) => answer,
            Err(error) => {
                failures.push(format!("{url}: {}", crate::words(&error)));
                continue;
            }
        };
        // A responder that answers from a cache ignores the nonce; its answer is then as old as the policy allows.
        let verdict = match ocsp::verify(&answer, certificate, issuer, now, freshness, Some(&nonce)) {
            Err(OcspError::Nonce) => ocsp::verify(&answer, certificate, issuer, now, freshness, None),
            verdict => verdict,
        };
        match verdict {
            Ok(_) => return Ok(()),
            Err(error @ (OcspError::Revoked { .. } | OcspError::Unknown { .. })) => {
                return Err(refused(StatusRefusal::NotGood(error)));
            }
            Err(error) => failures.push(format!("{url}: {}", crate::words(&error))),
        }
    }
    Err(SubmitError::Unavailable { subject: certificate.subject().to_owned(), failures: failures.join("; ") })
}

const ANSWER_WITHIN: Duration = Duration::from_secs(5);
const MAX_ANSWER_BYTES: usize = 64 * 1024;
const MAX_RESPONDERS: usize = 4;
const NONCE_BYTES: usize = 16;
