//! Validators of responses, so that what a browser has is not sent again (RFC 9110 §8.8.3, §13.1.2).

use aws_lc_rs::digest::{SHA256, digest};
use http::header::{HeaderMap, HeaderValue, IF_NONE_MATCH};

/// The strong validator of a content: the beginning of its digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Validator([u8; BYTES]);

const BYTES: usize = 16;
/// What a browser sends is short; of longer lists only the beginning is looked at.
const MAX_LISTED: usize = 32;

impl Validator {
    /// Of a content.
    #[must_use]
    pub fn of(content: &[u8]) -> Self {
        let mut bytes = [0; BYTES];
        bytes.copy_from_slice(&digest(&SHA256, content).as_ref()[..BYTES]);
        Self(bytes)
    }

    /// The entity tag, weak: the same content may come in several encodings.
    #[must_use]
    pub fn entity_tag(&self) -> Option<HeaderValue> {
        HeaderValue::from_str(&format!("W/\"{}\"", hex::encode(self.0))).ok()
    }
}

/// Whether a browser has what has this entity tag.
#[must_use]
pub fn is_current(headers: &HeaderMap, entity_tag: &HeaderValue) -> bool {
    let opaque = |tag: &[u8]| tag.strip_prefix(b"W/").unwrap_or(tag).to_vec();
    let ours = opaque(entity_tag.as_bytes());
    let lists = headers.get_all(IF_NONE_MATCH).iter().flat_map(|value| value.as_bytes().split(|byte| *byte == b','));
    // RFC 9110 §8.8.3.2: compared weakly.
    lists.take(MAX_LISTED).map(<[u8]>::trim_ascii).any(|tag| tag == b"*" || opaque(tag) == ours)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_that_has_a_content_is_not_sent_it_again() {
        let tag = Validator::of(b"a").entity_tag().expect("a tag");
        let asks = |value: &str| {
            let value = HeaderValue::from_str(value).expect("a value");
            is_current(&HeaderMap::from_iter([(IF_NONE_MATCH, value)]), &tag)
        };
        let text = tag.to_str().expect("text");
        assert!(asks(text));
        assert!(asks(&text[2..]));
        assert!(asks(&format!("\"x\", {text}")));
        assert!(asks("*"));
        assert!(!asks("\"x\""));
        assert!(!is_current(&HeaderMap::new(), &tag));
    }
}
