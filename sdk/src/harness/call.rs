//! A call to a plugin's service, as a test makes it.

use serde::Serialize;

use crate::bindings::types::Field;
use crate::context::Caller;
use crate::failure::Failure;
use crate::json;
use crate::limits::REQUEST_HEADERS;
use crate::service::{Method, Request};

/// A call to a service.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// `INSTANCE/CLASS/MEMBER/SUBSYSTEM/SERVICE`.
    pub service: String,
    /// Who calls.
    pub caller: Caller,
    /// How.
    pub method: Method,
    /// Below the service, with the query where there is one.
    pub path: String,
    /// What else the caller says; a plugin is shown those that the contract names.
    pub headers: Vec<Field>,
    /// What the body is.
    pub content_type: String,
    /// The body.
    pub body: Vec<u8>,
}

impl Call {
    /// A call without a body, by nobody.
    #[must_use]
    pub fn new(method: Method, service: &str, path: &str) -> Self {
        Self {
            service: service.to_owned(),
            caller: Caller::Anonymous,
            method,
            path: path.to_owned(),
            headers: Vec::new(),
            content_type: String::new(),
            body: Vec::new(),
        }
    }

    /// A question.
    #[must_use]
    pub fn get(service: &str, path: &str) -> Self {
        Self::new(Method::Get, service, path)
    }

    /// The same call by a subsystem.
    #[must_use]
    pub fn by(self, subsystem: &str) -> Self {
        Self { caller: Caller::Entity(subsystem.to_owned()), ..self }
    }

    /// The same call with a header, its name in small letters.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push(Field { name: name.to_owned(), value: value.to_owned() });
        self
    }

    /// The same call with a JSON body.
    ///
    /// # Panics
    /// If the value has no form in JSON.
    #[must_use]
    pub fn json(self, value: &impl Serialize) -> Self {
        let body = json::write(value).expect("a test sends what has a form in JSON");
        Self { content_type: json::CONTENT_TYPE.to_owned(), body, ..self }
    }

    /// The request as the plugin gets it.
    pub(super) fn request(&self, service: &str, message_id: Option<String>) -> Request {
        let (path, query) = self.path.split_once('?').unwrap_or((&self.path, ""));
        Request {
            service: service.to_owned(),
            method: self.method,
            path: path.to_owned(),
            query: query.split('&').filter(|pair| !pair.is_empty()).map(parameter).collect(),
            headers: self.headers.iter().filter(|header| is_shown(header)).cloned().collect(),
            content_type: self.content_type.clone(),
            body: self.body.clone(),
            message_id,
        }
    }
}

fn is_shown(header: &Field) -> bool {
    REQUEST_HEADERS.contains(&header.name.as_str())
}

fn parameter(pair: &str) -> Field {
    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
    let decode = |text: &str| {
        let spaced = text.replace('+', " ");
        percent_encoding::percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
    };
    Field { name: decode(name), value: decode(value) }
}

/// Why a call was not answered.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum NoAnswer {
    /// The plugin failed; nothing of the call was kept.
    #[error("the plugin failed: {0:?}")]
    Failed(Failure),
    /// The host stopped the plugin: it did what it may not, or panicked.
    #[error("the plugin was stopped: {0}")]
    Stopped(String),
    /// The host gave up: conflicts without end, or no such service.
    #[error("the host has no answer: {0}")]
    Unavailable(String),
}
