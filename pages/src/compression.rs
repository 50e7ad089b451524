//! Makes contents small on their way: brotli and gzip.

use brotli::CompressorWriter;
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use http::header::{ACCEPT_ENCODING, HeaderMap, HeaderValue};
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use std::io::Write as _;

use crate::Validator;

/// How a content is encoded (RFC 9110 §8.4.1, RFC 7932).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// `br`
    Brotli,
    /// `gzip`
    Gzip,
}

/// Compresses contents, and remembers those that will be asked for again.
pub struct Compressor {
    remembered: Cache<(Validator, Encoding), Bytes, ByLength>,
}

#[derive(Clone)]
struct ByLength;

impl Weighter<(Validator, Encoding), Bytes> for ByLength {
    fn weight(&self, _: &(Validator, Encoding), content: &Bytes) -> u64 {
        (content.len() + ENTRY_BYTES) as u64
    }
}

impl Encoding {
    /// The best encoding that a browser takes.
    #[must_use]
    pub fn accepted(headers: &HeaderMap) -> Option<Self> {
        let lists = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
        let (mut brotli, mut gzip) = (false, false);
        for item in lists.flat_map(|list| list.split(',')).take(MAX_LISTED) {
            let (name, parameters) = item.split_once(';').unwrap_or((item, ""));
            let weight = parameters.trim().strip_prefix("q=").and_then(|weight| weight.parse::<f32>().ok());
            let taken = weight.is_none_or(|weight| weight > 0.0);
            match name.trim() {
                name if name.eq_ignore_ascii_case("br") => brotli = taken,
                name if name.eq_ignore_ascii_case("gzip") => gzip = taken,
                _ => {}
            }
        }
        if brotli { Some(Self::Brotli) } else { gzip.then_some(Self::Gzip) }
    }

    /// As it stands in `Content-Encoding`.
    #[must_use]
    pub fn header(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Brotli => "br",
            Self::Gzip => "gzip",
        })
    }

    /// Compresses a content that is asked for often, as small as it gets.
    #[must_use]
    pub fn smallest(self, content: &[u8]) -> Bytes {
        match self {
            Self::Brotli => brotli(content, 11),
            Self::Gzip => gzip(content, Compression::best()),
        }
    }

    /// Compresses a content that is sent once, quickly.
    fn quickly(self, content: &[u8]) -> Bytes {
        match self {
            Self::Brotli => brotli(content, 3),
            Self::Gzip => gzip(content, Compression::fast()),
        }
    }
}

/// A [`CompressorWriter`] in memory cannot fail.
fn brotli(content: &[u8], quality: u32) -> Bytes {
    let mut out = Vec::with_capacity(content.len() / 3);
    {
        let mut writer = CompressorWriter::new(&mut out, BUFFER_BYTES, quality, WINDOW_BITS);
        let _ = writer.write_all(content);
    }
    out.into()
}

fn gzip(content: &[u8], level: Compression) -> Bytes {
    let mut encoder = GzEncoder::new(Vec::with_capacity(content.len() / 3), level);
    let _ = encoder.write_all(content);
    encoder.finish().unwrap_or_default().into()
}

impl Compressor {
    /// Remembers contents of `capacity_bytes` together.
    #[must_use]
    pub fn new(capacity_bytes: u64) -> Self {
        let items = usize::try_from(capacity_bytes / TYPICAL_BYTES).unwrap_or(usize::MAX);
        Self { remembered: Cache::with_weighter(items.max(16), capacity_bytes, ByLength) }
    }

    /// A content that other visitors get as well.
    #[must_use]
    pub fn shared(&self, content: &[u8], validator: Validator, encoding: Encoding) -> Bytes {
        let key = (validator, encoding);
        if let Some(found) = self.remembered.get(&key) {
            return found;
        }
        let compressed = encoding.quickly(content);
        self.remembered.insert(key, compressed.clone());
        compressed
    }

    /// A content for one visitor only: nothing of it is remembered.
    #[must_use]
    pub fn private(&self, content: &[u8], encoding: Encoding) -> Bytes {
        encoding.quickly(content)
    }

    /// Whether it is worth it: text of some length.
    #[must_use]
    pub fn is_worth_it(content_type: &str, length: usize) -> bool {
        let essence = content_type.split(';').next().unwrap_or_default().trim();
        let is_text = essence.starts_with("text/")
            || essence.ends_with("+json")
            || essence.ends_with("+xml")
            || matches!(
                essence,
                "application/json" | "application/javascript" | "application/xml" | "application/wasm"
            );
        is_text && (SHORTEST..=LONGEST).contains(&length)
    }
}

const MAX_LISTED: usize = 16;
const BUFFER_BYTES: usize = 4096;
/// Pages are small: a larger window only takes memory.
const WINDOW_BITS: u32 = 18;
/// Beside its content, about.
const ENTRY_BYTES: usize = 64;
const TYPICAL_BYTES: u64 = 4096;
const SHORTEST: usize = 512;
const LONGEST: usize = 8 << 20;

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read as _;

    fn accepted(value: &'static str) -> Option<Encoding> {
        Encoding::accepted(&HeaderMap::from_iter([(ACCEPT_ENCODING, HeaderValue::from_static(value))]))
    }

    #[test]
    fn a_browser_gets_the_best_encoding_that_it_takes() {
        assert_eq!(accepted("gzip, deflate, br, zstd"), Some(Encoding::Brotli));
        assert_eq!(accepted("gzip, br;q=0"), Some(Encoding::Gzip));
        assert_eq!(accepted("GZIP;q=0.5"), Some(Encoding::Gzip));
        assert_eq!(accepted("identity, *"), None);
        assert_eq!(Encoding::accepted(&HeaderMap::new()), None);
    }

    #[test]
    fn what_was_compressed_is_what_it_was() {
        let content = "<p>una página</p>".repeat(1000);
        let compressor = Compressor::new(1 << 20);
        let validator = Validator::of(content.as_bytes());
        for _ in 0..2 {
            let small = compressor.shared(content.as_bytes(), validator, Encoding::Gzip);
            let mut text = String::new();
            flate2::read::GzDecoder::new(small.as_ref()).read_to_string(&mut text).unwrap();
            assert_eq!(text, content);
            let small = compressor.private(content.as_bytes(), Encoding::Brotli);
            let mut text = String::new();
            brotli::Decompressor::new(small.as_ref(), 4096).read_to_string(&mut text).unwrap();
            assert_eq!(text, content);
            assert!(small.len() < content.len() / 20);
        }
    }

    #[test]
    fn only_text_is_compressed() {
        assert!(Compressor::is_worth_it("text/html; charset=utf-8", 4096));
        assert!(!Compressor::is_worth_it("image/png", 4096));
        assert!(!Compressor::is_worth_it("text/html", 10));
    }
}
