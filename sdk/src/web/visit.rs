//! One request for a page, with what is true for it.

use std::str::FromStr;

use html::Language;

use super::{Method, Request};
use crate::form::{Fields, Filled};
use crate::{Context, Failure, Timestamp};

/// A request for a page, and what is true for the whole call.
#[derive(Clone, Debug)]
pub struct Visit {
    context: Context,
    request: Request,
}

impl Visit {
    /// A visit. The host makes them.
    #[must_use]
    pub fn new(context: Context, request: Request) -> Self {
        Self { context, request }
    }

    /// What is true for the whole call.
    #[must_use]
    pub fn context(&self) -> &Context {
        &self.context
    }

    /// What was asked for.
    #[must_use]
    pub fn request(&self) -> &Request {
        &self.request
    }

    /// The time of the transaction.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.context.time()
    }

    /// The language that was negotiated.
    #[must_use]
    pub fn language(&self) -> Language {
        Language::of(&self.context.locale)
    }

    /// Whether something is to be done: then a form is read, and otherwise shown.
    #[must_use]
    pub fn is_submission(&self) -> bool {
        !matches!(self.request.method, Method::Get | Method::Head | Method::Options)
    }

    /// A parameter of the route by its name.
    ///
    /// # Errors
    /// If it does not read as this type: then there is no such page.
    pub fn parameter<T: FromStr>(&self, name: &str) -> Result<T, Failure> {
        let value = self.request.params.iter().find(|parameter| parameter.name == name);
        let value = value.and_then(|parameter| parameter.value.parse().ok());
        value.ok_or_else(|| Failure::NotFound(format!("nothing at {}", self.request.path)))
    }

    /// The first parameter of a name in the query.
    #[must_use]
    pub fn query(&self, name: &str) -> Option<&str> {
        self.request.query.iter().find(|field| field.name == name).map(|field| field.value.as_str())
    }

    /// The same as another type; nothing, if it is not there or empty.
    ///
    /// # Errors
    /// If it does not read as this type.
    pub fn query_as<T: FromStr>(&self, name: &str) -> Result<Option<T>, Failure> {
        let given = self.query(name).filter(|value| !value.is_empty());
        given.map(str::parse).transpose().map_err(|_| Failure::invalid(name, "format", "is not understood"))
    }

    /// The first value of a field of the form that was sent: for a button's, say. What people fill in is read by
    /// [`Visit::form`].
    #[must_use]
    pub fn sent(&self, name: &str) -> Option<&str> {
        self.request.form.iter().find(|field| field.name == name).map(|field| field.value.as_str())
    }

    /// A form, by the function that names its fields: blank where a page is shown, read where it was sent.
    pub fn form<T>(&self, fields: impl FnOnce(&mut Fields<'_>) -> Option<T>) -> Filled<T> {
        let sent = self.is_submission().then_some((self.request.form.as_slice(), self.request.uploads.as_slice()));
        Filled::read(Fields::new(self.language(), sent), fields)
    }
}
