//! The request to a provider: what the message says, without what belongs to one connection.

use super::ProviderError;
use crate::server_configuration::HttpUrl;
use crate::upload::{RequestBody, Upload};
use http::header::{CONTENT_LENGTH, HOST, HeaderName, HeaderValue};
use hyper::body::Body as _;
use listener::Body;
use protocol::head::{Fields, Method, RequestHead, is_hop_by_hop};

/// What a provider is asked.
#[derive(Debug)]
pub struct ProviderRequest<'a> {
    /// The method.
    pub method: Method,
    /// What follows the service code, as received.
    pub service_path: &'a str,
    /// The query as received, without `?`.
    pub query: Option<&'a str>,
    /// The fields of the message head; those that belong to one connection are left out.
    pub fields: Fields<'a>,
    /// The body; sent with POST, PUT and PATCH alone.
    pub body: Option<Body>,
}

/// A request ready to be sent, and where its body's progress shows.
pub(super) struct Outgoing {
    pub(super) request: http::Request<RequestBody>,
    pub(super) upload: Upload,
}

impl<'a> ProviderRequest<'a> {
    /// What a message says.
    #[must_use]
    pub fn of(head: &'a RequestHead, body: Option<Body>) -> Self {
        let (service_path, query) = (head.uri().service_path(), head.uri().query());
        Self { method: head.method(), service_path, query, fields: head.fields(), body }
    }

    pub(super) fn outgoing(self, base: &HttpUrl) -> Result<Outgoing, ProviderError> {
        let target = base.target_below(self.service_path, self.query);
        // RFC 9110 §8.6 and X-Road: only these three carry content on to the provider.
        let body = self.body.filter(|body| self.method.encloses_entity() && !body.is_end_stream());
        let mut request =
            http::Request::builder().method(self.method.as_str()).uri(target).header(HOST, base.authority());
        for field in self.fields.iter().filter(|field| !is_hop_by_hop(field.name)) {
            request = request.header(
                HeaderName::from_bytes(field.name.as_bytes()).map_err(unsendable)?,
                HeaderValue::from_bytes(field.value.as_bytes()).map_err(unsendable)?,
            );
        }
        if body.is_none() && self.method.encloses_entity() {
            // RFC 9110 §8.6: otherwise a provider may ask for the length (411) of what does not exist.
            request = request.header(CONTENT_LENGTH, 0);
        }
        Outgoing::new(request, body)
    }
}

impl Outgoing {
    /// A plain GET of a URL.
    pub(super) fn get(url: &HttpUrl) -> Result<Self, ProviderError> {
        Self::new(http::Request::builder().uri(url.target()).header(HOST, url.authority()), None)
    }

    fn new(request: http::request::Builder, body: Option<Body>) -> Result<Self, ProviderError> {
        let (body, upload) = RequestBody::new(body);
        Ok(Self { request: request.body(body).map_err(unsendable)?, upload })
    }
}

fn unsendable(source: impl Into<http::Error>) -> ProviderError {
    ProviderError::Request { source: source.into() }
}
