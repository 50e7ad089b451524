//! Files that never change under their name: styles, scripts, pictures of the layout.

use bytes::Bytes;
use http::header::{self, HeaderValue};
use http::{Method, StatusCode};
use listener::{Response, reply};
use std::collections::BTreeMap;

use crate::page::Asked;
use crate::{Encoding, Validator};

/// A file with its encodings.
#[derive(Debug, Clone)]
pub struct Asset {
    content_type: HeaderValue,
    content: Bytes,
    brotli: Option<Bytes>,
    gzip: Option<Bytes>,
}

/// Files below one path. Each has the digest of its content in its path, so that browsers keep it for good.
#[derive(Debug, Clone, Default)]
pub struct Assets {
    base: String,
    by_path: BTreeMap<String, Asset>,
    by_name: BTreeMap<String, String>,
}

impl Asset {
    /// A file of a type.
    #[must_use]
    pub fn new(content_type: HeaderValue, content: Bytes) -> Self {
        let small = |encoding: Encoding| Some(encoding.smallest(&content)).filter(|small| small.len() < content.len());
        let (brotli, gzip) = (small(Encoding::Brotli), small(Encoding::Gzip));
        Self { content_type, brotli, gzip, content }
    }

    fn encoded(&self, asked: &Asked<'_>) -> (Bytes, Option<Encoding>) {
        let encoding = Encoding::accepted(asked.headers);
        let small = match encoding {
            Some(Encoding::Brotli) => self.brotli.as_ref(),
            Some(Encoding::Gzip) => self.gzip.as_ref(),
            None => None,
        };
        match small {
            Some(small) => (small.clone(), encoding),
            None => (self.content.clone(), None),
        }
    }
}

impl Assets {
    /// No files below a path, which ends with a slash.
    #[must_use]
    pub fn below(base: &str) -> Self {
        Self { base: base.to_owned(), ..Self::default() }
    }

    /// Adds a file.
    pub fn add(&mut self, name: &str, asset: Asset) {
        let tag = Validator::of(&asset.content).entity_tag();
        let digest = tag.as_ref().and_then(|tag| tag.to_str().ok()).unwrap_or_default();
        let digest: String = digest.chars().filter(char::is_ascii_hexdigit).take(DIGEST_DIGITS).collect();
        let path = format!("{}{digest}/{name}", self.base);
        self.by_name.insert(name.to_owned(), path.clone());
        self.by_path.insert(path, asset);
    }

    /// The path of a file.
    #[must_use]
    pub fn path(&self, name: &str) -> Option<&str> {
        self.by_name.get(name).map(String::as_str)
    }

    /// All files: their names and paths.
    pub fn paths(&self) -> impl Iterator<Item = (&str, &str)> {
        self.by_name.iter().map(|(name, path)| (name.as_str(), path.as_str()))
    }

    /// Answers a request for a path, if there is a file.
    #[must_use]
    pub fn answer(&self, path: &str, asked: &Asked<'_>) -> Option<Response> {
        let asset = self.by_path.get(path)?;
        let (content, encoding) = asset.encoded(asked);
        let length = content.len();
        let is_head = asked.method == Method::HEAD;
        let body = if is_head { Bytes::new() } else { content };
        let mut response = reply::bytes(StatusCode::OK, "application/octet-stream", body);
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, asset.content_type.clone());
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
        headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        headers.extend(encoding.map(|encoding| (header::CONTENT_ENCODING, encoding.header())));
        if is_head {
            headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
        }
        Some(response)
    }

    /// Answers a request for a file by its name alone, whose content may change: browsers ask again after a minute.
    #[must_use]
    pub fn answer_by_name(&self, name: &str, asked: &Asked<'_>) -> Option<Response> {
        let mut response = self.answer(self.path(name)?, asked)?;
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=60"));
        Some(response)
    }
}

const DIGEST_DIGITS: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;
    use http::header::HeaderMap;

    #[test]
    fn a_file_is_found_by_a_path_that_holds_its_digest_and_kept_for_good() {
        let mut assets = Assets::below("/-/assets/");
        assets.add("style.css", Asset::new(HeaderValue::from_static("text/css"), Bytes::from("a{}".repeat(100))));
        let path = assets.path("style.css").expect("a path").to_owned();
        assert!(path.starts_with("/-/assets/") && path.ends_with("/style.css"), "{path}");
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("br"));
        let asked = Asked { method: &Method::GET, headers: &headers };
        let response = assets.answer(&path, &asked).expect("a file");
        assert_eq!(response.headers()[header::CONTENT_ENCODING], "br");
        assert!(response.headers()[header::CACHE_CONTROL].to_str().unwrap().contains("immutable"));
        assert!(assets.answer("/-/assets/0/style.css", &asked).is_none());
        let by_name = assets.answer_by_name("style.css", &asked).expect("a file");
        assert_eq!(by_name.headers()[header::CACHE_CONTROL], "public, max-age=60");
        assert!(assets.answer_by_name("other.css", &asked).is_none());
    }

    #[test]
    fn another_content_has_another_path() {
        let path = |content: &'static str| {
            let mut assets = Assets::below("/");
            assets.add("a", Asset::new(HeaderValue::from_static("text/css"), Bytes::from(content)));
            assets.path("a").map(str::to_owned)
        };
        assert_ne!(path("a{}"), path("b{}"));
    }
}
