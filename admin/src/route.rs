//! One way to call a server: method, path and what answers.

use crate::caller::{Audience, Caller};
use crate::dispatch::MAX_BODY_BYTES;
use crate::error::ErrorKind;
use crate::pattern::Pattern;
use crate::{ApiError, Role};
use bytes::Bytes;
use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;
use futures_util::{FutureExt, StreamExt};
use http::{Method, StatusCode, header};
use http_body_util::{BodyExt, StreamBody};
use hyper::body::Frame;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::fmt;
use std::future::Future;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

/// A method, a path with `{placeholders}`, and what answers them.
#[derive(Clone)]
pub struct Route {
    pub(crate) method: Method,
    pub(crate) pattern: Pattern,
    pub(crate) max_body_bytes: usize,
    pub(crate) audience: Audience,
    pub(crate) noting: Noting,
    pub(crate) handler: Handler,
}

/// What of a route goes into the audit trail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Noting {
    /// It only shows something that everybody may see.
    Nothing,
    /// That it was asked, and how it ended.
    Everything,
}

/// What a route did, in words, for the audit trail.
#[derive(Debug, Clone, Default)]
pub(crate) struct Note(Arc<Mutex<String>>);

type Handler = Arc<dyn Fn(RouteRequest) -> BoxFuture<'static, Result<Reply, ApiError>> + Send + Sync>;

/// What a route is asked.
#[derive(Debug, Clone)]
pub struct RouteRequest {
    /// What the placeholders of the path stand for, without percent-encoding.
    pub placeholders: BTreeMap<String, String>,
    /// The query, without percent-encoding.
    pub query: BTreeMap<String, String>,
    /// The whole body.
    pub body: Bytes,
    /// Who asks.
    pub caller: Caller,
    /// The version that the request was made for, if it says so (`If-Match`).
    pub expected_version: Option<u64>,
    pub(crate) note: Note,
}

/// What a route answers.
pub enum Reply {
    /// JSON.
    Json(serde_json::Value),
    /// Bytes of some type.
    Bytes {
        /// The media type.
        content_type: &'static str,
        /// The bytes.
        content: Bytes,
    },
    /// Bytes that come one piece after the other. An error among them cuts the connection, so that nobody takes half
    /// for the whole.
    Stream {
        /// The media type.
        content_type: &'static str,
        /// The pieces.
        content: BoxStream<'static, io::Result<Bytes>>,
    },
}

impl Route {
    /// A route. A `GET` only shows something, to everybody; it is broken off when the caller goes away. All others are for the
    /// server's own user until [`Self::only`] says otherwise, are carried through, and go into the audit trail.
    pub fn new<F, A>(method: Method, path: &str, handler: F) -> Self
    where
        F: Fn(RouteRequest) -> A + Send + Sync + 'static,
        A: Future<Output = Result<Reply, ApiError>> + Send + 'static,
    {
        let handler: Handler = Arc::new(move |request| handler(request).boxed());
        let (audience, noting) = match method {
            Method::GET => (Audience::Everybody, Noting::Nothing),
            _ => (Audience::Owner, Noting::Everything),
        };
        let pattern = Pattern::new(path);
        Self { method, pattern, max_body_bytes: MAX_BODY_BYTES, audience, noting, handler }
    }

    /// The same route for bodies of another length than a configuration's.
    #[must_use]
    pub fn taking(self, max_body_bytes: usize) -> Self {
        Self { max_body_bytes, ..self }
    }

    /// The same route for whoever has this role. Even if it only shows something, it goes into the audit trail.
    #[must_use]
    pub fn only(self, role: Role) -> Self {
        Self { audience: Audience::Only(role), noting: Noting::Everything, ..self }
    }

    /// The same route for everybody: it changes nothing, though its body says what is to be shown.
    #[must_use]
    pub fn that_shows(self) -> Self {
        Self { audience: Audience::Everybody, noting: Noting::Nothing, ..self }
    }

