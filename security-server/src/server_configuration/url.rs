//! URLs of information systems, kept exactly as they were written.

use super::limits;
use std::fmt;
use std::str::FromStr;
use thiserror::Error;

/// An absolute `http` or `https` URL.
///
/// It is not normalised: what is appended to it reaches the provider as the two texts say.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct HttpUrl {
    scheme: Scheme,
    authority: String,
    host: String,
    port: u16,
    path: String,
    query: Option<String>,
}

/// How an information system is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scheme {
    /// Without TLS.
    Http,
    /// Over TLS.
    Https,
}

/// Why a text is no such URL.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum UrlError {
    /// Longer than any honest one.
    #[error("longer than {} bytes", limits::URL_BYTES)]
    TooLong,
    /// Not a URL.
    #[error("not an absolute URL, or one with characters that must be percent-encoded")]
    Malformed,
    /// Neither `http` nor `https`.
    #[error("the scheme is neither http nor https")]
    Scheme,
    /// With a user name or password.
    #[error("user name and password have no place in it")]
    Credentials,
    /// No host, or port 0.
    #[error("no host, or no valid port")]
    Host,
    /// With `#`.
    #[error("a fragment ('#') is never sent")]
    Fragment,
    /// With a segment `.` or `..`.
    #[error("the path has a segment '.' or '..'")]
    Steps,
}

impl HttpUrl {
    /// With or without TLS.
    #[must_use]
    pub fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// Host and port as written: what the `Host` header says.
    #[must_use]
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// The host: a name or an address, an IPv6 address without its brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port, the scheme's own where none was written.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The query, without `?`.
    #[must_use]
    pub fn query(&self) -> Option<&str> {
        self.query.as_deref()
    }

    /// The request target of the URL itself.
    #[must_use]
    pub fn target(&self) -> String {
        self.target_below("", self.query())
    }

    /// The request target of a call: this URL's path, what follows the service code as received, the query untouched.
    ///
    /// Of two slashes at the seam one is dropped (X-Road `ServerRestMessageProcessor.concatPath`).
    #[must_use]
    pub fn target_below(&self, service_path: &str, query: Option<&str>) -> String {
        let base = match service_path.starts_with('/') {
            true => self.path.strip_suffix('/').unwrap_or(&self.path),
            false => &self.path,
        };
        let mut target = String::with_capacity(base.len() + service_path.len() + query.map_or(0, str::len) + 2);
        target.push_str(base);
        target.push_str(service_path);
        if target.is_empty() {
            // RFC 9112 §3.2.1: an empty path is sent as "/".
            target.push('/');
        }
        if let Some(query) = query {
            target.push('?');
            target.push_str(query);
        }
        target
    }
}

impl FromStr for HttpUrl {
    type Err = UrlError;

    fn from_str(text: &str) -> Result<Self, UrlError> {
        if text.len() > limits::URL_BYTES {
            return Err(UrlError::TooLong);
        }
        if text.contains('#') {
            return Err(UrlError::Fragment);
        }
        // RFC 3986 §2: unreserved, reserved and '%'; what is none of them must be percent-encoded.
        if !text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~:/?[]@!$&'()*+,;=%".contains(&byte)) {
            return Err(UrlError::Malformed);
        }
        let (scheme, rest) = text.split_once("://").ok_or(UrlError::Malformed)?;
        let (scheme, default_port) = match scheme {
            "http" => (Scheme::Http, 80),
            "https" => (Scheme::Https, 443),
            _ => return Err(UrlError::Scheme),
        };
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, tail) = rest.split_at(end);
        let (path, query) = tail.split_once('?').map_or((tail, None), |(path, query)| (path, Some(query)));
        let (host, port) = host_and_port(authority, default_port)?;
        if path.split('/').any(|segment| matches!(segment, "." | "..")) {
            return Err(UrlError::Steps);
        }
        Ok(Self {
            scheme,
            authority: authority.to_owned(),
            host,
            port,
            path: path.to_owned(),
            query: query.map(str::to_owned),
        })
    }
}

