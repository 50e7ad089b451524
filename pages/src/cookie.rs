//! Cookies of one origin: `__Host-`, so that no other origin can set or read them (RFC 6265bis §4.1.3.2).

use http::header::{COOKIE, HeaderMap, HeaderValue, SET_COOKIE};
use std::time::Duration;

/// The value of the cookie `name`, where the browser sent exactly one of this name.
///
/// A second one was set by somebody else, on another path or by a way around: then neither is believed.
#[must_use]
pub fn read<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let pairs = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok()).flat_map(|line| line.split(';'));
    let mut values = pairs.filter_map(|pair| {
        let (found, value) = pair.trim().split_once('=')?;
        (found == name).then_some(value)
    });
    match (values.next(), values.next()) {
        (Some(value), None) if is_value(value) => Some(value),
        _ => None,
    }
}

/// How long a browser keeps a cookie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lifetime {
    /// Until it is closed.
    Visit,
    /// For so long.
    For(Duration),
}

/// Which navigations from other sites carry a cookie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SameSite {
    /// Only those to a page, by GET.
    Lax,
    /// None.
    Strict,
}

/// Has the browser keep a cookie for this host, on all paths, out of scripts' reach. The name begins with `__Host-`.
///
/// A value that no cookie can have is not set.
pub fn set(headers: &mut HeaderMap, name: &str, value: &str, same_site: SameSite, lifetime: Lifetime) {
    if !is_value(value) {
        return;
    }
    let same_site = match same_site {
        SameSite::Lax => "Lax",
        SameSite::Strict => "Strict",
    };
    let age = match lifetime {
        Lifetime::Visit => String::new(),
        Lifetime::For(time) => format!("; Max-Age={}", time.as_secs()),
    };
    append(headers, &format!("{name}={value}; Path=/; Secure; HttpOnly; SameSite={same_site}{age}"));
}

/// Has the browser forget a cookie.
pub fn clear(headers: &mut HeaderMap, name: &str) {
    append(headers, &format!("{name}=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0"));
}

fn append(headers: &mut HeaderMap, line: &str) {
    if let Ok(value) = HeaderValue::from_str(line) {
        headers.append(SET_COOKIE, value);
    }
}

/// RFC 6265 §4.1.1, `cookie-octet`, of which ours need few.
fn is_value(value: &str) -> bool {
    value.len() <= MAX_VALUE_BYTES
        && value.bytes().all(|byte| matches!(byte, b'!' | b'#'..=b'+' | b'-'..=b':' | b'<'..=b'[' | b']'..=b'~'))
}

const MAX_VALUE_BYTES: usize = 1024;

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(lines: &[&'static str]) -> HeaderMap {
        lines.iter().map(|line| (COOKIE, HeaderValue::from_static(line))).collect()
    }

    #[test]
    fn a_cookie_is_found_among_others() {
        let headers = sent(&["a=1; __Host-session=abc; b=2", "c=3"]);
        assert_eq!(read(&headers, "__Host-session"), Some("abc"));
        assert_eq!(read(&headers, "c"), Some("3"));
        assert_eq!(read(&headers, "session"), None);
    }

    #[test]
    fn of_two_cookies_with_one_name_neither_is_believed() {
        assert_eq!(read(&sent(&["s=1; s=2"]), "s"), None);
        assert_eq!(read(&sent(&["s=1", "s=1"]), "s"), None);
    }

    #[test]
    fn a_cookie_is_for_its_host_only_and_out_of_reach_of_scripts() {
        let mut headers = HeaderMap::new();
        set(&mut headers, "__Host-s", "abc", SameSite::Lax, Lifetime::For(Duration::from_secs(60)));
        assert_eq!(headers[SET_COOKIE], "__Host-s=abc; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=60");
    }

    #[test]
    fn a_value_that_would_say_more_than_a_value_is_not_set() {
        for value in ["a; Domain=.bo", "a b", "a\r\nx: y", "ñ", "a,b"] {
            let mut headers = HeaderMap::new();
            set(&mut headers, "__Host-s", value, SameSite::Strict, Lifetime::Visit);
            assert!(headers.is_empty(), "{value}");
        }
    }
}