    /// The same route for everybody, which judges by itself what the caller may do.
    #[must_use]
    pub fn that_judges(self) -> Self {
        Self { audience: Audience::Everybody, ..self }
    }

    /// A route that only shows something.
    pub fn get<F, A>(path: &str, handler: F) -> Self
    where
        F: Fn(RouteRequest) -> A + Send + Sync + 'static,
        A: Future<Output = Result<Reply, ApiError>> + Send + 'static,
    {
        Self::new(Method::GET, path, handler)
    }

    /// A route that does something.
    pub fn post<F, A>(path: &str, handler: F) -> Self
    where
        F: Fn(RouteRequest) -> A + Send + Sync + 'static,
        A: Future<Output = Result<Reply, ApiError>> + Send + 'static,
    {
        Self::new(Method::POST, path, handler)
    }
}

impl Note {
    pub(crate) fn text(&self) -> String {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl RouteRequest {
    /// Says, for the audit trail, what is done. What is said last counts.
    pub fn note(&self, what: impl Into<String>) {
        *self.note.0.lock().unwrap_or_else(PoisonError::into_inner) = what.into();
    }

    /// What a placeholder stands for.
    ///
    /// # Errors
    /// When the path of the route has no such placeholder.
    pub fn placeholder(&self, name: &str) -> Result<&str, ApiError> {
        let missing =
            || ApiError::new(ErrorKind::Internal, format!("the route has no {{{name}}}"), "report this as a bug");
        self.placeholders.get(name).map(String::as_str).ok_or_else(missing)
    }

    /// A number that the query must have.
    ///
    /// # Errors
    /// When it is missing or no number.
    pub fn number(&self, name: &str) -> Result<u64, ApiError> {
        let number = self.query.get(name).and_then(|text| text.parse().ok());
        number.ok_or_else(|| {
            ApiError::invalid(format!("the query needs a number {name:?}"), format!("add {name}=<number> to the query"))
        })
    }

    /// The body as text.
    ///
    /// # Errors
    /// When it is not UTF-8.
    pub fn text(&self) -> Result<&str, ApiError> {
        std::str::from_utf8(&self.body).map_err(|error| {
            let place = error.valid_up_to();
            ApiError::invalid(format!("the body is not UTF-8 from byte {place} on"), "save the file as UTF-8")
        })
    }

    /// The body as JSON of some shape.
    ///
    /// # Errors
    /// When it is not.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, ApiError> {
        serde_json::from_slice(&self.body).map_err(|error| {
            ApiError::invalid(format!("the body is not what is expected: {error}"), "correct the JSON")
        })
    }
}

impl Reply {
    /// JSON of anything that can be written so.
    ///
    /// # Errors
    /// When it cannot.
    pub fn json(value: &impl Serialize) -> Result<Self, ApiError> {
        serde_json::to_value(value).map(Self::Json).map_err(|error| {
            ApiError::new(ErrorKind::Internal, format!("failed to write the answer: {error}"), "report this as a bug")
        })
    }

    pub(crate) fn into_response(self) -> listener::Response {
        match self {
            Self::Json(value) => listener::reply::json(StatusCode::OK, value.to_string()),
            Self::Bytes { content_type, content } => listener::reply::bytes(StatusCode::OK, content_type, content),
            Self::Stream { content_type, content } => {
                let mut response =
                    http::Response::new(StreamBody::new(content.map(|piece| piece.map(Frame::data))).boxed_unsync());
                response.headers_mut().insert(header::CONTENT_TYPE, header::HeaderValue::from_static(content_type));
                response
            }
        }
    }
}

impl fmt::Debug for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Route").field("method", &self.method).field("pattern", &self.pattern).finish_non_exhaustive()
    }
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Json(value) => f.debug_tuple("Json").field(value).finish(),
            Self::Bytes { content_type, .. } => f.debug_tuple("Bytes").field(content_type).finish(),
            Self::Stream { content_type, .. } => f.debug_tuple("Stream").field(content_type).finish(),
        }
    }
}
