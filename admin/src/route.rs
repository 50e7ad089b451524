//! One way to call a server: method, path and what answers.

use crate::ApiError;
use crate::error::ErrorKind;
use crate::handler::MAX_BODY_BYTES;
use crate::pattern::Pattern;
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
use std::sync::Arc;

/// A method, a path with `{placeholders}`, and what answers them.
#[derive(Clone)]
pub struct Route {
    pub(crate) method: Method,
    pub(crate) pattern: Pattern,
    pub(crate) max_body_bytes: usize,
    pub(crate) handler: Handler,
}

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
    pub author: String,
    /// The version that the request was made for, if it says so (`If-Match`).
    pub expected_version: Option<u64>,
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
    /// A route. One that changes something is no `GET`: those are broken off when the caller goes away, all others are
    /// carried through.
    pub fn new<F, A>(method: Method, path: &str, handler: F) -> Self
    where
        F: Fn(RouteRequest) -> A + Send + Sync + 'static,
        A: Future<Output = Result<Reply, ApiError>> + Send + 'static,
    {
        let handler: Handler = Arc::new(move |request| handler(request).boxed());
        Self { method, pattern: Pattern::new(path), max_body_bytes: MAX_BODY_BYTES, handler }
    }

    /// The same route for bodies of another length than a configuration's.
    #[must_use]
    pub fn taking(self, max_body_bytes: usize) -> Self {
        Self { max_body_bytes, ..self }
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

impl RouteRequest {
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
