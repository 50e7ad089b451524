//! Responses with pages.

use bytes::Bytes;
use http::header::{self, HeaderMap, HeaderValue};
use http::{Method, StatusCode};
use listener::{Response, reply};

use crate::{Compressor, ContentPolicy, Encoding, Validator, is_current};

/// For whom a content is, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Freshness {
    /// For whoever asked, now: nothing keeps it.
    Private,
    /// What a form was answered: her browser alone keeps it, and shows it when she goes back. Without that she reads an error of
    /// the browser there, for it cannot ask anew. Whoever signs out has it removed.
    Answer,
    /// For everybody; a browser asks each time whether it is still so.
    Shared,
}

/// What of a request decides how its answer is sent.
pub struct Asked<'a> {
    /// How it was asked.
    pub method: &'a Method,
    /// What the browser said of itself.
    pub headers: &'a HeaderMap,
}

/// A content of some type, compressed where the browser takes it, and not sent again where it has it.
#[must_use]
pub fn content(
    asked: &Asked<'_>,
    status: StatusCode,
    content_type: HeaderValue,
    content: Bytes,
    freshness: Freshness,
    compressor: &Compressor,
) -> Response {
    let is_worth_it = Compressor::is_worth_it(content_type.to_str().unwrap_or_default(), content.len());
    let encoding = if is_worth_it { Encoding::accepted(asked.headers) } else { None };
    let mut response = match freshness {
        Freshness::Private | Freshness::Answer => {
            let content = encoding.map_or_else(|| content.clone(), |encoding| compressor.private(&content, encoding));
            let mut response = sized(status, content, asked.method);
            let kept = if freshness == Freshness::Answer { "private, no-cache" } else { "no-store" };
            response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(kept));
            response
        }
        Freshness::Shared => shared(asked, status, content, encoding, compressor),
    };
    let headers = response.headers_mut();
    if let Some(encoding) = encoding.filter(|_| response_has_content(status)) {
        headers.insert(header::CONTENT_ENCODING, encoding.header());
    }
    if is_worth_it {
        headers.append(header::VARY, HeaderValue::from_static("accept-encoding"));
    }
    headers.insert(header::CONTENT_TYPE, content_type);
    response
}

fn shared(
    asked: &Asked<'_>,
    status: StatusCode,
    content: Bytes,
    encoding: Option<Encoding>,
    compressor: &Compressor,
) -> Response {
    let validator = Validator::of(&content);
    let tag = validator.entity_tag();
    let has_it = tag.as_ref().is_some_and(|tag| status == StatusCode::OK && is_current(asked.headers, tag));
    let mut response = if has_it {
        reply::empty(StatusCode::NOT_MODIFIED)
    } else {
        let content = encoding.map_or(content.clone(), |encoding| compressor.shared(&content, validator, encoding));
        sized(status, content, asked.method)
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.extend(tag.map(|tag| (header::ETAG, tag)));
    response
}

/// A page.
#[must_use]
pub fn html(
    asked: &Asked<'_>,
    status: StatusCode,
    page: String,
    freshness: Freshness,
    compressor: &Compressor,
) -> Response {
    let content_type = HeaderValue::from_static("text/html; charset=utf-8");
    content(asked, status, content_type, page.into(), freshness, compressor)
}

/// Sends a browser elsewhere, by GET. `None` when the place cannot stand in a header.
#[must_use]
pub fn see_other(location: &str) -> Option<Response> {
    let location = HeaderValue::from_str(location).ok()?;
    let mut response = reply::empty(StatusCode::SEE_OTHER);
    response.headers_mut().insert(header::LOCATION, location);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    ContentPolicy::of_contents().apply(response.headers_mut());
    Some(response)
}

/// RFC 9110 §9.3.2: the answer to HEAD says how long the content is, and has none.
fn sized(status: StatusCode, content: Bytes, method: &Method) -> Response {
    if method != Method::HEAD {
        return reply::bytes(status, "application/octet-stream", content);
    }
    let mut response = reply::empty(status);
    response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(content.len()));
    response
}

/// A browser keeps the encoding of what it has.
fn response_has_content(status: StatusCode) -> bool {
    status != StatusCode::NO_CONTENT
}
