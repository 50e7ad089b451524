//! The doors: which path and method leads to which service.

use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::header::AUTHORIZATION;
use http::{Method, StatusCode};
use listener::{BodyError, Handler, Request, Response, read_bounded, reply};
use percent_encoding::percent_decode_str;
use rustls_pki_types::CertificateSigningRequestDer;
use rustls_pki_types::pem::PemObject;
use serde::Deserialize;
use signer::{PemLabel, pem};
use trust::ocsp::ErrorStatus;
use trust::ocsp::responder::error_response;
use trust::timestamp::FailureReason;
use trust::timestamp::authority::rejection;

use crate::{IssueError, Misbehaviour, Profile, RevocationReason, RevokeError, Service, TrustServices};

/// Why a request is not served.
struct Refusal {
    status: StatusCode,
    why: String,
}

/// Takes requests over HTTP to the services.
pub(crate) struct Doors {
    services: Arc<TrustServices>,
}

/// Which certificate to revoke.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Revocation {
    serial: String,
    reason: RevocationReason,
}

impl Doors {
    pub(crate) fn new(services: Arc<TrustServices>) -> Self {
        Self { services }
    }

    async fn open(&self, request: Request) -> Result<Response, Refusal> {
        let path = request.uri().path().to_owned();
        match (request.method(), path.as_str()) {
            (&Method::POST, "/ocsp") => self.ocsp(read(request).await?).await,
            (&Method::GET, path) if path.starts_with("/ocsp/") => self.ocsp(ocsp_request_of(path)?).await,
            (&Method::POST, "/tsa") => self.stamp(read(request).await?).await,
            (&Method::POST, "/ca") => self.issue(request).await,
            (&Method::POST, "/ca/revoke") => self.revoke(request).await,
            (_, "/ocsp" | "/tsa" | "/ca" | "/ca/revoke") => Err(refused(StatusCode::METHOD_NOT_ALLOWED, "")),
            (&Method::GET, path) if path.starts_with("/ca/") => self.certificate(path),
            _ => Err(refused(StatusCode::NOT_FOUND, "")),
        }
    }

    async fn ocsp(&self, request: Bytes) -> Result<Response, Refusal> {
        let misbehaviour = self.services.misbehaviour(Service::Ocsp);
        let refusal = || error_response(ErrorStatus::TryLater);
        let response = match misbehave(misbehaviour, refusal).await? {
            Some(response) => response,
            None => self.blocking(move |services| services.answer_ocsp(&request)).await?,
        };
        Ok(reply::bytes(StatusCode::OK, "application/ocsp-response", response))
    }

    async fn stamp(&self, request: Bytes) -> Result<Response, Refusal> {
        let misbehaviour = self.services.misbehaviour(Service::TimeStamping);
        let refusal = || rejection(FailureReason::SystemFailure);
        let response = match misbehave(misbehaviour, refusal).await? {
            Some(response) => response,
            None => self.blocking(move |services| services.stamp(&request)).await?,
        };
        Ok(reply::bytes(StatusCode::OK, "application/timestamp-reply", response))
    }

    async fn issue(&self, request: Request) -> Result<Response, Refusal> {
        self.authorize(&request)?;
        let profile = request.uri().query().and_then(|query| query.strip_prefix("profile="));
        let profile: Profile =
            profile.unwrap_or_default().parse().map_err(|error| refused(StatusCode::BAD_REQUEST, error))?;
        if profile == Profile::OcspResponder {
            return Err(refused(
                StatusCode::FORBIDDEN,
                "a certificate that answers for the authority is not issued here",
            ));
        }
        let body = read(request).await?;
        let der = match body.starts_with(b"-----BEGIN") {
            true => CertificateSigningRequestDer::from_pem_slice(&body).map(|der| Bytes::copy_from_slice(&der)),
            false => Ok(body),
        };
        let der = der.map_err(|_| refused(StatusCode::BAD_REQUEST, "not a certificate request"))?;
        let issued = self.blocking(move |services| services.issue_as_requested(&der, profile)).await?;
        let chain = issued.map_err(|error| issue_refused(&error))?;
        let text: String = chain.iter().map(|der| pem(PemLabel::Certificate, der)).collect();
        Ok(reply::bytes(StatusCode::OK, "application/pem-certificate-chain", text))
    }

    async fn revoke(&self, request: Request) -> Result<Response, Refusal> {
        self.authorize(&request)?;
        let body = read(request).await?;
        let revocation: Revocation =
            serde_json::from_slice(&body).map_err(|error| refused(StatusCode::BAD_REQUEST, error))?;
        let revoked = self.blocking(move |services| services.revoke(&revocation.serial, revocation.reason)).await?;
        match revoked {
            Ok(()) => Ok(reply::empty(StatusCode::NO_CONTENT)),
            Err(error @ RevokeError::Unknown { .. }) => Err(refused(StatusCode::NOT_FOUND, error)),
            Err(error @ RevokeError::Index(_)) => Err(broken(&error)),
        }
    }

