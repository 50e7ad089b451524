//! Calls of other subsystems: what a request says, and how it is answered.

use percent_encoding::percent_decode_str;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::collections::PageRequest;
use crate::failure::Failure;
use crate::json;

/// Answers calls. Published with its OpenAPI description as a REST service of the plugin's subsystem.
pub use crate::bindings::service::Guest as Service;
pub use crate::bindings::service::Request;
pub use crate::bindings::types::{Answer, Field, Method};

/// A body that does not say what was asked for.
#[derive(Debug, thiserror::Error)]
#[error("the answer with status {status} is not what was asked for")]
pub struct NotUnderstood {
    status: u16,
    source: serde_json::Error,
}

impl Request {
    /// The steps of the path, decoded: `/cases/a%20b` is `["cases", "a b"]`.
    ///
    /// # Errors
    /// If one of them is not UTF-8.
    pub fn steps(&self) -> Result<Vec<String>, Failure> {
        let steps = self.path.split('/').filter(|step| !step.is_empty());
        steps
            .map(|step| percent_decode_str(step).decode_utf8().map(Into::into))
            .collect::<Result<_, _>>()
            .map_err(|_| Failure::invalid("path", "encoding", "is not UTF-8"))
    }

    /// The first parameter of a name in the query.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&str> {
        find(&self.query, name)
    }

    /// A header that the caller sent, by its name in small letters.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        find(&self.headers, name)
    }

    /// The body, read as JSON.
    ///
    /// # Errors
    /// If it is something else; the message says where.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Failure> {
        serde_json::from_slice(&self.body).map_err(|error| Failure::invalid("body", "format", error.to_string()))
    }

    /// Which page the parameters `limit` (at most 100) and `cursor` ask for.
    ///
    /// # Errors
    /// If the limit is no number between 1 and 100.
    pub fn page(&self) -> Result<PageRequest, Failure> {
        PageRequest::asked(self.parameter("limit"), self.parameter("cursor"))
    }

    /// There is nothing at this path, or nothing that can be done by this method.
    #[must_use]
    pub fn not_found(&self) -> Failure {
        Failure::NotFound(format!("nothing at {}", self.path))
    }
}

impl Answer {
    /// An answer with a JSON body.
    ///
    /// # Errors
    /// If the value has no form in JSON.
    pub fn json(status: u16, value: &impl Serialize) -> Result<Self, Failure> {
        let (headers, content_type) = (Vec::new(), json::CONTENT_TYPE.to_owned());
        Ok(Self { status, headers, content_type, body: json::write(value)? })
    }

    /// The same answer with a header, one that the contract lets a service set: `etag`, `location`, …
    #[must_use]
    pub fn with_header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push(Field { name: name.to_owned(), value: value.into() });
        self
    }

    /// A header, by its name in small letters.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        find(&self.headers, name)
    }

    /// Whether the service did what it was asked to.
    #[must_use]
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The body, read as JSON.
    ///
    /// # Errors
    /// If it is something else.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, NotUnderstood> {
        serde_json::from_slice(&self.body).map_err(|source| NotUnderstood { status: self.status, source })
    }

    /// An answer without a body.
    #[must_use]
    pub fn empty() -> Self {
        Self { status: 204, headers: Vec::new(), content_type: String::new(), body: Vec::new() }
    }
}

fn find<'f>(fields: &'f [Field], name: &str) -> Option<&'f str> {
    fields.iter().find(|field| field.name == name).map(|field| field.value.as_str())
}
