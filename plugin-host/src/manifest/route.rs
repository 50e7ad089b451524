//! The routes of a plugin's pages.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;
use thiserror::Error;

/// A pattern of paths, such as `/cases/{id}`: a parameter stands for one segment.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Route(String);

/// A text that is not a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not a pattern of paths")]
pub struct RouteError;

impl Route {
    /// As it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The route with its parameters unnamed: two routes that fit the same paths have the same one.
    pub(super) fn shape(&self) -> String {
        let segments = self.0.split('/').map(|segment| if parameter(segment).is_some() { "{}" } else { segment });
        segments.collect::<Vec<_>>().join("/")
    }
}

impl FromStr for Route {
    type Err = RouteError;

    fn from_str(text: &str) -> Result<Self, RouteError> {
        let below = text.strip_prefix('/').ok_or(RouteError)?;
        if text.len() > MAX_ROUTE_BYTES {
            return Err(RouteError);
        }
        let mut parameters = BTreeSet::new();
        let fits = below.is_empty()
            || below.split('/').all(|segment| match parameter(segment) {
                Some(name) => is_parameter(name) && parameters.insert(name),
                None => is_literal(segment),
            });
        fits.then(|| Self(text.to_owned())).ok_or(RouteError)
    }
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn parameter(segment: &str) -> Option<&str> {
    segment.strip_prefix('{')?.strip_suffix('}')
}

fn is_parameter(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_'))
}

/// RFC 3986 §2.3: unreserved characters, so that a path has one form.
fn is_literal(segment: &str) -> bool {
    !matches!(segment, "" | "." | "..")
        && segment.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~'))
}

const MAX_ROUTE_BYTES: usize = 200;