    fn certificate(&self, path: &str) -> Result<Response, Refusal> {
        let certificate = match path {
            "/ca/root.pem" => self.services.root(),
            "/ca/issuing.pem" => self.services.issuing(),
            "/ca/ocsp.pem" => self.services.ocsp_certificate(),
            "/ca/time-stamping.pem" => self.services.time_stamping_certificate(),
            _ => return Err(refused(StatusCode::NOT_FOUND, "")),
        };
        Ok(reply::bytes(StatusCode::OK, "application/x-pem-file", pem(PemLabel::Certificate, certificate.der())))
    }

    /// Only who shows the token of the settings has certificates issued and revoked; without one in the settings, nobody.
    fn authorize(&self, request: &Request) -> Result<(), Refusal> {
        let Some(token) = &self.services.settings().certification.token else {
            return Err(refused(StatusCode::FORBIDDEN, "certificates are not issued over HTTP here"));
        };
        let shown = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        match shown.and_then(|value| value.strip_prefix("Bearer ")) {
            Some(shown) if token.is(shown) => Ok(()),
            _ => Err(refused(StatusCode::UNAUTHORIZED, "show the bearer token of the settings")),
        }
    }

    /// Signs and writes on a thread that may wait.
    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&TrustServices) -> T + Send + 'static,
    ) -> Result<T, Refusal> {
        let services = self.services.clone();
        tokio::task::spawn_blocking(move || work(&services)).await.map_err(|error| broken(&error))
    }
}

impl Handler for Doors {
    async fn handle(&self, request: Request) -> Response {
        self.open(request).await.unwrap_or_else(Refusal::into_response)
    }
}

async fn read(request: Request) -> Result<Bytes, Refusal> {
    match read_bounded(request.into_body(), MAX_REQUEST_BYTES, PATIENCE).await {
        Ok(body) => Ok(body),
        Err(error @ BodyError::TooLarge { .. }) => Err(refused(StatusCode::PAYLOAD_TOO_LARGE, error)),
        Err(error @ BodyError::TooSlow { .. }) => Err(refused(StatusCode::REQUEST_TIMEOUT, error)),
        Err(error @ BodyError::Broken { .. }) => Err(refused(StatusCode::BAD_REQUEST, error)),
    }
}

/// RFC 6960 §A.1: the request in base64, percent-encoded, as the rest of the path.
fn ocsp_request_of(path: &str) -> Result<Bytes, Refusal> {
    let encoded = path.strip_prefix("/ocsp/").unwrap_or_default();
    if encoded.len() > 3 * MAX_REQUEST_BYTES {
        return Err(refused(StatusCode::URI_TOO_LONG, ""));
    }
    let base64: Vec<u8> = percent_decode_str(encoded).collect();
    let request = STANDARD.decode(base64).map_err(|_| refused(StatusCode::BAD_REQUEST, "not base64"))?;
    Ok(request.into())
}

/// What a test has a service say instead of its answer, if anything.
async fn misbehave(misbehaviour: Misbehaviour, refusal: impl FnOnce() -> Vec<u8>) -> Result<Option<Vec<u8>>, Refusal> {
    match misbehaviour {
        Misbehaviour::None | Misbehaviour::Stale(_) | Misbehaviour::WithoutNonce | Misbehaviour::OtherNonce => Ok(None),
        Misbehaviour::Hang => pending().await,
        Misbehaviour::Status(status) => Err(refused(status, "")),
        Misbehaviour::Refuse => Ok(Some(refusal())),
        Misbehaviour::Garbage => Ok(Some(b"garbage".to_vec())),
    }
}

fn issue_refused(error: &IssueError) -> Refusal {
    match error {
        IssueError::Request(_) | IssueError::Subject(_) | IssueError::Unacceptable { .. } => {
            refused(StatusCode::BAD_REQUEST, error)
        }
        IssueError::Ended { .. } => refused(StatusCode::SERVICE_UNAVAILABLE, error),
        IssueError::Make { .. } | IssueError::Encode { .. } | IssueError::Cryptography | IssueError::Index(_) => {
            broken(error)
        }
    }
}

impl Refusal {
    fn into_response(self) -> Response {
        if self.why.is_empty() { reply::empty(self.status) } else { reply::text(self.status, self.why) }
    }
}

fn refused(status: StatusCode, why: impl ToString) -> Refusal {
    Refusal { status, why: why.to_string() }
}

fn broken(error: &dyn std::error::Error) -> Refusal {
    let source = error.source().map(ToString::to_string).unwrap_or_default();
    tracing::error!(error = %error, source, "failed to serve a request");
    refused(StatusCode::INTERNAL_SERVER_ERROR, "")
}

const MAX_REQUEST_BYTES: usize = 8 * 1024;
const PATIENCE: Duration = Duration::from_secs(5);
