//! The port for management requests: `POST /requests`, `GET /requests/{hash}`.

use crate::registry::Registry;
use crate::requests::SubmitError;
use crate::words;
use http::{Method, StatusCode, header};
use listener::{BodyError, Handler, Request, Response, read_bounded, reply};
use protocol::hash::Sha256Hash;
use protocol::management::{Envelope, RequestStatus};
use std::time::Duration;

/// Takes management requests.
#[derive(Debug)]
pub(crate) struct ManagementDoor {
    registry: Registry,
}

const PATIENCE: Duration = Duration::from_secs(10);
const PATH: &str = "/requests";

impl ManagementDoor {
    pub(crate) fn new(registry: Registry) -> Self {
        Self { registry }
    }

    async fn submit(&self, request: Request) -> Response {
        let envelope = match read_bounded(request.into_body(), Envelope::MAX_BYTES, PATIENCE).await {
            Ok(envelope) => envelope,
            Err(error) => return text(of_body(&error), &words(&error)),
        };
        // A request that is being taken is carried through even if its sender goes away.
        let registry = self.registry.clone();
        match tokio::spawn(async move { registry.submit(&envelope).await }).await {
            Ok(Ok(status)) => answer(&status),
            Ok(Err(error)) => refusal(&error),
            Err(_) => text(StatusCode::INTERNAL_SERVER_ERROR, "the registry broke off"),
        }
    }

    fn status(&self, hash: &str) -> Response {
        match hash.parse::<Sha256Hash>().ok().and_then(|request| self.registry.request_status(&request)) {
            Some(status) => answer(&status),
            None => text(StatusCode::NOT_FOUND, "there is no such request"),
        }
    }
}

impl Handler for ManagementDoor {
    async fn handle(&self, request: Request) -> Response {
        let path = request.uri().path().to_owned();
        match (request.method(), path.as_str()) {
            (&Method::POST, PATH) => self.submit(request).await,
            (&Method::GET, path) if path.starts_with("/requests/") => self.status(&path["/requests/".len()..]),
            (_, PATH) => not_allowed("POST"),
            (_, path) if path.starts_with("/requests/") => not_allowed("GET"),
            _ => text(StatusCode::NOT_FOUND, "there is nothing here; management requests are posted to /requests"),
        }
    }
}

fn answer(status: &RequestStatus) -> Response {
    reply::json(StatusCode::OK, status.render())
}

/// The one place where a refusal becomes a status.
fn refusal(error: &SubmitError) -> Response {
    let status = match error {
        SubmitError::Envelope(_) => StatusCode::BAD_REQUEST,
        SubmitError::Age { .. } | SubmitError::Proof { .. } | SubmitError::Status { .. } => StatusCode::FORBIDDEN,
        SubmitError::Registration(_) => StatusCode::CONFLICT,
        SubmitError::NotConfigured | SubmitError::Unavailable { .. } | SubmitError::Busy { .. } => {
            StatusCode::SERVICE_UNAVAILABLE
        }
        SubmitError::Journal(error) => {
            tracing::error!(error = words(error), "failed to keep a management request");
            return text(StatusCode::INTERNAL_SERVER_ERROR, "the registry could not keep the request");
        }
    };
    text(status, &words(error))
}

fn of_body(error: &BodyError) -> StatusCode {
    match error {
        BodyError::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
        BodyError::TooSlow { .. } => StatusCode::REQUEST_TIMEOUT,
        BodyError::Broken { .. } => StatusCode::BAD_REQUEST,
    }
}

fn not_allowed(method: &'static str) -> Response {
    let mut response = text(StatusCode::METHOD_NOT_ALLOWED, "another method is meant");
    response.headers_mut().insert(header::ALLOW, header::HeaderValue::from_static(method));
    response
}

fn text(status: StatusCode, words: &str) -> Response {
    reply::text(status, format!("{words}\n"))
}
