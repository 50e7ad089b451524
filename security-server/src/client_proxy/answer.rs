//! What an information system gets: the provider's answer, or a fault in the form it asked for.

use super::exchange::Answered;
use crate::body;
use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE, HeaderName, HeaderValue};
use http::{HeaderMap, StatusCode};
use listener::{Response, reply};
use protocol::fault::{Fault, Spelling};
use protocol::head::names;

/// The form of a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// JSON, unless something else is asked for.
    Json,
    /// XML, named as the caller accepts it.
    Xml(&'static str),
}

impl Format {
    /// PR-REST §4.4: XML where `Accept` has it, else JSON.
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let accepted = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
        let mut types = accepted.flat_map(|value| value.split(',')).filter_map(|range| range.split(';').next());
        types
            .find_map(|range| match range.trim().to_ascii_lowercase().as_str() {
                "application/xml" => Some(Self::Xml("application/xml")),
                "text/xml" | "text/*" => Some(Self::Xml("text/xml")),
                _ => None,
            })
            .unwrap_or(Self::Json)
    }
}

/// The provider's answer: its status, its headers, and those of X-Road.
pub(super) fn response(answered: &Answered) -> Response {
    let content = answered.body.as_ref().map_or_else(|| reply::whole(Bytes::new()), body::outgoing);
    let mut response = Response::new(content);
    *response.status_mut() = StatusCode::from_u16(answered.head.status()).unwrap_or(StatusCode::BAD_GATEWAY);
    let headers = response.headers_mut();
    for field in answered.head.fields().iter() {
        // The head's parser lets only such names and values through.
        if let (Ok(name), Ok(value)) =
            (HeaderName::try_from(field.name), HeaderValue::from_bytes(field.value.as_bytes()))
        {
            headers.append(name, value);
        }
    }
    response
}

/// A fault.
pub(super) fn fault(fault: &Fault, format: Format, spelling: Spelling) -> Response {
    let status = StatusCode::from_u16(fault.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let (content_type, content) = match format {
        Format::Json => ("application/json; charset=utf-8", fault.json(spelling)),
        Format::Xml("text/xml") => ("text/xml; charset=utf-8", fault.xml(spelling)),
        Format::Xml(_) => ("application/xml; charset=utf-8", fault.xml(spelling)),
    };
    let mut response = reply::bytes(status, content_type, content);
    if let Ok(code) = HeaderValue::try_from(fault.code.spelled(spelling)) {
        response.headers_mut().insert(HeaderName::from_static(names::ERROR), code);
    }
    response.headers_mut().entry(CONTENT_TYPE).or_insert(HeaderValue::from_static(content_type));
    response
}
