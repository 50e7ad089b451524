//! Percent-encoding, of paths, queries and header values.

use crate::ApiError;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use std::collections::BTreeMap;

/// A text as it stands in one segment of a path, in a query or in a header.
#[must_use]
pub fn percent_encoded(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A text without its percent-encoding.
pub(crate) fn percent_decoded(text: &str) -> Result<String, ApiError> {
    let decoded = percent_decode_str(text).decode_utf8().map(std::borrow::Cow::into_owned);
    decoded.map_err(|_| ApiError::invalid(format!("{text:?} is not percent-encoded UTF-8"), "encode it as UTF-8"))
}

/// The names and values of a query. A plus sign is a plus sign.
pub(crate) fn query(query: &str) -> Result<BTreeMap<String, String>, ApiError> {
    let mut values = BTreeMap::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let name = percent_decoded(name)?;
        if values.contains_key(&name) {
            return Err(ApiError::invalid(format!("the query says {name:?} twice"), "say it once"));
        }
        values.insert(name, percent_decoded(value)?);
    }
    Ok(values)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;

    #[test]
    fn reads_a_query() {
        let values = query("from=1&to=&flag&who=Mar%C3%ADa+J").unwrap();
        let values: Vec<_> = values.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(values, [("flag", ""), ("from", "1"), ("to", ""), ("who", "María+J")]);
        assert_eq!(query("").unwrap().len(), 0);
    }

    #[test]
    fn refuses_a_name_said_twice_and_what_is_not_utf8() {
        for text in ["a=1&a=2", "a=1&%61=2", "a=%ff"] {
            assert_eq!(query(text).unwrap_err().kind, ErrorKind::Invalid, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn what_is_encoded_is_decoded(name in ".{0,20}", value in ".{0,20}") {
            let values = query(&format!("{}={}", percent_encoded(&name), percent_encoded(&value))).unwrap();
            proptest::prop_assert_eq!(values.get(&name), Some(&value));
        }

        #[test]
        fn never_panics(text in ".{0,60}") {
            let _ = query(&text);
        }
    }
}