impl fmt::Display for HttpUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}{}", self.scheme, self.authority, self.path)?;
        self.query.as_ref().map_or(Ok(()), |query| write!(f, "?{query}"))
    }
}

impl fmt::Display for Scheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Http => "http",
            Self::Https => "https",
        })
    }
}

fn host_and_port(authority: &str, default_port: u16) -> Result<(String, u16), UrlError> {
    if authority.contains('@') {
        return Err(UrlError::Credentials);
    }
    let bracket = authority.rfind(']').map_or(0, |at| at + 1);
    let port_at = authority[bracket..].find(':').map_or(authority.len(), |at| bracket + at);
    let address = match &authority[port_at..] {
        "" => format!("{authority}:{default_port}"),
        _ => authority.to_owned(),
    };
    let address: protocol::global_configuration::ServerAddress = address.parse().map_err(|_| UrlError::Host)?;
    Ok((address.host().to_owned(), address.port()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn target(base: &str, path: &str, query: Option<&str>) -> String {
        base.parse::<HttpUrl>().unwrap().target_below(path, query)
    }

    #[test]
    fn appends_what_follows_the_service_and_drops_one_of_two_slashes() {
        assert_eq!(target("http://h/api", "/people/7", None), "/api/people/7");
        assert_eq!(target("http://h/api/", "/people/7", None), "/api/people/7");
        assert_eq!(target("http://h/api/", "//people", None), "/api//people");
        assert_eq!(target("http://h/api/", "", None), "/api/");
        assert_eq!(target("http://h/api", "", Some("a=1%202&b")), "/api?a=1%202&b");
        assert_eq!(target("http://h", "", None), "/");
        assert_eq!(target("http://h", "", Some("x")), "/?x");
        assert_eq!(target("http://h/", "/%41%2f", Some("")), "/%41%2f?");
    }

    #[test]
    fn knows_host_and_port() {
        let check = |text: &str, host: &str, port: u16, authority: &str| {
            let url: HttpUrl = text.parse().unwrap();
            assert_eq!((url.host(), url.port(), url.authority()), (host, port, authority));
            assert_eq!(url.to_string(), text);
        };
        check("http://127.0.0.1:9001/api", "127.0.0.1", 9001, "127.0.0.1:9001");
        check("https://Registro.gob.bo", "Registro.gob.bo", 443, "Registro.gob.bo");
        check("https://[::1]:8443/x?y=1", "::1", 8443, "[::1]:8443");
        check("http://[::1]/x", "::1", 80, "[::1]");
    }

    #[test]
    fn refuses_what_is_no_url_of_an_information_system() {
        let check = |text: &str, error: UrlError| assert_eq!(text.parse::<HttpUrl>(), Err(error), "{text}");
        check("", UrlError::Malformed);
        check("/api", UrlError::Malformed);
        check("http://h/a b", UrlError::Malformed);
        check("http://h/\u{e9}", UrlError::Malformed);
        check("http://h/\"", UrlError::Malformed);
        check("ftp://h/", UrlError::Scheme);
        check("HTTP://h/", UrlError::Scheme);
        check("http://user:secret@h/", UrlError::Credentials);
        check("http:///api", UrlError::Host);
        check("http://h:0/", UrlError::Host);
        check("http://h:x/", UrlError::Host);
        check("http://::1/", UrlError::Host);
        check("http://h/#top", UrlError::Fragment);
        check("http://h/a/../b", UrlError::Steps);
        check(&format!("http://h/{}", "a".repeat(limits::URL_BYTES)), UrlError::TooLong);
    }

    proptest! {
        #[test]
        fn never_panics_and_prints_what_it_read(text in "(https?://)?[a-z0-9.:@\\[\\]/?#%\\-]{0,40}") {
            if let Ok(url) = text.parse::<HttpUrl>() {
                prop_assert_eq!(url.to_string(), text);
                prop_assert!(url.target().starts_with('/'));
            }
        }
    }
}
