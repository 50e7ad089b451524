//! The path by which an information system names a service: `/r1/{instance}/{class}/{member}/{subsystem}/{service}[/path][?query]`.

use crate::identifier::{IdentifierError, ServiceId, well_formed};
use percent_encoding::percent_decode_str;

/// Longest accepted path and query together, in bytes.
pub const MAX_URI_BYTES: usize = 16 * 1024;

/// Why a request target names no service.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RequestUriError {
    /// It does not begin with `/r1/`.
    #[error("unsupported protocol version {found:?}: paths begin with /r1/")]
    ProtocolVersion {
        /// The first path segment.
        found: String,
    },
    /// Fewer than five identifier parts.
    #[error("the path is /r1/instance/class/member/subsystem/service, this has {found} of the 5 parts")]
    MissingParts {
        /// How many there were.
        found: usize,
    },
    /// A part is not an identifier.
    #[error("the path does not name a service")]
    Identifier(#[from] IdentifierError),
    /// Longer than [`MAX_URI_BYTES`].
    #[error("the request target is longer than {MAX_URI_BYTES} bytes")]
    TooLong,
    /// Not origin-form, or not percent-encoded UTF-8.
    #[error("the request target is not a percent-encoded path")]
    Malformed,
    /// The path below the service leads out of it.
    #[error("the path below the service climbs out of it")]
    Climbs,
}

/// A parsed request target: the service, and what follows it exactly as received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestUri {
    text: String,
    service: ServiceId,
    path_at: usize,
    query_at: usize,
    normal_path: String,
}

impl RequestUri {
    /// Parses a path with its query.
    ///
    /// # Errors
    /// When the version is not `r1`, a part is missing or is no identifier, or the rest is no clean path.
    pub fn parse(text: &str) -> Result<Self, RequestUriError> {
        if text.len() > MAX_URI_BYTES {
            return Err(RequestUriError::TooLong);
        }
        // Whatever could end a line of the signed head, or is not one URI, never enters it.
        if !text.starts_with('/') || text.bytes().any(|byte| !(0x21..=0x7e).contains(&byte) || byte == b'#') {
            return Err(RequestUriError::Malformed);
        }
        let query_at = text.find('?').unwrap_or(text.len());
        let (service, path_at) = service_of(&text[..query_at])?;
        let normal_path = normalise(&text[path_at..query_at])?;
        Ok(Self { text: text.to_owned(), service, path_at, query_at, normal_path })
    }

    /// The service that is named.
    #[must_use]
    pub fn service(&self) -> &ServiceId {
        &self.service
    }

    /// The whole target as received: what the message head carries.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The path below the service as received: empty, or beginning with `/`.
    #[must_use]
    pub fn service_path(&self) -> &str {
        &self.text[self.path_at..self.query_at]
    }

    /// The query as received, without `?`.
    #[must_use]
    pub fn query(&self) -> Option<&str> {
        self.text.get(self.query_at + 1..)
    }

    /// The path below the service, percent-decoded and normalised: what access rights are matched against.
    #[must_use]
    pub fn normal_path(&self) -> &str {
        &self.normal_path
    }
}

fn service_of(path: &str) -> Result<(ServiceId, usize), RequestUriError> {
    let version = path[1..].split('/').next().unwrap_or_default();
    if version != "r1" {
        return Err(RequestUriError::ProtocolVersion { found: version.chars().take(16).collect() });
    }
    let identifier = path.get("/r1/".len()..).unwrap_or_default();
    let end = identifier.match_indices('/').nth(4).map_or(identifier.len(), |(at, _)| at);
    let parts = identifier[..end].split('/').filter(|part| !part.is_empty()).count();
    if parts < 5 {
        return Err(RequestUriError::MissingParts { found: parts });
    }
    Ok((identifier[..end].parse()?, "/r1/".len() + end))
}

