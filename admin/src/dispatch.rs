//! From a request of somebody who is known to its answer: find the route, ask whether she may, note it, ask the route.

use crate::audit::AuditEntry;
use crate::caller::Caller;
use crate::error::ErrorKind;
use crate::route::{Note, Noting};
use crate::{Api, ApiError, Reply, Route, RouteRequest, uri};
use bytes::Bytes;
use http::{HeaderMap, Method, header, request::Parts};
use listener::{BodyError, RequestBody, read_bounded};
use std::collections::BTreeMap;
use std::time::Duration;
use tokio_util::task::TaskTracker;
use trust::leaf::AuditStage;

/// Answers the requests of one door.
#[derive(Clone)]
pub(crate) struct Dispatcher {
    api: Api,
    /// What must be carried through even if its caller has gone.
    changes: TaskTracker,
}

/// What the placeholders of a path stand for.
type Placeholders = BTreeMap<String, String>;

/// A configuration has at most this many bytes, and the body of a route that says nothing else.
pub(crate) const MAX_BODY_BYTES: usize = 16 << 20;

const BODY_PATIENCE: Duration = Duration::from_secs(10);

impl Dispatcher {
    pub(crate) fn new(api: Api) -> Self {
        Self { api, changes: TaskTracker::new() }
    }

    /// Carries through what was begun, as far as there is time: also what its caller does not wait for any more.
    pub(crate) async fn finish(&self, within: Duration) {
        self.changes.close();
        if tokio::time::timeout(within, self.changes.wait()).await.is_err() {
            tracing::warn!(tasks = self.changes.len(), "left changes unfinished at the drain deadline");
        }
    }

    pub(crate) fn api(&self) -> &Api {
        &self.api
    }

    /// Answers a request.
    pub(crate) async fn answer(&self, head: &Parts, body: RequestBody, caller: Caller) -> Result<Reply, ApiError> {
        let (route, placeholders) = self.admitted(head, &caller)?;
        let body = read_body(body, route.max_body_bytes).await?;
        self.ask(route, placeholders, head, body, caller).await
    }

    /// Answers a request whose body is there.
    pub(crate) async fn answer_whole(&self, head: &Parts, body: Bytes, caller: Caller) -> Result<Reply, ApiError> {
        let (route, placeholders) = self.admitted(head, &caller)?;
        if body.len() > route.max_body_bytes {
            return Err(ApiError::new(ErrorKind::TooLarge, "the body is too large", "send less"));
        }
        self.ask(route, placeholders, head, body, caller).await
    }

    fn admitted(&self, head: &Parts, caller: &Caller) -> Result<(&Route, Placeholders), ApiError> {
        let (route, placeholders) = self.route(&head.method, head.uri.path())?;
        if route.audience.admits(caller) { Ok((route, placeholders)) } else { Err(forbidden(head, route, caller)) }
    }

    async fn ask(
        &self,
        route: &Route,
        placeholders: Placeholders,
        head: &Parts,
        body: Bytes,
        caller: Caller,
    ) -> Result<Reply, ApiError> {
        let request = RouteRequest {
            placeholders,
            query: uri::query(head.uri.query().unwrap_or_default())?,
            caller,
            expected_version: expected_version(&head.headers)?,
            body,
            note: Note::default(),
        };
        self.carry_out(route, request, format!("{} {}", head.method, head.uri.path())).await
    }

    /// Asks a route, and notes it where it is one that is noted.
    async fn carry_out(&self, route: &Route, request: RouteRequest, action: String) -> Result<Reply, ApiError> {
        let (caller, note) = (request.caller.clone(), request.note.clone());
        let (trail, handler) = (self.api.administrators().trail().clone(), route.handler.clone());
        let noting = route.noting;
        let work = async move {
            let entry = |stage| AuditEntry::by(&caller, action.clone(), stage);
            let asked = match noting {
                Noting::Nothing => None,
                Noting::Everything => Some(trail.note(entry(AuditStage::Asked)).await?),
            };
            let answer = handler(request).await;
            if asked.is_some() {
                let stage = match &answer {
                    Ok(_) => AuditStage::Done { asked, outcome: note.text() },
                    Err(error) => AuditStage::Refused { asked, outcome: error.message.clone() },
                };
                // It has happened: that its end is not noted is no reason to say that it has not.
                if let Err(error) = trail.note(entry(stage)).await {
                    tracing::error!(error = %error, action, "how an action ended could not be noted");
                }
            }
            answer
        };
        if noting == Noting::Nothing {
            return work.await;
        }
        self.changes.spawn(work).await.unwrap_or_else(|error| {
            tracing::error!(error = %error, "a route of the administrator's API broke off");
            Err(ApiError::new(ErrorKind::Internal, "the server broke off", "look at the server's log"))
        })
    }

    fn route(&self, method: &Method, path: &str) -> Result<(&Route, Placeholders), ApiError> {
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

fn forbidden(head: &Parts, route: &Route, caller: &Caller) -> ApiError {
    let (method, path, name) = (&head.method, head.uri.path(), &caller.name);
    tracing::info!(caller = name, path, "refused what a caller has no role for");
    let message = format!("{name} may not {method} {path}: it takes {}", route.audience);
    ApiError::new(ErrorKind::Forbidden, message, "ask somebody who has the role, or a system administrator for it")
}

async fn read_body(body: RequestBody, most_bytes: usize) -> Result<Bytes, ApiError> {
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
