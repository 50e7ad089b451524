//! The parameters of a request, each at most once (RFC 6749 §3.1).

use crate::web::Visit;
use std::collections::BTreeMap;
use url::form_urlencoded;

/// Parameters by name; secrets, codes and tokens among them, so that no log shows them.
#[derive(Default)]
pub(crate) struct Params(BTreeMap<String, String>);

/// Why they are not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ParamsError {
    #[error("a parameter comes twice")]
    Twice,
    #[error("there are more than {MAX_PARAMS} parameters, or more than {MAX_BYTES} bytes of them")]
    TooMuch,
    #[error("the request is not application/x-www-form-urlencoded")]
    NotAForm,
}

const MAX_PARAMS: usize = 64;
const MAX_BYTES: usize = 8 << 10;

impl Params {
    /// The parameters of a query or a body. An empty value is as none (§3.1).
    pub(crate) fn parse(encoded: &[u8]) -> Result<Self, ParamsError> {
        if encoded.len() > MAX_BYTES {
            return Err(ParamsError::TooMuch);
        }
        let mut params = BTreeMap::new();
        for (name, value) in form_urlencoded::parse(encoded) {
            if params.len() >= MAX_PARAMS {
                return Err(ParamsError::TooMuch);
            }
            if !value.is_empty() && params.insert(name.into_owned(), value.into_owned()).is_some() {
                return Err(ParamsError::Twice);
            }
        }
        Ok(Self(params))
    }

    /// Those of the body.
    pub(crate) fn of_body(visit: &Visit) -> Result<Self, ParamsError> {
        if visit.is_form() { Self::parse(&visit.body) } else { Err(ParamsError::NotAForm) }
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_parameter_that_comes_twice_is_refused() {
        assert_eq!(Params::parse(b"a=1&a=2").err(), Some(ParamsError::Twice));
        assert_eq!(Params::parse(b"a=1&a=").expect("parameters").get("a"), Some("1"));
        assert_eq!(Params::parse("a=1&".repeat(5_000).as_bytes()).err(), Some(ParamsError::TooMuch));
        let many: String = (0..65).map(|number| format!("a{number}=1&")).collect();
        assert_eq!(Params::parse(many.as_bytes()).err(), Some(ParamsError::TooMuch));
    }

    proptest! {
        #[test]
        fn nothing_breaks_the_parser(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            if let Ok(params) = Params::parse(&bytes) {
                prop_assert!(params.0.len() <= MAX_PARAMS && params.0.values().all(|value| !value.is_empty()));
            }
        }
    }
}
