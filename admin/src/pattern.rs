//! The path of a route, some of whose segments are placeholders.

use crate::ApiError;
use crate::uri::percent_decoded;
use std::collections::BTreeMap;

/// A path such as `/v1/log/{record}`; any text is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pattern {
    segments: Vec<Segment>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Segment {
    Literal(String),
    Placeholder(String),
}

impl Pattern {
    pub(crate) fn new(pattern: &str) -> Self {
        let segment = |text: &str| match text.strip_prefix('{').and_then(|text| text.strip_suffix('}')) {
            Some(name) => Segment::Placeholder(name.to_owned()),
            None => Segment::Literal(text.to_owned()),
        };
        Self { segments: pattern.split('/').map(segment).collect() }
    }

    /// What the placeholders stand for, if the path fits. An empty segment fits no placeholder; an encoded slash is part
    /// of its segment.
    pub(crate) fn matches(&self, path: &str) -> Option<Result<BTreeMap<String, String>, ApiError>> {
        // One more than there are is enough to see that there are too many.
        let segments: Vec<&str> = path.split('/').take(self.segments.len() + 1).collect();
        let fits = |(pattern, segment): (&Segment, &&str)| match pattern {
            Segment::Literal(literal) => literal == segment,
            Segment::Placeholder(_) => !segment.is_empty(),
        };
        if segments.len() != self.segments.len() || !self.segments.iter().zip(&segments).all(fits) {
            return None;
        }
        let values = self.segments.iter().zip(segments).filter_map(|(pattern, segment)| match pattern {
            Segment::Literal(_) => None,
            Segment::Placeholder(name) => Some(percent_decoded(segment).map(|value| (name.clone(), value))),
        });
        Some(values.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pattern: &str, path: &str, expected: Option<&[(&str, &str)]>) {
        let found = Pattern::new(pattern).matches(path).map(Result::unwrap);
        let expected = expected
            .map(|values| values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect());
        assert_eq!(found, expected, "{pattern} {path}");
    }

    #[test]
    fn fits_literals_and_placeholders() {
        check("/v1/status", "/v1/status", Some(&[]));
        check("/v1/status", "/v1/status/", None);
        check("/v1/status", "/v1", None);
        check("/v1/log/{record}/leaf", "/v1/log/17/leaf", Some(&[("record", "17")]));
        check("/v1/log/{record}/leaf", "/v1/log//leaf", None);
        check("/v1/peers/{id}", "/v1/peers/BO%2FGOV%2F1", Some(&[("id", "BO/GOV/1")]));
        check("/v1/peers/{id}", "/v1/peers/BO/GOV/1", None);
    }

    #[test]
    fn refuses_a_segment_that_is_not_utf8() {
        assert!(Pattern::new("/{name}").matches("/%ff").unwrap().is_err());
    }

    proptest::proptest! {
        #[test]
        fn never_panics(pattern in ".{0,40}", path in ".{0,40}") {
            let _ = Pattern::new(&pattern).matches(&path);
        }
    }
}
