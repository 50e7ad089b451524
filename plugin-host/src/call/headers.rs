//! Headers: which ones a plugin is shown, and which ones it may set.

use crate::contract::imports::types::Field;
use crate::contract::limits::{
    ANSWER_HEADERS, MAX_CONTENT_TYPE_BYTES, MAX_HEADER_BYTES, PAGE_HEADERS, PAGE_REQUEST_HEADERS, REQUEST_HEADERS,
};
use crate::sandbox::{Broken, Stop};

/// Of what a caller sent, the headers that a service is shown.
pub fn request_headers<'h>(sent: impl IntoIterator<Item = (&'h str, &'h str)>) -> Vec<Field> {
    fields(listed(&REQUEST_HEADERS, sent))
}

/// Of what a service answered, the headers that a plugin is shown.
pub fn answer_headers<'h>(sent: impl IntoIterator<Item = (&'h str, &'h str)>) -> Vec<(String, String)> {
    listed(&ANSWER_HEADERS, sent)
}

/// Of what a browser sent, the headers that pages are shown.
pub fn page_request_headers<'h>(sent: impl IntoIterator<Item = (&'h str, &'h str)>) -> Vec<Field> {
    fields(listed(&PAGE_REQUEST_HEADERS, sent))
}

/// Stops a service that sets what it may not.
pub(super) fn check_answer(headers: &[Field]) -> Result<(), Stop> {
    check("service.handle", &ANSWER_HEADERS, headers)
}

/// Stops a page that sets what it may not.
pub(super) fn check_page(headers: &[Field]) -> Result<(), Stop> {
    check("web.handle", &PAGE_HEADERS, headers)
}

fn check(function: &'static str, allowed: &[&str], headers: &[Field]) -> Result<(), Stop> {
    let refused = |rule: String| Stop::from(Broken::Argument { function, rule });
    for (at, header) in headers.iter().enumerate() {
        let name = header.name.as_str();
        if !allowed.contains(&name) || headers[..at].iter().any(|before| before.name == name) {
            let name: String = name.chars().take(MAX_NAME_CHARS).collect();
            return Err(refused(format!("the header {name:?} is none that may be set, or is set twice")));
        }
        if !fits(&header.value) {
            let rule = format!("the header {name} has more than {MAX_HEADER_BYTES} visible characters and spaces");
            return Err(refused(rule));
        }
    }
    Ok(())
}

/// Whether a text can be a content type, or is empty where there is none.
pub(super) fn is_content_type(text: &str) -> bool {
    text.len() <= MAX_CONTENT_TYPE_BYTES && text.bytes().all(|byte| matches!(byte, b' '..=b'~'))
}

/// As much of a name is said as a name that may be set can have.
const MAX_NAME_CHARS: usize = 32;

/// What does not fit is not shown: neither side can do anything about what the other sends. Of two of a name, the first.
fn listed<'h>(names: &[&str], sent: impl IntoIterator<Item = (&'h str, &'h str)>) -> Vec<(String, String)> {
    let mut shown: Vec<(String, String)> = Vec::new();
    for (name, value) in sent {
        let name = name.to_ascii_lowercase();
        let is_new = !shown.iter().any(|(before, _)| *before == name);
        if is_new && names.contains(&name.as_str()) && fits(value) {
            shown.push((name, value.to_owned()));
        }
    }
    shown
}

fn fits(value: &str) -> bool {
    value.len() <= MAX_HEADER_BYTES && value.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ')
}

pub(super) fn fields(headers: Vec<(String, String)>) -> Vec<Field> {
    headers.into_iter().map(|(name, value)| Field { name, value }).collect()
}

pub(super) fn pairs(headers: Vec<Field>) -> Vec<(String, String)> {
    headers.into_iter().map(|Field { name, value }| (name, value)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_is_shown_the_headers_of_the_list_once_each() {
        let sent = [
            ("X-Road-UserId", "BO1"),
            ("authorization", "secret"),
            ("Accept-Language", "qu"),
            ("accept-language", "es"),
            ("if-match", "\u{7}"),
        ];
        let shown = pairs(request_headers(sent));
        let expected = [("x-road-userid", "BO1"), ("accept-language", "qu")];
        assert_eq!(shown, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
        assert_eq!(answer_headers([("Set-Cookie", "a"), ("ETag", "\"1\"")]), [("etag".to_owned(), "\"1\"".to_owned())]);
    }

    #[test]
    fn stops_a_service_that_sets_what_it_may_not() {
        let checked = |headers: &[(&str, &str)]| {
            let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            check_answer(&fields(headers)).map_err(|stop| stop.to_string())
        };
        assert_eq!(checked(&[("etag", "\"1\""), ("location", "/cases/1")]), Ok(()));
        for name in ["ETag", "set-cookie", "content-length", ""] {
            let refused = checked(&[(name, "1")]).expect_err("it is refused");
            assert!(refused.contains("none that may be set"), "{refused}");
        }
        assert!(checked(&[("etag", "1"), ("etag", "2")]).expect_err("it is refused").contains("set twice"));
        let long = "x".repeat(MAX_HEADER_BYTES + 1);
        for value in ["a\r\nset-cookie: b", "ñ", &long] {
            assert!(checked(&[("etag", value)]).expect_err("it is refused").contains("visible characters"));
        }
    }
}
