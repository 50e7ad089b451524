//! From a request to its answer: find the route, read the body, ask the route.

use crate::author::author;
use crate::error::ErrorKind;
use crate::{Api, ApiError, Reply, Route, RouteRequest, uri};
use bytes::Bytes;
use http::{HeaderMap, Method, header};
use listener::{BodyError, Connection, Handler, Request, Response, read_bounded};
use std::collections::BTreeMap;
use std::time::Duration;
use tokio_util::task::TaskTracker;

/// Answers the requests of one socket.
pub(crate) struct AdminHandler {
    api: Api,
    /// What must be carried through even if its caller has gone.
    changes: TaskTracker,
}

/// A configuration has at most this many bytes, and the body of a route that says nothing else.
pub(crate) const MAX_BODY_BYTES: usize = 16 << 20;

const BODY_PATIENCE: Duration = Duration::from_secs(10);

impl AdminHandler {
    pub(crate) fn new(api: Api, changes: TaskTracker) -> Self {
        Self { api, changes }
    }

    async fn answer(&self, request: Request) -> Result<Reply, ApiError> {
        let (head, body) = request.into_parts();
        let (route, placeholders) = self.route(&head.method, head.uri.path())?;
        let request = RouteRequest {
            placeholders,
            query: uri::query(head.uri.query().unwrap_or_default())?,
            author: author(&head.headers, head.extensions.get::<Connection>()).await?,
            expected_version: expected_version(&head.headers)?,
            body: read_body(body, route.max_body_bytes).await?,
        };
        let answer = (route.handler)(request);
        if head.method == Method::GET {
            return answer.await;
        }
        self.changes.spawn(answer).await.unwrap_or_else(|error| {
            tracing::error!(error = %error, path = head.uri.path(), "a route of the administrator's API broke off");
            Err(ApiError::new(ErrorKind::Internal, "the server broke off", "look at the server's log"))
        })
    }

    fn route(&self, method: &Method, path: &str) -> Result<(&Route, BTreeMap<String, String>), ApiError> {
        let mut others = Vec::new();
        for route in self.api.routes() {
            match route.pattern.matches(path) {
                Some(placeholders) if route.method == *method => return Ok((route, placeholders?)),
                Some(_) => others.push(route.method.as_str()),
                None => {}
            }
        }
        Err(if others.is_empty() {
            let next = "check the path, and that server and command are of the same version";
            ApiError::new(ErrorKind::NotFound, format!("this server has nothing at {path}"), next)
        } else {
            let (message, next) = (format!("{path} does not take {method}"), format!("use {}", others.join(" or ")));
            ApiError::new(ErrorKind::MethodNotAllowed, message, next)
        })
    }
}

impl Handler for AdminHandler {
    async fn handle(&self, request: Request) -> Response {
        match self.answer(request).await {
            Ok(reply) => reply.into_response(),
            Err(error) => error.into_response(),
        }
    }
}

async fn read_body(body: listener::RequestBody, most_bytes: usize) -> Result<Bytes, ApiError> {
    read_bounded(body, most_bytes, BODY_PATIENCE).await.map_err(|error| {
        let (kind, next) = match error {
            BodyError::TooLarge { .. } => (ErrorKind::TooLarge, "send less"),
            BodyError::TooSlow { .. } => (ErrorKind::TooSlow, "send the whole body at once"),
            BodyError::Broken { .. } => (ErrorKind::Invalid, "send it again"),
        };
        ApiError::new(kind, format!("the {error}"), next)
    })
}

/// The version in `If-Match`, with or without the quotation marks of an entity tag.
fn expected_version(headers: &HeaderMap) -> Result<Option<u64>, ApiError> {
    let Some(header) = headers.get(header::IF_MATCH) else { return Ok(None) };
    let text = header.to_str().unwrap_or_default();
    let bare = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text);
    let number = bare.bytes().all(|byte| byte.is_ascii_digit()).then(|| bare.parse().ok()).flatten();
    let not_a_version = || ApiError::invalid("If-Match is not a version", "send If-Match: <number of the version>");
    number.map(Some).ok_or_else(not_a_version)
}
