//! Whether a right opens every call of an endpoint: pattern against pattern.

use protocol::access::{Endpoint, PathGlob};

/// Whether a right to `right` opens every call of `endpoint`.
///
/// A pattern covers another when it matches what the other's stars may stand for. They stand for a character that no
/// pattern has, so that only a star can match it; two stars for nothing, one such segment, and more of them than a
/// pattern has stars, so that only two stars can match them.
pub(super) fn covers(right: &Endpoint, endpoint: &Endpoint) -> bool {
    let method = right.method.is_none() || right.method == endpoint.method;
    let segments = [ANY, SEPARATOR].concat().repeat(MORE_THAN_STARS) + ANY;
    method && ["", ANY, &segments].iter().all(|anything| right.path.matches(&sample(&endpoint.path, anything)))
}

/// A path that a pattern matches.
fn sample(glob: &PathGlob, anything: &str) -> String {
    let mut path = String::new();
    let mut rest = glob.as_str();
    while let Some(character) = rest.chars().next() {
        let (stands_for, length) = match rest {
            _ if rest.starts_with(r"\*") => ("*", 2),
            _ if rest.starts_with("**") => (anything, 2),
            _ if rest.starts_with('*') => (ANY, 1),
            _ => (&rest[..character.len_utf8()], character.len_utf8()),
        };
        path.push_str(stands_for);
        rest = &rest[length..];
    }
    path
}

/// Unicode's last private-use character.
const ANY: &str = "\u{10FFFD}";
const SEPARATOR: &str = "/";
/// Beyond the bound of stars in one pattern, which is 16.
const MORE_THAN_STARS: usize = 20;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use protocol::head::Method;

    fn endpoint(method: Option<Method>, path: &str) -> Endpoint {
        Endpoint { method, path: path.parse().unwrap() }
    }

    fn check(right: &str, of: &str) -> bool {
        covers(&endpoint(None, right), &endpoint(Some(Method::Get), of))
    }

    #[test]
    fn a_right_covers_what_it_opens_whole() {
        for (right, of) in [("**", "/a/*"), ("/a/*", "/a/*"), ("/a/**", "/a/*/b"), ("/a/**", "/a/**"), ("/*/b", "/a/b")]
        {
            assert!(check(right, of), "{right} covers {of}");
        }
    }

    #[test]
    fn a_right_does_not_cover_what_it_opens_in_part() {
        for (right, of) in [
            ("/a/7", "/a/*"),
            ("/a/*", "/a/**"),
            ("/*/*", "/**"),
            ("/a/*/**", "/a/**"),
            (r"/a/\*", "/a/*"),
            ("/b", "/a"),
        ] {
            assert!(!check(right, of), "{right} does not cover {of}");
        }
    }

    #[test]
    fn a_right_to_one_method_covers_no_other() {
        let (get, post, any) = (Some(Method::Get), Some(Method::Post), None);
        assert!(covers(&endpoint(get, "**"), &endpoint(get, "/a")));
        assert!(!covers(&endpoint(get, "**"), &endpoint(post, "/a")));
        assert!(!covers(&endpoint(get, "**"), &endpoint(any, "/a")));
        assert!(covers(&endpoint(any, "**"), &endpoint(any, "/a")));
    }

    proptest! {
        #[test]
        fn whatever_a_covered_endpoint_matches_the_right_matches(
            right in "/[ab/*]{0,6}", of in "/[ab/*]{0,6}", path in "/[ab/]{0,6}"
        ) {
            if check(&right, &of) && endpoint(None, &of).path.matches(&path) {
                prop_assert!(endpoint(None, &right).path.matches(&path), "{right} {of} {path}");
            }
        }

        #[test]
        fn every_pattern_covers_itself(glob in "/[ab/*]{0,8}") {
            prop_assert!(check(&glob, &glob));
        }
    }
}
