//! The routes of a plugin's pages.

use percent_encoding::percent_decode_str;
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

    /// The values of its parameters, by their names, where a path fits it. The path is as it came, percent-encoded, with a
    /// leading slash.
    #[must_use]
    pub fn parameters(&self, path: &str) -> Option<Vec<(String, String)>> {
        let (pattern, path) = (self.0.strip_prefix('/')?, path.strip_prefix('/')?);
        let (mut names, mut segments) = (pattern.split('/'), path.split('/'));
        let mut values = Vec::new();
        loop {
            match (names.next(), segments.next()) {
                (None, None) => return Some(values),
                (Some(name), Some(segment)) => match parameter(name) {
                    // Nothing, or what is not text, is no value.
                    Some(name) => {
                        let value = percent_decode_str(segment).decode_utf8().ok().filter(|value| !value.is_empty())?;
                        values.push((name.to_owned(), value.into_owned()));
                    }
                    None if name == segment => {}
                    None => return None,
                },
                _ => return None,
            }
        }
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

#[cfg(test)]
mod tests {
    use super::super::web::{Pages, Web};

    fn of(routes: &[&str], path: &str) -> Option<(String, Vec<(String, String)>)> {
        let pages = routes.iter().map(|route| Pages::open(route.parse().expect("a route")));
        let web = Web { pages: pages.collect(), ..Web::default() };
        web.pages_at(path).map(|(pages, values)| (pages.route().to_string(), values))
    }

    #[test]
    fn a_path_goes_to_the_route_that_it_fits_and_rather_to_the_one_that_names_it() {
        let routes = ["/", "/cases/{id}", "/cases/new", "/{kind}/{id}"];
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(of(&routes, "/"), Some(("/".to_owned(), vec![])));
        assert_eq!(of(&routes, "/cases/new"), Some(("/cases/new".to_owned(), vec![])));
        assert_eq!(of(&routes, "/cases/a%20b"), Some(("/cases/{id}".to_owned(), vec![pair("id", "a b")])));
        assert_eq!(of(&routes, "/x/y"), Some(("/{kind}/{id}".to_owned(), vec![pair("kind", "x"), pair("id", "y")])));
        for nowhere in ["", "/cases", "/cases/", "/cases/a/b", "/cases/%ff", "cases/new"] {
            assert_eq!(of(&routes, nowhere), None, "{nowhere}");
        }
    }
}