/// Percent-decodes a path and resolves `.`, `..` and repeated slashes.
///
/// Decoding is done once: `%252e` stays the text `%2e`, as the provider will see it.
///
/// # Errors
/// When the encoding is broken, or `..` would leave the root.
pub fn normalise(path: &str) -> Result<String, RequestUriError> {
    if !well_formed(path) {
        return Err(RequestUriError::Malformed);
    }
    let decoded = percent_decode_str(path).decode_utf8().map_err(|_| RequestUriError::Malformed)?;
    // A provider may take a backslash for a slash, or stop reading at a control character.
    if decoded.chars().any(|character| character.is_control() || character == '\\') {
        return Err(RequestUriError::Malformed);
    }
    let mut segments: Vec<&str> = Vec::new();
    for segment in decoded.split('/') {
        match segment {
            "" | "." => {}
            ".." => drop(segments.pop().ok_or(RequestUriError::Climbs)?),
            other => segments.push(other),
        }
    }
    let mut normal = segments.iter().fold(String::with_capacity(decoded.len()), |path, segment| path + "/" + segment);
    if decoded.ends_with('/') && !segments.is_empty() {
        normal.push('/');
    }
    Ok(normal)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn splits_service_path_and_query_without_decoding_them() {
        let uri = RequestUri::parse("/r1/BO/GOV/1001/registro%20civil/personas/v1/a%20b?x=1%202&y").unwrap();
        assert_eq!(uri.service().to_string(), "BO/GOV/1001/registro%20civil/personas");
        assert_eq!(uri.service_path(), "/v1/a%20b");
        assert_eq!(uri.query(), Some("x=1%202&y"));
        assert_eq!(uri.normal_path(), "/v1/a b");
    }

    #[test]
    fn a_service_may_stand_alone() {
        let uri = RequestUri::parse("/r1/BO/GOV/1001/s/listMethods").unwrap();
        assert_eq!((uri.service_path(), uri.query(), uri.normal_path()), ("", None, ""));
    }

    #[test]
    fn names_what_is_wrong() {
        use RequestUriError::*;
        assert!(matches!(RequestUri::parse("/r2/BO/GOV/1/s/x"), Err(ProtocolVersion { .. })));
        assert!(matches!(RequestUri::parse("/"), Err(ProtocolVersion { .. })));
        assert_eq!(RequestUri::parse("/r1/BO/GOV/1/s"), Err(MissingParts { found: 4 }));
        assert_eq!(RequestUri::parse("/r1"), Err(MissingParts { found: 0 }));
        assert!(matches!(RequestUri::parse("/r1/BO/GOV/1/s%3A/x"), Err(Identifier(_))));
        assert_eq!(RequestUri::parse("/r1/BO/GOV/1/s/x/../.."), Err(Climbs));
        assert_eq!(RequestUri::parse("/r1/BO/GOV/1/s/x/%2e%2e"), Err(Climbs));
        assert_eq!(RequestUri::parse("/r1/BO/GOV/1/s/x/a%0d%0ab"), Err(Malformed));
        assert_eq!(RequestUri::parse("/r1/BO/GOV/1/s/x/a\r\nb"), Err(Malformed));
        assert_eq!(RequestUri::parse(&format!("/r1/BO/GOV/1/s/x/{}", "a".repeat(MAX_URI_BYTES))), Err(TooLong));
    }

    #[test]
    fn normalises_before_matching() {
        for (path, normal) in [
            ("/a//b/./c", "/a/b/c"),
            ("/a/b/../c", "/a/c"),
            ("/a/%2e%2e/c/", "/c/"),
            ("/a%2Fb", "/a/b"),
            ("/%252e", "/%2e"),
            ("", ""),
            ("/", ""),
        ] {
            assert_eq!(normalise(path).as_deref(), Ok(normal), "{path}");
        }
        assert!(normalise("/a%5c..%5cb").is_err());
        assert!(normalise("/%c0%ae").is_err());
    }

    proptest! {
        #[test]
        fn never_panics_and_keeps_what_it_was_given(path in "[/%.a-z0-9?#\\\\é]{0,80}") {
            if let Ok(uri) = RequestUri::parse(&format!("/r1/BO/GOV/1/s/x{path}")) {
                prop_assert_eq!(uri.as_str(), format!("/r1/BO/GOV/1/s/x{path}"));
                prop_assert!(!uri.normal_path().split('/').any(|segment| segment == ".."));
            }
        }
    }
}
